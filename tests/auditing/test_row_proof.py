"""Each fact changed by hand is named: table, row, field, what was recorded and what was found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Connection, func, select, text

from repairflow import row_changes, times
from repairflow.auditing import bundle, checkpoints, row_history, sequencer, stand_alone_verifier
from repairflow.auditing.report import Report
from repairflow.auditing.row_proof import STREAM, prove_lines
from repairflow.auditing.verify import verify
from repairflow.casework import event_log, row_batches
from repairflow.casework.case_state import materials
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.queries.audit import file_proof, message_proof
from repairflow.file_store.folder import FolderFiles
from repairflow.records import event, metadata, row_change, search_triggers
from tests.auditing.filling import fill
from tests.auditing.tampering import LEFT_OUT, attack, burglar, tables
from tests.conftest import Clock
from tests.support import databases
from tests.support.calling import signer
from tests.support.every_kind import Whole, grow


def grown(maker: databases.Maker, home: Path) -> Iterator[Whole]:
    """A town with something of every kind and a row in every table, whose lines are all bound into the log."""
    url = maker.migrated()
    with times.set_clock(Clock(datetime(2026, 6, 10, 2, tzinfo=UTC))):
        made = grow(url, home)
        with made.town.db.begin() as tx:
            fill(tx)
        with made.town.db.begin() as tx:
            while row_batches.bind(tx, made.town.now):
                pass
            sequencer.sequence(tx, 10_000)
        yield made
    made.town.db.dispose()
    maker.drop(url)


@pytest.fixture(scope="module")
def whole(databases_of_kind: databases.Maker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    yield from grown(databases_of_kind, tmp_path_factory.mktemp("home"))


def verified(tx: Connection, whole: Whole) -> Report:
    town = whole.town
    report = verify(tx, FolderFiles(Path(town.settings.home) / "anchors"), signer(town).verifier)
    return replace(report, findings=report.findings + tuple(message_proof.prove(tx, town.services.vault)))


def test_a_message_that_waits_is_held_against_its_digest(whole: Whole) -> None:
    other = whole.town.services.vault.seal("{}")
    for statement, values, said in (
        ("UPDATE inbound_message SET body = :body", {"body": other}, "原文被换"),
        ("UPDATE inbound_message SET body = :body", {"body": b"x"}, "无法解密"),
        ("UPDATE inbound_message SET body = NULL", {}, "已被删除"),
        ("UPDATE inbound_message SET state = 'taken'", {}, "人为添加"),
    ):
        with burglar(whole.town.db) as tx:
            changed = tx.execute(text(f"{statement} WHERE state = 'waiting'"), values).rowcount
            found = list(message_proof.prove(tx, whole.town.services.vault))
        assert changed == len(found) > 0, statement
        assert {(one.table, one.what, one.field) for one in found} == {("inbound_message", "file", "body")}
        assert all(said in one.text for one in found), statement


def test_an_honest_history_raises_no_alarm(whole: Whole) -> None:
    with whole.town.db.read() as tx:
        report = verified(tx, whole)
    assert report.findings == ()
    assert report.rows > 500


def test_two_nodes_that_bind_at_once_make_one_event(whole: Whole, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = sequencer.alone

    def quicker(tx: Connection) -> None:
        monkeypatch.setattr(sequencer, "alone", alone)
        assert row_batches.bind(tx, whole.town.now)  # the other node, while this one waits for the lock

    made = select(func.count()).select_from(event).where(event.c.stream == STREAM)
    with whole.town.db.engine.connect() as tx, tx.begin() as attempt:
        row_changes.write(tx, [row_changes.Line("office", 1, "update", "salt", "{}")])
        before = tx.execute(made).scalar_one()
        monkeypatch.setattr(sequencer, "alone", quicker)
        assert row_batches.bind(tx, whole.town.now) == 0
        assert tx.execute(made).scalar_one() == before + 1
        attempt.rollback()


def test_an_event_of_an_earlier_version_that_binds_nothing_raises_no_alarm(whole: Whole) -> None:
    with whole.town.db.engine.connect() as tx, tx.begin() as attempt:
        newest = tx.execute(select(func.max(row_change.c.batch))).scalar_one()
        said = {"batch": newest, "rows": []}
        event_log.append(tx, STREAM, NewEvent(action=EventName.BIND_ROWS, at=whole.town.now, content=said))
        assert [one for one in prove_lines(tx).findings if one.what == "line"] == []
        attempt.rollback()


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
    ("UPDATE letter SET press_seq = press_seq + 1 WHERE press_seq = 1", "letter", "press_seq"),
    ("UPDATE letter SET press_seq = 1 WHERE pdf_digest IS NULL", "letter", "press_seq"),
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
    (
        "UPDATE target SET rest_until = '2099-01-01 00:00:00' WHERE id = 1",
        "target",
        "rest_until",
    ),  # no push would go out
    ("UPDATE subject SET name = '另一家公司' WHERE id = 1", "subject", "name"),
    ("DELETE FROM own_rule WHERE id = 1", "own_rule", None),
    ("DELETE FROM public_change WHERE id = 1", "public_change", None),
    ("UPDATE public_change SET record_id = record_id + 1 WHERE id = 1", "public_change", "record_id"),
    ("DELETE FROM search_part WHERE kind = 'name' AND of_id = 1", "search_part", "name"),
    ("UPDATE search_part SET of_id = 9999 WHERE kind = 'code' AND of_id = 1", "search_part", "code"),
    ("UPDATE search_part SET part = 'x' || part WHERE kind = 'initials' AND of_id = 1", "search_part", "initials"),
    ("DELETE FROM search_part WHERE kind = 'number'", "search_part", "number"),
    ("DELETE FROM search_part WHERE kind = 'letter'", "search_part", "letter"),
    ("DELETE FROM uninformed", "uninformed", None),
    ("INSERT INTO uninformed (record_id) VALUES (9999)", "uninformed", None),
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


def test_missing_parts_of_a_search_are_named_by_whose_they_are_and_filled_in_again(whole: Whole) -> None:
    with burglar(whole.town.db) as tx:
        gone = tx.execute(text("DELETE FROM search_part WHERE of_id = 2 AND kind IN ('name', 'letter')")).rowcount
        tx.execute(text("INSERT INTO search_part (kind, part, of_id) VALUES ('name', '某个', 2)"))  # hides nothing
        found = [(one.id, one.field) for one in verified(tx, whole).findings]
        assert sorted(found) == [(2, "letter"), (2, "name")]
        assert search_triggers.fill(tx) == gone > 2
        assert verified(tx, whole).findings == ()
        assert search_triggers.fill(tx) == 0


def test_recorded_and_found_are_said_except_of_personal_values(whole: Whole) -> None:
    with burglar(whole.town.db) as tx:
        before = tx.scalar(text("SELECT state FROM cases WHERE id = 1"))
        tx.execute(text("UPDATE cases SET state = 'invented' WHERE id = 1"))
        tx.execute(text("UPDATE subject SET name = '另一家公司' WHERE id = 1"))
        found = {one.table: one for one in verified(tx, whole).findings}
    assert (found["cases"].recorded, found["cases"].found) == (before, "invented")
    assert (found["subject"].recorded, found["subject"].found) == ("", "")
    assert "另一家公司" not in found["subject"].text


def test_every_table_that_holds_facts_is_attacked(whole: Whole) -> None:
    with whole.town.db.read() as tx:
        assert {table.name for table in tables(tx)} == set(metadata.tables) - LEFT_OUT


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


def test_a_case_is_built_again_and_differences_show(whole: Whole) -> None:
    number = whole.cases["repair"]
    with burglar(whole.town.db) as tx:
        assert [one for built in row_history.rebuild(tx, number) for one in built.findings] == []
        case_id = tx.scalar(text("SELECT id FROM cases WHERE number = :n"), {"n": number})
        tx.execute(text("UPDATE cases SET state = 'invented' WHERE id = :id"), {"id": case_id})
        tx.execute(text("DELETE FROM material WHERE case_id = :id"), {"id": case_id})
        built = row_history.rebuild(tx, number)
    found = {(one.table, one.what, one.field) for row in built for one in row.findings}
    assert found == {("cases", "row", "state"), ("material", "row_missing", None)}


def test_things_that_events_name_must_be_there(whole: Whole) -> None:
    """Also for rows that are older than their lines."""
    with burglar(whole.town.db) as tx:
        for table in ("letter", "material"):
            tx.execute(text(f"DELETE FROM {table}"))
            tx.execute(text("DELETE FROM row_change WHERE tbl = :t"), {"t": table})
        found = {one.what for one in verified(tx, whole).findings}
    assert {"letter_missing", "material_missing"} <= found
    with burglar(whole.town.db) as tx:
        tx.execute(text("UPDATE letter SET pdf_digest = 'sha256:0' WHERE pdf_digest IS NOT NULL"))
        assert "pdf" in {one.what for one in verified(tx, whole).findings}


def test_words_of_letters_and_bytes_of_files_are_hashed_again(whole: Whole) -> None:
    settings, services = whole.town.settings, whole.town.services
    with whole.town.db.read() as tx:
        assert list(file_proof.prove(tx, services.materials, services.letters)) == []
        digest = tx.scalar(text("SELECT digest FROM material ORDER BY id"))
        token = tx.scalar(text("SELECT token FROM letter WHERE pdf_digest IS NOT NULL ORDER BY id"))
    file, pdf = settings.materials / materials.name_of(digest), settings.letters / f"{token}.pdf"
    kept = {one: one.read_bytes() for one in (file, pdf)}
    try:
        for one in kept:
            one.chmod(0o600)
            one.write_bytes(b"another")
        with burglar(whole.town.db) as tx:
            tx.execute(text("UPDATE letter SET content = '{}' WHERE id = 1"))
            found = {(one.table, one.what) for one in file_proof.prove(tx, services.materials, services.letters)}
            file.unlink()
            gone = {one.what for one in file_proof.prove(tx, services.materials, services.letters)}
    finally:
        for one, content in kept.items():
            one.write_bytes(content)
    assert found == {("letter", "text"), ("letter", "file"), ("material", "file")}
    assert "file_missing" in gone


def test_a_bundle_without_a_letter_that_an_event_issued_says_so(whole: Whole, tmp_path: Path) -> None:
    with burglar(whole.town.db) as tx:
        row = tx.execute(
            text(
                "SELECT c.number, l.id FROM letter l JOIN cases c ON c.id = l.case_id"
                " JOIN material m ON m.case_id = c.id ORDER BY l.id"
            )
        ).first()
        assert row is not None
        checkpoints.take(tx, signer(whole.town), whole.town.now)
        sound = bundle.build(tx, row.number, signer(whole.town).verifier)
        tx.execute(text("DELETE FROM letter WHERE id = :id"), {"id": row.id})
        tx.execute(text("DELETE FROM material"))
        forged = bundle.build(tx, row.number, signer(whole.town).verifier)
    faults = []
    for name, content in (("sound", sound), ("forged", forged)):
        (tmp_path / name).write_bytes(content)
        opened = stand_alone_verifier.opened(tmp_path / name)
        opened.check(opened.key)
        faults.append(" ".join(opened.faults))
    assert faults[0] == ""
    assert "不在包内" in faults[1]
    assert "不在清单中" in faults[1]
