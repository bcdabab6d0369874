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
from repairflow.law.procedure.packs import RulePack
from repairflow.records import cases
from repairflow.records.rows import CaseRow, ListEntryRow, RecordRow, one_row
from repairflow.times import local_day


@dataclass(frozen=True, slots=True)
class Ending:
    """An entry whose longest stay is over: the procedure that ends it, its record (if it has one), and the command's id."""

    procedure: str
    entry: ListEntryRow
    record: RecordRow | None
    command_id: CommandId


def end(tx: Connection, services: Services, ending: Ending, now: datetime) -> tuple[bool, RulePack]:
    """Afterwards a case of the system ends the entry, or waits for the office where its first step may not be taken yet.

    Gives whether the step was taken, and the rule pack the case keeps.
    """
    number, pack = begin(tx, services, ending, now)
    taken = try_system(tx, services, number, "opened", following(ending.command_id, "opened"), now)
    return taken is not None, pack


def begin(tx: Connection, services: Services, ending: Ending, now: datetime) -> tuple[str, RulePack]:
    """Afterwards the case of the system stands before its first step; gives its number and its rule pack."""
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
            channel="chain", kind="expiry", parent=listing, by_action="expire",
        ),
        now,
    )  # fmt: skip
    return made.case, pack
