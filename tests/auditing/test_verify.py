"""Whatever is done to the trail is found, and the finding names the row."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, select, text, update

from repairflow.auditing import chain, checkpoints, merkle, sequencer, witness
from repairflow.auditing.notes import Signer
from repairflow.auditing.walk import PART
from repairflow.db import Database
from repairflow.file_store.folder import FolderFiles
from repairflow.records import (
    cases,
    checkpoint,
    event,
    event_personal,
    letter,
    log_leaf,
    office,
    record,
    row_change,
    subject,
    uninformed,
)
from tests.auditing.trail_builder import START, AtHand, Trail


@pytest.fixture
def trail(database: Database, home: Path) -> Trail:
    """Thirteen events in four streams, a checkpoint after nine and one after thirteen."""
    made = Trail(database, home)
    made.case("XF-1")
    made.case("XF-2")
    made.log()
    made.case("XF-3")
    made.log()
    return made


def kept_by_witness(trail: Trail, file: Path) -> Path:
    with trail.db.read() as tx:
        witness.keep(AtHand(tx, trail.signer.verifier), file, START)
    return file


def rewrite(tx: Connection, stream: str, change: Callable[[bytes], bytes]) -> None:
    """What a careful forger does: a changed event, and every digest after it anew."""
    prev, head = "", ""
    for row in tx.execute(select(event).where(event.c.stream == stream).order_by(event.c.seq)).all():
        body = change(row.body)
        head = chain.link(prev, body)
        act = json.loads(body)["act"]
        tx.execute(
            update(event).where(event.c.id == row.id).values(body=body, prev=prev, digest=head, reason=act["reason"])
        )
        prev = head
    tx.execute(update(cases).where(cases.c.number == stream.removeprefix("case/")).values(chain_head=head))


def forge(tx: Connection) -> None:
    rewrite(tx, "case/XF-1", lambda body: body.replace("材料齐全".encode(), "材料不全".encode()))


def forge_log(tx: Connection) -> None:
    forge(tx)
    for row in tx.execute(select(event.c.id, event.c.digest)).all():
        leaf = sequencer.leaf_of(row.digest)
        tx.execute(update(log_leaf).where(log_leaf.c.event_id == row.id).values(leaf=leaf))


def forge_all(tx: Connection, signer: Signer) -> None:
    """With the log's own key, too."""
    forge_log(tx)
    leaves = tx.scalars(select(log_leaf.c.leaf).order_by(log_leaf.c.position)).all()
    for row in tx.execute(select(checkpoint)).all():
        root = merkle.root(leaves[: row.size])
        note = signer.sign(row.size, root)
        tx.execute(update(checkpoint).where(checkpoint.c.id == row.id).values(root=root.hex(), note=note))


def of(stream: str, seq: int) -> int:
    """Id of an event: record/R-1 has 1, the cases four each."""
    return 1 if stream == "record/R-1" else 1 + 4 * (int(stream[-1]) - 1) + seq


def sql(statement: str, **values: object) -> Callable[[Connection], object]:
    return lambda tx: tx.execute(text(statement), values)


def swap(tx: Connection) -> None:
    """Steps 2 and 3 change places, digests and all."""
    second, third = of("case/XF-1", 2), of("case/XF-1", 3)
    tx.execute(update(event).where(event.c.id == second).values(seq=99))
    tx.execute(update(event).where(event.c.id == third).values(seq=2))
    tx.execute(update(event).where(event.c.id == second).values(seq=3))


def truncate(tx: Connection) -> None:
    """The last step vanishes from the log, too, and the case goes back."""
    last, before = of("case/XF-3", 4), of("case/XF-3", 3)
    tx.execute(delete(log_leaf).where(log_leaf.c.event_id == last))
    tx.execute(delete(event).where(event.c.id == last))
    head = tx.scalar(select(event.c.digest).where(event.c.id == before))
    tx.execute(update(cases).where(cases.c.number == "XF-3").values(chain_head=head, version=3))


TAMPERINGS = [
    pytest.param(
        sql("UPDATE event SET body = :b WHERE id = 3", b=b"{}"),
        {("event", 3, what) for what in ("digest", "columns", "unreadable")}, id="body"
    ),
    pytest.param(sql("UPDATE event SET reason = 'x' WHERE id = 3"), {("event", 3, "columns")}, id="column"),
    pytest.param(sql("UPDATE event SET actor_role = 'x' WHERE id = 2"), {("event", 2, "columns")}, id="role"),
    pytest.param(sql("UPDATE event SET at = :t WHERE id = 3", t="2026-06-11 00:00:00.000000"), {("event", 3, "columns")}, id="at"),
    pytest.param(sql("UPDATE event SET record_id = NULL WHERE id = 3"), {("event", 3, "columns")}, id="record"),
    pytest.param(
        sql("UPDATE event SET digest = :d WHERE id = 3", d="sha256:" + "0" * 64),
        {("event", 3, "digest"), ("event", 3, "leaf"), ("event", 4, "link")},
        id="digest",
    ),
    pytest.param(
        sql("UPDATE event SET prev = :d WHERE id = 3", d="x"), {("event", 3, "link"), ("event", 3, "digest")}, id="prev"
    ),
    pytest.param(
        sql("DELETE FROM event WHERE id = 4"), {("event", 5, "sequence"), ("log_leaf", 3, "event_missing")}, id="middle"
    ),
    pytest.param(
        swap,
        {("event", 5, "sequence")} | {("event", n, what) for n in (3, 4) for what in ("sequence", "columns")},
        id="swap",
    ),
    pytest.param(
        sql("DELETE FROM event WHERE id = 13"), {("cases", 3, "head"), ("log_leaf", 12, "event_missing")}, id="tail"
    ),
    pytest.param(truncate, {("checkpoint", 2, "truncated")}, id="tail with log and case"),
    pytest.param(sql("UPDATE cases SET chain_head = 'x' WHERE id = 2"), {("cases", 2, "head")}, id="case head"),
    pytest.param(sql("UPDATE cases SET version = 3 WHERE id = 2"), {("cases", 2, "head")}, id="case version"),
    pytest.param(sql("UPDATE record SET chain_seq = 2"), {("record", 1, "head")}, id="record seq"),
    pytest.param(sql("UPDATE record SET chain_head = ''"), {("record", 1, "head")}, id="record head"),
    pytest.param(
        sql("DELETE FROM cases WHERE id = 3"),
        {("event", "case/XF-3", "owner_missing"), ("cases", 3, "row_missing")},
        id="case deleted",
    ),
    pytest.param(
        sql("UPDATE event_personal SET value = 'x' WHERE id = 1"), {("event_personal", 1, "personal")}, id="personal value"
    ),
    pytest.param(
        sql("UPDATE event_personal SET salt = 'x' WHERE id = 1"), {("event_personal", 1, "personal")}, id="personal salt"
    ),
    pytest.param(
        sql("UPDATE event_personal SET field = 'x' WHERE id = 1"),
        {("event_personal", 1, "personal_extra"), ("event", 2, "personal_missing")},
        id="personal field",
    ),
    pytest.param(sql("DELETE FROM event_personal WHERE id = 3"), {("event", 6, "personal_missing")}, id="personal row"),
    pytest.param(
        sql("UPDATE event_personal SET event_id = 77 WHERE id = 6"),
        {("event_personal", 6, "personal_stray"), ("event", 10, "personal_missing")},
        id="personal of no event",
    ),
    pytest.param(
        sql("UPDATE event_personal SET event_id = 4 WHERE id = 2"),
        {("event_personal", 2, "personal_extra"), ("event", 2, "personal_missing")},
        id="personal of another event",
    ),
    pytest.param(
        forge,
        {("event", n, "leaf") for n in (3, 4, 5)},
        id="chain rewritten",
    ),
    pytest.param(forge_log, {("checkpoint", 1, "root"), ("checkpoint", 2, "root")}, id="log rewritten"),
    pytest.param(
        sql("UPDATE log_leaf SET leaf = :b WHERE position = 2", b=bytes(32)),
        {("event", 3, "leaf"), ("checkpoint", 1, "root"), ("checkpoint", 2, "root")},
        id="leaf",
    ),
    pytest.param(
        sql("UPDATE log_leaf SET position = 99 WHERE position = 12"),
        {("log_leaf", 99, "position")},
        id="position",
    ),
    pytest.param(sql("DELETE FROM log_leaf WHERE position = 12"), {("checkpoint", 2, "truncated")}, id="leaf deleted"),
    pytest.param(
        sql("UPDATE checkpoint SET size = 8 WHERE size = 9"),
        {("checkpoint", 1, "columns"), ("checkpoint", 1, "row")},
        id="checkpoint size",
    ),
    pytest.param(
        sql("UPDATE checkpoint SET note = replace(note, 'log.example', 'x') WHERE size = 9"),
        {("checkpoint", 1, "signature")},
        id="checkpoint note",
    ),
    pytest.param(
        sql("INSERT INTO checkpoint (size, root, note, at) SELECT 5, root, note, at FROM checkpoint WHERE size = 9"),
        {("checkpoint", 3, "columns"), ("checkpoint", 3, "row_extra")},
        id="checkpoint invented",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("tamper", "expected"), TAMPERINGS)
def test_found_and_named(
    trail: Trail, tamper: Callable[[Connection], object], expected: set[tuple[str, object, str]]
) -> None:
    with trail.burglar() as tx:
        tamper(tx)
    report = trail.verify()
    assert {(f.table, f.id, f.what) for f in report.findings} == expected
    assert (report.state, report.exit_code) == ("tampered", 1)
    assert report.lines()[-len(report.findings) - 1].startswith("结论：发现")


def test_a_changed_column_is_named_with_its_place_in_the_stream(trail: Trail) -> None:
    with trail.burglar() as tx:
        tx.execute(text("UPDATE event SET reason = 'x', actor_name = 'y' WHERE id = 3"))
    (finding,) = trail.verify().findings
    assert finding.line() == "event 3（case/XF-1 第 2 条）：以下各栏与正文不符：actor_name、reason [columns]"


def test_rewriting_everything_with_our_own_key_is_found_by_the_witness(trail: Trail, tmp_path: Path) -> None:
    file = kept_by_witness(trail, tmp_path / "auditor" / "witness.jsonl")
    assert trail.verify(file).exit_code == 0
    with trail.burglar() as tx:
        forge_all(tx, trail.signer)
    assert trail.verify().exit_code == 3  # from inside nothing can be seen: hence never a plain OK
    assert [(f.table, f.id, f.what) for f in trail.verify(file).findings] == [("witness", "witness.jsonl:1", "root")]


def test_rewriting_everything_is_found_by_a_daily_file_left_behind(trail: Trail) -> None:
    with trail.db.read() as tx:
        note = checkpoints.newest_note(tx)
    assert note is not None
    checkpoints.anchor(FolderFiles(trail.home / "anchors"), note, START.date())
    assert trail.verify().state == "unanchored"
    with trail.burglar() as tx:
        forge_all(tx, trail.signer)
    assert [(f.table, f.id, f.what) for f in trail.verify().findings] == [("anchors", "2026-06-10.checkpoint", "root")]


def test_a_damaged_daily_file_is_named(trail: Trail) -> None:
    (trail.home / "anchors").mkdir()
    (trail.home / "anchors" / "2026-06-10.checkpoint").write_bytes(b"\xff")
    assert [(f.id, f.what) for f in trail.verify().findings] == [("2026-06-10.checkpoint", "signature")]


def test_a_sound_trail_is_never_called_plainly_sound_without_a_witness(trail: Trail, tmp_path: Path) -> None:
    alone = trail.verify()
    assert (alone.exit_code, alone.findings) == (3, ())
    assert (alone.events, alone.streams, alone.leaves, alone.checkpoints, alone.waiting) == (13, 4, 13, 2, 0)
    assert "没有外部见证" in alone.lines()[-1]

    file = kept_by_witness(trail, tmp_path / "witness.jsonl")
    trail.case("XF-4")
    seen = trail.verify(file)
    assert (seen.exit_code, seen.anchored, seen.waiting) == (0, 13, 4)
    assert "前 13 条由外部见证" in seen.lines()[-1]
    assert "其后 4 条尚无外部见证" in seen.lines()[-1]
    assert seen.as_dict()["state"] == "anchored"


def test_a_witness_file_in_the_same_home_does_not_count(trail: Trail) -> None:
    assert trail.verify(kept_by_witness(trail, trail.home / "witness.jsonl")).exit_code == 3


def test_an_empty_trail_is_sound_but_not_anchored(database: Database, home: Path) -> None:
    trail = Trail(database, home)
    with trail.burglar() as tx:
        for table in (event_personal, event, record, subject, office, row_change, uninformed):
            tx.execute(delete(table))
    assert (trail.verify().exit_code, trail.verify().events) == (3, 0)


def test_a_witness_that_pinned_another_key_says_so(trail: Trail, tmp_path: Path) -> None:
    file = kept_by_witness(trail, tmp_path / "witness.jsonl")
    trail.signer = Signer("log.example", bytes(32))
    assert ("witness", "witness.jsonl", "key") in {(f.table, f.id, f.what) for f in trail.verify(file).findings}


@pytest.mark.parametrize("content", [b"", b"nonsense\n", b"\xff", b'{"key": "x"}\n'])
def test_a_damaged_witness_file_is_named(trail: Trail, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "witness.jsonl"
    file.write_bytes(content)
    assert [(f.table, f.what) for f in trail.verify(file).findings] == [("witness", "unreadable")]
    missing = trail.verify(tmp_path / "absent.jsonl")
    assert missing.exit_code == 1


def test_without_a_public_key_signatures_are_not_taken_on_trust(trail: Trail) -> None:
    from repairflow.auditing.verify import verify

    with trail.db.read() as tx:
        report = verify(tx, FolderFiles(trail.home / "anchors"), None)
    assert {f.what for f in report.findings} == {"key_missing"}


def test_erased_personal_values_leave_the_trail_sound(trail: Trail) -> None:
    with trail.db.begin() as tx:
        chain.erase(tx, of("case/XF-2", 1))
    report = trail.verify()
    assert (report.state, report.erased) == ("unanchored", 2)
    assert "2 项个人信息已依法删除" in report.lines()[1]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, []),
        ({"chain_head": "sha256:0"}, ["head"]),
        ({"text_digest": "x"}, ["letter"]),
        ({"number": "假"}, ["letter", "letter_missing"]),
    ],
)
def test_letters_are_as_the_trail_says(trail: Trail, change: dict[str, str], expected: list[str]) -> None:
    trail.case("XF-9", letter="示信〔2026〕1号")
    with trail.burglar() as tx:
        tx.execute(letter.update().values(**(change or {"title": "信用修复决定书"})))
    assert [f.what for f in trail.verify().findings] == expected


@pytest.mark.parametrize("value", ["'text'", "NULL"])
def test_a_value_of_another_kind_is_named_not_stumbled_over(trail: Trail, value: str) -> None:
    if not trail.db.is_sqlite:
        return  # PostgreSQL keeps kinds and NOT NULL even for a burglar
    with trail.burglar() as tx:
        tx.execute(text("PRAGMA writable_schema=ON"))
        tx.execute(
            text("UPDATE sqlite_master SET sql = replace(sql, 'body BLOB NOT NULL', 'body BLOB') WHERE name = 'event'")
        )
    trail.db.dispose()
    with trail.burglar() as tx:
        tx.execute(text(f"UPDATE event SET body = {value} WHERE id = 3"))
    assert ("event", 3, "unreadable") in {(f.table, f.id, f.what) for f in trail.verify().findings}


def test_more_rows_than_are_fetched_at_once(database: Database, home: Path) -> None:
    trail = Trail(database, home)
    with database.begin() as tx:
        seq, head = chain.heads(tx, "system")
        for _ in range(PART + 50):
            done = chain.append(
                tx,
                chain.Entry(
                    stream="system",
                    at=START,
                    action="tick",
                    actor_name="系统",
                    actor_role="system",
                    content={},
                    personal={"x": "1"},
                ),
                chain.Appended(seq, head),
            )
            seq, head = done.seq, done.digest
    trail.log()
    report = trail.verify()
    assert (report.events, report.findings) == (PART + 51, ())
    with trail.burglar() as tx:
        tx.execute(update(event).where(event.c.seq == PART + 20).values(reason="x"))
    assert [f.seq for f in trail.verify().findings] == [PART + 20]
