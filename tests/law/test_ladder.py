"""The ladder: what is done when, never at night or on a day off."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from repairflow.errors import Invalid
from repairflow.law.deadlines.ladder import Rung, rungs
from repairflow.law.procedure.model import Clock
from repairflow.times import SHANGHAI
from tests.law.test_clocks import CHINA, LENGTHS, a_procedure, at, histories, history, the


def a_clock(remind: tuple[int, ...] = (), overdue: str = "escalate") -> Clock:
    clock = a_procedure({"working": 10}).clock["c"]
    return clock.model_copy(update={"remind": remind, "overdue": overdue})


def told(ladder: tuple[Rung, ...]) -> list[str]:
    return [f"{r.kind}{r.nth or ''} {r.at.astimezone(SHANGHAI):%m-%d %H:%M}" for r in ladder]


@pytest.mark.parametrize(
    ("days", "steps", "clock", "expected"),
    [
        (
            {"working": 10},
            ("start 11-13",),
            a_clock((5, 2, 1)),
            [
                "remind5 11-20 09:00",
                "yellow 11-24 09:00",
                "remind2 11-25 09:00",
                "remind1 11-26 09:00",
                "due 11-28 00:00",
                "escalate1 11-30 09:00",
                "escalate3 12-02 09:00",
            ],
        ),
        # over the national holiday: reminders before it, escalation after it
        (
            {"working": 3},
            ("start 09-24",),
            a_clock((1,)),
            [
                "remind1 09-29 09:00",
                "yellow 09-30 09:00",
                "due 10-01 00:00",
                "escalate1 10-08 09:00",
                "escalate3 10-10 09:00",
            ],
        ),
        # a subject's lapse is not escalated
        (
            {"working": 10},
            ("start 11-13",),
            a_clock((1,), "lapse"),
            ["yellow 11-24 09:00", "remind1 11-26 09:00", "due 11-28 00:00"],
        ),
        # reminders before the start, or before the case came back, have lost their sense
        (
            {"working": 1},
            ("start 11-16 10:00",),
            a_clock((1, 3)),
            ["yellow 11-17 09:00", "due 11-18 00:00", "escalate1 11-18 09:00", "escalate3 11-20 09:00"],
        ),
        (
            {"working": 1},
            ("start 11-16 08:59",),
            a_clock((1,), "lapse"),
            ["remind1 11-16 09:00", "yellow 11-17 09:00", "due 11-18 00:00"],
        ),
        (
            {"working": 5},
            ("start 11-16", "pause 11-20", "resume 11-27 10:00"),
            a_clock((2, 1), "lapse"),
            ["remind1 11-30 09:00", "yellow 11-30 09:00", "due 12-02 00:00"],
        ),
        # 70 % of 30 calendar days is the 21st, a Sunday: on Monday
        ({"calendar": 30}, ("start 10-25",), a_clock((), "lapse"), ["yellow 11-16 09:00", "due 11-25 00:00"]),
    ],
)
def test_rungs(days: dict[str, object], steps: tuple[str, ...], clock: Clock, expected: list[str]) -> None:
    assert told(rungs(the(a_procedure(days), history(*steps)), clock, CHINA)) == expected


def test_an_appointed_day_on_a_weekend_warns_before_it() -> None:
    due = the(a_procedure("meeting_at"), history("start 12-04", meeting_at="2026-12-06"))
    assert told(rungs(due, a_clock((1,), "lapse"), CHINA)) == ["due 12-07 00:00"]
    due = the(a_procedure("meeting_at"), history("start 11-30", meeting_at="2026-12-06"))
    assert told(rungs(due, a_clock((1,), "lapse"), CHINA)) == [
        "remind1 12-04 09:00",
        "yellow 12-04 09:00",
        "due 12-07 00:00",
    ]


@pytest.mark.parametrize("steps", [("start 11-16", "pause 11-17"), ("start 11-16", "end 11-17")])
def test_no_rungs_for_a_clock_that_does_not_run(steps: tuple[str, ...]) -> None:
    assert rungs(the(a_procedure({"working": 5}), history(*steps)), a_clock((1,)), CHINA) == ()


def test_pausing_a_limit_that_has_run_out_does_not_stop_its_escalation() -> None:
    due = the(a_procedure({"working": 5}), history("start 11-16", "pause 11-24 08:00"))
    assert told(rungs(due, a_clock(), CHINA))[-3:] == [
        "due 11-24 00:00",
        "escalate1 11-24 09:00",
        "escalate3 11-26 09:00",
    ]


def test_no_rungs_before_the_day_is_appointed() -> None:
    assert rungs(the(a_procedure("meeting_at"), history("start 11-16")), a_clock((1,)), CHINA) == ()


def test_a_reminder_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(Invalid, match="提醒天数须为正整数"):
        rungs(the(a_procedure({"working": 5}), history("start 11-16")), a_clock((-1,)), CHINA)


@settings(max_examples=300)
@given(histories(), LENGTHS, st.lists(st.integers(1, 12), max_size=4))
def test_laws_of_every_ladder(steps: tuple, length: tuple[str, int], remind: list[int]) -> None:
    due = the(a_procedure({length[0]: length[1]}, {"working" if length[0] == "working" else "calendar": 5}), steps)
    ladder = rungs(due, a_clock(tuple(remind)), CHINA)
    assert bool(ladder) == (due.state != "ended" and due.due_day is not None)
    assert due.state != "running" or ladder
    assert [r.at for r in ladder] == sorted(r.at for r in ladder)
    assert len({(r.kind, r.nth) for r in ladder}) == len(ladder)
    for rung in ladder:
        local = rung.at.astimezone(SHANGHAI)
        assert rung.at.utcoffset() == timedelta(0)
        if rung.kind == "due":
            assert rung.at == due.due_at
        else:
            assert (local.hour, local.minute) == (9, 0)
            assert CHINA.is_working(local.date())
            assert (rung.at > due.due_at) == (rung.kind == "escalate")
        if rung.kind in {"remind", "yellow"}:
            assert rung.at >= due.running_since
        if rung.kind == "yellow" and due.unit == "working":
            used = due.days_total - CHINA.count_working_days(local.date(), due.due_day)
            assert used >= 0.7 * due.days_total > used - 1


def test_the_first_moment_of_a_reminder_is_not_before_the_start() -> None:
    due = the(a_procedure({"working": 2}), history("start 11-16 09:00"))
    assert due.running_since == at("11-16 09:00")
    assert told(rungs(due, a_clock((2,), "lapse"), CHINA))[0] == "remind2 11-16 09:00"
    assert due.due_day == date(2026, 11, 18)
