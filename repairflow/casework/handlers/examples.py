"""Examples (典型案例): written by one person of an office, published by another, withdrawn; none names anybody known here."""

from __future__ import annotations

import re
from datetime import date, datetime

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    and_,
    insert,
    literal,
    or_,
    select,
    true,
    union,
    update,
)

from repairflow.casework import event_log
from repairflow.casework.actor import Actor
from repairflow.casework.changes.examples import ProposeExample, SettleExample
from repairflow.casework.context import Services
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.handlers.base import Table
from repairflow.casework.inputs import written
from repairflow.casework.offices_lookup import office_by_code
from repairflow.casework.permissions import OFFICE_OF_ROLE, case_scope, post_in, record_scope
from repairflow.casework.queries.records.credit_inquiry import shown_on
from repairflow.casework.queries.records.names_told import PERSON, told_name
from repairflow.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from repairflow.law.examples import KINDS
from repairflow.law.identifiers import normalise, without_personal_numbers
from repairflow.law.names import plain_words
from repairflow.law.sectors import lists_without_new
from repairflow.letters.issue.compose import next_number
from repairflow.records import cases, example, record, subject, subject_name
from repairflow.records.rows import ExampleRow, first_row
from repairflow.times import local_day

TITLE, TEXT, REASON = 120, 4000, 500
MOST_NAMED = 5
TELEPHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
CODE = re.compile(r"(?<![0-9A-Z])[0-9A-HJ-NPQRTUWXY]{18}(?![0-9A-Z])")
OF_PERSON = "含有人名，请隐去"
OF_ANYBODY = "含有人名或者单位名称，请退回由撰写人隐去"
FROM = {"publish": "waiting", "refuse": "waiting", "withdraw": "published"}
INTO = {"publish": "published", "refuse": "refused", "withdraw": "withdrawn"}
EVENTS = {
    "published": EventName.PUBLISH_EXAMPLE,
    "refused": EventName.REFUSE_EXAMPLE,
    "withdrawn": EventName.WITHDRAW_EXAMPLE,
}


def propose(tx: Connection, services: Services, given: ProposeExample, now: datetime) -> str:
    """Ensure that the example waits for another person of the office; gives its number.

    Raises Forbidden, or Invalid with every fault at its field: an example names nobody, for what is repaired is told no more.
    """
    problems: list[Problem] = []
    title = written(given.title, TITLE, problems, "title", "标题", "请填写“标题”")
    text = written(given.text, TEXT, problems, "text", "内容", "请填写“内容”")
    if given.kind not in KINDS:
        problems.append(Problem("kind", "请选择类别"))
    problems += _named(tx, services, given.actor, title, text, local_day(now))
    try:
        place = office_by_code(tx, given.office)
    except NotFound:
        raise Invalid("没有提交，请按提示修改。", [*problems, Problem("office", "请选择公布单位")]) from None
    role = post_in(given.actor, place.id)
    if role is None:
        raise Forbidden("典型案例由单位的办理人员撰写，您在这个单位没有这样的岗位。")
    if problems:
        raise Invalid("没有提交，请按提示修改。", problems)
    year = local_day(now).year
    number = f"AL-{year}-{next_number(tx, 'example', year):06d}"
    tx.execute(
        insert(example).values(
            number=number, kind=given.kind, title=title, text=text, office_id=place.id, state="waiting",
            proposed_by=given.actor.id, proposed_at=now,
        )
    )  # fmt: skip
    said = {"kind": given.kind, "title": title, "text": text}
    event_log.append(
        tx, f"example/{number}",
        NewEvent(action=EventName.PROPOSE_EXAMPLE, at=now, by=given.actor, role=role, to_state="waiting", content=said),
    )  # fmt: skip
    return number


def settle(tx: Connection, services: Services, given: SettleExample, now: datetime) -> None:
    """Ensure that the example is public, refused or withdrawn.

    Raises Invalid, NotFound for one of another office, Conflict for what was settled, Forbidden for one's own.
    """
    problems: list[Problem] = []
    if given.decision not in FROM:
        problems.append(Problem("decision", "请选择公布、不同意或者撤下"))
    lacking = "" if given.decision == "publish" else "请填写“理由”"
    reason = written(given.reason, REASON, problems, "reason", "理由", lacking)
    if problems:
        raise Invalid("请按提示修改后再提交。", problems)
    mine = sorted({office for role, office in given.actor.roles if role in OFFICE_OF_ROLE})
    query = select(example).where(example.c.number == given.number, example.c.office_id.in_(mine)).with_for_update()
    row = first_row(tx.execute(query), ExampleRow)
    if row is None:
        raise NotFound("没有找到这个案例，或者您无权办理。")
    role = post_in(given.actor, row.office_id)
    assert role is not None  # `mine` asked for it
    if row.state != FROM[given.decision]:
        raise Conflict(f"{row.number} 已经有人处理，请刷新页面查看结果。")
    if given.decision == "publish":
        if row.proposed_by == given.actor.id:
            raise Forbidden("这个案例是您写的，须由另一人复核后公布。")
        faults = _named(tx, services, given.actor, row.title, row.text, local_day(now))
        if not faults and (_names_anybody(tx, row.title) or _names_anybody(tx, row.text)):
            faults = [Problem("decision", OF_ANYBODY)]
        if faults:
            raise Invalid("不能公布，请退回修改。", [Problem("decision", fault.text) for fault in faults])
    state = INTO[given.decision]
    day = local_day(now) if state == "published" else row.published_day
    values = {"state": state, "settled_by": given.actor.id, "reason": reason or None, "published_day": day}
    tx.execute(update(example).where(example.c.id == row.id).values(values))
    event_log.append(
        tx, f"example/{row.number}",
        NewEvent(
            action=EVENTS[state], at=now, by=given.actor, role=role, from_state=row.state, to_state=state,
            reason=reason or None, content={},
        ),
    )  # fmt: skip


def _named(tx: Connection, services: Services, actor: Actor, title: str, text: str, today: date) -> list[Problem]:
    """Return what could tell who is meant: codes, numbers and telephones of anybody; names of those whom this visitor may see, or who
    stand before the public. Of others nothing is said: a refusal would tell that they are known here."""
    problems = []
    for field, words in (("title", title), ("text", text)):
        seen = or_(_of_actor(actor), _public(services, today))
        rows = tx.execute(_named_in(words, seen)).all()
        names = [told for row in rows if (told := told_name(row.name, row.kind)) is not None][:MOST_NAMED]
        if names:
            problems.append(Problem(field, f"案例不写真名，请隐去：{'、'.join(names)}"))
        if any(told_name(row.name, row.kind) is None for row in rows):
            problems.append(Problem(field, OF_PERSON))
        if without_personal_numbers(words) != words or TELEPHONE.search(words):
            problems.append(Problem(field, "含有证件号码或者电话号码，请删去"))
        elif CODE.search(words.upper()) or CODE.search(normalise(words)):
            problems.append(Problem(field, "含有统一社会信用代码，请删去"))
    return problems


def _names_anybody(tx: Connection, words: str) -> bool:
    """Tell whether anybody known here is named; asked before an example becomes public, and answered without saying who."""
    return tx.execute(_named_in(words, true()).limit(1)).first() is not None


def _named_in(words: str, where: ColumnElement[bool]) -> CompoundSelect[tuple[str, str]]:
    """Names, present and former, that a text says in whatever widths, brackets and spaces, and of which kind their subjects are."""
    said = literal(plain_words(words))
    now = select(subject.c.name, subject.c.kind, subject.c.id.label("place")).where(
        subject.c.plain_name != "", said.contains(subject.c.plain_name), where
    )
    before = (
        select(subject_name.c.name, subject.c.kind, subject.c.id.label("place"))
        .join(subject, subject.c.id == subject_name.c.subject_id)
        .where(subject_name.c.plain_name != "", said.contains(subject_name.c.plain_name), where)
    )
    return union(now, before).order_by("place")


def _of_actor(actor: Actor) -> ColumnElement[bool]:
    return or_(
        subject.c.id.in_(select(record.c.subject_id).where(record_scope(actor))),
        subject.c.id.in_(select(cases.c.subject_id).where(case_scope(actor))),
    )


def _public(services: Services, today: date) -> ColumnElement[bool]:
    shown = shown_on(lists_without_new(services.law, today), today)
    return and_(subject.c.kind != PERSON, subject.c.id.in_(select(record.c.subject_id).where(shown)))


HANDLERS: Table = {ProposeExample: propose, SettleExample: settle}
