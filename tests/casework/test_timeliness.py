"""公示时限: how each decision of a year stands, counted and sorted by the database."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta

import pytest
from sqlalchemy import Connection, insert
from sqlalchemy import event as on

from repairflow import times
from repairflow.casework.queries.oversight import timeliness as queries
from repairflow.casework.queries.oversight.timeliness import Timeliness
from repairflow.records import act
from tests.support.building import Town

DECIDED = date(2026, 6, 1)
"""A Monday; the last of its seven working days is Wednesday the 10th, which is today."""
ACTS = [  # number, decided, published, where it comes from, how it stands
    ("1", DECIDED, DECIDED + timedelta(9), "", "in_time"),
    ("2", date(2026, 5, 20), date(2026, 5, 29), "", "in_time"),
    ("3", date(2026, 5, 20), date(2026, 6, 1), "", "late"),
    ("4", DECIDED, None, "", "waiting"),
    ("5", date(2026, 5, 29), None, "", "waiting_late"),
    ("6", date(2026, 5, 19), None, "", "waiting_late"),
    ("7", date(2026, 1, 5), date(2026, 6, 9), "2026 年初纸质档案", "past"),
    ("8", date(2025, 6, 9), None, "", ""),  # more than a year ago
]


def asked(town: Town, who: str = "supervisor@CREDIT") -> Timeliness:
    with town.db.read() as tx:
        return queries.timeliness(tx, town.law, town.actor(who), town.today)


def test_how_acts_and_penalties_stand(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    of_all = {
        "kind": "permit", "subject_id": town.subjects["yunxi"], "title": "准予取水", "basis": "", "of_person": False,
        "entered_by": town.people["examiner@ENV"], "entered_at": town.now,
    }  # fmt: skip
    rows = [
        of_all
        | {
            "number": f"XW-2026-00000{number}", "document_number": f"许{number}", "document_key": f"许{number}",
            "decision_date": decided, "due_day": town.law.calendar.add_working_days(decided, 7), "published_day": shown,
            "provenance": source,
            "state": "waiting" if shown is None else "published", "office_id": town.offices["ENV"],
        }
        for number, decided, shown, source, _ in ACTS
    ]  # fmt: skip
    town.turn(insert(act).values(rows))
    here = {row["number"]: state for row, (*_, state) in zip(rows, ACTS, strict=True) if state}
    for last, state in ((timedelta(days=9), "in_time"), (timedelta(days=10), "late")):
        shown = times.end_of_day(date(2026, 5, 20) + last) - timedelta(seconds=1)
        number = town.record(date(2026, 5, 20), entered=shown)
        here[number] = state

    found = asked(town)
    (office,) = found.offices
    states = list(here.values())
    assert asdict(office) == {"office": office.office} | {
        name: states.count(name) for name in ("in_time", "late", "waiting_late", "waiting", "past")
    }
    waiting = [f"XW-2026-00000{number}" for number in (6, 5)]  # what still waits first, the oldest first
    late = [number for number, state in here.items() if state == "late"]
    assert [one.number for one in found.late] == [*waiting, *sorted(late)]
    assert [(one.days, one.published) for one in found.late[:3]] == [(9, None), (1, None), (0, date(2026, 5, 30))]
    assert asked(town, "examiner@MARKET").offices == ()

    # the page reads no row for each decision, but counts and the first of what is late
    monkeypatch.setattr(queries, "MOST", 2)
    said: list[str] = []

    def note(_: Connection, __: object, statement: str, *___: object) -> None:
        said.append(statement)

    on.listen(town.db.engine, "before_cursor_execute", note)
    short = asked(town)
    on.remove(town.db.engine, "before_cursor_execute", note)
    assert (short.offices, [one.number for one in short.late], short.count) == (found.offices, waiting, 4)
    read = [one for one in said if "FROM record" in one or "FROM act" in one]
    assert len(read) == 4
    assert all("GROUP BY" in one or "row_number()" in one for one in read)  # of each office the first
