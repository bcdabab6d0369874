"""An extension (延长) of a limit: of which, by how much, and by whom it is approved."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from repairflow.law.procedure.strict import Strict


class Extends(Strict):
    """This action extends (延长) a clock once, by a length.

    `approver` is who must approve it, as the article names that person: the form then asks who did, when and by which
    document, and the letter says so. It is empty where the article names nobody, None where nobody has read one.
    """

    clock: str
    approver: str | None = None
    working: int | None = Field(default=None, ge=1, le=400)
    calendar: int | None = Field(default=None, ge=1, le=4000)
    months: int | None = Field(default=None, ge=1, le=600)


def approval(approver: str) -> Mapping[str, Mapping[str, object]]:
    """Return what the form of an extension asks of the approval that its article demands, as inputs of a procedure file."""
    return {
        "approved_by": {"kind": "text", "label": "批准人姓名、职务", "hint": f"须由{approver}批准"},
        "approved_on": {"kind": "date", "label": "批准日期", "past": True},
        "approval_document": {"kind": "text", "label": "批准文件的名称、文号"},
    }
