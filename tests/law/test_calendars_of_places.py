"""Which place's own days count for whom."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from repairflow.law.calendar.regions import Calendars, holding, prefix
from repairflow.law.calendar.workdays import Calendar, CalendarError, CalendarYear, dump, parse_year

NATIONAL = Calendar("全国", [parse_year('year = 2026\npublished = true\nsource = "通知"\n', "2026.toml")])
LOCAL = """\
year = 2026
published = true
source = "当地人民政府的通知"
region = "{region}"
place = "{place}"

[[holiday]]
name = "歌节"
from = {day}
to   = {day}
"""


def local(region: str, place: str, day: str) -> CalendarYear:
    return parse_year(LOCAL.format(region=region, place=place, day=day), "local.toml")


PROVINCE = local("910000", "云岭省", "2026-04-20")
CITY = local("910100", "云溪市", "2026-04-21")
PLACES = Calendars(NATIONAL, [CITY, PROVINCE])


@pytest.mark.parametrize(
    ("division", "due"),
    [
        (None, date(2026, 4, 20)),  # Monday after Friday the 17th
        ("920000", date(2026, 4, 20)),  # another province
        ("910000", date(2026, 4, 21)),
        ("910200", date(2026, 4, 21)),  # another city of the province
        ("910100", date(2026, 4, 22)),  # the city has the province's day off, too
        ("910102", date(2026, 4, 22)),  # a district of the city
    ],
)
def test_a_place_has_the_days_of_what_holds_it(division: str | None, due: date) -> None:
    assert PLACES.of(division).add_working_days(date(2026, 4, 17), 1) == due


def test_a_day_off_names_its_place() -> None:
    proof = PLACES.of("910102").explain(date(2026, 4, 17), 1)
    assert [day.why for day in proof[-3:]] == ["云岭省放假（歌节）", "云溪市放假（歌节）", "工作日"]


def test_one_calendar_serves_all_that_count_alike() -> None:
    assert PLACES.of("910102") is PLACES.of("910103")
    assert PLACES.of("920000") is PLACES.of(None) is NATIONAL


def test_a_place_s_year_without_the_national_one_is_provisional() -> None:
    text = LOCAL.format(region="910000", place="云岭省", day="2027-04-19").replace("year = 2026", "year = 2027")
    of_place = Calendars(NATIONAL, [parse_year(text, "910000-2027.toml")]).of("910000")
    assert not of_place.is_published(date(2027, 4, 19))
    assert not of_place.is_working(date(2027, 4, 19))


def test_counting_with_replaces_the_same_place_s_year_alone() -> None:
    newer = PLACES.counting_with(local("910000", "云岭省", "2026-04-22"))
    assert newer.of("910200").is_working(date(2026, 4, 20))
    assert not newer.of("910200").is_working(date(2026, 4, 22))
    assert newer.held(CITY) == CITY
    assert PLACES.of("910200").is_working(date(2026, 4, 22))  # what was handed out does not change


@pytest.mark.parametrize(
    ("division", "codes", "begins"),
    [
        ("450102", ("450000", "450100", "450102"), "450102"),
        ("450100", ("450000", "450100"), "4501"),
        ("450000", ("450000",), "45"),
        ("", (), ""),
    ],
)
def test_divisions(division: str, codes: tuple[str, ...], begins: str) -> None:
    assert holding(division) == codes
    assert prefix(division) == begins


@pytest.mark.parametrize(
    ("change", "line", "told"),
    [
        (('region = "910000"\n', ""), 4, "同时写明"),
        (('place = "云岭省"\n', ""), 4, "同时写明"),
        (('"910000"', '"91000"'), 4, "六位行政区划代码"),
        (('"910000"', "910000"), 4, "六位行政区划代码"),
        (('"云岭省"', '" "'), 5, "地方名称"),
    ],
)
def test_a_place_is_named_whole(change: tuple[str, str], line: int, told: str) -> None:
    text = LOCAL.format(region="910000", place="云岭省", day="2026-04-20").replace(*change)
    with pytest.raises(CalendarError) as refused:
        parse_year(text, "x.toml")
    assert refused.value.problems[0].where == f"x.toml:{line}"
    assert told in refused.value.problems[0].text


def test_a_place_s_year_is_written_and_read_the_same() -> None:
    assert parse_year(dump(PROVINCE), "910000-2026.toml") == PROVINCE


def test_files_of_places_lie_in_their_folder_under_their_name(tmp_path: Path) -> None:
    (tmp_path / "2026.toml").write_text(dump(NATIONAL.years[2026]), encoding="utf-8")
    folder = tmp_path / "places"
    folder.mkdir()
    (folder / "910000-2026.toml").write_text(dump(PROVINCE), encoding="utf-8")
    assert not Calendars.read(tmp_path).of("910000").is_working(date(2026, 4, 20))

    (folder / "2026.toml").write_text(dump(NATIONAL.years[2026]), encoding="utf-8")
    with pytest.raises(CalendarError, match="没有写明 region"):
        Calendars.read(tmp_path)
    (folder / "2026.toml").rename(folder / "910000-2025.toml")
    with pytest.raises(CalendarError, match=r"应名为 2026\.toml"):
        Calendars.read(tmp_path)
    for file in folder.iterdir():
        file.unlink()
    (tmp_path / "910000-2026.toml").write_text(dump(PROVINCE), encoding="utf-8")
    with pytest.raises(CalendarError, match="places 文件夹"):
        Calendars.read(tmp_path)
