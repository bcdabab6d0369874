"""What ends by itself (期满): the system opens the case that ends a list entry, and takes its first step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from repairflow.casework.actor import SYSTEM
from repairflow.casework.applicable_law import rules_for
from repairflow.casework.cases.opening import Opening, offices, open_case
from repairflow.casework.cases.transition import try_system
from repairflow.casework.command_ids import CommandId, following
from repairflow.casework.context import Services
from repairflow.law.procedure.channels import CHAIN
from repairflow.law.procedure.packs import RulePack
from repairflow.records import case_link, cases
from repairflow.records.rows import CaseRow, ListEntryRow, RecordRow, first_row, one_row
from repairflow.times import local_day

EXPIRY, OPENED = "expiry", "opened"
"""The kind of such a case, and its first step."""


@dataclass(frozen=True, slots=True)
class Ending:
    """An entry whose longest stay is over: the procedure that ends it, its record (if it has one), and the command's id."""

    procedure: str
    entry: ListEntryRow
    record: RecordRow | None
    command_id: CommandId
    kind: str = EXPIRY


def end(tx: Connection, services: Services, ending: Ending, now: datetime) -> tuple[bool, RulePack]:
    """Ensure that a case of the system ends the entry, or waits for the office where its first step may not be taken yet; one
    that waits already is taken up again.

    Gives whether the step was taken, and the rule pack the case keeps.
    """
    number, pack = _waiting(tx, services, ending) or begin(tx, services, ending, now)
    taken = try_system(tx, services, number, OPENED, following(ending.command_id, OPENED), now)
    return taken is not None, pack


def _waiting(tx: Connection, services: Services, ending: Ending) -> tuple[str, RulePack] | None:
    """Return the number and rule pack of the open case that is to end the entry."""
    of_entry = (
        case_link.c.from_id == ending.entry.case_id, cases.c.procedure == ending.procedure, cases.c.kind == ending.kind,
        cases.c.record_id.is_not_distinct_from(ending.entry.record_id), cases.c.closed_at.is_(None),
    )  # fmt: skip
    query = select(cases).join(case_link, case_link.c.to_id == cases.c.id).where(*of_entry)
    found = first_row(tx.execute(query.order_by(cases.c.id)), CaseRow)
    return None if found is None else (found.number, services.law.packs[found.pack])


def begin(tx: Connection, services: Services, ending: Ending, now: datetime) -> tuple[str, RulePack]:
    """Ensure that the case of the system stands before its first step; gives its number and its rule pack."""
    listing = one_row(tx.execute(select(cases).where(cases.c.id == ending.entry.case_id)), CaseRow)
    row = ending.record
    place = row.authority_id if row is not None else listing.deciding_id
    procedure, pack = rules_for(tx, services.law, ending.procedure, local_day(now), place)
    receiving, deciding, provider = offices(tx, procedure, row, SYSTEM, listing)
    made = open_case(
        tx,
        services,
        Opening(
            procedure=procedure, pack=pack, subject_id=ending.entry.subject_id, record=row, receiving_id=receiving,
            deciding_id=deciding, provider_id=provider, actor=SYSTEM, role="system", command_id=ending.command_id,
            channel=CHAIN, kind=ending.kind, parent=listing, by_action="expire",
        ),
        now,
    )  # fmt: skip
    return made.case, pack
