"""When a limit (期限) ends, from the history of the case alone. Pure: no clock, no database, nothing stored.

A clock runs while the case stands in `runs_in`, stands still in `pauses_in`, ends when the case leaves both, and starts
anew (the next `round`) when `runs_in` is entered after an end.

**What starts it.** The step that enters `runs_in`; with `starts = "served"` the service of the letter that this step issued.
Until then the limit waits: it has no due day and nothing lapses. With `starts_on` the day that the step gives in this input: the
event lies before the step that enters it, and the limit may be over when it is entered.

**Which days count.** A day counts when the clock ran at its first and at its last moment. So the day of the start is
not counted (民法典 201), nor are the day of a pause, the days within it and the day of resumption; a pause that
begins and ends on one day costs nothing. What was left at the pause is there in full from the day after resumption.

**When it ends.** Working days: with the n-th working day that counts. Calendar days, months and years: with the n-th
day that counts, or the next working day that counts where that one is a holiday (民法典 203); months and years are the
days that lie between the start and the same-numbered day (民法典 202). `until`: with the day the case's latest input
names, neither moved by pauses nor rolled. Always at 24:00 in Shanghai, but for `instant`, which ends at the moment the
input names. A limit that has run out stays run out: a
pause or extension that comes later does not revive it.

**A part ends with its whole.** An office's limit (协查反馈) all of whose states lie within those of what the office owes the
applicant (`duty`: 异议办结期限) ends with that at the latest, but for one that begins when that is over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from repairflow.errors import Invalid
from repairflow.law.calendar.periods import UNIT_LABELS, add_months
from repairflow.law.calendar.workdays import LONGEST, Calendar
from repairflow.law.deadlines.due import ClockState, Due, Unit
from repairflow.law.deadlines.runs import Run, Step, Stretch, runs
from repairflow.law.procedure.extension import Extends
from repairflow.law.procedure.model import Clock, Days, Procedure
from repairflow.law.procedure.roles import role_side
from repairflow.times import SHANGHAI, end_of_day, local_day

DAY = timedelta(days=1)


def due(
    procedure: Procedure, name: str, history: tuple[Step, ...], calendar: Calendar, today: date | None = None
) -> Due | None:
    """Return the latest run of one clock by its own days alone, not ended by a whole around it (`all_due`); None where it never started.
    Invalid for a length the procedure does not allow."""
    found = runs(procedure, name, procedure.clock[name], history)
    return _due(procedure, name, found[-1], len(found), calendar, today) if found else None


def all_due(
    procedure: Procedure, history: tuple[Step, ...], calendar: Calendar, today: date | None = None
) -> tuple[Due, ...]:
    """Return every run of every clock, ended ones too, in the order in which they started; (clock, round) names each."""
    dues = [
        _due(procedure, name, run, number, calendar, today)
        for name, clock in procedure.clock.items()
        for number, run in enumerate(runs(procedure, name, clock, history), start=1)
    ]
    return tuple(sorted((_within(one, dues) for one in dues), key=lambda item: item.run.entered))


def open_dues(
    procedure: Procedure, history: tuple[Step, ...], calendar: Calendar, today: date | None = None
) -> tuple[Due, ...]:
    """As `all_due` without the runs that have ended: those are not counted."""
    dues = []
    stood = {step.state for step in history}
    for name, clock in procedure.clock.items():
        if stood.isdisjoint(clock.runs_in):
            continue
        found = runs(procedure, name, clock, history)
        if found and found[-1].ended is None:  # only the newest can go on
            dues.append(_due(procedure, name, found[-1], len(found), calendar, today))
    return tuple(sorted((_within(one, dues) for one in dues), key=lambda item: item.run.entered))


def _within(part: Due, dues: Sequence[Due]) -> Due:
    """State that run, ended with the duty around it where that ends first; a duty that was over when the part began cuts nothing."""
    if part.due_day is None or part.days_total is None or role_side(part.owner) != "office":
        return part
    clocks = part.procedure.clock
    for whole in dues:
        around = clocks[whole.clock].duty and set(clocks[part.clock].runs_in) < set(clocks[whole.clock].runs_in)
        ran = whole.run.entered <= part.run.entered and (whole.ended_at is None or whole.ended_at > part.started_at)
        if around and ran and whole.due_day is not None and part.started_on < whole.due_day < part.due_day:
            lost = _between(whole.due_day, part.due_day, part.unit, part.calendar)
            left = None if part.days_remaining is None else max(0, part.days_remaining - lost)
            total = max(0, part.days_total - lost)
            used = None if left is None else max(0, total - left)
            part = replace(
                part, due_day=whole.due_day, due_at=end_of_day(whole.due_day), provisional=whole.provisional,
                days_total=total, days_remaining=left, days_used=used, within=whole.label,
            )  # fmt: skip
    return part


def _due(procedure: Procedure, name: str, run: Run, number: int, calendar: Calendar, today: date | None) -> Due:
    clock = procedure.clock[name]
    started = run.started_on
    as_of = local_day(run.ended.at) if run.ended else today or local_day(run.steps[-1].at)
    state: ClockState = "ended" if run.ended else "waiting" if run.waiting else "paused" if run.standing else "running"
    moment, extended, provisional, length = None, 0, False, ""
    total: int | None
    remaining: int | None
    if clock.days is None:
        assert clock.named is not None  # by the form of the file
        unit: Unit = "calendar"
        due_day, moment = _named_day(run, clock.named)
        total = remaining = None
        if due_day is not None:
            total, remaining = max(0, (due_day - started).days), max(0, (due_day - max(as_of, started)).days)
        if run.standing:
            due_day = None
    else:
        unit = "working" if clock.days.unit == "working" else "calendar"
        count = _declared(procedure, clock.days, run)
        length = f"{count}{UNIT_LABELS[clock.days.unit]}"
        if run.waiting:
            due_day, total = None, count if clock.days.unit in {"working", "calendar"} else None
            remaining = total
        else:
            due_day, total, remaining, extended = _count(clock.days, count, run, started, calendar)
        if due_day is not None:
            since = max(as_of, run.stretches[-1].after)
            remaining = _between(since, due_day, unit, calendar)
            provisional = calendar.is_provisional(started if unit == "working" else due_day - DAY, due_day)
    return Due(
        clock=name,
        round=number,
        label=clock.label,
        owner=clock.owner,
        overdue=clock.overdue,
        basis=clock.basis,
        verified=clock.verified,
        started_at=run.start.at,
        started_on=started,
        running_since=run.since,
        due_day=due_day,
        due_at=_ends(clock, due_day, moment),
        moment=moment,
        state=state,
        ended_at=run.ended.at if run.ended else None,
        provisional=provisional,
        unit=unit,
        length=length,
        days_total=total,
        days_used=None if total is None or remaining is None else max(0, total - remaining),
        days_remaining=remaining,
        extended_by=extended,
        run=run,
        procedure=procedure,
        calendar=calendar,
    )


def _count(days: Days, count: int, run: Run, started: date, calendar: Calendar) -> tuple[date | None, int, int, int]:
    """(due day or None while paused, total, days left when paused, days of extension)."""
    unit: Unit = "working" if days.unit == "working" else "calendar"
    total = _length(days, count, None, started)
    due_day, left = _consume(run.stretches, total, unit, calendar)
    for step, extends in run.extensions[:1]:  # once
        if due_day is not None and local_day(step.at) > due_day:  # before expiry
            continue
        longer = _length(days, count, extends, started)
        due_day, left = _consume(run.stretches, longer, unit, calendar)
        return due_day, longer, left, longer - total
    return due_day, total, left, 0


def _declared(procedure: Procedure, days: Days, run: Run) -> int:
    """Return the number the procedure sets, or the one given by the step that started the run, within its declared bounds."""
    given = run.start.inputs.get(days.input) if days.input else None
    if days.input is None or given is None:
        return days.count
    action = procedure.action.get(run.start.action)
    form = (action.inputs if action else procedure.inputs).get(days.input)
    least = form.minimum if form and form.minimum is not None else 1
    most = form.maximum if form and form.maximum is not None else LONGEST
    if isinstance(given, bool) or not isinstance(given, int) or not max(1, least) <= given <= most:
        raise Invalid(f"期限须为 {max(1, least)} 至 {most} 的整数，现为 {given}。")
    return given


def extension_fits(days: Days | None, extends: Extends) -> bool:
    """Tell whether an extension is counted like the limit it extends: working days with working days, others with others.

    A mixed count has no settled end in law, so that definitions must not ask for one.
    """
    units = (extends.working, extends.calendar, extends.months)
    return (
        days is not None
        and sum(unit is not None for unit in units) == 1
        and ((extends.working is not None) == (days.unit == "working"))
    )


def _length(days: Days, count: int, extends: Extends | None, started: date) -> int:
    """Return how many days, working or calendar by the limit's unit, must count from the day after `started`."""
    months, more = 0, 0
    if extends is not None:
        if not extension_fits(days, extends):
            raise Invalid("延长的天数与原期限的计算方式不一致：工作日只能延长工作日。请更正办理程序文件。")
        months, more = extends.months or 0, extends.working or extends.calendar or 0
    if days.unit in {"months", "years"}:
        whole = add_months(started, count * (12 if days.unit == "years" else 1) + months)
        return (whole - started).days + more
    if months:  # months that follow a limit in days begin with its last day
        return (add_months(started + timedelta(days=count), months) - started).days
    return count + more


def _consume(stretches: tuple[Stretch, ...], total: int, unit: Unit, calendar: Calendar) -> tuple[date | None, int]:
    """Spend `total` days over the stretches: the due day, or None and the days left where the last one is closed."""
    left = total
    for after, before in stretches:
        last = None if before is None else before - DAY
        if left > 0:
            here = None if last is None else _between(after, last, unit, calendar)
            if here is not None and here < left:
                left -= here
                continue
            day = calendar.add_working_days(after, left) if unit == "working" else after + timedelta(days=left)
            left = 0
        else:
            day = after + DAY
        # 民法典 203: a limit that would end on a holiday ends with the day after it.
        day = calendar.roll(day)
        if last is None or day <= last:
            return day, 0
    # Paused before the last day was over: that day is not used up.
    return None, max(left, 1)


def _between(after: date, until: date, unit: Unit, calendar: Calendar) -> int:
    """Days later than `after` up to and including `until`, in the clock's unit; never less than 0."""
    return calendar.count_working_days(after, until) if unit == "working" else max(0, (until - after).days)


def _ends(clock: Clock, due_day: date | None, moment: datetime | None) -> datetime | None:
    """民法典 203: the last day ends at 24:00; only an `instant` clock that was given an hour ends at that hour."""
    if clock.instant is not None and due_day is not None and moment is not None:
        return moment.astimezone(UTC)
    return end_of_day(due_day) if due_day else None


def _named_day(run: Run, name: str) -> tuple[date | None, datetime | None]:
    """Return the day (and moment) the latest input of this name sets, among the steps before the end of the run."""
    for step in reversed(run.steps):
        given = step.inputs.get(name)
        if given is None:
            continue
        if isinstance(given, str):
            try:
                given = date.fromisoformat(given) if len(given) == len("2026-01-01") else datetime.fromisoformat(given)
            except ValueError as error:
                raise Invalid(f"“{given}”不是日期，应如 2026-06-10 或 2026-06-10T09:30。") from error
        if isinstance(given, datetime):
            moment = given if given.tzinfo else given.replace(tzinfo=SHANGHAI)
            return local_day(moment), moment
        if isinstance(given, date):
            return given, None
        raise Invalid(f"“{given}”不是日期，应如 2026-06-10 或 2026-06-10T09:30。")
    return None, None
