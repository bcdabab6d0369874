"""How many statements a page asks: within a limit for each address, no more for a long file than for a short one, none twice.

Counted on both databases by what goes to the driver, so a busy machine changes nothing. The limits leave room of a tenth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from repairflow.letters.renderer.pool import Press
from repairflow.records import cases, letter, material
from repairflow.web.shared.press import OnDemand
from tests.conftest import Clock
from tests.support import addresses, databases
from tests.support.addresses import Row
from tests.support.every_kind import Whole, grow
from tests.support.statement_count import asked

pytestmark = pytest.mark.either_database  # what a page asks is composed without a look at the kind of database

USUAL = 25
MOST: Mapping[str, int] = {
    "desk.case": 52,
    "audit.evidence_of_query": 39,
    "audit.evidence_of_search": 39,
    "portal.case": 33,
    "portal.receipt": 32,
    "desk.hearing": 32,
    "desk.subject": 31,
    "audit.evidence": 31,
    "papers.letter": 30,
    "portal.home": 29,
    "portal.credit_file": 28,
    "audit.home": 28,
    "portal.step": 27,
    "portal.credit_file_pdf": 26,
    "desk.choose": 26,
}
"""Addresses that ask more than is usual, and how many at most."""
ONE_BY_ONE = {
    "audit.rows": "proves each row of a case by itself, for an auditor",
    "entry.home": "asks for each person of the demonstration as a sign-in would",
}
TWICE = 3
"""So many statements of a page may repeat another with the same values: the frame of a page reads in transactions of its own."""
REPEATED: Mapping[str, int] = {
    "papers.reissue": 5,
    "audit.evidence": 5,
    "audit.evidence_of_query": 5,
    "audit.evidence_of_search": 5,
    "desk.new_form": 4,
}
SHORT, LONG = 3, 30
"""Letters of a case."""


@pytest.fixture
def whole(databases_of_kind: databases.Maker, home: Path, clock: Clock) -> Iterator[Whole]:
    url = databases_of_kind.migrated()
    yield grow(url, home)
    databases_of_kind.drop(url)


def counted(whole: Whole, row: Row) -> list[tuple[str, str]]:
    """What the answer at an address asks."""
    path = whole.app.url_map.bind("127.0.0.1").build(row.endpoint, dict(row.values), method="GET")
    path += f"?{row.query}" if row.query else ""
    client = whole.visitor(row.who).client
    with asked(whole.town.db) as statements:
        answer = client.get(path, buffered=True)
    assert answer.status_code == row.status or answer.status_code < 400, (path, answer.status)
    return statements


def test_no_page_asks_more_than_its_limit_or_the_same_again(
    whole: Whole, press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(OnDemand, "press", press)
    found: dict[str, list[tuple[int, int, str]]] = {}
    for row in list(addresses.rows(whole)):
        if row.endpoint not in ONE_BY_ONE and row.endpoint != "static":
            statements = counted(whole, row)
            repeated = len(statements) - len(set(statements))
            found.setdefault(row.endpoint, []).append((len(statements), repeated, row.kind))
    dear = {name: max(costs) for name, costs in found.items() if max(costs)[0] > MOST.get(name, USUAL)}
    assert dear == {}, "statements, of them repeated, and of what"
    again = {name: max(one[1:] for one in costs) for name, costs in found.items()}
    assert {name: one for name, one in again.items() if one[0] > REPEATED.get(name, TWICE)} == {}


def _letters(whole: Whole, number: str, count: int) -> None:
    """A case has so many letters, like its first one, and three times as many materials."""
    town = whole.town
    case_id = town.one(select(cases.c.id).where(cases.c.number == number)).id
    for table, wanted, more in ((letter, count, ("number", "token")), (material, 3 * count, ("token",))):
        rows = town.all(select(table).where(table.c.case_id == case_id).order_by(table.c.id))
        for at in range(len(rows), wanted):
            values = {key: value for key, value in rows[0]._mapping.items() if key != "id"}
            values |= {name: f"{values[name]}-{at}" for name in more}
            town.turn(insert(table).values(values | ({"round": 100 + at} if table is letter else {})))


def _pages(whole: Whole, number: str) -> list[Row]:
    key = {"number": number}
    who: Mapping[str, str] = {
        "desk.case": whole.officer(number), "api.show_case": whole.officer(number), "api.list_letters": whole.officer(number),
        "papers.bound": whole.officer(number), "portal.case": "yunxi", "portal.receipt": "yunxi",
        "audit.case": "auditor@CREDIT", "audit.evidence": "auditor@CREDIT",
    }  # fmt: skip
    return [Row(endpoint, "a case", person, "", key) for endpoint, person in who.items()]


def _found(whole: Whole) -> list[Row]:
    """Pages that list what a search finds, and a subject's whole file."""
    key, query = {"channel": "window", "procedure": "repair"}, f"q={addresses.NAME}"
    return [
        Row("desk.new_about", "records", "acceptor@ENV", "", key, query),
        Row("desk.cases", "cases", "acceptor@ENV", "", query=query),
        Row("portal.credit_file", "records", "yunxi", ""),
        Row("portal.home", "records", "yunxi", ""),
    ]


@pytest.mark.parametrize("what", ["a case with letters", "records of a subject"])
def test_a_page_asks_no_more_for_a_long_file(whole: Whole, what: str) -> None:
    number = whole.cases["granted"]
    grows: Callable[[int], None]
    if what == "a case with letters":
        pages = _pages(whole, number)

        def grows(count: int) -> None:
            _letters(whole, number, count)
    else:
        pages = _found(whole)

        def grows(count: int) -> None:
            for day in range(count):
                whole.town.record(whole.town.today - timedelta(days=400 + count + day))

    grows(SHORT)
    for row in pages:
        counted(whole, row)  # what is kept for the process is there
    before = {row.endpoint: len(counted(whole, row)) for row in pages}
    grows(LONG)
    assert {row.endpoint: len(counted(whole, row)) for row in pages} == before
