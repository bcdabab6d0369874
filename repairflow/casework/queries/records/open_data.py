"""Open data (开放数据): what everybody may read, as tables for programs, page by page. The same conditions as the pages': nothing
that ended, is sealed or masked, was never public, or is a natural person's. A name of a 个体工商户 may be that of the person who runs
it, and is left out; its credit code stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, or_, select

from repairflow.casework.queries import paging
from repairflow.casework.queries.records import commitments, list_registry, withdrawal_statements
from repairflow.casework.queries.records.credit_file import KIND_LABELS
from repairflow.casework.queries.records.credit_inquiry import shown_on
from repairflow.casework.queries.records.names_told import PERSON, told_name
from repairflow.casework.queries.records.open_data_months import MONTHS, by_month, results, statistics
from repairflow.casework.queries.records.open_data_table import Dataset, Field, Rows
from repairflow.casework.told_periods import Dated, dated, told_of
from repairflow.law import classing
from repairflow.law.acts import KINDS
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.packs import Severity
from repairflow.law.publicity import list_days
from repairflow.law.sectors import lists_without_new
from repairflow.law.small_counts import LEAST
from repairflow.records import act, cases, event, list_entry, office, record, stays_from, subject
from repairflow.times import at, local_day

SIZE = 1000
QUIET = timedelta(minutes=1)
"""Longer than any transaction runs: what was written before it is seen by everybody."""


class _Record(NamedTuple):
    id: int
    number: str
    name: str
    uscc: str | None
    whose: str
    kind: str
    document_number: str
    decision_date: date
    authority: str
    behaviour: str
    severity: Severity
    class_waits_for: str | None
    publish_from: date | None
    max_until: date | None
    state: str
    pack: str
    source: Mapping[str, object]
    authority_id: int


class _Entry(NamedTuple):
    id: int
    pack: str
    office_id: int
    list_kind: str
    name: str
    uscc: str | None
    whose: str
    office: str
    listed_on: date
    since: date
    until: date | None


class _Act(NamedTuple):
    id: int
    number: str
    kind: str
    name: str
    uscc: str | None
    whose: str
    document_number: str
    decision_date: date
    office: str
    title: str
    basis: str
    valid_from: date | None
    valid_until: date | None
    published_day: date | None
    disputed_on: date | None


def last_change(tx: Connection, now: datetime, today: date) -> datetime | None:
    """Since when everything here has been as it is: the newest event or the day's beginning; None while somebody may still be
    writing."""
    newest: datetime | None = tx.execute(select(event.c.at).order_by(event.c.id.desc()).limit(1)).scalar()
    if newest is None or now - newest < QUIET:
        return None
    return max(newest, at(today, time.min))


def _records(tx: Connection, law: Library, today: date, after: str) -> Rows:
    query = (
        select(
            record.c.id, record.c.number, subject.c.name, subject.c.uscc, subject.c.kind.label("whose"), record.c.kind,
            record.c.document_number, record.c.decision_date, office.c.name.label("authority"), record.c.behaviour,
            record.c.severity, record.c.class_waits_for, record.c.publish_from, record.c.max_until, record.c.state,
            record.c.pack, record.c.source, record.c.authority_id,
        )
        .join(subject, subject.c.id == record.c.subject_id)
        .join(office, office.c.id == record.c.authority_id)
        .where(shown_on(lists_without_new(law, today), today), subject.c.kind != PERSON)
    )  # fmt: skip
    rows, following = paging.page(tx, query, record.c.id, _Record, after, SIZE)
    told = told_of(tx, law, map(dated, rows))
    return Rows(
        tuple(
            (
                one.number, told_name(one.name, one.whose), one.uscc, KIND_LABELS.get(one.kind, one.kind), one.document_number,
                one.decision_date, one.authority, one.behaviour, classing.label(one.severity, one.class_waits_for),
                one.publish_from, one.max_until, one.id in told, one.state == "disputed",
            )
            for one in rows
        ),
        following,
    )  # fmt: skip


def _acts(tx: Connection, _law: Library, today: date, after: str) -> Rows:
    """Return what is published and in force.

    The name of a 个体工商户 stands neither in its own column nor in the line that says what was decided.
    """
    query = (
        select(
            act.c.id, act.c.number, act.c.kind, subject.c.name, subject.c.uscc, subject.c.kind.label("whose"),
            act.c.document_number, act.c.decision_date, office.c.name.label("office"), act.c.title, act.c.basis,
            act.c.valid_from, act.c.valid_until, act.c.published_day, act.c.disputed_on,
        )
        .join(subject, subject.c.id == act.c.subject_id)
        .join(office, office.c.id == act.c.office_id)
        .where(act.c.state == "published", act.c.of_person.is_(False), subject.c.kind != PERSON)
        .where(or_(act.c.valid_until.is_(None), act.c.valid_until >= today))
    )  # fmt: skip
    rows, following = paging.page(tx, query, act.c.id, _Act, after, SIZE)
    found = []
    for one in rows:
        name = told_name(one.name, one.whose)
        title = one.title if name is not None or one.name not in one.title else None
        found.append(
            (
                one.number, KINDS[one.kind], name, one.uscc, one.document_number, one.decision_date, one.office, title,
                one.basis or None, one.valid_from, one.valid_until, one.published_day, one.disputed_on is not None,
            )
        )  # fmt: skip
    return Rows(tuple(found), following)


def _lists(tx: Connection, law: Library, today: date, after: str) -> Rows:
    public = {code: one for code, one in list_registry.kinds(law, today).items() if one.kind.public}
    query = (
        select(
            list_entry.c.id, cases.c.pack, cases.c.deciding_id.label("office_id"), list_entry.c.list_kind, subject.c.name,
            subject.c.uscc, subject.c.kind.label("whose"),
            office.c.name.label("office"), list_entry.c.listed_on, stays_from.label("since"), record.c.max_until.label("until"),
        )
        .join(subject, subject.c.id == list_entry.c.subject_id)
        .join(cases, cases.c.id == list_entry.c.case_id)
        .join(office, office.c.id == cases.c.deciding_id)
        .outerjoin(record, record.c.id == list_entry.c.record_id)
        .where(list_registry.stands_before_public(tuple(public.values()), today))
    )  # fmt: skip
    rows, following = paging.page(tx, query, list_entry.c.id, _Entry, after, SIZE)
    told = told_of(tx, law, (Dated(one.id, one.pack, "serious", one.list_kind, one.office_id, None) for one in rows))
    found = []
    for one in rows:
        kept = public[one.list_kind].kind
        until = one.until or list_days(kept, one.since).max_until
        found.append(
            (kept.label, told_name(one.name, one.whose), one.uscc, one.office, one.listed_on, until, one.id in told)
        )
    return Rows(tuple(found), following)


def _commitments(tx: Connection, law: Library, today: date, after: str) -> Rows:
    page = commitments.public(tx, law, today, "", after, SIZE)
    return Rows(
        tuple(
            (
                one.number, None if one.trader else one.name, one.uscc or None, one.kind, one.matter, one.office, one.given_on,
                one.promised, one.state, one.ended_on,
            )
            for one in page.rows
        ),
        page.next,
    )  # fmt: skip


def _withdrawals(tx: Connection, _law: Library, _today: date, after: str) -> Rows:
    page = withdrawal_statements.public(tx, after, SIZE)
    return Rows(
        tuple(
            (
                one.number, one.told_name, one.uscc, one.document_number, one.decision_date, one.authority, one.change_label,
                one.in_effect_on, one.reason, local_day(one.stated_at), one.basis,
            )
            for one in page.rows
        ),
        page.next,
    )  # fmt: skip


HIDDEN = (
    f"涉及自然人、投诉举报人而少于 {LEAST} 的为空，可以由合计推算出这样的数字的也为空（本身可能不小），没有统计的也为空"
)
CONFIRMED = "否：期限依据的条文没有人核对，作出决定的单位也没有确认，或者失信程度是暂定的，日期待核实"
_SUBJECT = (
    Field("name", "单位名称", required=False, note="个体工商户的名称可能就是经营者的姓名，不在此列出，以统一社会信用代码为准"),
    Field("uscc", "统一社会信用代码", required=False),
)  # fmt: skip
DATASETS: Mapping[str, Dataset] = {
    one.name: one
    for one in (
        Dataset(
            "records", "公示中的失信信息", "现在公示的失信信息，一条决定一行；公示期满、已经修复、撤销的不在其中。",
            (
                Field("number", "信息编号"), *_SUBJECT, Field("kind", "信息类别"), Field("document_number", "决定书文号"),
                Field("decision_date", "决定日期", "date"), Field("authority", "作出机关"), Field("behaviour", "违法行为类型"),
                Field("class", "失信程度"), Field("publish_from", "公示起日", "date", required=False),
                Field("max_until", "最长公示至", "date", required=False, note="可能因修复、更正而提前终止"),
                Field("period_confirmed", "公示期已核对", "boolean", note=CONFIRMED),
                Field("disputed", "异议处理中", "boolean"),
            ), _records,
        ),
        Dataset(
            "lists", "公开名单", "现在列在公开的守信、失信名单上的单位，一个名单一行；离开名单的不在其中。",
            (
                Field("list", "名单"), *_SUBJECT, Field("office", "列入单位"), Field("listed_on", "列入日期", "date"),
                Field("until", "期满日期", "date", required=False),
                Field("period_confirmed", "期限已核对", "boolean", note=CONFIRMED),
            ), _lists,
        ),
        Dataset(
            "acts", "行政许可等信息", "现在公示的行政许可、确认、奖励等行政行为，一项一行；撤下的、有效期已满的不在其中。",
            (
                Field("number", "编号"), Field("kind", "类别"), *_SUBJECT, Field("document_number", "决定书文号"),
                Field("decision_date", "决定日期", "date"), Field("office", "作出机关"),
                Field("title", "内容", required=False, note="含有个体工商户名称的不列"), Field("basis", "依据", required=False),
                Field("valid_from", "有效期自", "date", required=False), Field("valid_until", "有效期至", "date", required=False),
                Field("published_on", "公示日期", "date", required=False), Field("disputed", "异议核实中", "boolean"),
            ), _acts,
        ),
        Dataset(
            "commitments", "信用承诺", "单位公开作出的信用承诺和履行情况；办结满一年的不在其中。全文见公示页面。",
            (
                Field("number", "承诺编号"), *_SUBJECT, Field("kind", "承诺种类"), Field("matter", "承诺事项"),
                Field("office", "接受承诺的单位"), Field("given_on", "作出日期", "date"),
                Field("promised", "承诺期限", "date", required=False), Field("state", "履行情况"),
                Field("ended_on", "办结日期", "date", required=False),
            ), _commitments,
        ),
        Dataset(
            "withdrawals", "处罚决定信息撤回说明", "公开的处罚决定被变更、撤销的，为什么撤回（行政处罚法第四十八条第二款）。",
            (
                Field("number", "信息编号"), *_SUBJECT, Field("document_number", "决定书文号"), Field("decision_date", "决定日期", "date"),
                Field("office", "说明单位"), Field("change", "怎样变动"),
                Field("effective_on", "变更、撤销的生效日期", "date", required=False), Field("reason", "理由"),
                Field("stated_on", "说明日期", "date"),
                Field("basis", "依据", required=False, note="更正此前的说明、恢复公示的为空"),
            ), _withdrawals,
        ),
        Dataset(
            "results", "联合惩戒成效", f"各单位每月执行惩戒措施的次数，每页一个月，最近 {MONTHS} 个月；不列被执行的单位。",
            (
                Field("month", "月份", note="形如 2026-06"), Field("carried_out_by", "执行单位"), Field("measure", "措施"),
                Field("department", "决定单位"), Field("count", "次数", "integer"),
            ), by_month(results),
        ),
        Dataset(
            "statistics", "办理统计", f"每月收到、办结、按期办结的办件数，每页一个月，最近 {MONTHS} 个月。",
            (
                Field("month", "月份", note="形如 2026-06"), Field("by", "统计口径", note="事项、单位、自然人或者投诉举报"),
                Field("label", "名称"), *(Field(name, title, "integer", required=False, note=HIDDEN) for name, title in (
                    ("filed", "收到"), ("closed", "办结"), ("on_time", "按期办结"), ("in_favour", "支持申请"), ("against", "不支持"),
                )),
            ), by_month(statistics),
        ),
    )
}  # fmt: skip
