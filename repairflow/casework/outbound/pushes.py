"""What leaves this installation after a step: outbox rows, written in its transaction, one per target and message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, select, update

from repairflow.casework import outbox, told_periods
from repairflow.casework.case_state import withdrawal_statements
from repairflow.casework.case_state.record_change import Change
from repairflow.casework.outbound import public_changes
from repairflow.casework.outbound.push_cause import About, Cause, To
from repairflow.casework.outbound.told_targets import SHOWING, Goal, concerned, near, showing
from repairflow.casework.outbox import ToDo
from repairflow.casework.rows_by_id import office_of, record_of, subject_of
from repairflow.law.guards import PUBLIC_STATES
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.packs import ListKind
from repairflow.read_once import once
from repairflow.records import measure, office, subject, target
from repairflow.records import outbox as outbox_rows
from repairflow.records.rows import CaseRow, RecordRow, SubjectRow, all_rows, one_row


class _Imposed(NamedTuple):
    """A measure on a record beside a partner's target in use."""

    code: str
    imposed_on: date
    until: date | None
    organ: str
    target_id: int
    name: str
    target: str
    takes: Sequence[str] | None

    @property
    def to(self) -> To:
        return To(self.target_id, self.target, self.takes)


class Moved(NamedTuple):
    """A record as it stood before a change, and as it stands now."""

    before: RecordRow
    now: RecordRow


REPAIRS = frozenset({"repair", "minor_repair", "reorganisation", "correction"})
"""Procedures whose end of publicity is a repair."""


def press(tx: Connection, letter_id: int, case_id: int | None, now: datetime, again: int = 0) -> None:
    """Ensure that a row waits for the press to make the letter's PDF; to make it `again`, by the number of the event that asks so."""
    name = f"press-{letter_id}-{again}" if again else f"press-{letter_id}"
    lane = _press_lane(letter_id)
    outbox.add(tx, now, ToDo(name, "press", lane=lane, kind="press", letter_id=letter_id, case_id=case_id))


def asked_again(tx: Connection, letter_id: int) -> int | None:
    """Return the number of the newest event that asks for a letter's PDF again and is not yet done; None where none does."""
    waiting = outbox_rows.c.lane == _press_lane(letter_id), outbox_rows.c.state.in_(outbox.UNFINISHED)
    keys = tx.execute(select(outbox_rows.c.key).where(*waiting)).scalars()
    return max((int(again) for key in keys if (again := key.removeprefix(f"press-{letter_id}")[1:])), default=None)


def _press_lane(letter_id: int) -> str:
    return f"press/{letter_id}"


def push_record(
    tx: Connection,
    law: Library,
    row: RecordRow,
    change: Change,
    cause: Cause,
    result: Mapping[str, Any] | None = None,
    *,
    mark: str | None = None,
) -> int:
    """Tell every target what changed on a record; gives how many rows wait.

    `row` is the record as it stood before, `change` what effects did, `result` the case's own message beside it. What is
    told is the record as it stands now, whatever of it was corrected.
    """
    return push_moved(tx, law, Moved(row, record_of(tx, row.id)), change, cause, result, mark=mark)


def push_moved(
    tx: Connection,
    law: Library,
    moved: Moved,
    change: Change,
    cause: Cause,
    result: Mapping[str, Any] | None = None,
    *,
    mark: str | None = None,
) -> int:
    """As `push_record`, for a caller who has read the record after its change."""
    row, now = moved
    public_changes.note(tx, row, change, cause.at)
    data = about_record(tx, now, cause.event)
    message = shown(now, change, data, cause.at, confirmed=told_periods.may_tell(tx, law, now))
    if (stated := withdrawal_statements.of_push(tx, row.id, cause.at)) is not None:
        message["withdrawal"] = stated
    told = [("record_changed", message)]
    if result is not None and cause.case is not None:
        extra = dict(result)
        kind = extra.pop("kind")
        if extra.get("effective_period"):
            extra["period_confirmed"] = message["period_confirmed"]
        told.append((kind, {**data, **cause.of_case, **extra}))
    wanted = [
        cause.push(goal.to, kind, payload, About(row.number, row.id), mark)
        for goal in informed_targets(tx, row, change, now.authority_id)
        for kind, payload in told
    ]
    waits = outbox.add(tx, cause.at, *wanted)
    if cause.case is None:
        return waits
    lifted = _lift(tx, row, data, cause, measure.c.id.in_(change.lifted)) if change.lifted else 0
    return waits + lifted + (_restore(tx, row, data, cause, change) if change.restored else 0)


def target_names(tx: Connection, row: RecordRow, change: Change) -> list[str]:
    """Names of the targets that a change of a record is told to: those that `push_record` writes to of what the change does to the
    record and to measures, each only where it takes that kind of message.

    `row` is the record as it stood before; the partners are those of the measures that end or come back with it.
    """
    goals = informed_targets(tx, row, change, record_of(tx, row.id).authority_id)
    names = {goal.id: goal.name for goal in goals if goal.to.has("record_changed")}
    for kind, moved in (("measure_lift", change.lifted), ("measure_restore", change.restored)):
        partners = _partners(tx, row.id, measure.c.id.in_(moved)) if moved else ()
        names |= {item.target_id: item.name for item in partners if item.to.has(kind)}
    return [names[key] for key in sorted(names)]


def informed_targets(tx: Connection, row: RecordRow, change: Change, authority_id: int) -> Sequence[Goal]:
    """Return the targets that show records and are told of this one's change. What the public never saw (轻微信息、未成年人的信息、
    内部名单) is not told to them, nor its return."""
    hidden = "unpublished" in (row.state, change.to_state) and change.to_state not in PUBLIC_STATES
    return (
        () if row.minor or hidden else near(tx, once(tx, "showing", lambda: showing(tx)), row.subject_id, authority_id)
    )


def shown(
    row: RecordRow, change: Change, data: Mapping[str, object], now: datetime, *, confirmed: bool
) -> dict[str, object]:
    """Return what those who show records are told of one; `confirmed` where the days of its period may be told for certain."""
    return {
        **data,
        "version": row.version,
        "behaviour": row.behaviour,
        "class": row.severity,
        "state": change.to_state,
        "publish_from": row.publish_from,
        "min_until": row.min_until,
        "max_until": row.max_until,
        "period_confirmed": confirmed,
        "note": row.note,
        "content": {
            "facts": row.facts,
            "penalty_kinds": tuple(row.penalty_kinds),
            "penalty_content": row.penalty_content,
            "fine_wan": row.fine_wan,
            "confiscated_wan": row.confiscated_wan,
        },
        "changed_at": now,
    }


def push_list_change(tx: Connection, row: RecordRow, list_kind: str, change: str, cause: Cause) -> int:
    """Tell those who show records that one entered or left a list; gives how many rows wait."""
    payload = {**about_record(tx, row, cause.event), **cause.of_case, "list_kind": list_kind, "change": change}
    goals = concerned(tx, SHOWING, row.subject_id, row.authority_id)
    wanted = [cause.push(goal.to, "list_change", payload, About(row.number, row.id)) for goal in goals]
    return outbox.add(tx, cause.at, *wanted)


def push_honour(tx: Connection, case: CaseRow, listed: tuple[str, ListKind], change: str, cause: Cause) -> int:
    """Tell those who show records that an organisation came onto or left a list of the trustworthy (code and rules); gives how many
    rows wait. Nobody is told of an internal list, nor of a natural person."""
    code, kind = listed
    holder = one_row(tx.execute(select(subject).where(subject.c.id == case.subject_id)), SubjectRow)
    if not kind.public or holder.kind == "natural_person":
        return 0
    payload = {
        "chain_head": cause.event, "subject": {"name": holder.name, "uscc": holder.uscc}, **cause.of_case, "list_kind": code,
        "list_label": kind.label, "change": change,
    }  # fmt: skip
    goals = concerned(tx, SHOWING, case.subject_id, case.deciding_id)
    wanted = [cause.push(goal.to, "honour_change", payload, About(case.number, case.record_id)) for goal in goals]
    return outbox.add(tx, cause.at, *wanted)


def push_interview(tx: Connection, case: CaseRow, held_on: date, result: str, cause: Cause) -> int:
    """Tell province and authority, never the public, that an interview was held and what came of it."""
    holder = one_row(tx.execute(select(subject).where(subject.c.id == case.subject_id)), SubjectRow)
    payload = {
        "chain_head": cause.event, "subject": {"name": holder.name, "uscc": holder.uscc}, **cause.of_case,
        "kind": case.kind, "date": held_on, "result": result,
    }  # fmt: skip
    goals = concerned(tx, SHOWING.where(target.c.kind != "public_platform"), case.subject_id, case.deciding_id)
    wanted = [cause.push(goal.to, "interview_record", payload, About(case.number, case.record_id)) for goal in goals]
    return outbox.add(tx, cause.at, *wanted)


def push_lift(tx: Connection, row: RecordRow, cause: Cause) -> int:
    """Tell partners of the measures on a record that were lifted this very moment; gives how many rows wait."""
    return _lift(tx, row, about_record(tx, row, cause.event), cause, measure.c.lifted_at == cause.at)


def about_record(tx: Connection, row: RecordRow, event: str) -> dict[str, object]:
    """Return what every message about a record says of it and of its subject."""
    holder = subject_of(tx, row.subject_id)
    authority = office_of(tx, row.authority_id)
    return {
        "chain_head": event,
        # 自然人信息默认不对外公示全名
        "subject": named(tx, holder),
        "record": {
            "number": row.number,
            "type": row.kind,
            "doc_no": row.document_number,
            "organ": authority.name,
            "organ_uscc": authority.uscc,
            "decision_date": row.decision_date,
        },
    }


def named(tx: Connection, holder: SubjectRow) -> dict[str, object]:
    """Return what messages say of a subject: of a natural person the surname alone, of one that was merged or split who succeeds it."""
    said: dict[str, object] = {"name": holder.name if holder.uscc else holder.name[:1] + "*", "uscc": holder.uscc}
    if holder.successor_id is None:
        return said
    after = subject_of(tx, holder.successor_id)
    return said | {"successor": {"name": after.name, "uscc": after.uscc}}


def push_imposed(tx: Connection, row: RecordRow, code: str, cause: Cause) -> int:
    """Tell the partner whose measure was registered on a record in this step; gives how many rows wait."""
    data = about_record(tx, row, cause.event)
    mine = (measure.c.code == code, measure.c.office_id == cause.case.provider_id) if cause.case is not None else ()
    wanted = []
    for item in _partners(tx, row.id, measure.c.lifted_at.is_(None), *mine) if mine else ():
        dates = {"imposed_on": item.imposed_on, "until": item.until}
        payload = {**data, **cause.of_case, "measure_code": item.code, "organ": item.organ, **dates}
        about = About(row.number, row.id)
        wanted.append(cause.push(item.to, "measure_impose", payload, about, mark=f"{code}-on"))
    return outbox.add(tx, cause.at, *wanted)


def _partners(tx: Connection, record_id: int, *which: ColumnElement[bool]) -> Sequence[_Imposed]:
    """Return the measures on a record with the partners' targets in use."""
    rows = (
        select(
            measure.c.code, measure.c.imposed_on, measure.c.until, office.c.name.label("organ"),
            target.c.id.label("target_id"), target.c.name, target.c.code.label("target"), target.c.takes,
        )
        .join(office, office.c.id == measure.c.office_id)
        .join(target, target.c.office_id == measure.c.office_id)
        .where(measure.c.record_id == record_id, *which, target.c.active)
    )  # fmt: skip
    return all_rows(tx.execute(rows), _Imposed)


def _restore(tx: Connection, row: RecordRow, data: Mapping[str, object], cause: Cause, change: Change) -> int:
    """Tell partners of the measures that stand again."""
    wanted = []
    for item in _partners(tx, row.id, measure.c.id.in_(change.restored)):
        payload = {**data, **cause.of_case, "measure_code": item.code, "organ": item.organ, "restored_at": cause.at}
        about = About(row.number, row.id)
        wanted.append(cause.push(item.to, "measure_restore", payload, about, mark=f"{item.code}-again"))
    return outbox.add(tx, cause.at, *wanted)


def _lift(tx: Connection, row: RecordRow, data: Mapping[str, object], cause: Cause, which: ColumnElement[bool]) -> int:
    """Tell partners of these measures of the record that they ended."""
    wanted = []
    for item in _partners(tx, row.id, which):
        payload = {**data, **cause.of_case, "measure_code": item.code, "organ": item.organ, "lifted_at": cause.at}
        about = About(row.number, row.id)
        wanted.append(cause.push(item.to, "measure_lift", payload, about, mark=item.code))
    return outbox.add(tx, cause.at, *wanted)


def may_waive(tx: Connection, case_id: int) -> bool:
    """Tell whether the case waits for any push that `waive` could end."""
    waiting = select(outbox_rows.c.id).where(
        outbox_rows.c.case_id == case_id, outbox_rows.c.target_id.is_not(None), outbox_rows.c.state.in_(outbox.UNFINISHED)
    )  # fmt: skip
    return tx.execute(waiting.limit(1)).first() is not None


def waive(tx: Connection, case_id: int, code: str, reason: str | None, now: datetime) -> int:
    """Ensure that no unfinished push of the case to this target is waited for; gives how many were waived."""
    goal = select(target.c.id).where(target.c.code == code).scalar_subquery()
    return tx.execute(
        update(outbox_rows)
        .where(
            outbox_rows.c.case_id == case_id,
            outbox_rows.c.target_id == goal,
            outbox_rows.c.state.in_(outbox.UNFINISHED),
        )
        .values(state="waived", last_error=reason, next_at=None, lease_until=None, ended_at=now)
    ).rowcount
