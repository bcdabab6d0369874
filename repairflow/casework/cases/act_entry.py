"""Entering administrative acts beside penalties, by form or by table: checked whole, and public only after another person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select

from repairflow import plain
from repairflow.casework import event_log, new_rows
from repairflow.casework.actor import Actor
from repairflow.casework.cases.act_subjects import named
from repairflow.casework.cases.imported_subjects import Named, find_or_enter
from repairflow.casework.changes import EnterActs
from repairflow.casework.context import Services
from repairflow.casework.credit_records.held_rows import LOOKED_AT_BY
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.inputs import plain_text
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.casework.offices_lookup import office_by_code
from repairflow.casework.outbound import act_pushes
from repairflow.casework.permissions import post_in
from repairflow.errors import Forbidden, Invalid, NotFound, Problem
from repairflow.gateway.permit_headings import LABELS
from repairflow.law.acts import KINDS, NUMBERED, PUBLISHED_WITHIN, STANDS, kind_named
from repairflow.law.document_keys import document_key
from repairflow.law.identifiers import without_personal_numbers
from repairflow.letters.fonts.printable import how_else, unprintable
from repairflow.letters.issue.compose import next_number
from repairflow.records import act
from repairflow.times import local_day

LONGEST = {"document_number": 128, "title": 200, "basis": 2000}
NEEDED = ("document_number", "title")
PUBLIC_TEXTS = ("title", "basis")
ACT_WAITS = "act_waits"
EARLIEST = date(1990, 1, 1)


@dataclass(frozen=True, slots=True)
class _Act:
    kind: str
    subject: Named
    document_number: str
    decision_date: date
    title: str
    basis: str
    valid_from: date | None
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class _Place:
    """The office that decided, who enters for it, and by which post."""

    office_id: int
    actor: Actor
    role: str


def enter(tx: Connection, services: Services, given: EnterActs, now: datetime) -> tuple[str, ...]:
    """Ensure that the acts wait for another person of the office; gives their numbers. Acts of a table that are here are
    passed over.

    Raises Forbidden, or Invalid with every fault at its field; then nothing is written.
    """
    place = _place(tx, given.actor, given.office)
    found, problems = list[_Act](), list[Problem]()
    provenance = _provenance(given.provenance, problems)
    for row in given.rows:
        read = _Reading(row, local_day(now))
        one = read.act()
        if one is not None and not read.problems:
            due = services.law.calendar.add_working_days(one.decision_date, PUBLISHED_WITHIN)
            if provenance and due >= local_day(now):
                read.fault("decision_date", f"还在公示期限内（{due}前），不是补报，请按日常报送")
        problems += read.placed(len(given.rows) == 1)
        if one is not None:
            found.append(one)
    if not given.rows:
        problems.append(Problem("", "没有要报送的内容"))
    if problems:
        raise _wrong(problems)
    numbers = [_insert(tx, services, place, one, provenance, now) for one in found]
    if len(given.rows) == 1 and not numbers[0]:
        raise _wrong([Problem("document_number", "这一决定已经在档，不能再次录入")])
    entered = tuple(filter(None, numbers))
    _tell(tx, place, entered, now)
    return entered


def _tell(tx: Connection, place: _Place, entered: tuple[str, ...], now: datetime) -> None:
    """Ensure that whoever may publish what one delivery entered knows that it waits."""
    if not entered:
        return
    what = entered[0] if len(entered) == 1 else f"{entered[0]} 等 {len(entered)} 条"
    body = (
        f"{what}由{place.actor.name}录入，请另一人在“许可等信息”中对照决定文书复核；复核同意才公示。"
        f"自作出决定之日起 {PUBLISHED_WITHIN} 个工作日内公示。"
    )
    inbox.notify_office(tx, place.office_id, LOOKED_AT_BY, Notice(ACT_WAITS, "待复核：行政许可等信息", body, now))


def _wrong(problems: list[Problem]) -> Invalid:
    return Invalid("没有录入，请按提示修改后再提交。", problems)


def _place(tx: Connection, actor: Actor, code: str) -> _Place:
    try:
        found = office_by_code(tx, code)
    except NotFound:
        raise _wrong([Problem("office", "请选择作出机关")]) from None
    role = post_in(actor, found.id)
    if role is None:
        raise Forbidden("行政行为信息由作出机关的办理人员录入，您在这个单位没有这样的岗位。")
    return _Place(found.id, actor, role)


def _provenance(text: str, problems: list[Problem]) -> str:
    try:
        return without_personal_numbers(plain_text(text, 200))
    except ValueError as error:
        problems.append(Problem("provenance", f"“资料来源”{error}"))
        return ""


class _Reading:
    """One row, and what is wrong with it."""

    def __init__(self, row: Mapping[str, str], today: date) -> None:
        self._row, self._today = row, today
        self.problems: list[Problem] = []

    def fault(self, name: str, reason: str) -> None:
        self.problems.append(Problem(name, f"“{LABELS[name]}”{reason}"))

    def placed(self, alone: bool) -> list[Problem]:
        """Return the faults, of several rows with their row."""
        row = self._row.get("row", "")
        return [p if alone and not row else Problem(f"{row}.{p.where}", f"第 {row} 行{p.text}") for p in self.problems]

    def act(self) -> _Act | None:
        kind = kind_named(self._row.get("kind", ""))
        if kind is None:
            is_penalty = "处罚" in self._row.get("kind", "")
            where = "：行政处罚请到“导入”页报送或者手工录入" if is_penalty else f"应为{'、'.join(KINDS.values())}之一"
            self.fault("kind", where)
        subject, faults = named(self._row, self._today)
        for name, reason in faults:
            self.fault(name, reason)
        texts = {name: self._text(name) for name in LONGEST}
        decided = self._day("decision_date")
        if decided is None and not any(p.where == "decision_date" for p in self.problems):
            self.fault("decision_date", "未填写")
        elif decided is not None and not EARLIEST <= decided <= self._today:
            self.fault("decision_date", f"{decided} 不在 {EARLIEST} 到今天之间，请核对")
        since, until = self._day("valid_from"), self._day("valid_until")
        if until is not None and until < max(filter(None, (since, decided)), default=until):
            self.fault("valid_until", "早于决定日期或者有效期的起始日")
        if self.problems or kind is None or decided is None or subject is None:
            return None
        return _Act(kind, subject, texts["document_number"], decided, texts["title"], texts["basis"], since, until)

    def _text(self, name: str) -> str:
        try:
            text = plain_text(self._row.get(name, ""), LONGEST[name])
        except ValueError as error:
            self.fault(name, str(error))
            return ""
        if not text and name in NEEDED:
            self.fault(name, "未填写")
        if odd := unprintable(text):
            self.fault(name, f"含有印不出来的字：{odd}；{how_else(text)}")
        return without_personal_numbers(text) if name in PUBLIC_TEXTS else text

    def _day(self, name: str) -> date | None:
        text = self._row.get(name, "").strip()
        if not text:
            return None
        try:
            return plain.day(text)
        except ValueError:
            self.fault(name, "应为日期，如 2026-06-20")
            return None


def _insert(tx: Connection, services: Services, place: _Place, one: _Act, provenance: str, now: datetime) -> str:
    """Its number; none where the act is here already."""
    subject_id, key = find_or_enter(tx, services.vault, one.subject), document_key(one.document_number)
    same = (act.c.office_id == place.office_id, act.c.kind == one.kind, act.c.subject_id == subject_id)
    if (
        tx.execute(select(act.c.id).where(*same, act.c.document_key == key, act.c.state.in_(STANDS))).first()
        is not None
    ):
        return ""
    year = local_day(now).year
    number = f"{NUMBERED}-{year}-{next_number(tx, 'act', year):06d}"
    values = {
        "number": number, "kind": one.kind, "subject_id": subject_id, "office_id": place.office_id,
        "document_number": one.document_number, "document_key": key, "decision_date": one.decision_date,
        "title": one.title, "basis": one.basis, "valid_from": one.valid_from, "valid_until": one.valid_until,
        "of_person": one.subject.kind == "natural_person",
        "due_day": services.law.calendar.add_working_days(one.decision_date, PUBLISHED_WITHIN),
        "state": "waiting", "provenance": provenance, "entered_by": place.actor.id, "entered_at": now,
    }  # fmt: skip
    if new_rows.enter(tx, act, values) is None:  # entered by another delivery at this moment
        return ""
    said = {name: str(values[name]) for name in ("kind", "document_number", "decision_date", "due_day", "provenance")}
    event_log.append(
        tx, act_pushes.stream(number),
        NewEvent(action=EventName.ENTER_ACT, at=now, by=place.actor, role=place.role, to_state="waiting", content=said),
    )  # fmt: skip
    return number
