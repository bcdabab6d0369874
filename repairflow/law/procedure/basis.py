"""The legal basis of what a file of the law says (法律依据)."""

from __future__ import annotations

from datetime import date

from pydantic import model_validator

from repairflow.law.procedure.strict import Strict


class Basis(Strict):
    """Legal basis (法律依据): one article of one act, and who read it. Letters cite only verified ones.

    `read_by` says who compared the article with its text; an office's own lawyer attests by `signed_by`, which no file
    shipped fills in: nobody attests for a person.
    """

    cite: str  # the act, with its number
    article: str = ""  # 第二十条第一款
    says: str = ""  # one line of our own
    source: str = ""
    read_by: str = ""
    read_on: date | None = None
    signed_by: str = ""
    verified: bool
    valid_to: date | None = None
    recheck_by: date | None = None
    adopted: date | None = None  # of the text that was read
    digest: str = ""  # SHA-256 of the article's text as it was read

    @model_validator(mode="after")
    def _verified_by_somebody(self) -> Basis:
        if self.verified:
            given = {
                "article": self.article, "says": self.says, "source": self.source, "read_by": self.read_by,
                "read_on": self.read_on,
            }  # fmt: skip
            if missing := [name for name, value in given.items() if not str(value or "").strip()]:
                raise ValueError(
                    f"verified = true 须写明哪一条、说了什么、哪份文本、谁在何日核对；还缺 {'、'.join(missing)}"
                )
        if self.valid_to is not None and self.read_on is not None and self.valid_to < self.read_on:
            raise ValueError(f"有效期 valid_to（{self.valid_to}）早于核对日期 read_on（{self.read_on}）；请改正")
        return self

    @property
    def citation(self) -> str:
        """As a letter prints it: 《名称》第×条第×款."""
        return f"{self.cite}{self.article}"
