"""iCalendar (RFC 5545) text: events of a day or of hours, lines folded at 75 octets, CRLF throughout."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

OCTETS = 75


@dataclass(frozen=True, slots=True)
class DayEvent:
    """One event of a whole day, or of `hours`; `uid` stays the same when it moves. `tentative`: the day may still move."""

    uid: str
    day: date
    title: str
    text: str
    url: str
    tentative: bool
    hours: tuple[datetime, datetime] | None = None


def calendar(name: str, events: Iterable[DayEvent], now: datetime) -> str:
    """Return a whole calendar; ValueError for a `now` without zone."""
    if now.tzinfo is None:
        raise ValueError("an instant must carry its time zone")
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//RepairFlow//Deadlines//ZH", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(name)}", "REFRESH-INTERVAL;VALUE=DURATION:PT6H", "X-PUBLISHED-TTL:PT6H",
    ]  # fmt: skip
    for event in events:
        lines += [
            "BEGIN:VEVENT", f"UID:{_text(event.uid)}", f"DTSTAMP:{stamp}",
            *_when(event),
            f"SUMMARY:{_text(event.title)}", f"DESCRIPTION:{_text(event.text)}", f"URL:{event.url}",
            f"TRANSP:{'OPAQUE' if event.hours else 'TRANSPARENT'}",
            f"STATUS:{'TENTATIVE' if event.tentative else 'CONFIRMED'}", "END:VEVENT",
        ]  # fmt: skip
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _when(event: DayEvent) -> tuple[str, str]:
    if event.hours is None:
        return f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}", f"DTEND;VALUE=DATE:{event.day + timedelta(days=1):%Y%m%d}"
    start, end = (f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}" for moment in event.hours)
    return f"DTSTART:{start}", f"DTEND:{end}"


def _text(value: str) -> str:
    """RFC 5545 3.3.11: backslash, semicolon, comma and line ends are escaped; other controls are left out."""
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    escaped = escaped.replace("\r\n", "\\n").replace("\n", "\\n")
    return "".join(char for char in escaped if char >= " " and char != "\x7f")


def _folded(line: str) -> Iterator[str]:
    """RFC 5545 3.1: no line is longer than 75 octets; what follows begins with a space. No character is torn apart."""
    part, size = "", 0
    for char in line:
        octets = len(char.encode())
        if size + octets > OCTETS:
            yield part
            part, size = " ", 1
        part, size = part + char, size + octets
    yield part
