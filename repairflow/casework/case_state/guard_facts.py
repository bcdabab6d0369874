"""What guards may look at, built here alone: of a step of a case, and of a filing that has no case yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, bindparam, or_, select

from repairflow.casework.case_state import act_objects
from repairflow.casework.case_state.case_events import FILE
from repairflow.casework.case_state.situation import Situation
from repairflow.casework.case_state.standing_letters import stands
from repairflow.casework.case_state.subject_facts import of_subject
from repairflow.casework.rows_by_id import subject_of
from repairflow.law.guards import Facts, Linked, RecordFacts
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.packs import RulePack
from repairflow.prepared import Prepared
from repairflow.read_once import read_once
from repairflow.records import case_link, cases, event, letter, material, outbox, service, target
from repairflow.records.rows import ActRow, CaseRow, RecordRow, all_rows
from repairflow.times import local_day


class _Handed(NamedTuple):
    kind: str
    step: int | None


class _Pushed(NamedTuple):
    name: str
    state: str


_materials = Prepared(
    select(material.c.kind, material.c.step).where(material.c.case_id == bindparam("case")).order_by(material.c.id),
    _Handed,
)
_pushes = Prepared(
    select(target.c.name, outbox.c.state)
    .join(target, target.c.id == outbox.c.target_id)
    .where(outbox.c.case_id == bindparam("case"), outbox.c.topic == "push")
    .order_by(outbox.c.id),
    _Pushed,
)


CLOCK_GUARDS = frozenset({"clock_not_yet_over"})
"""Guards that look at due days: others spare the count."""

MATERIAL_GUARDS = frozenset(
    {"materials_complete", "new_material_supplied", "nothing_promised", "materials_promised", "promised_supplied"}
)
"""Guards that look at what was handed in: others spare the query."""

LINK_GUARDS = frozenset(
    {
        "other_office_than_first", "other_person_than_first", "first_case_was",
        "within_term_of_first", "follows_no_case", "follows_case", "favourable_entry_stands",
        "favourable_entry_gone",
    }
)  # fmt: skip
"""Guards that look at linked cases: others spare the query."""


@dataclass(frozen=True, slots=True)
class GuardedStep:
    """The step that guards are asked about; `fresh` are kinds of materials that come with it."""

    action: str
    now: datetime
    inputs: Mapping[str, Any] = field(default_factory=dict)  # values of many kinds, as the form declares them
    fresh: tuple[str, ...] = ()
    actor_id: int | None = None


def of_step(tx: Connection, at: Situation, asked: GuardedStep) -> Facts:
    """Return what the guards of an action may look at; what none of them asks for is not read."""
    case, action, now = at.case, asked.action, asked.now
    uses = {use.guard for use in at.procedure.action[action].guards}
    materials: list[tuple[str, int]] = []
    if uses & MATERIAL_GUARDS:
        handed = read_once(tx, ("materials", case.id), lambda: _materials.run(tx, case=case.id).rows)
        materials = [(row.kind, row.step or 0) for row in handed]
    pushes: tuple[tuple[str, str], ...] = ()
    if "all_targets_acknowledged" in uses:
        pushed = read_once(tx, ("pushes", case.id), lambda: _pushes.run(tx, case=case.id).rows)
        pushes = tuple((row.name, row.state) for row in pushed)
    barred = None
    if "commitment_route_open" in uses:
        barred = subject_of(tx, case.subject_id).no_commitment_until
    known = Facts(
        procedure=at.procedure,
        pack=at.pack,
        action=action,
        now=now,
        today=local_day(now),
        history=at.history,
        inputs=asked.inputs,
        filing=case.inputs,
        record=of_record(act_objects.object_of(at.record, at.act)),
        materials=(*materials, *((kind, 0) for kind in asked.fresh)),
        filed_by_agent=bool(case.inputs.get("filed_by_agent")),
        open_same=_same_open(tx, case) if "no_duplicate_pending" in uses else (),
        pushes=pushes,
        due_days={name: due.due_day for name, due in at.dues.items()} if uses & CLOCK_GUARDS else {},
        no_commitment_until=barred,
        kind=case.kind,
        actor_id=asked.actor_id,
        linked=linked(tx, case.id) if uses & LINK_GUARDS else (),
        deciding_id=case.deciding_id,
        division_code=case.division_code,
        calendar=at.calendar,
    )
    return of_subject(tx, known, at.procedure.action[action].guards, case.subject_id, at.record)


def _same_open(tx: Connection, case: CaseRow) -> tuple[str, ...]:
    asked = partial(other_open, tx, case.procedure, case.record_id, case.id, act_id=case.act_id)
    return read_once(tx, ("same_open", case.id), asked)


def of_filing(procedure: Procedure, pack: RulePack, now: datetime, row: RecordRow | ActRow | None) -> Facts:
    """Return what the guards of a filing on a record or an act (or neither) may look at; who knows more adds it with `replace`."""
    return Facts(procedure, pack, FILE, now, local_day(now), record=of_record(row))


def of_record(row: RecordRow | ActRow | None) -> RecordFacts | None:
    """Return what guards may know of the row of a record, or of the act that a case is about in its place."""
    if row is None:
        return None
    if isinstance(row, ActRow):
        return act_objects.facts_of(row)
    return RecordFacts(
        row.number,
        row.kind,
        row.severity,
        row.state,
        row.apply_from,
        row.min_until,
        row.max_until,
        tuple(row.penalty_kinds),
        list_kind=_text(row.source.get("list_kind")),
        minor=row.minor,
        of_person=row.of_person,
        bar=row.not_repairable,
        annulled=row.annulled_at is not None,
    )


def linked(tx: Connection, case_id: int) -> tuple[Linked, ...]:
    """Return the cases joined to this one, whichever came first."""
    return read_once(tx, ("linked", case_id), lambda: _linked(tx, case_id))


def _linked(tx: Connection, case_id: int) -> tuple[Linked, ...]:
    found: list[tuple[CaseRow, bool]] = []
    for opened_this, ours, theirs in (
        (True, case_link.c.to_id, case_link.c.from_id),
        (False, case_link.c.from_id, case_link.c.to_id),
    ):
        rows = tx.execute(
            select(cases).join(case_link, theirs == cases.c.id).where(ours == case_id).order_by(cases.c.id)
        )
        for row in all_rows(rows, CaseRow):
            found.append((row, opened_this))
    return tuple(_linked_cases(tx, found))


def linked_case(tx: Connection, row: CaseRow, *, opened_this: bool) -> Linked:
    """Return what guards may know of a linked case's row."""
    return read_once(tx, ("linked_case", row.id, opened_this), lambda: _linked_cases(tx, [(row, opened_this)])[0])


def _linked_cases(tx: Connection, found: Sequence[tuple[CaseRow, bool]]) -> list[Linked]:
    """Return what guards may know of these cases, each with whether it opened the one that is looked at: two questions for all."""
    acted = _actors(tx, [row.id for row, _ in found])
    served = _decisions_served(tx, [row.id for row, _ in found if row.closed_at is not None])
    return [
        Linked(
            row.number, row.procedure, row.state, row.outcome, row.deciding_id, acted.get(row.id, frozenset()),
            opened_this, local_day(row.closed_at) if row.closed_at is not None else None, row.kind,
            *served.get(row.id, (None, False)),
        )
        for row, opened_this in found
    ]  # fmt: skip


def _actors(tx: Connection, case_ids: Sequence[int]) -> dict[int, frozenset[int]]:
    """Return who took a step in each of these cases."""
    if not case_ids:
        return {}
    asked = select(event.c.case_id, event.c.actor_id).where(event.c.case_id.in_(case_ids))
    found: dict[int, set[int]] = {}
    for case_id, actor_id in tx.execute(asked.where(event.c.actor_id.is_not(None)).distinct()):
        found.setdefault(case_id, set()).add(actor_id)
    return {case_id: frozenset(actors) for case_id, actors in found.items()}


def _decisions_served(tx: Connection, case_ids: Sequence[int]) -> dict[int, tuple[date | None, bool]]:
    """Return the day on which the newest letter of each of these cases that tells remedies counts as served, and whether it is still
    to be; a case without such a letter left out."""
    if not case_ids:
        return {}
    in_force = and_(service.c.letter_id == letter.c.id, service.c.withdrawn_at.is_(None))
    rows = tx.execute(
        select(letter.c.case_id, letter.c.content, service.c.effective_day)
        .outerjoin(service, in_force)
        .where(letter.c.case_id.in_(case_ids), stands())
        .order_by(letter.c.id.desc())
    )
    found: dict[int, tuple[date | None, bool]] = {}
    for row in rows:
        if row.case_id not in found and row.content.get("fields", {}).get("remedy_paragraphs"):
            found[row.case_id] = row.effective_day, row.effective_day is None
    return found


def decided_before(tx: Connection, procedure: str, before: CaseRow | None) -> tuple[str, ...]:
    """Numbers of cases of a procedure opened after the case row `before` and decided on their merits."""
    if before is None:
        return ()
    rows = tx.execute(
        select(cases.c.number, cases.c.outcome)
        .join(case_link, case_link.c.to_id == cases.c.id)
        .where(case_link.c.from_id == before.id, cases.c.procedure == procedure, cases.c.outcome.is_not(None))
        .order_by(cases.c.id)
    )
    return tuple(row.number for row in rows if row.outcome not in {"withdrawn", "lapsed", "refused"})


def other_open(
    tx: Connection, procedure: str, record_id: int | None, but: int | None, before: CaseRow | None = None,
    of_kind: str | None = None, act_id: int | None = None,
) -> tuple[str, ...]:  # fmt: skip
    """Numbers of other open cases of this procedure (of this kind alone, where one is named) on the record or act, or that follow the
    same case `before`."""
    same: list[ColumnElement[bool]] = []
    if record_id is not None:
        same.append(cases.c.record_id == record_id)
    if act_id is not None:
        same.append(cases.c.act_id == act_id)
    if before is not None:
        same.append(cases.c.id.in_(select(case_link.c.to_id).where(case_link.c.from_id == before.id)))
    if not same:
        return ()
    rows = tx.execute(
        select(cases.c.id, cases.c.number)
        .where(or_(*same), cases.c.procedure == procedure, cases.c.closed_at.is_(None))
        .where(*(() if of_kind is None else (cases.c.kind == of_kind,)))
        .order_by(cases.c.id)
    )
    return tuple(row.number for row in rows if row.id != but)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
