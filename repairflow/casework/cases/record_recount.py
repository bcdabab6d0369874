"""Penalty records classed and counted anew: after an office stated the lines of fines, or when an installation states which
periods older records follow. First as a list, then done, each record with its event; platforms and people are told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, Select, select, update

from repairflow.casework import record_class, told_periods
from repairflow.casework.actor import Actor
from repairflow.casework.case_state import case_events, record_events
from repairflow.casework.case_state.record_change import Change
from repairflow.casework.case_state.record_life import life
from repairflow.casework.cases import heavier_recount
from repairflow.casework.cases.heavier_recount import By
from repairflow.casework.context import Services
from repairflow.casework.credit_records import begun_publicity, lifecycle
from repairflow.casework.credit_records.begun_publicity import PUBLISH, RESTORE, ended_by_its_class
from repairflow.casework.credit_records.lifecycle import RecordStep
from repairflow.casework.documents import burdens, publication_notice
from repairflow.casework.event_log import LawUsed, NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.casework.outbound import pushes
from repairflow.casework.outbound.push_cause import Cause
from repairflow.casework.record_class import ClassOfRecord, Decided, Rules
from repairflow.law import classing
from repairflow.law.guards import PUBLIC_STATES, day_text
from repairflow.records import cases, record
from repairflow.records.rows import CaseRow, RecordRow, all_rows, one_row
from repairflow.times import local_day

MOST = 200
"""Records that one command counts anew; who has more begins again."""
COUNTED = ("unpublished", "published", "disputed", "masked", "held", "restored", "ceased")
UNREAD = "（期限的依据待核实）"
CEASE = ("cease_publicity", "cease_sharing")
WHY = "按写明的罚款界线和过渡规则重新分类、计算公示期"


@dataclass(frozen=True, slots=True)
class Recounted:
    """A record that is another one by the law of today: class and last public day before and after, what becomes of its
    publicity (effects on the record), and its open cases."""

    number: str
    document: str
    before: str
    after: str
    max_before: date | None
    max_after: date | None
    effects: tuple[str, ...]
    cases: tuple[str, ...]
    held: str = ""  # why it is not counted anew by this: its subject is heard first; empty for what is

    @property
    def publicity(self) -> str:
        """What the public will see of it, in words."""
        return {PUBLISH: "开始公示", CEASE: "终止公示", RESTORE: "恢复公示"}.get(self.effects, "不变")


@dataclass(frozen=True, slots=True)
class Recount:
    """The records that differ, at most MOST of them, whether there are more, and those that get heavier by it: of each a 信息更正 is
    opened, in which its subject is heard before another person decides."""

    records: tuple[Recounted, ...]
    more: bool = False
    held: tuple[Recounted, ...] = ()


@dataclass(frozen=True, slots=True)
class _Due:
    row: RecordRow
    found: ClassOfRecord
    values: dict[str, object]
    effects: tuple[str, ...]

    @property
    def heavier(self) -> bool:
        """Whether the subject is worse off by it: a graver class, or publicity that begins, begins again or lasts longer."""
        return self.effects in (PUBLISH, RESTORE) or burdens.heavier(self.row, self.values)


def plan(tx: Connection, services: Services, office_id: int | None, now: datetime) -> Recount:
    """Return the penalty records (of one authority, or all) whose class, pack or days differ by today's law; nothing is written."""
    found: list[Recounted] = []
    held: list[Recounted] = []
    for due in _due(tx, services, office_id, now):
        if len(found) == MOST:
            return Recount(tuple(found), more=True, held=tuple(held))
        _sort(_told(tx, due, heavier_recount.stands(tx, due.row.id) if due.heavier else ""), found, held)
    return Recount(tuple(found), held=tuple(held))


def apply(tx: Connection, services: Services, office_id: int | None, actor: Actor, role: str, now: datetime) -> Recount:
    """Ensure that the first MOST of these records are what today's law says, each with an event that names it before and
    after; who shows them and whom they concern is told. What gets heavier stays as it is, and a 信息更正 is opened for it, where none
    was (行政处罚法 44, 45 by analogy). Gives them, and whether more are left."""
    found: list[Recounted] = []
    held: list[Recounted] = []
    opened, by = 0, By(actor, role, now)
    for due in _due(tx, services, office_id, now, lock=True):
        if len(found) + opened == MOST:
            return Recount(tuple(found), more=True, held=tuple(held))
        if due.heavier:
            fresh, why = heavier_recount.hear(tx, services, due.row, due.found.pack, f"{WHY}：{_title(due)}", by)
            opened += fresh
            held.append(_told(tx, due, why))
        else:
            found.append(_told(tx, due, ""))
            _one(tx, services, due, _Words(tx, due), actor, role, now)
    return Recount(tuple(found), held=tuple(held))


def _sort(one: Recounted, found: list[Recounted], held: list[Recounted]) -> None:
    (held if one.held else found).append(one)


def _due(
    tx: Connection, services: Services, office_id: int | None, now: datetime, *, lock: bool = False
) -> Iterator[_Due]:
    """Return records by number whose row differs from the law."""
    wanted = select(record).where(
        record.c.kind == "penalty",
        record.c.class_by_hand.is_(False),
        record.c.annulled_at.is_(None),
        record.c.state.in_(COUNTED),
    )
    if office_id is not None:
        wanted = wanted.where(record.c.authority_id == office_id)
    last, rules = 0, dict[int, Rules]()
    while rows := _page(tx, wanted, last, lock):
        last = rows[-1].id
        for row in rows:
            if row.authority_id not in rules:
                rules[row.authority_id] = record_class.rules_of(tx, row.authority_id)
            if (due := _differs(tx, services, row, rules[row.authority_id], local_day(now))) is not None:
                yield due


def _page(tx: Connection, wanted: Select[tuple[object, ...]], last: int, lock: bool) -> list[RecordRow]:
    page = wanted.where(record.c.id > last).order_by(record.c.id).limit(MOST)
    return all_rows(tx.execute(page.with_for_update() if lock else page), RecordRow)


def _differs(tx: Connection, services: Services, row: RecordRow, rules: Rules, today: date) -> _Due | None:
    offence = record_class.offence(row)
    start = row.publish_from or row.decision_date
    found = record_class.by_law(services, rules, Decided(row.decision_date, start, offence), today)
    days = found.days
    values: dict[str, object] = {
        "severity": found.classed.severity, "class_waits_for": found.classed.waits_for, "pack": found.pack.pack,
        "publish_from": days.start if days.published else None, "min_until": days.min_until,
        "apply_from": days.apply_from if days.published else None, "max_until": days.max_until,
    }  # fmt: skip
    ended = row.state == "ceased"
    if ended and not ended_by_its_class(row):
        return None
    if all(getattr(row, name) == value for name, value in values.items()):
        return None
    return _Due(row, found, values, _publicity(tx, row, found, today))


def _publicity(tx: Connection, row: RecordRow, found: ClassOfRecord, today: date) -> tuple[str, ...]:
    """Return the effects by which the public sees of the record what its class wants."""
    days = found.days
    if not days.published:
        return CEASE if row.state in (*PUBLIC_STATES, "masked") else ()
    return begun_publicity.effects(tx, row, days.max_until, today)


def _told(tx: Connection, due: _Due, held: str) -> Recounted:
    row, found = due.row, due.found
    return Recounted(
        number=row.number,
        document=row.document_number,
        before=classing.label(row.severity, row.class_waits_for),
        after=classing.label(found.classed.severity, found.classed.waits_for),
        max_before=row.max_until,
        max_after=found.days.max_until,
        effects=due.effects,
        cases=tuple(case.number for case in _open_cases(tx, row.id)),
        held=held,
    )


def _open_cases(tx: Connection, record_id: int) -> Sequence[CaseRow]:
    mine = select(cases).where(cases.c.record_id == record_id, cases.c.closed_at.is_(None)).order_by(cases.c.id)
    return all_rows(tx.execute(mine), CaseRow)


def _one(
    tx: Connection, services: Services, due: _Due, words: _Words, actor: Actor, role: str, now: datetime
) -> None:  # fmt: skip
    row, found = due.row, due.found
    tx.execute(update(record).where(record.c.id == row.id).values(version=record.c.version + 1, **due.values))
    said = {
        "before": {name: getattr(row, name) for name in due.values}, "after": dict(due.values), "effects": list(due.effects),
        "thresholds": record_class.thresholds(tx, row.authority_id).document,
        "transition": services.transition or "milder", "transition_document": services.transition_document,
    }  # fmt: skip
    new = NewEvent(
        action=EventName.RECLASS, at=now, by=actor, role=role, from_state=row.state, to_state=row.state,
        reason=words.why, content=said, law=LawUsed(life(services.law), found.pack),
    )  # fmt: skip
    appended = record_events.append(tx, row, new)
    made = _read(tx, row.id)
    if due.effects:
        step = RecordStep(names=due.effects, at=now, by=actor, role=role, reason=words.why, pack=found.pack)
        done = lifecycle.change(tx, services, made, step)
        publication_notice.accompany(tx, services, made, done, actor, role, now)
    else:
        change = Change((), row.state, row.state, public_changed=True)  # its class and days, which platforms show
        pushes.push_record(tx, services.law, row, change, Cause(appended.digest, now))
    lifecycle.settle(tx, services, row.id, now)
    _tell(tx, due, words, actor, role, now)


def _tell(tx: Connection, due: _Due, words: _Words, actor: Actor, role: str, now: datetime) -> None:
    """Ensure that the subject hears of it, and each open case says so in its trail."""
    row = due.row
    told = Notice("reclassed", f"{row.document_number}：{words.title}", words.body, now, record_id=row.id)
    inbox.notify_subject(tx, row.subject_id, told)
    for case in _open_cases(tx, row.id):
        new = NewEvent(
            action=EventName.RECLASS, at=now, by=actor, role=role, reason=words.body, content={"record": row.number}
        )
        case_events.append(tx, case, new)


def _title(due: _Due) -> str:
    """Return what a count makes of one record."""
    before, after = due.row, due.found
    old = classing.label(before.severity, before.class_waits_for)
    new = classing.label(after.classed.severity, after.classed.waits_for)
    return f"失信程度由{old}改为{new}" if old != new else "公示期重新计算"


class _Words:
    """What people are told of one record."""

    def __init__(self, tx: Connection, due: _Due) -> None:
        before, after = due.row, due.found
        self.why = WHY
        self.title = _title(due)
        shown = "自今日起不再公示" if due.effects == CEASE else ""
        read = told_periods.of_class(tx, after.pack, after.classed.severity, before.authority_id).may
        last = f"最长公示期至{day_text(after.days.max_until)}{'' if read else UNREAD}"
        until = last if after.days.published else "该类信息不公示"
        said = "，".join(part for part in (self.why, self.title, shown, until) if part)
        self.body = f"{said}。"


def _read(tx: Connection, record_id: int) -> RecordRow:
    return one_row(tx.execute(select(record).where(record.c.id == record_id)), RecordRow)
