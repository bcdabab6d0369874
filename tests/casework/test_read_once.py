"""What a transaction asks once: a reading one sees one state, a writing one sees its own changes."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy import select, update

from repairflow import read_once
from repairflow.casework.rows_by_id import office_of, offices_of
from repairflow.read_once import standing_still
from repairflow.records import letter, office
from tests.support.building import Town
from tests.support.statement_count import asked


@pytest.mark.parametrize("reads", [True, False], ids=["reading", "writing"])
def test_a_reading_transaction_asks_once_and_a_writing_one_each_time(town: Town, reads: bool) -> None:
    env = town.offices["ENV"]
    with town.db.read() if reads else town.db.begin() as tx, asked(town.db) as statements:
        assert office_of(tx, env) == office_of(tx, env)
    assert len(statements) == (1 if reads else 2)


def test_offices_asked_for_together_are_known_one_by_one(town: Town) -> None:
    with town.db.read() as tx, asked(town.db) as statements:
        found = offices_of(tx, town.offices.values())
        assert all(office_of(tx, key) is row for key, row in found.items())
    assert (len(statements), set(found)) == (1, set(town.offices.values()))


def test_nothing_that_was_read_outlives_its_transaction(town: Town) -> None:
    env = town.offices["ENV"]
    for name in ("一局", "二局"):
        with town.db.read() as tx:  # the same connection of the pool each time
            before = office_of(tx, env).name
            town.turn(update(office).where(office.c.id == env).values(name=name))
            assert office_of(tx, env).name == before, "a reading transaction sees one state"
        with town.db.read() as tx:
            assert office_of(tx, env).name == name


def test_what_stands_still_while_writing_is_asked_once(town: Town) -> None:
    env = town.offices["ENV"]
    with town.db.begin() as tx, asked(town.db) as statements, standing_still(tx):
        assert office_of(tx, env) is office_of(tx, env)
        for _ in range(2):
            read_once.read_once(tx, "offices", lambda: tx.execute(select(office.c.id)).all())
    assert len(statements) == 3, "what a step changes is asked each time"


def test_a_walk_over_an_archive_keeps_no_more_than_so_much(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_once, "MOST", 3)
    with town.db.read() as tx:
        made = [read_once.read_once(tx, key, partial(int, key)) for key in range(10)]
        assert made == list(range(10))
        assert len(tx.info["read_once"]) <= 3


def test_a_step_asks_for_an_office_and_its_own_rules_once(town: Town) -> None:
    case = town.file_repair()
    town.steps(case, "accept", "report_verification", "propose_grant")
    with asked(town.db) as statements:
        town.do(case, "grant")
    rules = [one for one in statements if "FROM office" in one[0] or "FROM own_rule" in one[0]]
    assert rules, "a decision names its office, and what it rests on"
    assert len(rules) == len(set(rules))


def test_a_step_after_an_office_changed_reads_it_anew(town: Town) -> None:
    case = town.file_repair()
    town.do(case, "accept")
    town.turn(update(office).where(office.c.id == town.offices["ENV"]).values(name="云溪县环境局"))
    town.steps(case, "report_verification", "propose_grant", "grant")
    (granted,) = town.all(select(letter).where(letter.c.kind == "repair_granted"))
    assert "云溪县环境局" in str(granted.content)
