"""The proof of a due day: every day of the count, and the same in short Chinese sentences. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import groupby

from repairflow.law.calendar.periods import UNIT_LABELS
from repairflow.law.calendar.workdays import UNPUBLISHED, DayProof, weekday
from repairflow.law.deadlines.due import Due
from repairflow.law.deadlines.runs import Step
from repairflow.law.procedure.extension import Extends
from repairflow.times import local, local_day

MANY = 4
"""More groups of uncounted days than this are summed up: a letter is not a calendar."""

STANDING = "中止"


def proof(due: Due) -> tuple[DayProof, ...]:
    """Give every day from the one after the start to the due day (while paused, to the pause), and why it counts.

    Exactly `days_total` of the days count, unless the clock is paused or has no length in days.
    """
    if due.procedure.clock[due.clock].days is None:
        return (DayProof(due.due_day, True, None, "指定日期"),) if due.due_day else ()
    if due.run.waiting:
        return ()
    last = due.due_day or due.run.stretches[-1].before
    assert last is not None  # a clock without a due day is paused: its last stretch is closed
    assert due.days_total is not None
    days: list[DayProof] = []
    nth = 0
    for offset in range(1, (last - due.started_on).days + 1):
        day = due.started_on + timedelta(days=offset)
        why = _standing(due, day)
        counts = False
        if why is None:
            why = due.calendar.why(day)
            if nth == due.days_total:  # 民法典 203, only ever reached in calendar days
                why = "顺延至此日届满" if day == due.due_day else f"末日遇{why}，顺延"
            else:
                counts = due.unit == "calendar" or due.calendar.is_working(day)
        nth += counts
        days.append(DayProof(day, counts, nth if counts else None, why))
    return tuple(days)


def _standing(due: Due, day: date) -> str | None:
    """Return why the clock did not run through a day after its start; None where it did."""
    if any(after < day and (before is None or day < before) for after, before in due.run.stretches):
        return None
    pause, until = [pair for pair in due.run.pauses if local_day(pair[0].at) <= day][-1]
    return f"{STANDING}（{_label(due, pause)}{'，恢复当日' if until and local_day(until.at) == day else ''}）"


def explain(due: Due) -> str:
    """Give the count in short Chinese sentences: start, uncounted days, end; pauses and extension; what is provisional."""
    dates = _Dates(due.started_on)
    parts = [f"{dates.full(due.started_on)}{_event(due)}{_label(due, due.run.start)}，"]
    if due.run.waiting:
        parts.append(f"自文书送达的次日起算，共{due.length}；文书还没有送达。")
    elif due.days_total is None or due.procedure.clock[due.clock].days is None:
        parts.append(_until(due, dates))
    else:
        days = proof(due)
        parts.append("次日起算；" + _uncounted(due, days, dates) + _end(due, days, dates))
    return "".join(parts)


def _event(due: Due) -> str:
    """Return what happened on the day from which it counts, where that is not the step itself."""
    if due.run.given is not None:
        return f"{_input_label(due)}："
    return "文书送达：" if due.run.served else ""


def _input_label(due: Due) -> str:
    name = due.procedure.clock[due.clock].starts_on or ""
    action = due.procedure.action.get(due.run.start.action)
    form = (action.inputs if action is not None else due.procedure.inputs).get(name)
    return form.label if form is not None else name


def _until(due: Due, dates: _Dates) -> str:
    if due.state == "paused" or (due.due_day is None and due.run.standing):
        return "现已中止，届满日以恢复后指定的日期为准。"
    if due.due_day is None:
        return "届满日待指定。"
    hour = f"（{local(due.moment):%H:%M}）" if due.moment else ""
    if hour and due.procedure.clock[due.clock].instant is not None:
        return f"指定时间为{dates.full(due.due_day)}{hour}，届时届满。"
    return f"指定日期为{dates.full(due.due_day)}{hour}，当日24时届满。"


def _uncounted(due: Due, days: tuple[DayProof, ...], dates: _Dates) -> str:
    """Weekends and holidays that were passed over, and make-up days that were not."""
    if due.unit == "calendar":
        return ""
    proofs = [replace(p, why=p.why.removesuffix(UNPUBLISHED)) for p in days]  # said once, at the end
    named = [p for p in proofs if not p.counts and not p.why.startswith(STANDING)]
    numbered = ((p.date.toordinal() - index, p.why, p.date) for index, p in enumerate(named))
    groups = [(why, [day for _, _, day in group]) for (_, why), group in groupby(numbered, key=lambda item: item[:2])]
    made_up = [p for p in proofs if p.counts and p.why.startswith("调休上班")]
    if len(groups) > MANY:
        text = f"其间周末、法定节假日共{len(named)}天不计"
        return text + (f"，调休上班{len(made_up)}天计入；" if made_up else "；")
    parts = sorted(
        [(span[0], span, f"{why}不计") for why, span in groups] + [(p.date, [p.date], f"{p.why}计入") for p in made_up]
    )
    return "，".join(dates.span(span) + text for _, span, text in parts) + ("；" if parts else "")


def _end(due: Due, days: tuple[DayProof, ...], dates: _Dates) -> str:
    """Return the due day, the pauses and the extension."""
    unit = "个工作日" if due.unit == "working" else "日"
    parts: list[str] = []
    if due.due_day is None:
        parts.append(f"期限共{due.days_total}{unit}。")
    else:
        last = next(p for p in reversed(days) if p.counts)
        in_months = (
            due.length.endswith((UNIT_LABELS["months"], UNIT_LABELS["years"]))
            and not due.run.pauses
            and not due.extended_by
        )
        nth = f"满{due.length}" if in_months else f"为第{due.days_total}{unit}"
        parts.append(dates.full(last.date) + nth)
        if last.date != due.due_day:
            stood = any(p.why.startswith(STANDING) for p in days if p.date > last.date)
            why = "末日遇休息日及中止" if stood else "末日遇休息日"
            parts.append(f"，{why}，顺延至{dates.full(due.due_day)}")
        parts.append("，当日24时届满。")
        if due.within:
            parts.append(f"本期限为{due.length}，“{due.within}”先届满，以其届满日为准。")
    for pause, until in due.run.pauses:
        begun = local_day(pause.at)
        parts.append(f"{dates.full(begun)}{'起' if until is None else ''}中止（{_label(due, pause)}），")
        if due.due_day is not None and begun > due.due_day:
            parts.append("此前期限已届满，不受影响。")
        elif until is None:
            parts.append(f"尚余{due.days_remaining}{unit}，恢复次日续算。")
        elif local_day(until.at) == begun:
            parts.append("当日恢复，不影响计算。")
        else:
            parts.append(f"{dates.full(local_day(until.at))}恢复，次日续算。")
    extension = f"已延长{_length(due.run.extensions[0][1])}。" if due.extended_by else "无延长。"
    if not due.run.pauses:
        extension = "无中止、" + extension if not due.extended_by else "无中止，" + extension
    parts.append(extension)
    if due.provisional and due.due_day:
        parts.append(f"{due.due_day.year}年放假安排尚未公布，届满日为暂定。")
    return "".join(parts)


def _length(extends: Extends) -> str:
    if extends.working is not None:
        return f"{extends.working}个工作日"
    return f"{extends.calendar}日" if extends.calendar is not None else f"{extends.months}个月"


def _label(due: Due, step: Step) -> str:
    """Return what people call the step: the action's label; the filing has no action of its own."""
    action = due.procedure.action.get(step.action)
    return action.label if action else "提出申请"


class _Dates:
    """Writes dates as a Chinese sentence does: year and month only where they change."""

    def __init__(self, start: date) -> None:
        self.year, self.month = start.year, 0

    def short(self, day: date) -> str:
        year = f"{day.year}年" if day.year != self.year else ""
        month = f"{day.month}月" if year or day.month != self.month else ""
        self.year, self.month = day.year, day.month
        return f"{year}{month}{day.day}日"

    def full(self, day: date) -> str:
        return f"{self.short(day)}（{weekday(day)}）"

    def span(self, days: list[date]) -> str:
        if len(days) == 1:
            return self.short(days[0])
        if len(days) == 2 and days[0].month == days[1].month:
            return self.short(days[0]).removesuffix("日") + f"、{days[1].day}日"
        return f"{self.short(days[0])}至{self.short(days[-1])}"
