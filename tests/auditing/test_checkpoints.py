"""Leaves, checkpoints, notes: what is signed, when, and what is refused."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from repairflow.auditing import checkpoints, merkle, sequencer, tree
from repairflow.auditing.checkpoints import Forked
from repairflow.auditing.notes import BadNote, Signer, Verifier
from repairflow.db import Database
from repairflow.errors import ConfigurationError, Invalid
from repairflow.file_store.folder import FolderFiles
from repairflow.file_store.port import Stored
from repairflow.records import checkpoint, log_leaf
from tests.auditing.trail_builder import START, Trail
from tests.support import log_proofs

# The example in the documentation of golang.org/x/mod/sumdb/note: another program's note, opened by ours.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


@pytest.fixture
def trail(database: Database, home: Path) -> Trail:
    made = Trail(database, home)
    made.case("XF-1")
    return made


def leaves(trail: Trail) -> list[tuple[int, int]]:
    with trail.db.read() as tx:
        rows = tx.execute(select(log_leaf.c.position, log_leaf.c.event_id).order_by(log_leaf.c.position))
        return [(row.position, row.event_id) for row in rows]


def test_events_get_their_places_in_order_and_once(trail: Trail) -> None:
    for limit, done in ((2, 2), (2, 2), (2, 1), (2, 0)):
        with trail.db.begin() as tx:
            assert sequencer.waiting(tx) == (done > 0)
            assert sequencer.sequence(tx, limit) == done
    assert leaves(trail) == [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5)]


def test_an_event_that_committed_late_still_gets_its_place(trail: Trail) -> None:
    """PostgreSQL: an id taken early may appear late. Never "id greater than the last"."""
    with trail.burglar() as tx:
        tx.execute(text("UPDATE event_personal SET event_id = 1"))
        tx.execute(text("UPDATE event SET id = id + 100 WHERE id > 2"))
    with trail.db.begin() as tx:
        sequencer.sequence(tx, 10)
    with trail.burglar() as tx:
        tx.execute(text("UPDATE event SET id = 50 WHERE id = 2"))
        tx.execute(text("UPDATE log_leaf SET event_id = 50 WHERE event_id = 2"))
        tx.execute(
            text(
                "INSERT INTO event (id, stream, seq, at, action, actor_name, actor_role, body, prev, digest)"
                " SELECT 2, 'late', 1, at, action, actor_name, actor_role, body, prev, 'late' FROM event WHERE id = 1"
            )
        )
    with trail.db.begin() as tx:
        assert sequencer.sequence(tx, 10) == 1
    assert leaves(trail)[-1] == (5, 2)


@pytest.mark.parametrize(("everything", "found"), [(False, 0), (True, 1)])
def test_one_that_committed_very_late_is_found_by_the_daily_look(trail: Trail, everything: bool, found: int) -> None:
    with trail.burglar() as tx:
        tx.execute(text("UPDATE event SET id = id + 100000 WHERE id = 5"))
        tx.execute(
            text("INSERT INTO log_leaf (position, event_id, leaf) SELECT 0, 100005, body FROM event WHERE id = 1")
        )
        tx.execute(
            text("INSERT INTO log_leaf (position, event_id, leaf) SELECT id, id, body FROM event WHERE id IN (1, 2, 3)")
        )
    with trail.db.begin() as tx:
        assert sequencer.sequence(tx, 10, everything=everything) == found


def test_a_checkpoint_is_taken_when_the_log_grew(trail: Trail) -> None:
    note = trail.log()
    assert note is not None
    assert trail.log() is None
    said = trail.signer.verifier.open(note)
    with trail.db.read() as tx:
        assert checkpoints.newest_note(tx) == note
        row = tx.execute(select(checkpoint)).one()
        hashes = tx.scalars(select(log_leaf.c.leaf).order_by(log_leaf.c.position)).all()
    assert (said.origin, said.size, said.root) == ("log.example", 5, merkle.root(hashes))
    assert (row.size, row.root, row.at) == (5, said.root.hex(), trail.now)
    trail.case("XF-2")
    assert trail.log() not in {None, note}


def test_an_empty_log_has_no_checkpoint(trail: Trail) -> None:
    with trail.db.begin() as tx:
        assert checkpoints.take(tx, trail.signer, START) is None
        assert checkpoints.newest_note(tx) is None


@pytest.mark.parametrize(
    "tamper",
    [
        "UPDATE log_leaf SET leaf = (SELECT leaf FROM log_leaf WHERE position = 1) WHERE position = 0",
        "DELETE FROM log_leaf",
    ],
)
def test_a_rewritten_log_is_not_signed(trail: Trail, tamper: str) -> None:
    trail.log()
    with trail.burglar() as tx:
        tx.execute(text(tamper))
    with pytest.raises(Forked, match="未签发"), trail.db.begin() as tx:
        checkpoints.take(tx, trail.signer, START)


@pytest.mark.parametrize(("old", "new"), [(0, 3), (4, 3), (3, 6), (-1, 2)])
def test_consistency_is_proved_only_up_to_what_was_signed(trail: Trail, old: int, new: int) -> None:
    trail.log()
    with trail.db.read() as tx, pytest.raises(Invalid):
        checkpoints.consistency(tx, old, new)


def test_proofs_from_the_database_across_blocks(
    database: Database, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    monkeypatch.setattr(tree, "BLOCK", 4)
    trail = Trail(database, home)
    for number in range(1, 6):
        trail.case(f"XF-{number}")
    trail.log()
    with database.read() as tx:
        hashes = list(tx.scalars(select(log_leaf.c.leaf).order_by(log_leaf.c.position)))
        for size in range(1, len(hashes) + 1):
            part = hashes[:size]
            assert tree.root(tx, size) == merkle.root(part)
            for index in range(size):
                assert tree.inclusion(tx, index, size) == log_proofs.inclusion_proof(part, index)
                assert tree.consistency(tx, index + 1, size) == log_proofs.consistency_proof(part, index + 1)
        with pytest.raises(ValueError, match="fewer"):
            tree.consistency(tx, 1, 99)
        with pytest.raises(ValueError, match="no leaves"):
            tree.root(tx, 99)


def test_the_daily_file_keeps_the_first_checkpoint_of_its_day(home: Path) -> None:
    folder, day = home / "anchors", START.date()
    checkpoints.anchor(FolderFiles(folder), "first", day)
    checkpoints.anchor(FolderFiles(folder), "second", day)
    path = folder / "2026-06-10.checkpoint"
    assert path.read_text() == "first"
    checkpoints.anchor(FolderFiles(folder), "third", day + timedelta(days=1))
    assert sorted(p.name for p in folder.iterdir()) == ["2026-06-10.checkpoint", "2026-06-11.checkpoint"]


def test_notes_are_those_of_the_transparency_community() -> None:
    verifier = Verifier.parse(GO_KEY)
    assert str(verifier) == GO_KEY
    assert verifier.text(GO_NOTE).startswith("If you think")
    with pytest.raises(BadNote, match="不是检查点"):
        verifier.open(GO_NOTE)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda n: n.replace("\n7\n", "\n8\n"), "签名不正确"),
        (lambda n: n.replace("log.example", "log.other"), "没有 log.example 的签名"),
        (lambda n: n.replace("— ", "- "), "签名行"),
        (lambda n: n[:-1], "不是签名文本"),
        (lambda n: n.split("\n\n")[0], "不是签名文本"),
        (lambda n: "", "不是签名文本"),
        (lambda n: n + "x" * 70_000 + "\n", "不是签名文本"),
    ],
)
def test_bad_notes_are_refused(change, reason: str) -> None:  # type: ignore[no-untyped-def]  # lambdas in a table
    signer = Signer("log.example", bytes(range(32)))
    note = signer.sign(7, bytes(32))
    assert signer.verifier.open(note).size == 7
    with pytest.raises(BadNote, match=reason):
        signer.verifier.open(change(note))


def test_another_witness_signature_beside_ours_does_not_disturb() -> None:
    signer, witness = Signer("log.example", bytes(32)), Signer("witness.example", bytes(range(32)))
    note = signer.sign(7, bytes(32)) + witness.sign(7, bytes(32)).splitlines(keepends=True)[-1]
    assert signer.verifier.open(note).size == 7


def test_the_key_is_made_once_for_its_owner_alone(home: Path) -> None:
    keys = home / "keys"
    assert Verifier.at(keys) is None
    first = Signer.at(keys, "log.example")
    assert stat.S_IMODE((keys / "log.key").stat().st_mode) == 0o600
    assert Signer.at(keys, "renamed").verifier == first.verifier == Verifier.at(keys)


@pytest.mark.parametrize("damage", ["", "nonsense", "PRIVATE+KEY+log+00000000+AAAA\n"])
def test_a_damaged_key_file_is_refused(home: Path, damage: str) -> None:
    keys = home / "keys"
    Signer.at(keys)
    (keys / "log.key").write_text(damage)
    with pytest.raises(ConfigurationError, match="密钥文件损坏"):
        Signer.at(keys)


@pytest.mark.parametrize("written", ["", "x", "a+b+c", GO_KEY.replace("c74f20a3", "c74f20a4"), GO_KEY[:-4]])
def test_a_public_key_copied_wrongly_is_refused(written: str) -> None:
    with pytest.raises(BadNote):
        Verifier.parse(written)


def test_a_name_that_would_break_notes_is_refused() -> None:
    with pytest.raises(ConfigurationError):
        Signer("two words", bytes(32))


def test_the_log_counts_its_leaves(trail: Trail) -> None:
    with trail.db.begin() as tx:
        assert tree.size(tx) == 0
        sequencer.sequence(tx, 3)
        assert tree.size(tx) == 3 == tx.scalar(select(func.count()).select_from(log_leaf))


def test_the_newest_day_that_was_put_aside_is_found_without_a_listing(tmp_path: Path) -> None:
    class NoListing(FolderFiles):
        def listed(self) -> Iterator[Stored]:
            raise AssertionError("years of files are listed")

    anchors, today = NoListing(tmp_path), date(2026, 6, 10)
    assert checkpoints.newest_anchor(anchors, today) is None
    for day in (date(2026, 6, 2), date(2026, 6, 8)):
        checkpoints.anchor(anchors, "note", day)
    assert checkpoints.newest_anchor(anchors, today) == date(2026, 6, 8)
    assert checkpoints.newest_anchor(anchors, date(2026, 7, 8)) == date(2026, 6, 8)
    assert checkpoints.newest_anchor(anchors, date(2026, 7, 9)) is None
