"""How letters of one kind leave an office, as the `[letters]` table of a procedure declares it."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from repairflow.law.procedure.strict import Strict

Seal = Literal["office", "repair", "objection"]
"""单位公章, 信用修复专用章, 异议处理专用章; what stands in each is a setting of the office that keeps it."""


class LetterForm(Strict):
    """How letters of one kind leave the office: to whom, with copies to whom (抄送), under which seal.

    `provider` is the office that provided the record or is to take a measure, `receiver` the one the input `to_office`
    gives by code; `receiving` is where the case was filed; `about` is the organisation that a complaint is about: the letter
    itself names the citizen by role. The office whose act a letter tells issues it (`by`). A letter that is `served` says to
    whom its copies go (送达).
    """

    by: Literal["deciding", "provider"] = "deciding"
    to: Literal["subject", "provider", "receiver"] = "subject"
    copies: tuple[Literal["subject", "about", "receiving", "deciding", "provider"], ...] = ()
    seal: Seal | None = None  # none: as the letter's text asks
    served: bool = False

    @model_validator(mode="after")
    def _copies_go_elsewhere(self) -> LetterForm:
        if self.to in self.copies or len(set(self.copies)) != len(self.copies):
            raise ValueError("copies 不得重复，也不得再写受文者")
        return self
