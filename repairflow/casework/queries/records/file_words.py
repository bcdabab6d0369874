"""A credit file in words, as its PDF and its signed copy say it: how each record stands, its lists, interviews and commitments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from repairflow.casework.actor import Actor
from repairflow.casework.queries.records import commitments, voluntary
from repairflow.casework.queries.records.credit_file import RecordView, credit_file
from repairflow.casework.queries.records.lists_and_interviews import Entry, standing
from repairflow.law.guards import day_text
from repairflow.law.guards.lists_and_interviews import OFF_LIST
from repairflow.law.procedure.library import Library
from repairflow.letters.text.placeholders import Row

STATES: Mapping[str, str] = {
    "disputed": "异议处理中", "held": "公示期满，由系统终止公示", "restored": "恢复公示",
    "masked": "暂时屏蔽", "unpublished": "未公示",
}  # fmt: skip
"""The state of a record in the words of the credit file; one that is simply public has none, of one that ended see `ended`."""


def ended(view: RecordView) -> str:
    """Say how a record ended; empty for one that stands. Of one that nobody was ever shown no publicity ended."""
    if view.row.state not in OFF_LIST:
        return ""
    if view.row.annulled_at is not None:
        return "已撤销"
    if view.listed is not None:
        return "已移出名单"
    return "已停止使用" if view.row.of_person else "已终止公示"


def state_of(view: RecordView) -> str:
    """Return the state of a record in words."""
    return ended(view) or STATES.get(view.row.state) or ("公示中" if view.public else view.state_label)


def publicity(view: RecordView) -> str:
    """Return in one sentence whether everybody sees a record, and for how long; no period of one that nobody is shown."""
    row = view.row
    since = f"，曾自{day_text(row.publish_from)}起公示" if view.shown_days and row.publish_from else ""
    if how := ended(view):
        return how + since
    if row.of_person or row.minor:
        return "自然人的信息不公示，由有关单位依法共享和使用"
    if row.state == "masked":
        return "现在不公示（暂时屏蔽）"
    if view.listed is not None and not view.listed.public:
        return "该名单不对外公示"
    if not view.public or row.publish_from is None:
        return "未公示"
    open_ = "" if view.period_told else "（待核实）"
    until = f"，至{day_text(row.max_until)}{open_}" if row.max_until and view.listed is None else ""
    return f"自{day_text(row.publish_from)}起{until}"


def repair_from(view: RecordView) -> str:
    """Return what may be asked for of a public record, now or from which day; empty of any other."""
    if view.days is None or view.row.of_person or not view.public:
        return ""
    asked = "移出名单" if view.listed is not None else "修复"
    return "现在可以申请修复" if view.repairable else f"自{day_text(view.days.apply_from)}起可以申请{asked}"


def file_rows(tx: Connection, law: Library, actor: Actor, subject_id: int, now: datetime) -> Mapping[str, list[Row]]:
    """Return the tables of the signed copy. It says no day of a period that nobody has read in its source (`period_told`).

    Raises NotFound for another's subject.
    """
    found, stands = credit_file(tx, law, actor, subject_id, now), standing(tx, law, actor, subject_id)
    talks = [Row("约谈", one.label, one.office, day_text(one.held_on), one.result) for one in stands.interviews]
    given = [
        Row("信用承诺", f"{one.matter}（{one.kind}）", one.office, day_text(one.given_on), one.state)
        for one in commitments.of_subject(tx, law, subject_id)
    ]
    declared = [
        Row("自愿申报", f"{one.matter}（{one.kind}）", one.office, day_text(one.given_on), one.state)
        for one in voluntary.of_subject(tx, law, subject_id, stands=False)
    ]
    return {
        "file_rows": [_record(view) for view in found.records],
        "file_lists": [Row(one.label, "", one.office, day_text(one.since), _stay(one)) for one in stands.entries],
        "file_notes": [*talks, *given, *declared],
    }


def _record(view: RecordView) -> Row:
    row = view.row
    said = [state_of(view)]
    if view.shown_days is not None and view.public and view.period_told:
        said += [f"最长公示至{day_text(view.shown_days.max_until)}", repair_from(view)]
    said += [
        f"惩戒措施：{one.label}（{one.office_name}，{day_text(one.imposed_on)}起）"
        for one in view.measures
        if one.lifted_at is None
    ]
    said += [f"{one.procedure_label}{one.number}：{one.state_label}" for one in view.open_cases]
    said += [f"附注：{row.note}"] if row.note else []
    return Row(
        row.number, f"{row.document_number}，{day_text(row.decision_date)}", view.authority.name,
        "，".join(filter(None, (row.behaviour, view.kind_label, view.class_label))), "；".join(said),
    )  # fmt: skip


def _stay(one: Entry) -> str:
    if one.left and one.left_on is not None:
        return f"{day_text(one.left_on)}{one.left}"
    return f"在列，期满日{day_text(one.until)}" if one.told else "在列"
