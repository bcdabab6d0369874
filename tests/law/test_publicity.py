"""Publicity periods: from which day one may apply, and when publicity ends by itself."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from repairflow.errors import Invalid
from repairflow.law.calendar.periods import Period
from repairflow.law.procedure import packs
from repairflow.law.publicity import Progress, PublicityRule, progress, publicity

MINOR = PublicityRule(published=False, minimum=None, maximum=Period(3, "months"))
MINOR_PUBLISHED = PublicityRule(published=True, minimum=None, maximum=Period(3, "months"))
ORDINARY = PublicityRule(published=True, minimum=Period(3, "months"), maximum=Period(1, "years"))
SERIOUS = PublicityRule(published=True, minimum=Period(1, "years"), maximum=Period(3, "years"))


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("rule", "start", "min_until", "apply_from", "max_until"),
    [
        (ORDINARY, "2026-04-15", "2026-07-15", "2026-07-16", "2027-04-15"),
        (ORDINARY, "2025-11-30", "2026-02-28", "2026-03-01", "2026-11-30"),  # no 30 February
        (
            ORDINARY,
            "2026-07-01",
            "2026-10-01",
            "2026-10-02",
            "2027-07-01",
        ),  # a holiday: a publicity period is not rolled
        (SERIOUS, "2024-02-29", "2025-02-28", "2025-03-01", "2027-02-28"),
        (MINOR, "2026-04-15", None, "2026-04-15", "2026-07-15"),
    ],
)
def test_days_of_a_record(
    rule: PublicityRule, start: str, min_until: str | None, apply_from: str, max_until: str
) -> None:
    """民法典 201 to 203, 22号 满后方可: full at 24:00 of the last day, so one applies from the day after."""
    days = publicity(day(start), rule)
    assert (days.apply_from, days.max_until, days.published) == (day(apply_from), day(max_until), rule.published)
    assert days.min_until == (day(min_until) if min_until else None)


def test_a_pack_may_open_the_right_on_the_last_day_itself() -> None:
    days = publicity(day("2026-04-15"), ORDINARY, apply_on_next_day=False)
    assert (days.min_until, days.apply_from) == (day("2026-07-15"), day("2026-07-15"))
    assert publicity(day("2026-04-15"), MINOR, apply_on_next_day=False).apply_from == day("2026-04-15")


def test_publicity_ends_at_midnight_in_shanghai() -> None:
    assert publicity(day("2026-04-15"), ORDINARY).ends_at == datetime(2027, 4, 15, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rule", "today", "expected"),
    [
        (ORDINARY, "2026-04-14", Progress(0.0, 92 / 365, 93, 366, "not_started")),
        (ORDINARY, "2026-04-15", Progress(0.0, 92 / 365, 92, 365, "minimum")),
        (ORDINARY, "2026-07-15", Progress(91 / 365, 92 / 365, 1, 274, "minimum")),
        (ORDINARY, "2026-07-16", Progress(92 / 365, 92 / 365, 0, 273, "open")),
        (ORDINARY, "2027-04-15", Progress(1.0, 92 / 365, 0, 0, "open")),
        (ORDINARY, "2027-04-16", Progress(1.0, 92 / 365, 0, 0, "over")),
        (MINOR, "2026-04-20", Progress(5 / 91, 0.0, 0, 86, "not_published")),
        (MINOR_PUBLISHED, "2026-04-20", Progress(5 / 91, 0.0, 0, 86, "open")),
    ],
)
def test_progress(rule: PublicityRule, today: str, expected: Progress) -> None:
    found = progress(publicity(day("2026-04-15"), rule), day(today))
    assert found == expected
    assert found.label


@pytest.mark.parametrize("wrong", [{"minimum": {"working": 10}}, {"maximum": {"calendar": 90}}])
def test_a_publicity_period_is_counted_in_months_or_years(wrong: dict[str, object]) -> None:
    """Ten working days would have been taken for ten months."""
    with pytest.raises(ValidationError, match="须以 months 或者 years 计"):
        packs.Period.model_validate({"maximum": {"years": 1}, "basis": ["A"]} | wrong)


def test_rules_that_make_no_sense_are_refused() -> None:
    with pytest.raises(Invalid, match="不得长于"):
        PublicityRule(published=True, minimum=Period(2, "years"), maximum=Period(1, "years"))
    with pytest.raises(Invalid, match="须为正整数"):
        Period(0, "months")


@given(
    st.dates(date(2000, 1, 1), date(2090, 12, 31)), st.sampled_from([MINOR, ORDINARY, SERIOUS]), st.integers(-50, 1300)
)
def test_a_bar_never_leaves_its_frame(start: date, rule: PublicityRule, offset: int) -> None:
    days = publicity(start, rule)
    today = date.fromordinal(start.toordinal() + offset)
    found = progress(days, today)
    assert 0 <= found.served <= 1
    assert 0 <= found.minimum_mark <= 1
    assert (found.phase == "minimum") == (days.published and start <= today < days.apply_from)
    assert (found.days_to_apply == 0) == (today >= days.apply_from)
    assert start <= days.apply_from <= days.max_until
