"""One measure (失信惩戒措施) of a rule pack."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from repairflow.law.procedure.model import Days, Strict


class Measure(Strict):
    """One measure of the closed list (惩戒措施清单): whether its office must take it, and how long it may last."""

    label: str
    force: Literal["mandatory", "recommended"]
    term: Days | None = None  # None: as long as the record or list entry it hangs on
    permanent: bool = False  # 终身禁入：不因修复解除
    lift_with_record: bool = True  # false：只因自身期限届满或者依法解除，不随信息修复解除
    source_rank: Literal["law", "administrative_regulation", "local_regulation", "rule"] | None = (
        None  # 哪一级以上的文件可以规定
    )
    source_basis: tuple[str, ...] = ()
    text: str = ""
    basis: tuple[str, ...]
    verified: bool

    @property
    def outlasts(self) -> bool:
        """Whether the measure stands on when its record is repaired: only its own term or the law ends it."""
        return self.permanent or not self.lift_with_record

    @model_validator(mode="after")
    def _ranked_by_article(self) -> Measure:
        if (self.source_rank is None) != (not self.source_basis):
            raise ValueError("source_rank（须以哪一级文件规定）和 source_basis（依据）须同时写")
        return self

    @model_validator(mode="after")
    def _term_in_months(self) -> Measure:
        if self.term is not None and self.term.unit not in ("months", "years"):
            raise ValueError("措施的最长期限须以 months 或者 years 计")
        return self
