"""What a record holds, row by row, as its page shows it to its subject and to offices: each kind of record has its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from flask import url_for
from sqlalchemy import Connection

from repairflow.casework.actor import Actor
from repairflow.casework.queries.records.credit_file import RecordView, may_open
from repairflow.law.guards.lists_and_interviews import OFF_LIST
from repairflow.law.procedure.packs import RulePack
from repairflow.web.ui.filters import day, money_wan


class Row(NamedTuple):
    """One row: its heading, what it says, where that leads, and what stands under it. Empty rows are left out."""

    label: str
    text: str
    href: str = ""
    more: str = ""


def basis_of(tx: Connection, actor: Actor, view: RecordView, endpoint: str) -> Row | None:
    """Return the row that leads to the record a list entry rests on; None where there is none, or the actor may not see it: of a
    company's document its responsible persons see only what their own entry says."""
    number = str(view.row.source.get("basis_record") or "")
    if not number or not may_open(tx, actor, number):
        return None
    return Row("对应的失信信息", number, url_for(endpoint, number=number))


def rows(view: RecordView, pack: RulePack | None, basis: Row | None = None) -> list[Row]:
    """Return the rows of a record; `basis` leads to the record that a list entry rests on, for who may see it."""
    of_kind = _ENTRY if view.listed is not None else _KINDS.get(view.row.kind, _OTHER)
    document, office, decided, behaviour, facts = of_kind
    row, contact = view.row, view.authority.contact or ""
    found = [
        Row(document, row.document_number),
        Row(office, view.authority.name, more=contact),
        Row(decided, day(row.decision_date)),
        Row("资料来源", f"补报的历史数据：{row.provenance}" if row.provenance else ""),
        Row(behaviour, view.listed.label if view.listed is not None else row.behaviour),
        Row(facts, row.facts),
        *(_entry(view, pack, basis) if view.listed is not None else _decided(view, pack)),
    ]
    return [one for one in found if one.text]


_KINDS = {
    "penalty": ("决定书文号", "认定单位", "认定日期", "违法行为类型", "违法事实"),
    "abnormal_list": ("列入决定文号", "列入单位", "列入日期", "列入事由", "列入的事实"),
    "serious_list": ("列入决定书文号", "列入单位", "列入日期", "列入事由", "列入的事实"),
    "check_result": ("检查结果文书文号", "检查单位", "检查日期", "检查结果", "检查发现的问题"),
}
_ENTRY = ("列入决定书文号", "列入单位", "列入日期", "所列名单", "列入的事实")
_OTHER = ("文书文号", "认定单位", "认定日期", "失信行为", "事实")
"""Headings of document, office, day, what is recorded, and its facts."""


def _decided(view: RecordView, pack: RulePack | None) -> Iterator[Row]:
    """Rows of a penalty; of them another record has only what its document says."""
    row = view.row
    kinds = [pack.penalty[k].label if pack and k in pack.penalty else k for k in row.penalty_kinds]
    penalty = row.kind == "penalty"
    yield Row("处罚依据" if penalty else "依据", row.penalty_basis)
    yield Row("处罚类别", "、".join(kinds))
    if row.simple_procedure is not None:
        yield Row("处罚程序", "简易程序" if row.simple_procedure else "普通程序")
    yield Row("处罚内容" if penalty else "处理内容", row.penalty_content)
    yield Row("罚款金额", money_wan(row.fine_wan) if row.fine_wan is not None else "")
    yield Row("没收金额", money_wan(row.confiscated_wan) if row.confiscated_wan is not None else "")


def _entry(view: RecordView, pack: RulePack | None, basis: Row | None) -> Iterator[Row]:
    """Rows of a list entry: what it rests on, how long it stands, and how one leaves."""
    row, listed = view.row, view.listed
    yield Row("据以列入的文书", row.penalty_basis)
    if basis is not None:
        yield basis
    if row.state in OFF_LIST:
        yield Row("列入期限", "列入已撤销，自始无效" if row.annulled_at is not None else "已经移出名单")
        return
    open_ = "" if view.period_told else "（待核实）"
    if row.max_until is not None:
        yield Row("列入期限", f"至{day(row.max_until)}{open_}，期满移出")
    if row.apply_from is not None and row.apply_from > row.decision_date:
        yield Row("申请移出", f"自{day(row.apply_from)}起可以申请{open_}")
    if pack is not None and listed is not None:
        conditions = pack.removal_of(listed, confirmed=view.period_told)
        yield Row("移出条件和程序", "；".join(text.rstrip("。；") for text in conditions) + "。" if conditions else "")
