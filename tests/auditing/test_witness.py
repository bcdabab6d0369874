"""The witness: keeps what is proved, refuses what is not, and keeps the evidence."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from repairflow.auditing import merkle, witness
from repairflow.auditing.checkpoints import Forked
from repairflow.auditing.notes import BadNote, Signer
from repairflow.db import Database
from repairflow.errors import Invalid, Unavailable
from tests.auditing.trail_builder import START, AtHand, Trail
from tests.support import log_proofs


@dataclass
class FakeLog:
    """A log in memory that can be made to lie."""

    signer: Signer = field(default_factory=lambda: Signer("log.example", bytes(32)))
    leaves: list[bytes] = field(default_factory=list)

    def grow(self, *words: bytes) -> FakeLog:
        self.leaves += [merkle.leaf_hash(word) for word in words]
        return self

    def newest(self) -> str:
        return self.signer.sign(len(self.leaves), merkle.root(self.leaves))

    def consistency(self, old: int, new: int) -> list[bytes]:
        return log_proofs.consistency_proof(self.leaves[:new], old)

    def key(self) -> str:
        return str(self.signer.verifier)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "auditor" / "witness.jsonl"


def test_keeps_each_checkpoint_once(file: Path) -> None:
    log = FakeLog().grow(b"a", b"b", b"c")
    assert witness.keep(log, file, START) == witness.Kept(3, added=True)
    assert witness.keep(log, file, START) == witness.Kept(3, added=False)
    log.grow(b"d", b"e")
    assert witness.keep(log, file, START + timedelta(days=1)) == witness.Kept(5, added=True)
    held = witness.read(file)
    assert held.key == log.signer.verifier
    assert [log.signer.verifier.open(note).size for note in held.kept] == [3, 5]
    assert json.loads(file.read_text().splitlines()[1])["kept_at"] == "2026-06-10T02:00:00.000120Z"


def test_a_rewritten_log_is_refused_and_the_evidence_kept(file: Path) -> None:
    log = FakeLog().grow(b"a", b"b", b"c")
    witness.keep(log, file, START)
    for forged in (FakeLog().grow(b"a", b"x", b"c", b"d"), FakeLog().grow(b"a", b"x", b"c")):
        with pytest.raises(Forked, match="作为证据"):
            witness.keep(forged, file, START)
    held = witness.read(file)
    assert (len(held.kept), len(held.refused)) == (1, 2)
    witness.keep(log.grow(b"d"), file, START)  # the true log goes on
    assert len(witness.read(file).kept) == 2


def test_a_log_that_became_shorter_is_refused(file: Path) -> None:
    witness.keep(FakeLog().grow(b"a", b"b", b"c"), file, START)
    with pytest.raises(Forked, match="少于上次"):
        witness.keep(FakeLog().grow(b"a", b"b"), file, START)
    assert len(witness.read(file).kept) == 1


def test_another_key_is_refused(file: Path) -> None:
    log, other = FakeLog().grow(b"a"), Signer("log.example", b"\x01" * 32)
    with pytest.raises(BadNote):
        witness.keep(log, file, START, other.verifier)
    assert not file.exists()
    witness.keep(log, file, START, log.signer.verifier)
    with pytest.raises(BadNote):
        witness.keep(FakeLog(other).grow(b"a"), file, START)
    with pytest.raises(Invalid, match="公钥不同"):
        witness.keep(log, file, START, other.verifier)


def test_a_database_at_hand(database: Database, home: Path, file: Path) -> None:
    trail = Trail(database, home)
    with database.read() as tx, pytest.raises(Unavailable, match="还没有检查点"):
        witness.keep(AtHand(tx, trail.signer.verifier), file, START)
    for number, size in (("XF-1", 5), ("XF-2", 9)):
        trail.case(number)
        trail.log()
        with database.read() as tx:
            assert witness.keep(AtHand(tx, trail.signer.verifier), file, START).size == size


@contextmanager
def served(answers: dict[str, tuple[int, bytes]]) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = answers.get(self.path, (404, b""))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing on the screen."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
            thread.join()


def test_over_http(file: Path) -> None:
    log = FakeLog().grow(b"a", b"b", b"c")
    answers = {"/audit/checkpoint": (200, log.newest().encode()), "/audit/key": (200, log.key().encode())}
    with served(answers) as url:
        assert witness.keep(witness.source(url), file, START).size == 3
        log.grow(b"d", b"e")
        proof = [base64.b64encode(item).decode() for item in log.consistency(3, 5)]
        answers["/audit/checkpoint"] = (200, log.newest().encode())
        answers["/audit/consistency?from=3&to=5"] = (200, json.dumps({"proof": proof}).encode())
        assert witness.keep(witness.source(url), file, START).size == 5


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((404, b""), Unavailable),
        ((500, b""), Unavailable),
        ((302, b""), Unavailable),
        ((200, b""), BadNote),
        ((200, b"\xff"), BadNote),
        ((200, b"x" * 300_000), BadNote),
        ((200, b"<html>"), BadNote),
    ],
)
def test_what_is_no_checkpoint_is_refused(file: Path, answer: tuple[int, bytes], error: type[Exception]) -> None:
    key = (200, FakeLog().key().encode())
    with served({"/audit/checkpoint": answer, "/audit/key": key}) as url, pytest.raises(error):
        witness.keep(witness.source(url), file, START)
    assert not file.exists()


@pytest.mark.parametrize("proof", [b"{}", b"x", b'{"proof": [1]}', b'{"proof": ["*"]}', b'{"proof": 3}'])
def test_an_unreadable_proof_is_refused(file: Path, proof: bytes) -> None:
    log = FakeLog().grow(b"a", b"b", b"c")
    witness.keep(log, file, START)
    log.grow(b"d")
    answers = {"/audit/checkpoint": (200, log.newest().encode()), "/audit/consistency?from=3&to=4": (200, proof)}
    with served(answers) as url, pytest.raises(BadNote, match="证明"):
        witness.keep(witness.source(url), file, START)


def test_a_log_that_does_not_answer(file: Path) -> None:
    with served({}) as url:
        pass
    with pytest.raises(Unavailable, match="无法连接"):
        witness.keep(witness.source(url), file, START)


@pytest.mark.parametrize("address", ["", "var", "ftp://x", "http://"])
def test_an_address_must_be_one(address: str) -> None:
    with pytest.raises(Invalid):
        witness.source(address)
