"""Similar cases and earlier decisions (同类办件): how cases of the same kind ended in the same office, on which grounds and why.

For who decides alike in like cases. The newest `LOOKED_AT` closed cases are looked at, so that the page costs the same in an old archive.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, func, or_, select

from repairflow.auditing import chain
from repairflow.casework.actor import Actor
from repairflow.casework.permissions import inside_scope, may_note
from repairflow.casework.queries.standing_steps import stands
from repairflow.errors import NotFound
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.roles import OFFICE_ROLES, outcome_side
from repairflow.law.procedure.vocabulary import OutcomeSide
from repairflow.records import cases, event, record
from repairflow.records.rows import CaseRow

LOOKED_AT, SHOWN = 300, 20
SAME_BEHAVIOUR, SAME_CLASS, SAME_KIND = "同一违法行为", "同一失信程度", "同一类别"


@dataclass(frozen=True, slots=True)
class Earlier:
    """One closed case; `alike` says in what it is like this one, `ground` and `reason` are those of the decision."""

    number: str
    closed_at: datetime
    outcome: str
    side: OutcomeSide | None
    ground: str
    ground_label: str
    reason: str
    alike: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ground:
    """A ground on which cases were decided, and how often."""

    code: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Similar:
    """What was found: how many cases were looked at and how they ended, the grounds, and those most alike, newest first."""

    looked_at: int
    outcomes: tuple[tuple[str, int], ...]
    grounds: tuple[Ground, ...]
    cases: tuple[Earlier, ...]


class _Row(NamedTuple):
    id: int
    number: str
    procedure_version: str
    pack: str
    kind: str | None
    state: str
    outcome: str | None
    closed_at: datetime
    behaviour: str | None
    severity: str | None


def similar(tx: Connection, law: Library, actor: Actor, case: CaseRow, ground: str = "") -> Similar:
    """Return what cases of this procedure came to in the office that decides this one; with `ground` those decided on it alone.
    NotFound for who does not see inside the case."""
    if not may_note(actor, case):
        raise NotFound
    rows = [_Row(*row) for row in tx.execute(_closed(actor, case))]
    decided = _decisions(tx, rows)
    about = tx.execute(select(record.c.behaviour, record.c.severity).where(record.c.id == case.record_id)).first()
    found = []
    for row in rows:
        procedure = law.procedures.get((case.procedure, row.procedure_version))
        if procedure is None:
            continue
        alike = _alike(row, case, about.behaviour if about else None, about.severity if about else None)
        found.append(_earlier(law, procedure, row, decided.get(row.id), alike))
    grounds = Counter((one.ground, one.ground_label) for one in found if one.ground)
    chosen = [one for one in found if not ground or one.ground == ground]
    chosen.sort(key=lambda one: (-len(one.alike), -one.closed_at.timestamp()))
    return Similar(
        len(found), tuple(Counter(one.outcome for one in found).most_common()),
        tuple(Ground(code, label, count) for (code, label), count in grounds.most_common()), tuple(chosen[:SHOWN]),
    )  # fmt: skip


def _closed(actor: Actor, case: CaseRow) -> Select[Any]:
    columns = (
        cases.c.id, cases.c.number, cases.c.procedure_version, cases.c.pack, cases.c.kind, cases.c.state, cases.c.outcome,
        cases.c.closed_at, record.c.behaviour, record.c.severity,
    )  # fmt: skip
    return (
        select(*columns)
        .outerjoin(record, record.c.id == cases.c.record_id)
        .where(
            cases.c.deciding_id == case.deciding_id, cases.c.closed_at.is_not(None), cases.c.procedure == case.procedure,
            cases.c.id != case.id, inside_scope(actor),
        )
        .order_by(cases.c.closed_at.desc(), cases.c.id.desc())
        .limit(LOOKED_AT)
    )  # fmt: skip


class _Decision(NamedTuple):
    action: str
    ground: str
    reason: str


def _decisions(tx: Connection, rows: list[_Row]) -> dict[int, _Decision]:
    """Return what each case was decided by: the person's step that ended it; where the system ended it, as by receipts after a grant,
    the last step of an office that led it on. None where it ended by itself and nobody decided (逾期未补正)."""
    ends = {row.id: row for row in rows}
    led_on = (
        event.c.case_id.in_(list(ends)),
        event.c.actor_id.is_not(None),
        event.c.from_state != event.c.to_state,
        stands(),
    )
    last = (
        select(func.max(event.c.id))
        .where(*led_on, or_(event.c.actor_role.in_(list(OFFICE_ROLES)), event.c.to_state == cases.c.state))
        .join(cases, cases.c.id == event.c.case_id)
        .group_by(event.c.case_id)
    )
    columns = (event.c.case_id, event.c.action, event.c.reason, event.c.body, event.c.to_state)
    found = {}
    for one in tx.execute(select(*columns).where(event.c.id.in_(last))):
        row = ends[one.case_id]
        if one.to_state == row.state or outcome_side(row.outcome) != "neutral":
            ground = str(chain.content(one.body).get("ground") or "")
            found[row.id] = _Decision(one.action, ground, one.reason or "")
    return found


def _alike(row: _Row, case: CaseRow, behaviour: str | None, severity: str | None) -> tuple[str, ...]:
    same = (
        (SAME_BEHAVIOUR, row.behaviour is not None and row.behaviour == behaviour),
        (SAME_CLASS, row.severity is not None and row.severity == severity),
        (SAME_KIND, row.kind is not None and row.kind == case.kind),
    )
    return tuple(label for label, is_so in same if is_so)


def _earlier(
    law: Library, procedure: Procedure, row: _Row, decided: _Decision | None, alike: tuple[str, ...]
) -> Earlier:
    ground = decided.ground if decided is not None else ""
    label = ""
    if decided is not None and ground and (pack := law.packs.get(row.pack)) is not None:
        item = pack.lists.get(procedure.ground_list(decided.action) or "", {}).get(ground)
        label = item.label if item is not None else ground
    return Earlier(
        row.number, row.closed_at, procedure.state[row.state].label, outcome_side(row.outcome), ground, label,
        decided.reason if decided is not None else "", alike,
    )  # fmt: skip
