"""Which cases and records somebody finds at all: the scopes that every query goes through, by themselves."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, update

from repairflow.casework import permissions
from repairflow.casework.actor import Actor
from repairflow.casework.permissions import case_scope, late_scope, letter_scope, may_see, record_scope
from repairflow.db import Database
from repairflow.records import cases, deadline, letter, record
from repairflow.settings import Settings
from tests.conftest import Clock
from tests.support.building import Town


@pytest.fixture
def town(database: Database, settings: Settings, clock: Clock) -> Town:
    return Town(database, settings)


def seen(town: Town, actor: Actor) -> set[str]:
    with town.db.read() as tx:
        found = set(tx.execute(select(cases.c.number).where(case_scope(actor))).scalars())
        rows = tx.execute(select(cases)).all()
    assert {row.number for row in rows if may_see(actor, row)} == found, "one row and a query are judged alike"
    return found


def letters(town: Town, actor: Actor) -> int:
    joined = select(letter.c.id).outerjoin(cases, cases.c.id == letter.c.case_id)
    joined = joined.outerjoin(record, record.c.id == letter.c.record_id).where(letter.c.case_id.is_not(None))
    with town.db.read() as tx:
        return len(tx.execute(joined.where(letter_scope(actor))).all())


@pytest.mark.parametrize(
    ("who", "open_case", "confidential"),
    [
        (("yunxi",), True, False),
        (("yunxi's agent",), True, False),
        (("hengtuo",), False, False),
        (("acceptor@ENV",), True, True),
        (("acceptor@ENV", "yunxi"), True, True),
        (("acceptor@MARKET", "yunxi"), True, False),
        (("acceptor@MARKET",), False, False),
        (("auditor@CREDIT",), True, True),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, tuple) else None,
)
def test_a_confidential_case_is_there_for_its_offices_alone(
    town: Town, who: tuple[str, ...], open_case: bool, confidential: bool
) -> None:
    """严格保密: whom it is about finds neither the case nor its letters."""
    number, actor = town.file_repair(), town.actor(*who)
    town.do(number, "accept")
    assert (seen(town, actor), letters(town, actor) > 0) == ({number} if open_case else set(), open_case)
    town.turn(update(cases).where(cases.c.number == number).values(confidential=True))
    assert (seen(town, actor), letters(town, actor) > 0) == ({number} if confidential else set(), confidential)


def overseen(town: Town, who: str) -> list[str]:
    with town.db.read() as tx:
        return list(tx.execute(select(cases.c.number).where(late_scope(town.actor(who)))).scalars())


@pytest.mark.parametrize(
    ("owner", "who", "found"),
    [
        ("acceptor", "supervisor@MARKET", True),
        ("acceptor", "head@MARKET", False),
        ("acceptor", "acceptor@MARKET", False),
        ("acceptor", "auditor@CREDIT", False),
        ("subject", "supervisor@MARKET", False),
    ],
)
def test_who_looks_over_what_is_late(town: Town, owner: str, who: str, found: bool) -> None:
    """A supervisor, where an office is late; that a subject lets its limit pass opens nobody its case."""
    number = town.file_repair()
    assert owner == "subject" or owner in permissions.OFFICE_OF_ROLE
    mine = deadline.c.case_id == town.case(number).id
    town.turn(update(deadline).where(mine).values(owner=owner, due_day=date(2026, 1, 5), state="running"))
    assert overseen(town, who) == ([number] if found else [])


@pytest.mark.parametrize(
    ("kind", "minor", "public"),
    [("organisation", False, True), ("natural_person", False, False), ("natural_person", True, False)],
)
def test_whose_penalty_is_published(town: Town, kind: str, minor: bool, public: bool) -> None:
    number = town.record(kind=kind, minor=minor)
    row = town.one(select(record).where(record.c.number == number))
    assert (row.state == "published") is public
    assert row.publish_from is not None, "its class would be published"
    with town.db.read() as tx:
        found = tx.execute(select(record.c.number).where(record_scope(town.actor("hengtuo")))).all()
    assert found == []
