"""Every event names the program that wrote it, and the law it rests on by digest: from them a history can be run again."""

from __future__ import annotations

import ast
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

import repairflow
from repairflow import __version__
from repairflow.auditing import chain
from repairflow.casework import event_log
from repairflow.casework.event_log import NewEvent
from repairflow.law.calendar.workdays import Calendar
from repairflow.law.calendar.year_file import CalendarYear
from repairflow.records import event
from tests.support.building import Town

DIGESTS = ("procedure_digest", "pack_digest", "calendar_digest")


def _said(town: Town) -> list[tuple[str, dict[str, Any]]]:
    return [(row.stream, chain.content(row.body)) for row in town.all(select(event).order_by(event.c.id))]


def test_every_event_names_the_program(town: Town) -> None:
    """Of a case, of a record, of an account, of the system: the founding event of the test's town alone is hand-made."""
    number = town.file_repair()
    town.do(number, "accept")
    said = _said(town)
    assert {stream.partition("/")[0] for stream, _ in said} >= {"case", "record"}
    assert [stream for stream, content in said if content.get("engine") != __version__] == ["system"]


@pytest.mark.parametrize("action", ["file", "accept"])
def test_a_step_names_procedure_pack_and_calendar(town: Town, action: str) -> None:
    number = town.file_repair()
    town.do(number, "accept")
    content = next(chain.content(row.body) for row in town.trail(number) if row.action == action)
    case, law = town.case(number), town.services.law
    procedure, pack = law.procedure(case.procedure, case.procedure_version), law.packs[case.pack]
    calendar = law.calendars.of(case.division_code)
    assert [content[name] for name in DIGESTS] == [procedure.digest, pack.digest, calendar.digest]
    assert (content["procedure"], content["version"], content["pack"]) == (case.procedure, procedure.version, pack.pack)


YEAR = CalendarYear(2026, frozenset({date(2026, 10, 1)}), frozenset({date(2026, 10, 10)}), "国办发明电", True)


@pytest.mark.parametrize(
    ("year", "same"),
    [
        (CalendarYear(2026, YEAR.off, YEAR.work, "另一处抄录", True), True),
        (CalendarYear(2026, YEAR.off | {date(2026, 10, 2)}, YEAR.work, YEAR.source, True), False),
        (CalendarYear(2026, YEAR.off, frozenset(), YEAR.source, True), False),
        (CalendarYear(2026, YEAR.off, YEAR.work, YEAR.source, False), False),
        (CalendarYear(2027, YEAR.off, YEAR.work, YEAR.source, True), False),
    ],
    ids=["source", "day off", "day worked", "draft", "year"],
)
def test_a_calendar_has_another_digest_when_it_counts_otherwise(year: CalendarYear, same: bool) -> None:
    assert (Calendar("国家", [year]).digest == Calendar("国家", [YEAR]).digest) is same


def test_an_event_of_a_stream_has_a_name_that_is_known(town: Town) -> None:
    """A misspelt name would never be found again."""
    with pytest.raises(ValueError, match="consented"), town.db.begin() as tx:
        event_log.append(tx, "subject/1", NewEvent(action="consented", at=town.now))


def test_no_module_writes_an_event_name_of_its_own() -> None:
    """What is not a procedure's action is named in event_names.py alone."""
    written = [
        (path.name, call.lineno)
        for path in sorted(Path(repairflow.__file__).parent.rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "NewEvent"
        for said in call.keywords
        if said.arg == "action" and isinstance(said.value, ast.Constant)
    ]
    assert not written
