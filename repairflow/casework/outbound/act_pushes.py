"""What platforms are told of administrative acts (行政许可等信息): each change of a public one, in one lane an act.

Acts of natural persons are kept and never public; of them nobody is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, exists, func, literal, select, update

from repairflow.auditing import chain
from repairflow.casework import outbox
from repairflow.casework.outbound import pushes, told_targets
from repairflow.casework.outbound.push_cause import About, Cause, To
from repairflow.casework.rows_by_id import office_of, subject_of
from repairflow.gateway.messages import Display, act_display
from repairflow.gateway.reconcile import Decided
from repairflow.records import act, office, subject, target
from repairflow.records import outbox as outbox_rows
from repairflow.records.rows import ActRow, all_rows, one_row

KIND = "act_changed"
MOST = 200
"""Standing acts told to one platform in one transaction."""


def push(tx: Connection, act_id: int, change: str, cause: Cause) -> int:
    """Ensure that every platform that shows what this office decides is told how the act stands after its change, as a version of
    its own; gives how many rows wait. Where a case brought it about, the rows are the case's, which may wait for their receipts."""
    tx.execute(update(act).where(act.c.id == act_id).values(version=act.c.version + 1))
    row = of(tx, act_id)
    return _tell(tx, row, change, () if row.of_person else _goals(tx, row), cause)


def push_renamed(tx: Connection, subject_id: int, cause: Cause) -> int:
    """Tell those who show acts that every public one of a subject bears another name; gives how many rows wait."""
    shown = (act.c.subject_id == subject_id, act.c.state == "published", ~act.c.of_person)
    tx.execute(update(act).where(*shown).values(version=act.c.version + 1))
    rows = all_rows(tx.execute(select(act).where(*shown).order_by(act.c.id)), ActRow)
    return sum(_tell(tx, row, "renamed", _goals(tx, row), cause, row.number) for row in rows)


def push_standing(tx: Connection, now: datetime) -> int:
    """Ensure that the platforms that take messages about acts are told of those that are public and of which they never were: public
    before acts were told, or before the platform took such messages. Gives how many rows wait, at most `MOST` for each platform."""
    return sum(_tell_standing(tx, goal, now) for goal in told_targets.showing(tx) if goal.to.has(KIND))


def _tell_standing(tx: Connection, goal: told_targets.Goal, now: datetime) -> int:
    told = exists().where(outbox_rows.c.lane == literal(goal.code + "/") + act.c.number, outbox_rows.c.kind == KIND)
    public = (act.c.state == "published", ~act.c.of_person, act.c.published_day.is_not(None), ~told)
    rows = (
        select(act)
        .join(subject, subject.c.id == act.c.subject_id)
        .join(office, office.c.id == act.c.office_id)
        .where(*public, told_targets.is_told_of(goal, subject.c.uscc, office.c.division_code)).order_by(act.c.id).limit(MOST)
    )  # fmt: skip
    # who settles one holds it: the next look tells it, if it still stands
    found = all_rows(tx.execute(rows.with_for_update(skip_locked=True, of=act)), ActRow)
    return sum(
        _tell(tx, row, "standing", [goal.to], Cause(chain.heads(tx, stream(row.number)).digest, now), row.number)
        for row in found
    )


def _goals(tx: Connection, row: ActRow) -> Sequence[To]:
    return [goal.to for goal in told_targets.told_of(tx, row.subject_id, row.office_id)]


def target_names(tx: Connection, row: ActRow) -> list[str]:
    """Return the names of the platforms that are told of a change of this act; none of an act that is not public."""
    if row.of_person or row.state != "published":
        return []
    return [goal.name for goal in told_targets.told_of(tx, row.subject_id, row.office_id) if goal.to.has(KIND)]


def repeat(tx: Connection, row: ActRow, to: To, cause: Cause) -> None:
    """Ensure that one platform is told once more how the act stands."""
    _tell(tx, row, "repeated", [to], cause)


def of(tx: Connection, act_id: int) -> ActRow:
    """Return the act as it stands now."""
    return one_row(tx.execute(select(act).where(act.c.id == act_id)), ActRow)


def numbered(tx: Connection, number: str) -> ActRow:
    """Return the act of this number as it stands now."""
    return one_row(tx.execute(select(act).where(act.c.number == number)), ActRow)


def state(row: ActRow) -> str:
    """Return how an act that was public stands, as messages say it."""
    if row.state == "published":
        return "disputed" if row.disputed_on is not None else "published"
    return row.withdrawn_as or "withdrawn"


def shown(row: ActRow) -> Display:
    """Return what a platform must show of the act."""
    return act_display(state(row))


def stream(number: str) -> str:
    """Return the name of an act's own part of the trail."""
    return f"act/{number}"


def number_of(lane: str) -> str:
    """Return the number of the act that a push of `KIND` in this lane is about; the row names it nowhere else."""
    return lane.partition("/")[2]


def is_about() -> ColumnElement[bool]:
    """Return whether a row of the outbox, beside its target, is a push about the act beside it; see `number_of`."""
    number = func.substr(outbox_rows.c.lane, func.length(target.c.code) + 2)
    return and_(outbox_rows.c.kind == KIND, act.c.number == number)


def _sent(*which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return whether a push about an act stands in a target's lane, which an index finds."""
    lane = target.c.code + "/" + act.c.number
    return exists().where(outbox_rows.c.lane == lane, outbox_rows.c.kind == KIND, *which)


def decided(tx: Connection, target_id: int, since: datetime) -> list[Decided]:
    """Return every act this target was told of, as it stands with us now; in flight where a message was under way since then."""
    taken, flying = _sent(outbox_rows.c.state == "done"), _sent(outbox.under_way(since))
    rows = tx.execute(
        select(act, flying.label("in_flight"))
        .select_from(act.join(target, target.c.id == target_id))
        .where(act.c.published_day.is_not(None), taken | flying).order_by(act.c.number)
    ).all()  # fmt: skip
    standing = [(ActRow(*row[:-1]), bool(row.in_flight)) for row in rows]
    return [Decided(row.number, shown(row), row.version, flies) for row, flies in standing]


def _tell(tx: Connection, row: ActRow, change: str, goals: Sequence[To], cause: Cause, mark: str | None = None) -> int:
    place = office_of(tx, row.office_id)
    payload: dict[str, object] = {
        "chain_head": cause.event,
        "subject": pushes.named(tx, subject_of(tx, row.subject_id)),
        "act": {
            "number": row.number, "kind": row.kind, "doc_no": row.document_number, "organ": place.name,
            "organ_uscc": place.uscc, "decision_date": row.decision_date,
        },
        "version": row.version, "change": change, "state": state(row), "title": row.title, "basis": row.basis,
        "valid_from": row.valid_from, "valid_until": row.valid_until, "note": row.note or "", "changed_at": cause.at,
    }  # fmt: skip
    about = About(row.number, None)
    return outbox.add(tx, cause.at, *(cause.push(goal, KIND, payload, about, mark) for goal in goals))
