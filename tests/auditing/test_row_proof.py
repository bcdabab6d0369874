"""Each fact changed by hand is named: table, row, field, what was recorded and what was found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Connection, text

from repairflow import times
from repairflow.auditing import sequencer
from repairflow.auditing.report import Report
from repairflow.auditing.verify import verify
from repairflow.casework import row_batches
from tests.auditing.tampering import attack, burglar, tables
from tests.conftest import Clock
from tests.support import databases
from tests.support.calling import signer
from tests.support.every_kind import Whole, grow


@pytest.fixture(scope="module")
def whole(databases_of_kind: databases.Maker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    url = databases_of_kind.migrated()
    with times.set_clock(Clock(datetime(2026, 6, 10, 2, tzinfo=UTC))):
        made = grow(url, tmp_path_factory.mktemp("home"))
        with made.town.db.begin() as tx:
            while row_batches.bind(tx, made.town.now):
                pass
            sequencer.sequence(tx, 10_000)
        yield made
    made.town.db.dispose()
    databases_of_kind.drop(url)


def verified(tx: Connection, whole: Whole) -> Report:
    town = whole.town
    return verify(tx, Path(town.settings.home) / "anchors", signer(town).verifier)


def test_an_honest_history_raises_no_alarm(whole: Whole) -> None:
    with whole.town.db.read() as tx:
        report = verified(tx, whole)
    assert report.findings == ()
    assert report.rows > 500


# what was done by hand, and the table and field that are named
FACTS = [
    ("UPDATE cases SET state = 'closed' WHERE id = 1", "cases", "state"),
    ("UPDATE cases SET outcome = 'granted' WHERE id = 1", "cases", "outcome"),
    ("UPDATE cases SET subject_id = subject_id + 1 WHERE id = 1", "cases", "subject_id"),
    ("UPDATE cases SET record_id = NULL WHERE record_id IS NOT NULL", "cases", "record_id"),
    ("UPDATE record SET state = 'restored' WHERE id = 1", "record", "state"),
    ("UPDATE record SET fine_wan = 0.1 WHERE id = 1", "record", "fine_wan"),
    ("UPDATE record SET min_until = '2026-01-01' WHERE id = 1", "record", "min_until"),
    ("UPDATE letter SET state = 'withdrawn' WHERE id = 1", "letter", "state"),
    ("UPDATE letter SET content = '{}' WHERE id = 1", "letter", "content"),
    ("DELETE FROM letter WHERE id = 1", "letter", None),
    ("UPDATE letter SET pdf_digest = 'sha256:0' WHERE id = 1", "letter", "pdf_digest"),
    ("UPDATE material SET digest = 'sha256:0' WHERE id = 1", "material", "digest"),
    ("DELETE FROM material WHERE id = 1", "material", None),
    ("DELETE FROM deadline", "deadline", None),
    ("UPDATE outbox SET receipt = '{}', state = 'done' WHERE state = 'waiting'", "outbox", "receipt"),
    (
        "INSERT INTO role_grant (id, person_id, role, office_id) VALUES (9999, 1, 'reviewer', 1)",
        "role_grant",
        None,
    ),
    ("DELETE FROM role_grant WHERE id = 1", "role_grant", None),
    ("UPDATE role_grant SET office_id = office_id + 1 WHERE id = 1", "role_grant", "office_id"),
    ("UPDATE target SET url = 'http://elsewhere' WHERE id = 1", "target", "url"),
    ("UPDATE subject SET name = '另一家公司' WHERE id = 1", "subject", "name"),
    ("DELETE FROM own_rule WHERE id = 1", "own_rule", None),
    ("DELETE FROM row_change WHERE id = 1", "row_change", None),
    ("UPDATE row_change SET fields = '{}' WHERE id = 1", "row_change", None),
]


@pytest.mark.parametrize(("statement", "table", "field"), FACTS, ids=[one[0][:60] for one in FACTS])
def test_a_fact_changed_by_hand_is_named(whole: Whole, statement: str, table: str, field: str | None) -> None:
    with burglar(whole.town.db) as tx:
        done = tx.execute(text(statement.replace(":", r"\:")))
        assert done.rowcount > 0
        found = verified(tx, whole).findings
    assert (table, field) in {(one.table, one.field) for one in found}


def test_recorded_and_found_are_said_except_of_personal_values(whole: Whole) -> None:
    with burglar(whole.town.db) as tx:
        before = tx.scalar(text("SELECT state FROM cases WHERE id = 1"))
        tx.execute(text("UPDATE cases SET state = 'invented' WHERE id = 1"))
        tx.execute(text("UPDATE subject SET name = '另一家公司' WHERE id = 1"))
        found = {one.table: one for one in verified(tx, whole).findings}
    assert (found["cases"].recorded, found["cases"].found) == (before, "invented")
    assert (found["subject"].recorded, found["subject"].found) == ("", "")
    assert "另一家公司" not in found["subject"].text


def test_any_change_of_one_row_is_found(whole: Whole) -> None:
    """A few here; the long run has thousands."""
    chance = Random(15)
    for _ in range(25):
        with burglar(whole.town.db) as tx:
            done = attack(tx, chance, tables(tx))
            known = verified(tx, whole).findings
        assert done.is_named_in(known), done


def test_a_hand_that_the_triggers_saw_is_not_taken_for_the_program(whole: Whole) -> None:
    """Changed with the triggers in place, then changed again by a step of the program."""
    db = whole.town.db
    with db.engine.begin() as tx:
        tx.execute(text("UPDATE office SET division_code = '110000' WHERE id = 1"))
    with db.read() as tx:
        found = [one for one in verified(tx, whole).findings if one.table == "office"]
    assert [(one.id, one.field) for one in found] == [(1, "division_code")]
    with db.begin() as tx:
        from repairflow.records import office

        tx.execute(office.update().where(office.c.id == 1).values(division_code="120000"))
    with db.read() as tx:
        found = [one for one in verified(tx, whole).findings if one.table == "office"]
    assert [(one.what, one.found) for one in found] == [("row_between", "110000")]
