"""Clocks: examples a clerk can check by hand, and an independent oracle that walks day by day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from repairflow.errors import Invalid
from repairflow.law.calendar.periods import add_months
from repairflow.law.calendar.workdays import Calendar, load_calendar
from repairflow.law.deadlines.count import all_due, due, extension_fits
from repairflow.law.deadlines.due import Due
from repairflow.law.deadlines.explanation import explain, proof
from repairflow.law.deadlines.ladder import rungs
from repairflow.law.deadlines.runs import Served, Step
from repairflow.law.procedure.extension import Extends
from repairflow.law.procedure.model import Days, Procedure
from repairflow.times import SHANGHAI

CHINA = load_calendar(Path(__file__).parents[2] / "workflows" / "calendars")


def at(text: str) -> datetime:
    """'09-24 10:00' in Shanghai; the year is 2026 unless named."""
    text = text if len(text.split()[0]) > 5 else f"2026-{text}"
    return datetime.fromisoformat(text if ":" in text else f"{text} 10:00").replace(tzinfo=SHANGHAI).astimezone(UTC)


def a_procedure(
    days: dict[str, object] | str,
    extends: dict[str, int] | None = None,
    bounds: bool = True,
    named: str = "until",
    starts: str = "step",
) -> Procedure:
    """Waits, runs, is paused, ends; `days` is a length or the name of an input that names the day or the moment."""
    term = {"term": {"kind": "number", "label": "期限", "minimum": 5, "maximum": 60}} if bounds else {}
    action = {
        "start": {"label": "受理", "from": ["waiting", "over"], "to": "running", "inputs": term},
        "pause": {"label": "补正", "from": ["running"], "to": "paused"},
        "resume": {"label": "补正完成", "from": ["paused"], "to": "running"},
        "extend": {
            "label": "延长",
            "from": ["running", "paused"],
            "extends": {"clock": "c", **(extends or {"working": 5})},
        },
        "move": {"label": "改期", "from": ["running", "paused"]},
        "end": {"label": "办结", "from": ["running", "paused"], "to": "over"},
    }
    clock = {
        "runs_in": ["running"],
        "pauses_in": ["paused"],
        "owner": "office",
        "overdue": "escalate",
        "label": "办理期限",
        "starts": starts,
    }
    length = {named: days} if isinstance(days, str) else {"days": days}
    return Procedure.model_validate(
        {
            "procedure": "p",
            "version": "2026-04",
            "label": "程序",
            "effective": date(2026, 4, 1),
            "initial": "waiting",
            "basis": {"law": {"cite": "法", "verified": False}},
            "actor": {"office": "机关"},
            "inputs": term,
            "state": {s: {"label": s} for s in ("waiting", "running", "paused", "over")},
            "clock": {"c": {**clock, **length, "basis": ["law"], "verified": True}},
            "action": {name: {"by": ["office"], "basis": ["law"], **spec} for name, spec in action.items()},
        }
    )


AFTER = {"start": "running", "pause": "paused", "resume": "running", "end": "over"}


def history(*steps: str, **inputs: object) -> tuple[Step, ...]:
    """'start 11-13', 'pause 11-16 15:00', …; inputs belong to the first step."""
    made: list[Step] = []
    for text in steps:
        action, when = text.split(" ", 1)
        state = AFTER.get(action) or made[-1].state
        made.append(Step(at(when), action, state, {} if made else inputs))
    return tuple(made)


def the(procedure: Procedure, steps: tuple[Step, ...], today: date | None = None) -> Due:
    found = due(procedure, "c", steps, CHINA, today)
    assert found is not None
    return found


W5, W10 = {"working": 5}, {"working": 10}


@pytest.mark.parametrize(
    ("days", "steps", "due_day"),
    [
        ({"working": 7}, ("start 11-13",), "2026-11-24"),
        ({"working": 3}, ("start 09-30",), "2026-10-10"),
        ({"working": 3}, ("start 09-26",), "2026-09-30"),  # received on a holiday
        ({"working": 1}, ("start 11-13 23:59",), "2026-11-16"),
        ({"working": 1}, ("start 11-16 00:00",), "2026-11-17"),  # filed at 24:00 on Sunday: Monday is not counted
        ({"calendar": 30}, ("start 11-13",), "2026-12-14"),  # 13 December is a Sunday
        ({"calendar": 30}, ("start 10-19",), "2026-11-18"),
        ({"months": 3}, ("start 07-01",), "2026-10-08"),  # 1 October is a holiday
        ({"months": 3}, ("start 2025-11-30",), "2026-02-28"),  # a make-up Saturday
        ({"years": 1}, ("start 2024-02-29",), "2025-02-28"),
        # paused on Wednesday, resumed on Friday: Tuesday was used; four are left from Monday on
        (W5, ("start 11-16", "pause 11-18", "resume 11-20"), "2026-11-26"),
        (W5, ("start 11-16", "pause 11-18 09:00", "resume 11-18 16:00"), "2026-11-23"),  # within one day: nothing lost
        (W5, ("start 11-16", "pause 11-23", "resume 12-02"), "2026-12-03"),  # on the last day: that day is left
        (W5, ("start 11-16", "pause 11-24", "resume 12-02"), "2026-11-23"),  # it had run out: a pause revives nothing
        (
            W5,
            (
                "start 11-16",
                "pause 11-17",
                "resume 11-18",
                "pause 11-19",
                "resume 11-19",
                "pause 11-20",
                "resume 11-23",
            ),
            "2026-11-27",
        ),
        ({"calendar": 10}, ("start 11-02", "pause 11-05", "resume 11-09"), "2026-11-17"),
        ({"calendar": 5}, ("start 11-02", "pause 11-07", "resume 11-11"), "2026-11-12"),
        ({"calendar": 5}, ("start 11-03", "pause 11-09", "resume 11-12"), "2026-11-13"),  # on the rolled last day
        ({"months": 1}, ("start 10-15", "pause 11-02", "resume 11-12"), "2026-11-26"),
        # extension: once, before expiry
        (W5, ("start 11-16", "extend 11-20"), "2026-11-30"),
        (W5, ("start 11-16", "extend 11-23 23:59"), "2026-11-30"),
        (W5, ("start 11-16", "extend 11-24 00:00"), "2026-11-23"),
        (W5, ("start 11-16", "extend 11-18", "extend 11-19"), "2026-11-30"),
        (W5, ("start 11-16", "pause 11-18", "extend 11-19", "resume 11-20"), "2026-12-03"),
        # anew after an end
        (W5, ("start 11-02", "extend 11-03", "end 11-04", "start 11-16"), "2026-11-23"),
    ],
)
def test_a_due_day_follows_from_the_history(days: dict[str, object], steps: tuple[str, ...], due_day: str) -> None:
    found = the(a_procedure(days), history(*steps))
    assert found.due_day == date.fromisoformat(due_day)
    assert found.due_at == datetime.combine(found.due_day + timedelta(1), time(0), SHANGHAI)
    assert found.due_at.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("days", "extends", "due_day"),
    [
        ({"calendar": 30}, {"calendar": 15}, "2026-12-03"),
        ({"calendar": 31}, {"months": 1}, "2026-12-21"),  # 19 November and a month: a Saturday, so Monday 21 December
        ({"months": 1}, {"months": 1}, "2026-12-21"),
        ({"months": 1}, {"calendar": 3}, "2026-11-23"),  # 22 November is a Sunday
    ],
)
def test_extensions_in_other_units(days: dict[str, object], extends: dict[str, int], due_day: str) -> None:
    found = the(a_procedure(days, extends), history("start 10-19", "extend 10-20"))
    assert found.due_day == date.fromisoformat(due_day)
    assert found.extended_by > 0


def test_working_days_do_not_mix_with_other_days() -> None:
    for days, extends in ({"working": 5}, {"calendar": 5}), ({"months": 1}, {"working": 5}):
        assert not extension_fits(Days.model_validate(days), Extends(clock="c", **extends))
        with pytest.raises(Invalid, match="计算方式不一致"):
            the(a_procedure(dict(days), extends), history("start 10-19", "extend 10-20"))
    assert extension_fits(Days(calendar=5), Extends(clock="c", months=1))
    assert not extension_fits(Days(working=5), Extends(clock="c"))
    assert not extension_fits(None, Extends(clock="c", working=1))


def test_a_paused_clock_keeps_what_is_left() -> None:
    found = the(a_procedure(W10), history("start 11-16", "pause 11-19", "extend 11-20"))
    assert (found.state, found.due_day, found.due_at) == ("paused", None, None)
    assert (found.days_total, found.days_used, found.days_remaining, found.extended_by) == (15, 2, 13, 5)
    assert not found.is_overdue(at("12-31"))
    assert [p.why for p in proof(found)] == ["工作日", "工作日", "中止（补正）"]
    assert "尚余13个工作日" in explain(found)


def test_a_running_clock_says_how_much_is_used() -> None:
    steps = history("start 11-13")
    for today, used, remaining in (("11-13", 0, 7), ("11-15", 0, 7), ("11-16", 1, 6), ("11-24", 7, 0), ("12-24", 7, 0)):
        found = the(a_procedure({"working": 7}), steps, date.fromisoformat(f"2026-{today}"))
        assert (found.state, found.days_used, found.days_remaining) == ("running", used, remaining)
    assert not found.is_overdue(at("11-24 23:59"))
    assert found.is_overdue(at("11-25 00:00"))


def test_an_ended_clock_keeps_its_due_day_and_whether_it_was_late() -> None:
    found = the(a_procedure(W5), history("start 11-16", "end 11-18", "move 12-30"))
    assert (found.state, found.ended_at, found.due_day) == ("ended", at("11-18"), date(2026, 11, 23))
    assert (found.days_used, found.days_remaining) == (2, 3)
    assert not found.is_overdue(at("12-31"))
    assert the(a_procedure(W5), history("start 11-16", "end 11-24 00:00")).is_overdue(at("11-24 00:00"))


def test_every_run_is_listed_in_the_order_of_its_start() -> None:
    procedure = a_procedure(W5)
    assert all_due(procedure, (Step(at("11-02"), "file", "waiting"),), CHINA) == ()
    assert due(procedure, "c", (Step(at("11-02"), "file", "waiting"),), CHINA) is None
    dues = all_due(procedure, history("start 11-02", "end 11-04", "start 11-16", "pause 11-17", "end 11-18"), CHINA)
    assert [(d.round, d.state, d.due_day) for d in dues] == [(1, "ended", date(2026, 11, 9)), (2, "ended", None)]


def test_the_term_given_by_the_entering_step_counts_within_its_bounds() -> None:
    procedure = a_procedure({"calendar": 30, "input": "term"})
    assert the(procedure, history("start 10-19", term=11)).due_day == date(2026, 10, 30)
    assert the(procedure, history("start 10-19")).due_day == date(2026, 11, 18)
    for wrong in (4, 61, "15", True, 7.5):
        with pytest.raises(Invalid, match="期限须为 5 至 60 的整数"):
            the(procedure, history("start 10-19", term=wrong))
    unbounded = a_procedure({"calendar": 30, "input": "term"}, bounds=False)
    assert the(unbounded, history("start 10-19", term=1)).days_total == 1
    with pytest.raises(Invalid, match="期限须为 1 至"):
        the(unbounded, history("start 10-19", term=0))


@pytest.mark.parametrize(
    "given",
    [date(2026, 12, 5), "2026-12-05", "2026-12-05T09:30", "2026-12-05T01:30:00+00:00", at("2026-12-05 09:30")],
)
def test_a_clock_until_a_day_given_in_the_case(given: object) -> None:
    procedure = a_procedure("meeting_at")
    waiting = the(procedure, history("start 11-16"))
    assert (waiting.due_day, waiting.days_total, explain(waiting)) == (
        None,
        None,
        "11月16日（周一）受理，届满日待指定。",
    )
    found = the(procedure, history("start 11-16", meeting_at=given))
    assert found.due_day == date(2026, 12, 5)  # a Saturday: an appointed day is not moved
    assert found.due_at == at("2026-12-06 00:00")
    assert (found.moment is None) or found.moment == at("2026-12-05 09:30")
    assert [p.why for p in proof(found)] == ["指定日期"]
    assert "指定日期为12月5日（周六）" in explain(found)
    moved = (
        *history("start 11-16", meeting_at=given),
        Step(at("11-20"), "move", "running", {"meeting_at": "2026-12-11"}),
    )
    assert the(procedure, moved).due_day == date(2026, 12, 11)
    paused = (*moved, Step(at("11-23"), "pause", "paused"))
    assert (the(procedure, paused).due_day, proof(the(procedure, paused))) == (None, ())
    assert "现已中止" in explain(the(procedure, paused))
    later = (*moved, Step(at("11-24"), "end", "over", {"meeting_at": "2027-01-11"}))
    assert the(procedure, later).due_day == date(2026, 12, 11)  # what comes with the end is not this run's day


@pytest.mark.parametrize(
    ("given", "ends", "said"),
    [
        ("2026-12-05T09:30", at("2026-12-05 09:30"), "指定时间为12月5日（周六）（09:30），届时届满。"),
        ("2026-12-04T20:00:00+00:00", at("2026-12-05 04:00"), "指定时间为12月5日（周六）（04:00），届时届满。"),
        ("2026-12-05", at("2026-12-06 00:00"), "指定日期为12月5日（周六），当日24时届满。"),  # no hour was given
    ],
)
def test_a_clock_until_a_moment_given_in_the_case(given: str, ends: datetime, said: str) -> None:
    procedure = a_procedure("meeting_at", named="instant")
    found = the(procedure, history("start 11-16", meeting_at=given))
    assert (found.due_day, found.due_at) == (date(2026, 12, 5), ends)
    assert explain(found).endswith(said)
    assert not found.is_overdue(ends - timedelta(seconds=1))
    assert found.is_overdue(ends)
    due = [rung.at for rung in rungs(found, procedure.clock["c"], CHINA) if rung.kind == "due"]
    assert due == [ends]


@pytest.mark.parametrize("given", ["soon", 5, "2026-13-01"])
def test_a_day_that_is_none_is_refused(given: object) -> None:
    with pytest.raises(Invalid, match="不是日期"):
        the(a_procedure("meeting_at"), history("start 11-16", meeting_at=given))


@pytest.mark.parametrize(
    ("days", "start", "provisional"),
    [
        ({"working": 5}, "12-24", False),
        ({"working": 6}, "12-24", True),
        ({"calendar": 30}, "12-10", True),
        ({"calendar": 21}, "12-10", False),
        ({"months": 1}, "11-30", False),
    ],
)
def test_a_due_day_in_an_unpublished_year_is_provisional(
    days: dict[str, object], start: str, provisional: bool
) -> None:
    found = the(a_procedure(days), history(f"start {start}"))
    assert found.provisional == provisional
    assert ("2027年放假安排尚未公布，届满日为暂定。" in explain(found)) == provisional


@pytest.mark.parametrize(
    ("days", "steps", "sentence"),
    [
        (
            {"working": 7},
            ("start 11-13",),
            "11月13日（周五）受理，次日起算；14、15日周末不计，21、22日周末不计；24日（周二）为第7个工作日，当日24时届满。无中止、无延长。",
        ),
        (
            {"working": 3},
            ("start 09-30",),
            "9月30日（周三）受理，次日起算；10月1日至7日法定节假日（国庆节）不计，10日调休上班（国庆节）计入；"
            "10日（周六）为第3个工作日，当日24时届满。无中止、无延长。",
        ),
        (
            {"months": 3},
            ("start 07-01",),
            "7月1日（周三）受理，次日起算；10月1日（周四）满3个月，末日遇休息日，顺延至8日（周四），当日24时届满。无中止、无延长。",
        ),
        (
            W5,
            ("start 11-16", "pause 11-18", "extend 11-19", "resume 11-20"),
            "11月16日（周一）受理，次日起算；21、22日周末不计，28、29日周末不计；12月3日（周四）为第10个工作日，当日24时届满。"
            "11月18日（周三）中止（补正），20日（周五）恢复，次日续算。已延长5个工作日。",
        ),
        (
            {"working": 30},
            ("start 09-14",),
            "9月14日（周一）受理，次日起算；其间周末、法定节假日共16天不计，调休上班2天计入；10月30日（周五）为第30个工作日，当日24时届满。"
            "无中止、无延长。",
        ),
    ],
)
def test_the_count_in_words(days: dict[str, object], steps: tuple[str, ...], sentence: str) -> None:
    assert explain(the(a_procedure(days), history(*steps))) == sentence


@pytest.mark.parametrize(
    ("steps", "ending"),
    [
        (
            ("start 11-16", "pause 11-18 09:00", "resume 11-18 16:00"),
            "18日（周三）中止（补正），当日恢复，不影响计算。无延长。",
        ),
        (
            ("start 11-16", "pause 11-24", "resume 12-02"),
            "24日（周二）中止（补正），此前期限已届满，不受影响。无延长。",
        ),
        (("start 11-16", "pause 11-18"), "18日（周三）起中止（补正），尚余4个工作日，恢复次日续算。无延长。"),
        (("start 11-16", "extend 11-18"), "30日（周一）为第10个工作日，当日24时届满。无中止，已延长5个工作日。"),
    ],
)
def test_pauses_in_words(steps: tuple[str, ...], ending: str) -> None:
    assert explain(the(a_procedure(W5), history(*steps))).endswith(ending)


# The oracle: walks day by day and knows nothing of ranks, stretches or phases.


def oracle(
    steps: tuple[Step, ...], unit: str, total: int, extension: int, calendar: Calendar
) -> tuple[date | None, int]:
    """(due day, days used up) of the latest run, by looking at the state at each midnight."""
    starts = [
        i for i, s in enumerate(steps) if s.state == "running" and (i == 0 or steps[i - 1].state in {"over", "waiting"})
    ]
    own = steps[starts[-1] :]
    if own[-1].state == "over":
        own = own[:-1]

    def running_at_midnight_before(day: date) -> bool:
        standing = [s for s in own if s.at.astimezone(SHANGHAI).date() < day]
        return bool(standing) and standing[-1].state == "running"

    started, used, extended = own[0].at.astimezone(SHANGHAI).date(), 0, False
    extend_days = [s.at.astimezone(SHANGHAI).date() for s in own if s.action == "extend"]
    day = started
    while day < started + timedelta(days=900):
        day += timedelta(days=1)
        # An extension in time makes it longer, whenever in its life it comes: one on a day not after the due day.
        counts = running_at_midnight_before(day) and running_at_midnight_before(day + timedelta(days=1))
        if not counts:
            continue
        if unit == "working" and not calendar.is_working(day):
            continue
        used += 1
        if used >= total and calendar.is_working(day):
            if extend_days and extend_days[0] <= day and not extended:
                extended, total, used, day = True, total + extension, 0, started
                continue
            return day, used
    if extend_days and not extended:
        return oracle(tuple(s for s in steps if s.action != "extend"), unit, total + extension, 0, calendar)
    return None, used


FIRST, LAST = datetime.fromisoformat("2017-12-01"), datetime.fromisoformat("2027-02-01")


@st.composite
def histories(draw: st.DrawFn) -> tuple[Step, ...]:
    moment = draw(st.datetimes(FIRST, LAST, timezones=st.just(SHANGHAI))).astimezone(UTC)
    steps = [Step(moment, "start", "running")]
    for _ in range(draw(st.integers(0, 7))):
        moment += timedelta(minutes=draw(st.one_of(st.integers(0, 1500), st.integers(0, 20_000))))
        action = draw(
            st.sampled_from(
                {
                    "running": ["pause", "pause", "extend", "move", "end"],
                    "paused": ["resume", "resume", "extend", "end"],
                    "over": ["start"],
                }[steps[-1].state]
            )
        )
        steps.append(Step(moment, action, AFTER.get(action, steps[-1].state)))
    return tuple(steps)


LENGTHS = st.one_of(
    st.tuples(st.just("working"), st.integers(1, 30)),
    st.tuples(st.just("calendar"), st.integers(1, 60)),
    st.tuples(st.just("months"), st.integers(1, 6)),
    st.tuples(st.just("years"), st.just(1)),
)
PROCEDURES: dict[tuple[str, int], Procedure] = {}


def against_the_oracle(steps: tuple[Step, ...], length: tuple[str, int]) -> None:
    kind, count = length
    unit = "working" if kind == "working" else "calendar"
    key = (kind, count)
    if key not in PROCEDURES:
        PROCEDURES[key] = a_procedure({kind: count}, {unit: 5})
    found = the(PROCEDURES[key], steps)
    total = count
    if kind in {"months", "years"}:
        total = (add_months(found.started_on, count * (12 if kind == "years" else 1)) - found.started_on).days
    expected, used = oracle(steps, unit, total, 5, CHINA)
    assert found.due_day == expected, (steps, length)
    assert found.days_total == total + found.extended_by
    assert found.days_total == (found.days_used or 0) + (found.days_remaining or 0) or found.days_used == 0
    days = proof(found)
    assert [p.nth for p in days if p.counts] == list(range(1, sum(p.counts for p in days) + 1))
    if expected is not None:
        assert sum(p.counts for p in days) == found.days_total
        assert (days[-1].date, days[0].date) == (expected, found.started_on + timedelta(days=1))
        if found.state == "paused":  # it had run out before
            assert found.days_remaining == 0
    else:
        assert sum(p.counts for p in days) == min(used, found.days_total)
        assert found.days_remaining == max(1, found.days_total - used)
    assert explain(found).endswith("。")


@settings(max_examples=1500)
@given(histories(), LENGTHS)
@example((Step(at("11-16"), "start", "running"), Step(at("11-16"), "pause", "paused")), ("working", 1))
def test_due_days_agree_with_walking_day_by_day(steps: tuple[Step, ...], length: tuple[str, int]) -> None:
    against_the_oracle(steps, length)


@pytest.mark.soak
@settings(max_examples=100_000)
@given(histories(), LENGTHS)
def test_a_hundred_thousand_histories_agree(steps: tuple[Step, ...], length: tuple[str, int]) -> None:
    against_the_oracle(steps, length)


# limits that start with service: counted by hand on the calendar of 2026


@pytest.mark.parametrize(
    ("days", "steps", "served", "due_day"),
    [
        # served on Wednesday the 18th: 19, 20, 23, 24, 25
        (W5, ("start 11-13",), "2026-11-18", "2026-11-25"),
        # the day of the step itself
        (W5, ("start 11-13",), "2026-11-13", "2026-11-20"),
        # the 30th day, 13 December, is a Sunday
        ({"calendar": 30}, ("start 11-02",), "2026-11-13", "2026-12-14"),
        # served on a holiday: 28, 29 and 30 September
        ({"working": 3}, ("start 09-24",), "2026-09-26", "2026-09-30"),
        # 1 October and the days after it are holidays
        ({"months": 3}, ("start 06-01",), "2026-07-01", "2026-10-08"),
        # by announcement: counts as served on 1 December; 2, 3, 4, 7, 8
        (W5, ("start 11-02",), "2026-12-01", "2026-12-08"),
        # stood still before service: from the day after resumption, 23 to 27
        (W5, ("start 11-16", "pause 11-17", "resume 11-20"), "2026-11-18", "2026-11-27"),
        # stood still after service: 19 was used; 25, 26, 27 and 30 are left
        (W5, ("start 11-16", "pause 11-20", "resume 11-24"), "2026-11-18", "2026-11-30"),
        # stood still and went on before service: nothing of it counts
        (W5, ("start 11-13", "pause 11-13", "resume 11-16"), "2026-11-18", "2026-11-25"),
        # extended by five: the tenth working day after service
        (W5, ("start 11-13", "extend 11-20"), "2026-11-18", "2026-12-02"),
        # served while it stands still: no day until it goes on
        (W5, ("start 11-16", "pause 11-17"), "2026-11-18", None),
        # not served
        (W5, ("start 11-13",), None, None),
        (W5, ("start 11-13", "end 12-31"), None, None),
    ],
)
def test_a_limit_that_starts_with_service(
    days: dict[str, object], steps: tuple[str, ...], served: str | None, due_day: str | None
) -> None:
    """The day of service is not counted (民法典 201); nothing runs before it."""
    first, *others = history(*steps)
    if served is not None:
        first = replace(first, served=Served(date.fromisoformat(served), at(served)))
    found = the(a_procedure(days, starts="served"), (first, *others))
    assert found.due_day == (date.fromisoformat(due_day) if due_day else None)
    if served is None and found.state != "ended":
        assert found.state == "waiting"
        assert not rungs(found, found.procedure.clock["c"], CHINA)
        assert not found.is_overdue(at("2030-01-01"))
        assert "自文书送达的次日起算，共5个工作日；文书还没有送达。" in explain(found)
    if due_day is not None:
        assert sum(day.counts for day in proof(found)) == found.days_total
        assert "文书送达：受理，次日起算" in explain(found)


def test_each_run_starts_with_the_service_of_its_own_letter() -> None:
    """The second notice has not been served: its limit waits, whatever became of the first."""
    first, over, again = history("start 11-02", "end 11-09", "start 11-16")
    served = replace(first, served=Served(date(2026, 11, 4), at("11-04")))
    found = all_due(a_procedure(W5, starts="served"), (served, over, again), CHINA)
    assert [(due.round, due.state, due.due_day) for due in found] == [
        (1, "ended", date(2026, 11, 11)), (2, "waiting", None),
    ]  # fmt: skip


def test_an_office_s_limit_runs_from_its_own_act_whenever_its_letter_is_served() -> None:
    (first,) = history("start 11-13")
    served = replace(first, served=Served(date(2026, 11, 18), at("11-18")))
    assert the(a_procedure(W5), (served,)).due_day == date(2026, 11, 20)
