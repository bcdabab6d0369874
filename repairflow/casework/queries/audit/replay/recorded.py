"""A case as its rows have it, for a replay: steps with what they saw, limits, rungs, materials."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from repairflow.auditing import chain
from repairflow.casework.case_state.steps import SERVICE, steps_of
from repairflow.law.calendar.workdays import Calendar
from repairflow.law.guards import Done
from repairflow.law.procedure.library import Library
from repairflow.records import cases, deadline, event, material, rung_fired
from repairflow.records.rows import CaseRow, DeadlineRow, EventRow, RungFiredRow, all_rows


@dataclass(frozen=True, slots=True)
class Recorded:
    """One event that moved the case (or kept it where it was): columns, and the content of its body."""

    seq: int
    action: str
    from_state: str | None
    to_state: str
    content: Mapping[str, Any]
    personal: Mapping[str, str]
    done: Done


@dataclass(frozen=True, slots=True)
class History:
    """Everything recorded of one case."""

    case: CaseRow
    steps: tuple[Recorded, ...]
    other: tuple[Mapping[str, Any], ...]  # contents of its events that are no steps
    deadlines: tuple[DeadlineRow, ...]
    rungs: tuple[RungFiredRow, ...]
    materials: tuple[tuple[str, int], ...]
    calendar: Calendar
    stood: tuple[
        tuple[Done, ...], ...
    ] = ()  # its steps as they stood after each of them, and after each service of a letter

    def version_at(self, index: int) -> str:
        """Return the procedure version the step was taken under."""
        return str(self.steps[index].content.get("version", self.case.procedure_version))

    @property
    def done(self) -> tuple[Done, ...]:
        """The steps as clocks and guards see them."""
        return tuple(step.done for step in self.steps)


def histories(tx: Connection, law: Library) -> Iterator[History]:
    """Yield every case of the database, oldest first."""
    for case in all_rows(tx.execute(select(cases).order_by(cases.c.id)), CaseRow):
        yield recorded(tx, law, case)


def recorded(tx: Connection, law: Library, case: CaseRow) -> History:
    """Everything recorded of one case."""
    rows = tuple(all_rows(tx.execute(select(event).where(event.c.case_id == case.id).order_by(event.c.seq)), EventRow))
    steps, other = [], []
    taken = iter(steps_of(rows))
    for row in rows:
        content = chain.content(row.body)
        if row.to_state is None:
            other.append(content)
            continue
        done = next(taken)
        personal = chain.personal(tx, row.id)
        steps.append(Recorded(row.seq, row.action, row.from_state, row.to_state, content, personal, done))
    handed = tx.execute(
        select(material.c.kind, material.c.step).where(material.c.case_id == case.id).order_by(material.c.id)
    )
    return History(
        case,
        tuple(steps),
        tuple(other),
        tuple(all_rows(tx.execute(select(deadline).where(deadline.c.case_id == case.id)), DeadlineRow)),
        tuple(all_rows(tx.execute(select(rung_fired).where(rung_fired.c.case_id == case.id)), RungFiredRow)),
        tuple((row.kind, row.step or 0) for row in handed),
        law.calendars.of(case.division_code),
        tuple(
            steps_of(rows[: n + 1]) for n, row in enumerate(rows) if row.to_state is not None or row.action in SERVICE
        ),
    )


def earlier_due_days(history: History) -> set[tuple[str, date]]:
    """Due days by clock that an event of the case says it had before a calendar or an erratum moved it."""
    return {
        (str(moved["clock"]), date.fromisoformat(moved["before"]))
        for content in history.other
        for moved in content.get("due_days", ())
        if moved.get("before")
    }
