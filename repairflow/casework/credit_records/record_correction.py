"""What a correction (更正) changes on a record: its content, and with date, kinds, amount or class its periods, which are
counted anew. Nothing is written here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from repairflow.casework import record_class
from repairflow.casework.correctable_fields import ACT_CORRECTABLE, CORRECTABLE, shown
from repairflow.casework.party_names import office_called
from repairflow.errors import Refusal
from repairflow.law.classing import classed
from repairflow.law.document_keys import document_key
from repairflow.law.guards import PUBLIC_STATES, day_text
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.packs import RANKS, RulePack, Severity
from repairflow.law.publicity import Publicity, class_days, list_days
from repairflow.records import office, subject
from repairflow.records.rows import RecordRow

DATES = {
    "publish_from": "公示起算日",
    "min_until": "最短公示期届满日",
    "apply_from": "可以申请修复之日",
    "max_until": "最长公示期届满日",
}
ENDS_PUBLICITY = ("cease_publicity", "cease_sharing")
"""What follows for a public record that a correction puts into a class the law does not publish."""


class Corrected(NamedTuple):
    """Changes as (field, label, old, new) for people, the columns' new values, a subject's new name, and what does not fit."""

    changes: tuple[tuple[str, str, str, str], ...] = ()
    values: Mapping[str, object] = {}
    name: str | None = None
    unpublished: bool = False
    refusals: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class _Classed:
    """By which rules a record is classed once its content is right, as what, and from which day."""

    pack: RulePack
    severity: Severity
    waits_for: str | None
    by_hand: bool
    decided: date


def corrected(
    tx: Connection, law: Library, row: RecordRow, given: Mapping[str, str], pack: RulePack | None, today: date
) -> Corrected:
    """Return what these values, as `correctable_fields.read` gives them, change on a record. What stands so already is no change.

    The class follows from kinds and amount by the rules that classed the record, unless the correction names it or
    somebody had set another.
    """
    values: dict[str, object] = {}
    refusals: list[Refusal] = []
    if foreign := [label for name, label in ACT_CORRECTABLE.items() if name in given and name not in CORRECTABLE]:
        refusals.append(Refusal("not_of_records", f"失信信息没有“{'、'.join(foreign)}”，请删去"))
        return Corrected(refusals=tuple(refusals))
    for name, text in given.items():
        if name == "authority":
            found = tx.execute(select(office.c.id).where(office_called(text) | (office.c.code == text))).scalars().all()
            if len(found) != 1:
                refusals.append(Refusal("authority_unknown", f"单位目录中没有“{text}”，请填写认定单位的全称或者编码"))
            else:
                values["authority_id"] = found[0]
        elif name != "subject_name":
            column, value = _column(name, text)
            values[column] = value
    decided = values.get("decision_date", row.decision_date)
    assert isinstance(decided, date)
    if decided > today:
        refusals.append(Refusal("date_in_future", f"决定日期{day_text(decided)}还没有到，请核对"))
    if "pack" in values and values["pack"] not in law.packs:
        refusals.append(Refusal("pack_unknown", f"没有编号为“{values['pack']}”的规则包，请核对"))
    rules = _rules(tx, law, row, values, pack)
    if rules is None and not refusals:
        refusals.append(Refusal("kinds_unknown", "该信息适用的规则中没有所填的处罚类别，请核对"))
    if refusals or rules is None:
        return Corrected(refusals=tuple(refusals))
    if "document_number" in values:
        values["document_key"] = document_key(str(values["document_number"]))
    unpublished = _count_anew(row, rules, values)
    return Corrected(_told(tx, row, values, rules.pack, given), values, given.get("subject_name"), unpublished)


def _column(name: str, text: str) -> tuple[str, object]:
    if name.endswith("_wan"):
        return name, Decimal(text)
    if name == "decision_date":
        return name, date.fromisoformat(text)
    if name == "penalty_kinds":
        return name, text.split("、")
    return ("severity", text) if name == "class" else (name, text)


def _rules(
    tx: Connection, law: Library, row: RecordRow, values: Mapping[str, object], pack: RulePack | None
) -> _Classed | None:
    """None where no rules know the kinds."""
    kinds = values.get("penalty_kinds", row.penalty_kinds)
    assert isinstance(kinds, list | tuple)
    own = law.packs.get(str(values.get("pack", row.pack))) or pack
    if own is None or any(kind not in own.penalty for kind in kinds):
        own = pack
    if own is None or any(kind not in own.penalty for kind in kinds):
        return None
    decided = values.get("decision_date", row.decision_date)
    assert isinstance(decided, date)
    return _classed(tx, own, row, values, decided)


def _classed(tx: Connection, pack: RulePack, row: RecordRow, values: Mapping[str, object], decided: date) -> _Classed:
    wanted = values.get("severity")
    for severity in RANKS:
        if wanted == severity:
            return _Classed(pack, severity, None, True, decided)
    if "pack" in values and row.kind == "penalty":  # by today's law and lines, whoever classed it before
        now = _as_corrected(row, values)
        by_rule = classed(pack, record_class.offence(now), record_class.thresholds(tx, now.authority_id))
        return _Classed(pack, by_rule.severity, by_rule.waits_for, False, decided)
    known = all(kind in pack.penalty for kind in row.penalty_kinds)
    moved = {"penalty_kinds", "fine_wan", "authority_id"} & set(values)
    if row.kind != "penalty" or row.class_by_hand or not known or not moved:
        return _Classed(pack, row.severity, row.class_waits_for, row.class_by_hand, decided)
    before = classed(pack, record_class.offence(row), record_class.thresholds(tx, row.authority_id))
    if before.severity != row.severity:  # somebody classed it otherwise
        return _Classed(pack, row.severity, row.class_waits_for, row.class_by_hand, decided)
    now = _as_corrected(row, values)
    by_rule = classed(pack, record_class.offence(now), record_class.thresholds(tx, now.authority_id))
    return _Classed(pack, by_rule.severity, by_rule.waits_for, False, decided)


def _as_corrected(row: RecordRow, values: Mapping[str, object]) -> RecordRow:
    columns: dict[str, Any] = {name: value for name, value in values.items() if name in row._fields}
    return row._replace(**columns)


def _count_anew(row: RecordRow, rules: _Classed, values: dict[str, object]) -> bool:
    """Put class and periods among the values where they change; whether the record is of a class that is not published."""
    if rules.severity != row.severity:
        values["severity"] = rules.severity
        values["pack"] = rules.pack.pack
    if rules.waits_for != row.class_waits_for:
        values["class_waits_for"] = rules.waits_for
    if rules.by_hand and not row.class_by_hand:
        values["class_by_hand"] = True
    if "pack" in values and row.class_by_hand:
        values["class_by_hand"] = False
    if not {"severity", "pack"} & set(values) and rules.decided == row.decision_date:
        return False
    # A period that began anew (撤销修复) counts from that day and not from the decision.
    restarted = row.publish_from is not None and row.publish_from != row.decision_date
    start = row.publish_from if restarted and row.publish_from is not None else rules.decided
    kind = rules.pack.list_kind.get(str(row.source.get("list_kind")))
    days = list_days(kind, start) if kind is not None else class_days(rules.pack, rules.severity, start)
    values |= _dates(days, row)
    return not days.published and kind is None and row.state in PUBLIC_STATES


def _dates(days: Publicity, row: RecordRow) -> dict[str, object]:
    found: dict[str, object] = {
        "publish_from": days.start if days.published else None,
        "min_until": days.min_until,
        "apply_from": days.apply_from if days.published else None,
        "max_until": days.max_until,
    }
    return {name: day for name, day in found.items() if day != getattr(row, name)}


def _told(
    tx: Connection, row: RecordRow, values: Mapping[str, object], pack: RulePack, given: Mapping[str, str]
) -> tuple[tuple[str, str, str, str], ...]:
    changes, name = [], given.get("subject_name")
    if name is not None:
        before = str(tx.execute(select(subject.c.name).where(subject.c.id == row.subject_id)).scalar_one())
        changes.append(("subject_name", CORRECTABLE["subject_name"], before, name))
    for column, value in values.items():
        field = {"severity": "class", "authority_id": "authority"}.get(column, column)
        label = CORRECTABLE.get(field) or DATES.get(field)
        old = getattr(row, column)
        if column == "pack" and (old == value or "pack" not in given):
            continue
        if label is None or (old == value and field not in CORRECTABLE):
            continue
        if column == "authority_id":
            rows = tx.execute(select(office.c.id, office.c.name).where(office.c.id.in_([old, value])))
            names = {row.id: row.name for row in rows}
            old, value = names[old], names[value]
        changes.append((field, label, shown(field, old, pack), shown(field, value, pack)))
    return tuple(changes)
