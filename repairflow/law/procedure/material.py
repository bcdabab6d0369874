"""A kind of application material, as a procedure file declares it."""

from __future__ import annotations

from typing import Literal

from repairflow.law.procedure.strict import Strict


class Material(Strict):
    """An application material (申请材料)."""

    label: str
    required: bool = False
    required_if: str | None = None  # a named guard-like predicate, never an expression
    hint: str | None = None
    source: Literal["applicant", "auto"] = "applicant"
    deferrable: bool = False  # 容缺受理：it may come later where the filing promises a day for it
    filed: bool = True  # filing asks for it; else it comes with a later step that names it
