"""What anybody said against a designation since its publicity began (认定前公示)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from repairflow.law.identifiers import without_personal_numbers
from repairflow.records import cases, event
from repairflow.records.rows import CaseRow, all_rows
from repairflow.times import local_day

COMPLAINT, MATTER = "complaint", "designation"
"""By which procedure, and as what matter, such an objection comes in (对认定前公示的名单有异议)."""
ANNOUNCED, WINDOW = "announced", "window"
"""The state of a designation in publicity, and the clock of it."""
STANDS = {None: "核查没有办结", "upheld": "经核查属实", "referred": "已移送有权机关"}


class Objection(NamedTuple):
    """An objection to a designation as its office sees it: nothing of who made it."""

    number: str
    filed_day: date
    inputs: Mapping[str, object]
    outcome: str | None

    @property
    def facts(self) -> str:
        """What is said, without numbers of persons."""
        return without_personal_numbers(str(self.inputs.get("facts") or ""))

    @property
    def stands(self) -> str:
        """How far it has been looked into, in words."""
        return STANDS.get(self.outcome, "核查已经办结")


def filed_since(tx: Connection, listing: CaseRow) -> tuple[Objection, ...]:
    """Objections made since the publicity of this designation began, oldest first, however they ended; none where it was not
    published."""
    began = tx.execute(
        select(func.min(event.c.at)).where(event.c.case_id == listing.id, event.c.to_state == ANNOUNCED)
    ).scalar()
    if began is None:
        return ()
    rows = tx.execute(
        select(*(cases.c[name] for name in Objection._fields))
        .where(
            cases.c.procedure == COMPLAINT, cases.c.subject_id == listing.subject_id,
            cases.c.filed_day >= local_day(began),
        ).order_by(cases.c.id)
    )  # fmt: skip
    return tuple(one for one in all_rows(rows, Objection) if one.inputs.get("about") == MATTER)
