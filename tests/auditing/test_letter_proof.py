"""The proof of one letter, checked by a program that needs only Python: sound, and each way it can be wrong."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select, update

from repairflow.auditing import letter_proof, press_events, stand_alone_letter_verifier, stand_alone_program
from repairflow.auditing.stand_alone_letter_verifier import faults_of, parsed
from repairflow.db import Database
from repairflow.errors import Conflict, Unavailable
from repairflow.records import event, letter, schema
from repairflow.records.rows import LetterRow, one_row
from tests.auditing.trail_builder import Trail

PDF = b"%PDF-1.7 a letter"
NUMBER = "示信复〔2026〕1号"


@pytest.fixture
def trail(database: Database, tmp_path: Path) -> Trail:
    made = Trail(database, tmp_path)
    made.case("XF-1", letter=NUMBER)
    return made


def proof_of(trail: Trail) -> str:
    with trail.db.read() as tx:
        row = one_row(tx.execute(select(letter).where(letter.c.number == NUMBER)), LetterRow)
        return letter_proof.build(tx, row, trail.signer.verifier)


def test_there_is_none_before_the_pdf_and_its_checkpoint(trail: Trail) -> None:
    with pytest.raises(Conflict):
        proof_of(trail)
    trail.log()
    trail.press(NUMBER, PDF)
    with pytest.raises(Unavailable):
        proof_of(trail)


def test_the_proof_is_checked_by_a_program_of_its_own(trail: Trail, tmp_path: Path) -> None:
    trail.press(NUMBER, PDF)
    trail.log()
    written = proof_of(trail)
    assert written.split("\n")[0] == "c2sp.org/tlog-proof@v1"
    folder = tmp_path / "alone"
    folder.mkdir()
    (folder / "verify_letter.py").write_bytes(letter_proof.program())
    (folder / "evidence.py").write_bytes(stand_alone_program.evidence())
    (folder / "a.tlog-proof").write_text(written, encoding="utf-8")
    for content, said, code in ((PDF, NUMBER, 0), (PDF + b" ", "不是出具的那一份", 1)):
        (folder / "a.pdf").write_bytes(content)
        asked = [
            sys.executable,
            "-I",
            "-S",
            "verify_letter.py",
            "a.pdf",
            "a.tlog-proof",
            "--key",
            str(trail.signer.verifier),
        ]
        asked.remove("-I")  # it takes evidence.py from its own folder
        done = subprocess.run(asked, cwd=folder, capture_output=True, text=True, check=False)
        assert (done.returncode, said in done.stdout) == (code, True), done.stdout + done.stderr


def test_a_letter_made_before_its_place_in_the_trail_was_kept_has_its_proof_too(trail: Trail) -> None:
    trail.press("another", b"%PDF-1.7 another")
    trail.press(NUMBER, PDF)
    trail.log()
    written = proof_of(trail)
    schema.downgrade(trail.db, "0079")
    schema.upgrade(trail.db)
    assert proof_of(trail) == written


def test_whatever_is_changed_in_it_shows(trail: Trail) -> None:
    trail.press(NUMBER, PDF)
    note = trail.log()
    assert note is not None
    key, text = str(trail.signer.verifier), proof_of(trail)
    proof = parsed(text)
    assert faults_of(PDF, proof, key) == []
    other = bytes(32)
    for changed in (
        proof._replace(place=proof.place - 1),
        proof._replace(hashes=[other, *proof.hashes[1:]]),
        proof._replace(hashes=proof.hashes[:-1]),
        proof._replace(note=note.replace(note.split("\n")[1], "3", 1)),
        proof._replace(extra=proof.extra.replace(b"pages", b"Pages").replace(b"letter", b"lettr")),
    ):
        assert faults_of(PDF, changed, key), changed
    for broken in (
        text.replace("index", "Index"),
        text.replace("@v1", "@v2"),
        text.replace("\n\n", "\n"),
        "",
        "c2sp.org/tlog-proof@v1",
    ):
        with pytest.raises(ValueError, match=r"proof|index|base64|Incorrect|Only"):
            parsed(broken)


def test_a_pdf_that_no_event_names_gets_none(trail: Trail) -> None:
    trail.press(NUMBER, PDF)
    trail.log()
    with trail.db.read() as tx:
        row = one_row(tx.execute(select(letter).where(letter.c.number == NUMBER)), LetterRow)
        with pytest.raises(Conflict):
            letter_proof.build(tx, row._replace(pdf_digest="sha256:0"), trail.signer.verifier)


def test_the_program_alone_names_no_module_of_ours() -> None:
    assert b"repairflow.auditing" not in letter_proof.program()
    assert press_events.PRESS_STREAM == "press"
    assert stand_alone_letter_verifier.FIRST_LINE == "c2sp.org/tlog-proof@v1"


def test_an_event_that_is_no_longer_what_was_written_proves_nothing(trail: Trail) -> None:
    trail.press(NUMBER, PDF)
    trail.log()
    with trail.burglar() as tx:
        tx.execute(update(event).where(event.c.stream == press_events.PRESS_STREAM).values(prev="sha256:" + "0" * 64))
    with pytest.raises(Conflict):
        proof_of(trail)
