"""What anybody said against a designation since its publicity began (认定前公示)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, literal, select

from repairflow.law.identifiers import without_personal_numbers
from repairflow.records import cases, event
from repairflow.records.rows import CaseRow, all_rows

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


def since_began(listing: ColumnElement[int], filed_at: ColumnElement[datetime]) -> ColumnElement[bool]:
    """Return whether the publicity of a designation (its case's id) had begun when something was filed: to the instant, for what
    came in earlier on the same day was written without it."""
    began = (event.c.case_id == listing, event.c.to_state == ANNOUNCED, event.c.at <= filed_at)
    return select(event.c.id).where(*began).exists()


def filed_since(tx: Connection, listing: CaseRow) -> tuple[Objection, ...]:
    """Objections made since the publicity of this designation began, oldest first, however they ended; none where it was not
    published."""
    rows = tx.execute(
        select(*(cases.c[name] for name in Objection._fields))
        .where(
            cases.c.procedure == COMPLAINT, cases.c.subject_id == listing.subject_id,
            since_began(literal(listing.id), cases.c.filed_at),
        ).order_by(cases.c.id)
    )  # fmt: skip
    return tuple(one for one in all_rows(rows, Objection) if one.inputs.get("about") == MATTER)
