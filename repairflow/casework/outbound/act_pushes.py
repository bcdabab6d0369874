"""What platforms are told of administrative acts (行政许可等信息): each change of a public one, in one lane an act.

Acts of natural persons are kept and never public; of them nobody is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import islice

from sqlalchemy import ColumnElement, Connection, exists, literal, select, update

from repairflow.auditing import chain
from repairflow.casework import outbox
from repairflow.casework.outbound import pushes
from repairflow.casework.outbound.push_cause import About, Cause, To
from repairflow.casework.rows_by_id import office_of, subject_of
from repairflow.gateway.messages import Display, act_display
from repairflow.gateway.reconcile import Decided
from repairflow.records import act, target
from repairflow.records import outbox as outbox_rows
from repairflow.records.rows import ActRow, all_rows, one_row

KIND = "act_changed"
MOST = 200
"""Standing acts told to one platform in one transaction."""


def push(tx: Connection, act_id: int, change: str, event: str, now: datetime) -> int:
    """Ensure that every platform that shows what this office decides is told how the act stands after its change, as a version of
    its own; gives how many rows wait."""
    tx.execute(update(act).where(act.c.id == act_id).values(version=act.c.version + 1))
    row = of(tx, act_id)
    return _tell(tx, row, change, () if row.of_person else _goals(tx, row), Cause(event, now))


def push_renamed(tx: Connection, subject_id: int, cause: Cause) -> int:
    """Tell those who show acts that every public one of a subject bears another name; gives how many rows wait."""
    shown = (act.c.subject_id == subject_id, act.c.state == "published", ~act.c.of_person)
    tx.execute(update(act).where(*shown).values(version=act.c.version + 1))
    rows = all_rows(tx.execute(select(act).where(*shown).order_by(act.c.id)), ActRow)
    return sum(_tell(tx, row, "renamed", _goals(tx, row), cause, row.number) for row in rows)


def push_standing(tx: Connection, now: datetime) -> int:
    """Ensure that the platforms that take messages about acts are told of those that are public and of which they never were: public
    before acts were told, or before the platform took such messages. Gives how many rows wait, at most `MOST` for each platform."""
    goals = tx.execute(
        select(target.c.id, target.c.code, target.c.takes)
        .where(target.c.active, target.c.kind.in_(pushes.SHOWN_BY)).order_by(target.c.id)
    ).all()  # fmt: skip
    return sum(_tell_standing(tx, to, now) for to in (To(*goal) for goal in goals) if to.has(KIND))


def _tell_standing(tx: Connection, to: To, now: datetime) -> int:
    never = exists().where(outbox_rows.c.lane == literal(to.code + "/") + act.c.number, outbox_rows.c.kind == KIND)
    public = (act.c.state == "published", ~act.c.of_person, act.c.published_day.is_not(None), ~never)
    # who settles one holds it: the next look tells it, if it still stands
    rows = all_rows(tx.execute(select(act).where(*public).order_by(act.c.id).with_for_update(skip_locked=True)), ActRow)
    concerned = (row for row in rows if any(goal.id == to.id for goal in _goals(tx, row)))
    return sum(
        _tell(tx, row, "standing", [to], Cause(chain.heads(tx, f"act/{row.number}").digest, now), row.number)
        for row in islice(concerned, MOST)
    )


def _goals(tx: Connection, row: ActRow) -> Sequence[To]:
    return [goal.to for goal in pushes.told_of(tx, row.subject_id, row.office_id)]


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


def sent(*which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return whether a target was told, or is being told, of an act: pushes are found by their lane (target and number)."""
    lane = target.c.code + "/" + act.c.number
    return exists().where(outbox_rows.c.lane == lane, outbox_rows.c.kind == KIND, *which)


def unfinished(since: datetime | None = None) -> ColumnElement[bool]:
    """Return whether a push is still on its way; with `since`, or ended after that."""
    on = outbox_rows.c.state.in_(outbox.UNFINISHED)
    return on if since is None else on | (outbox_rows.c.ended_at >= since)


def decided(tx: Connection, target_id: int, since: datetime) -> list[Decided]:
    """Return every act this target was told of, as it stands with us now; in flight where a message was under way since then."""
    taken, flying = sent(outbox_rows.c.state == "done"), sent(unfinished(since))
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
        "valid_from": row.valid_from, "valid_until": row.valid_until, "changed_at": cause.at,
    }  # fmt: skip
    about = About(row.number, None)
    return outbox.add(tx, cause.at, *(cause.push(goal, KIND, payload, about, mark) for goal in goals))
