"""How the days of a record were counted, in sentences for its subject."""

from __future__ import annotations

from repairflow.casework.queries.records.credit_file import RecordView
from repairflow.casework.queries.records.file_words import ended
from repairflow.casework.told_periods import OPEN
from repairflow.law.calendar.periods import UNIT_LABELS
from repairflow.law.guards import day_text
from repairflow.law.guards.lists_and_interviews import OFF_LIST
from repairflow.law.procedure.model import Days
from repairflow.law.procedure.packs import ListKind


def counted(view: RecordView) -> list[str]:
    """Explain in sentences how the publicity days of a record were counted."""
    days, period, row = view.days, view.period, view.row
    if view.listed is not None:
        return _stay(view, view.listed)
    if days is None or period is None:
        if row.severity == "minor":
            if view.class_reason:
                return [view.class_reason, "暂不公示，现在无需申请修复。"]
            return [f"{view.class_label}信息原则上不公示，不影响您单位，无需申请修复。"]
        return ["该信息没有公示，不计算公示期。"]
    if row.of_person and not ended(view):
        open_ = "" if view.period_told else OPEN
        apply = f"自 {day_text(days.apply_from)}起可以申请修复{open_}，准予后停止共享和使用。"
        return ["自然人的失信信息不公示，只由有关单位依法共享和使用。", apply]
    if how := ended(view):
        return [f"该信息{how}，不再计算公示期。"]
    if row.state == "masked":
        return ["该信息暂停公示，公众现在看不到，不计算公示期。"]
    if view.shown_days is None:
        return ["该信息没有公示，不计算公示期。"]
    minimum = _length(period.minimum)
    lines = [f"公示期自认定文书之日（{day_text(days.start)}）起算，不因节假日顺延。"]
    if days.min_until is not None:
        lines.append(
            f"{view.class_label}信息的最短公示期为{minimum}，至 {day_text(days.min_until)}届满，"
            f"自 {day_text(days.apply_from)}起可以申请修复。"
        )
    lines.append(
        f"最长公示期为{_length(period.maximum)}，至 {day_text(days.max_until)} 24 时届满，届满自动终止公示，无需申请。"
    )
    if not view.period_told:
        open_ = "失信程度是暂定的" if view.row.class_waits_for else "还没有与公布的文本核对，认定单位也没有确认"
        lines.append(f"以上公示期待核实：{open_}。")
    return [*lines, view.class_reason] if view.class_reason else lines


def _stay(view: RecordView, listed: ListKind) -> list[str]:
    """Explain how long a list entry stands, by what its own list says."""
    row = view.row
    if row.state in OFF_LIST:
        return ["这条信息已经不在名单上，不再计算列入期限。"]
    lines = [f"列入期限自作出列入决定之日（{day_text(row.decision_date)}）起算。"]
    if row.min_until is not None and row.apply_from is not None and row.apply_from > row.decision_date:
        lines.append(
            f"在列满{_length(listed.minimum)}（{day_text(row.min_until)}）以后，自 {day_text(row.apply_from)}起可以申请移出名单。"
        )
    else:
        lines.append("该名单没有最短列入期限，纠正行为、履行义务后即可申请移出名单。")
    if row.max_until is not None:
        lines.append(f"列入期限为{_length(listed.maximum)}，{day_text(row.max_until)}期满移出，无需申请。")
    if not listed.public:
        lines.append("该名单不对外公示。")
    if not view.period_told:
        lines.append("以上列入期限待核实：还没有与公布的文本核对，认定单位也没有确认。")
    return lines


def _length(days: Days | None) -> str:
    if days is None:
        return ""
    numerals = "零一二三四五六七八九十"
    count = numerals[days.count] if days.count <= 10 else str(days.count)
    return count + UNIT_LABELS[days.unit]
