"""Working days: the published vectors, the holidays package, bad files, local calendars."""

from __future__ import annotations

import timeit
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from repairflow.errors import Invalid
from repairflow.law.calendar.fixed_holidays import fixed_holidays
from repairflow.law.calendar.periods import add_months
from repairflow.law.calendar.workdays import (
    LONGEST,
    Calendar,
    CalendarError,
    CalendarYear,
    dump,
    from_chinesecalendar,
    load_calendar,
    parse_year,
)

FOLDER = Path(__file__).parents[2] / "workflows" / "calendars"
CHINA = load_calendar(FOLDER)


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "n", "expected"),
    [
        ("2026-09-30", 3, "2026-10-10"),  # a make-up Saturday
        ("2026-09-30", 7, "2026-10-15"),
        ("2026-09-30", 10, "2026-10-20"),
        ("2026-09-26", 3, "2026-09-30"),  # received on a holiday Saturday
        ("2026-02-13", 2, "2026-02-24"),
        ("2026-02-13", 10, "2026-03-05"),
        ("2026-04-01", 10, "2026-04-16"),
        ("2026-04-30", 7, "2026-05-13"),
        ("2026-11-20", 10, "2026-12-04"),
        ("2026-09-18", 1, "2026-09-20"),  # a make-up Sunday
    ],
)
def test_published_vectors(start: str, n: int, expected: str) -> None:
    assert CHINA.add_working_days(day(start), n) == day(expected)
    assert CHINA.count_working_days(day(start), day(expected)) == n
    proof = CHINA.explain(day(start), n)
    assert proof[0].date == day(start) + timedelta(days=1)
    assert (proof[-1].date, proof[-1].nth) == (day(expected), n)
    assert sum(p.counts for p in proof) == n


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        ("2025-11-30", 3, "2026-02-28"),
        ("2026-05-31", 3, "2026-08-31"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2026-07-01", 3, "2026-10-01"),
        ("2027-08-31", 6, "2028-02-29"),
    ],
)
def test_months_end_on_the_same_numbered_day_or_the_last(start: str, months: int, expected: str) -> None:
    assert add_months(day(start), months) == day(expected)


def test_a_last_day_on_a_holiday_moves_behind_it() -> None:
    assert CHINA.roll(day("2026-10-01")) == day("2026-10-08")
    assert CHINA.roll(day("2026-10-10")) == day("2026-10-10")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2026-11-20", "工作日"),
        ("2026-11-21", "周末"),
        ("2026-10-03", "法定节假日（国庆节）"),
        ("2026-10-10", "调休上班（国庆节）"),
        ("2015-09-03", "法定节假日（中国人民抗日战争暨世界反法西斯战争胜利70周年纪念日）"),
        ("2027-01-04", "工作日（该年放假安排未公布，暂定）"),
        ("2027-02-05", "法定节假日（春节）（该年放假安排未公布，暂定）"),
    ],
)
def test_every_day_says_why(text: str, why: str) -> None:
    assert CHINA.why(day(text)) == why


def test_all_years_are_there_and_beyond_them_a_count_is_provisional() -> None:
    assert list(CHINA.years) == list(range(2004, 2027))
    assert CHINA.is_published(day("2026-12-31"))
    assert not CHINA.is_published(day("2027-01-01"))
    assert not CHINA.is_published(day("2003-12-31"))
    assert not CHINA.is_provisional(day("2026-12-28"), day("2026-12-31"))
    assert CHINA.is_provisional(day("2026-12-28"), day("2027-01-04"))
    assert not CHINA.is_provisional(day("2003-12-31"), day("2004-01-05"))
    assert CHINA.add_working_days(day("2026-12-31"), 1) == day("2027-01-04")  # behind New Year's Day and a weekend


@pytest.mark.parametrize(
    ("start", "n", "expected"),
    [
        ("2026-12-18", 10, "2027-01-04"),  # by hand: 21-25 and 28-31 December are nine, 1 January is off, a weekend
        ("2026-12-30", 3, "2027-01-05"),
        ("2027-02-04", 1, "2027-02-09"),  # the eve is Friday 5 February, the first three days end on Monday the 8th
        ("2027-04-30", 1, "2027-05-03"),  # the 1st and 2nd of May are a weekend: no substitute day is guessed
        ("2027-09-30", 1, "2027-10-04"),
    ],
)
def test_the_holidays_fixed_by_statute_count_where_no_arrangement_is_published(
    start: str, n: int, expected: str
) -> None:
    assert CHINA.add_working_days(day(start), n) == day(expected)
    assert CHINA.count_working_days(day(start), day(expected)) == n
    assert CHINA.is_provisional(day(start), day(expected))


def test_six_months_that_end_in_the_spring_festival_end_behind_it() -> None:
    assert CHINA.roll(add_months(day("2026-08-08"), 6)) == day("2027-02-09")


@pytest.mark.parametrize("year", range(2025, 2027))
def test_the_fixed_holidays_lie_within_every_published_arrangement(year: int) -> None:
    fixed = fixed_holidays(year)
    assert len(fixed) in {12, 13}
    assert fixed.keys() <= CHINA.years[year].off
    names = CHINA.years[year].names
    assert all(name in names[one] or names[one] in name for one, name in fixed.items() if "、" not in names[one])


@pytest.mark.parametrize("year", range(2027, 2051))
def test_the_holidays_package_has_the_fixed_days_too(year: int) -> None:
    assert fixed_holidays(year).keys() <= holidays.country_holidays("CN", years=year, expand=False).keys()


def test_a_draft_has_its_own_days_and_those_fixed_by_statute() -> None:
    draft = parse_year(
        'year = 2027\npublished = false\nsource = "征求意见"\n[[holiday]]\nname = "元旦"\nwork = [2027-01-09]\n', "f"
    )
    calendar = with_year(CHINA, draft)
    assert not calendar.is_working(day("2027-01-01"))
    assert calendar.is_working(day("2027-01-09"))
    assert calendar.add_working_days(day("2026-12-31"), 6) == day("2027-01-09")


def test_a_published_year_is_what_its_notice_says_and_no_more() -> None:
    calendar = with_year(CHINA, parse_year('year = 2027\npublished = true\nsource = "通知"\n', "f"))
    assert calendar.is_working(day("2027-01-01"))


@pytest.mark.parametrize("year", range(2004, 2027))
def test_the_holidays_package_agrees(year: int) -> None:
    """It knows the days off as published; make-up days it lists as ordinary, so only weekdays and weekends off differ."""
    known = holidays.country_holidays("CN", years=year)
    for offset in range((date(year + 1, 1, 1) - date(year, 1, 1)).days):
        one = date(year, 1, 1) + timedelta(days=offset)
        if one.weekday() < 5:
            assert CHINA.is_working(one) == (one not in known), one
    for one in CHINA.years[year].work:
        assert one not in known


@pytest.mark.parametrize("year", range(2004, 2027))
def test_the_files_are_what_the_importer_writes_and_read_back_the_same(year: int) -> None:
    text = (FOLDER / f"{year}.toml").read_text(encoding="utf-8")
    assert dump(parse_year(text, "x")) == text
    # which later notice changed a year is written by hand: the package does not say
    assert parse_year(from_chinesecalendar(year), "x") == replace(CHINA.years[year], amends="")


def test_the_importer_says_when_the_package_does_not_know_a_year() -> None:
    with pytest.raises(Invalid, match="没有 2027 年的放假安排"):
        from_chinesecalendar(2027)


@pytest.mark.parametrize("n", [0, -1, LONGEST + 1, True, 1.5])
def test_a_number_of_days_that_makes_no_sense_is_refused(n: int) -> None:
    with pytest.raises(Invalid, match="天数须为"):
        CHINA.add_working_days(day("2026-01-05"), n)
    with pytest.raises(Invalid, match="天数须为"):
        CHINA.explain(day("2026-01-05"), n)


def test_a_count_beyond_the_calendar_of_dates_is_refused() -> None:
    with pytest.raises(Invalid, match="超出了日历范围"):
        CHINA.add_working_days(date(9999, 12, 30), 5)
    with pytest.raises(Invalid, match="超出了日历范围"):
        add_months(date(9999, 12, 30), 5)
    with pytest.raises(Invalid, match="超出了日历范围"):
        CHINA.subtract_working_days(date(1, 1, 3), 5)


@given(st.dates(date(2001, 1, 1), date(2030, 12, 31)), st.integers(1, 300))
def test_counting_agrees_with_walking(start: date, n: int) -> None:
    walked, counted = start, 0
    while counted < n:
        walked += timedelta(days=1)
        named = CHINA.years.get(walked.year)
        off, work = (named.off, named.work) if named else (fixed_holidays(walked.year).keys(), frozenset())
        counted += walked in work or (walked.weekday() < 5 and walked not in off)
    assert CHINA.add_working_days(start, n) == walked
    assert CHINA.count_working_days(start, walked) == n
    first = CHINA.add_working_days(start, 1)
    assert CHINA.subtract_working_days(walked, n - 1) == first if n > 1 else walked == first
    assert CHINA.roll(start + timedelta(days=1)) == first


@given(st.dates(date(2003, 1, 1), date(2028, 12, 31)), st.integers(1, 40))
def test_the_explanation_counts_each_day_once(start: date, n: int) -> None:
    proof = CHINA.explain(start, n)
    assert [p.date for p in proof] == [start + timedelta(days=i) for i in range(1, len(proof) + 1)]
    assert [p.nth for p in proof if p.counts] == list(range(1, n + 1))
    assert all(p.counts == CHINA.is_working(p.date) and (p.nth is None) == (not p.counts) for p in proof)


HEAD = 'year = 2026\npublished = true\nsource = "通知"\n'


@pytest.mark.parametrize(
    ("text", "where", "says"),
    [
        (
            HEAD + '[[holiday]]\nname = "甲"\nfrom = 2026-05-01\nto = 2026-05-03\n'
            '[[holiday]]\nname = "乙"\nfrom = 2026-05-03\nto = 2026-05-04\n',
            "f:10",
            "2026-05-03 重复，已列在“甲”中",
        ),
        (HEAD + '[[holiday]]\nname = "甲"\nfrom = 2026-05-01\nto = 2026-05-03\nwork = [2026-05-02]\n', "f:8", "重复"),
        (HEAD + '[[holiday]]\nname = "甲"\nwork = [\n  2026-05-09,\n  2026-05-09,\n]\n', "f:8", "重复"),
        (HEAD + '[[holiday]]\nname = "甲"\nwork = [2026-05-12]\n', "f:6", "是周二，调休上班日只能在周六、周日"),
        (HEAD + '[[holiday]]\nname = "甲"\nfrom = 2025-12-31\nto = 2026-01-01\n', "f:6", "2025-12-31 不在 2026 年内"),
        (HEAD + '[[holiday]]\nname = "甲"\nfrom = 2026-12-31\nto = 2027-01-02\n', "f:7", "2027-01-02 不在 2026 年内"),
        (HEAD + '[[holiday]]\nname = "甲"\nfrom = 2026-05-03\nto = 2026-05-01\n', "f:7", "早于开始日"),
        (HEAD + '[[holiday]]\nname = "甲"\nfrom = 2006-05-03\nto = 2026-05-01\n', "f:7", "超过一年"),
        (HEAD + '[[holiday]]\nname = "甲"\nfrom = 2026-05-03\n', "f:6", "from 与 to 须同时写明"),
        (HEAD + '[[holiday]]\nname = "甲"\n', "f:5", "既无放假日，也无上班日"),
        (HEAD + '[[holiday]]\nname = "甲"\nfrom = "五一"\nto = 2026-05-01\n', "f:6", "from 须为日期"),
        (HEAD + '[[holiday]]\nname = "甲"\nwork = 2026-05-09\n', "f:6", "须为日期列表"),
        (HEAD + '[[holiday]]\nname = "甲"\nwork = ["五一"]\n', "f:6", "不是日期"),
        (HEAD + '[[holiday]]\nname = ""\nwork = [2026-05-09]\n', "f:5", "name 须写明"),
        (HEAD + '[[holiday]]\nname = "甲"\nwork = [2026-05-09]\ncolour = 1\n', "f:7", "不认识的项“colour”"),
        (HEAD + "colour = 1\n", "f:4", "不认识的项“colour”"),
        (HEAD + "holiday = 1\n", "f:4", "须逐个写成"),
        ('published = true\nsource = "通知"\n', "f:1", "year 须写明年份"),
        ('year = 2026\npublished = 1\nsource = "通知"\n', "f:2", "published 须写"),
        ("year = 2026\npublished = true\nsource = 1\n", "f:3", "source 须写明"),
        ("year = 2026\nyear = 2026\n", "f:2", "写了两次"),
        ("year = \n", "f:1", "不是有效的 TOML"),
    ],
)
def test_a_bad_year_is_refused_with_its_line(text: str, where: str, says: str) -> None:
    with pytest.raises(CalendarError) as refused:
        parse_year(text, "f")
    assert [p for p in refused.value.problems if p.where == where and says in p.text], str(refused.value)


def test_all_faults_are_named_at_once_over_all_files(tmp_path: Path) -> None:
    for year in (2025, 2026):
        (tmp_path / f"{year}.toml").write_text((FOLDER / f"{year}.toml").read_text("utf-8"), "utf-8")
    good = load_calendar(tmp_path, "县")
    assert (good.name, list(good.years)) == ("县", [2025, 2026])
    (tmp_path / "2027.toml").write_text(
        'year = 2027\npublished = true\nsource = "通知"\n[[holiday]]\nname = "甲"\nwork = [2027-01-05, 2028-01-08]\n',
        "utf-8",
    )
    (tmp_path / "2028.toml").write_text('year = 2029\npublished = false\nsource = "稿"\n', "utf-8")
    (tmp_path / "2030.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CalendarError) as refused:
        load_calendar(tmp_path)
    assert [p.where for p in refused.value.problems] == ["2027.toml:6", "2027.toml:6", "2028.toml", "2030.toml"]


def test_an_empty_folder_is_no_calendar(tmp_path: Path) -> None:
    with pytest.raises(CalendarError, match="没有找到日历文件"):
        load_calendar(tmp_path)


def with_year(calendar: Calendar, year: CalendarYear) -> Calendar:
    """The calendar and one more year, in place of the one it had."""
    return Calendar(calendar.name, {**calendar.years, year.year: year}.values())


def a_year(year: int, off: str = "", work: str = "", published: bool = True) -> CalendarYear:
    offs, works = (frozenset(map(day, text.split())) for text in (off, work))
    return CalendarYear(year, offs, works, "通知", published, dict.fromkeys(offs | works, "三月三"))


def test_a_local_year_lies_over_the_national_one() -> None:
    local = CHINA.overlaid(a_year(2026, off="2026-04-20 2026-10-10", work="2026-10-04"), name="自治区")
    assert local.name == "自治区"
    assert local.why(day("2026-04-20")) == "法定节假日（三月三）"
    assert not local.is_working(day("2026-10-10"))  # the national make-up day is off here
    assert local.is_working(day("2026-10-04"))
    assert local.why(day("2026-10-03")) == "法定节假日（国庆节）"
    assert local.add_working_days(day("2026-04-17"), 1) == day("2026-04-21")
    assert CHINA.is_working(day("2026-04-20"))  # the national one is as before
    assert local.is_published(day("2026-04-20"))
    assert not CHINA.overlaid(a_year(2026, published=False)).is_published(day("2026-04-20"))
    assert not CHINA.overlaid(a_year(2028, off="2028-04-20")).is_published(day("2028-04-20"))


def test_loading_a_year_again() -> None:
    draft = with_year(CHINA, a_year(2027, off="2027-01-01", published=False))
    assert not draft.is_published(day("2027-01-01"))
    assert draft.add_working_days(day("2026-12-31"), 1) == day("2027-01-04")
    loaded = with_year(draft, a_year(2027, off="2027-01-01"))
    assert loaded.is_published(day("2027-01-01"))
    with pytest.raises(CalendarError, match="两份不同的安排"):
        Calendar("x", [a_year(2027), a_year(2027, off="2027-01-01")])


def test_a_calendar_without_years_knows_weekdays_and_the_fixed_holidays() -> None:
    bare = Calendar("空")
    assert bare.add_working_days(day("2026-09-30"), 3) == day("2026-10-07")  # 1 to 3 October are off
    assert bare.add_working_days(day("2023-09-29"), 1) == day("2023-10-02")  # before the text now in force
    assert bare.is_provisional(day("2026-09-30"), day("2026-10-05"))
    gap = Calendar("缺", [CHINA.years[2024], CHINA.years[2026]])
    assert gap.add_working_days(day("2025-09-30"), 1) == day("2025-10-07")  # the 6th is 中秋节
    assert gap.add_working_days(day("2026-09-30"), 3) == day("2026-10-10")


def test_a_step_is_quick() -> None:
    start = day("2026-09-30")
    took = min(timeit.repeat(lambda: CHINA.add_working_days(start, 7), number=2000, repeat=5)) / 2000
    assert took < 20e-6  # the goal is 2 µs on a quiet machine; a scan of days would take far more than this
