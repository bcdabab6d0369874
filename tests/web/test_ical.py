"""Calendar feeds are valid RFC 5545: CRLF, folded lines, escaped text, whole days."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from repairflow.web.ui.ical import OCTETS, DayEvent, calendar

NOW = datetime(2026, 6, 10, 2, tzinfo=UTC)


def event(title: str = "受理期限届满：XF-2026-000001", **more: object) -> DayEvent:
    values = {
        "uid": "1@h",
        "day": date(2026, 12, 31),
        "title": title,
        "text": "一",
        "url": "https://h/x",
        "tentative": False,
    }
    return DayEvent(**{**values, **more})  # type: ignore[arg-type]  # a table of values


def unfolded(text: str) -> list[str]:
    return text.replace("\r\n ", "").split("\r\n")


@given(some.text(max_size=300), some.text(max_size=300))
def test_lines_are_folded_and_unfold_to_what_was_said(title: str, text: str) -> None:
    try:
        written = calendar("我的期限", [event(title, text=text)], NOW)
    except UnicodeEncodeError:  # half a character is no text
        return
    assert written.endswith("END:VCALENDAR\r\n")
    lines = written.split("\r\n")
    assert all(len(line.encode()) <= OCTETS for line in lines)
    assert not any("\n" in line or "\r" in line for line in lines)
    whole = unfolded(written)
    assert sum(line.startswith("SUMMARY:") for line in whole) == 1
    plain = "".join(c for c in title.replace("\r\n", "\n") if c == "\n" or (c >= " " and c != "\x7f"))
    said = next(line for line in whole if line.startswith("SUMMARY:")).removeprefix("SUMMARY:")
    assert unescaped(said) == plain


def unescaped(text: str) -> str:
    out, chars = "", iter(text)
    for char in chars:
        if char == "\\":
            nxt = next(chars)
            out += "\n" if nxt == "n" else nxt
        else:
            assert char not in ";,"
            out += char
    return out


@pytest.mark.parametrize(
    ("day", "start", "end"),
    [(date(2026, 12, 31), "20261231", "20270101"), (date(2028, 2, 29), "20280229", "20280301")],
)
def test_a_due_day_is_a_whole_day(day: date, start: str, end: str) -> None:
    lines = unfolded(calendar("x", [event(day=day)], NOW))
    assert f"DTSTART;VALUE=DATE:{start}" in lines
    assert f"DTEND;VALUE=DATE:{end}" in lines
    assert "DTSTAMP:20260610T020000Z" in lines


@pytest.mark.parametrize(("tentative", "said"), [(True, "STATUS:TENTATIVE"), (False, "STATUS:CONFIRMED")])
def test_a_provisional_day_says_so(tentative: bool, said: str) -> None:
    assert said in unfolded(calendar("x", [event(tentative=tentative)], NOW))


def test_an_empty_calendar_is_a_calendar() -> None:
    lines = unfolded(calendar("x", [], NOW))
    assert (lines[0], lines[-2]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")


def test_a_meeting_has_its_hours() -> None:
    hours = (datetime(2026, 6, 16, 1, 30, tzinfo=UTC), datetime(2026, 6, 16, 2, 30, tzinfo=UTC))
    lines = unfolded(calendar("约谈", [event(hours=hours)], NOW))
    assert {"DTSTART:20260616T013000Z", "DTEND:20260616T023000Z", "TRANSP:OPAQUE"} <= set(lines)
