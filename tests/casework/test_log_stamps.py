"""Time stamps of the log: once an hour, verified with everything else and offline, and in nobody's way where there is none."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import pem

from repairflow.auditing import bundle, checkpoints, stand_alone_log
from repairflow.auditing.merkle import root
from repairflow.casework import log_stamps
from repairflow.db import Database
from repairflow.file_store.folder import FolderFiles
from repairflow.letters.signing.timestamp import HttpTimeStamps
from repairflow.settings import Settings
from tests.conftest import Clock
from tests.letters.test_time_stamps import STAMPED, Authority
from tests.letters.test_time_stamps import served as served
from tests.support.building import Town
from tests.support.calling import sign, signer
from tests.support.log_proofs import consistency_proof

NOW = datetime(2026, 6, 10, 2, 30, tzinfo=UTC)


@pytest.fixture
def authority(served: tuple[Authority, str]) -> Iterator[tuple[Authority, HttpTimeStamps]]:
    made, address = served
    made.asked.clear()
    made.answer = made.stamp
    yield made, HttpTimeStamps(address, 5)
    made.answer = made.stamp


@pytest.fixture
def town(database: Database, settings: Settings, clock: Clock) -> Town:
    return Town(database, settings)


def signed(town: Town) -> str:
    sign(town)
    with town.db.read() as tx:
        return checkpoints.newest_note(tx) or ""


def test_an_hour_has_one_stamp_and_an_authority_that_gives_none_keeps_nothing_back(
    tmp_path: Path, authority: tuple[Authority, HttpTimeStamps]
) -> None:
    made, asked = authority
    for note, now, answer, kept in (
        (None, NOW, made.stamp, False),  # no checkpoint yet
        ("note", NOW, made.refuse, False),
        ("note", NOW, made.stamp_of_something_else, False),
        ("note", NOW, made.stamp, True),
        ("another", NOW + timedelta(minutes=29), made.stamp, False),  # the same hour
        ("another", NOW + timedelta(minutes=30), made.stamp, True),
    ):
        made.answer = answer
        assert log_stamps.keep(FolderFiles(tmp_path), note, asked, now) is kept, (note, now)
    assert {one.name for one in tmp_path.iterdir()} == {
        "2026-06-10T10.checkpoint", "2026-06-10T10.tst", "2026-06-10T11.checkpoint", "2026-06-10T11.tst",
    }  # fmt: skip
    assert len(made.asked) == 4
    assert list(log_stamps.prove(FolderFiles(tmp_path))) == []
    assert log_stamps.newest(FolderFiles(tmp_path), STAMPED) == log_stamps.Newest(STAMPED, late=False)
    assert log_stamps.newest(FolderFiles(tmp_path), STAMPED + timedelta(hours=3)).late
    assert log_stamps.newest(FolderFiles(tmp_path / "none"), STAMPED) == log_stamps.Newest(None, late=True)
    assert not log_stamps.keep(
        FolderFiles(tmp_path), "note", HttpTimeStamps("http://127.0.0.1:9/", 1), NOW + timedelta(days=1)
    )


def test_a_stamp_that_does_not_fit_is_named(tmp_path: Path, authority: tuple[Authority, HttpTimeStamps]) -> None:
    assert log_stamps.keep(FolderFiles(tmp_path), "note", authority[1], NOW)
    stamp, note = tmp_path / "2026-06-10T10.tst", tmp_path / "2026-06-10T10.checkpoint"
    token = stamp.read_bytes()
    note.write_text("another")
    assert [(one.id, one.what) for one in log_stamps.prove(FolderFiles(tmp_path))] == [(stamp.name, "stamp")]
    note.write_text("note")
    for place in range(0, len(token), 97):  # whatever byte is changed: named, or without meaning; never an error
        stamp.write_bytes(token[:place] + bytes([token[place] ^ 1]) + token[place + 1 :])
        assert {one.what for one in log_stamps.prove(FolderFiles(tmp_path))} <= {"stamp"}
    for bad in (b"", b"x", token[:-1]):
        stamp.write_bytes(bad)
        assert [one.what for one in log_stamps.prove(FolderFiles(tmp_path))] == ["stamp"]
    note.unlink()
    assert [one.what for one in log_stamps.prove(FolderFiles(tmp_path))] == ["stamp"]


def test_a_stamp_that_somebody_took_away_is_named(
    town: Town, tmp_path: Path, authority: tuple[Authority, HttpTimeStamps]
) -> None:
    anchors = tmp_path / "anchors"
    for hour in (0, 1):
        assert log_stamps.keep(FolderFiles(anchors), f"note {hour}", authority[1], NOW + timedelta(hours=hour))
    first, second = anchors / "2026-06-10T10.tst", anchors / "2026-06-10T11.tst"
    for new in (2, 0):
        with town.db.begin() as tx:
            assert log_stamps.note_new(tx, FolderFiles(anchors), NOW) == new
    token = first.read_bytes()
    for change, found in (
        (lambda: None, []),
        (lambda: first.write_bytes(second.read_bytes()), [("anchors", first.name, "stamp")]),
        (first.unlink, [("event", "", "stamp_missing")]),
        (lambda: first.write_bytes(token), []),
        (lambda: [one.unlink() for one in anchors.iterdir()], [("event", "", "stamp_missing")] * 2),
    ):
        change()
        with town.db.read() as tx:
            named = list(log_stamps.missing(tx, FolderFiles(anchors)))
        assert [(one.table, one.id if one.table == "anchors" else "", one.what) for one in named] == found
    town.sound()


def test_a_bundle_has_the_stamp_and_its_program_verifies_it_offline(
    town: Town, tmp_path: Path, authority: tuple[Authority, HttpTimeStamps]
) -> None:
    case = town.file_repair()
    key = signer(town).verifier
    anchors = tmp_path / "anchors"
    assert log_stamps.keep(FolderFiles(anchors), signed(town), authority[1], NOW)
    town.steps(case, "accept")
    signed(town)
    with town.db.read() as tx:
        size = checkpoints.signed_size(tx, key)
        stamp = log_stamps.for_bundle(FolderFiles(anchors), key, size)
        assert stamp is not None
        assert stamp.size < size
        assert log_stamps.for_bundle(FolderFiles(anchors), key, stamp.size - 1) is None
        packed = bundle.build(tx, case, key, stamp=stamp)
        forged = bundle.build(tx, case, key, stamp=stamp._replace(token=stamp.token.replace(b"2026", b"2025", 1)))
        strange = bundle.build(tx, case, key, stamp=stamp._replace(note=checkpoints.newest_note(tx) or ""))
    trusted = tmp_path / "authority.pem"
    trusted.write_bytes(pem.armor("CERTIFICATE", authority[0].certificate.dump()))
    for content, more, code, said in (
        (packed, [], 0, "其签名未核对"),
        (packed, ["--authority", str(trusted)], 0, "Nov 24 02:00:07 2026"),
        (forged, ["--authority", str(trusted)], 1, "时间戳的签名不正确"),
        (strange, ["--authority", str(trusted)], 1, "不在本包检查点所签的日志之中"),
    ):
        (tmp_path / "bundle.zip").write_bytes(content)
        with zipfile.ZipFile(tmp_path / "bundle.zip") as archive:
            (tmp_path / "verify.py").write_bytes(archive.read("verify.py"))
        asked = [sys.executable, str(tmp_path / "verify.py"), str(tmp_path / "bundle.zip"), "--key", str(key), *more]
        done = subprocess.run(asked, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stdout + done.stderr
        assert said in done.stdout, done.stdout


def test_the_program_of_a_bundle_verifies_growth_as_the_log_proves_it() -> None:
    leaves = [bytes([n]) * 32 for n in range(65)]
    for new in range(1, 66):
        for old in range(1, new + 1):
            proof = consistency_proof(leaves[:new], old)
            roots = root(leaves[:old]), root(leaves[:new])
            assert stand_alone_log.consistency_holds(old, new, *roots, proof), (old, new)
            if old < new:
                assert not stand_alone_log.consistency_holds(old, new, roots[1], roots[1], proof), (old, new)
                assert not stand_alone_log.consistency_holds(old, new, roots[0], roots[0], proof), (old, new)
                assert not stand_alone_log.consistency_holds(old, new, *roots, proof[:-1]), (old, new)
