"""SM2 beside Ed25519: the published example, OpenSSL's signatures and ours say the same, and a note is verified under either key."""

from __future__ import annotations

import base64
import hashlib
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from sqlalchemy import text
from structlog.testing import capture_logs

from repairflow.auditing import sm2
from repairflow.auditing.notes import Signer
from repairflow.auditing.stand_alone_log import SM2_ID, checkpoint_of, key_of, sm2_holds
from repairflow.db import Database
from repairflow.errors import Conflict, Unavailable
from tests.auditing.trail_builder import Trail

# GB/T 32918.5-2017, appendix A.2: key, message and signature of the example
POINT = bytes.fromhex(
    "04" "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
    "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
)  # fmt: skip
SIGNATURE = bytes.fromhex(
    "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
    "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"
)  # fmt: skip
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123


def changed(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def test_the_published_examples_hold_and_nothing_like_them() -> None:
    assert hashlib.new("sm3", b"abc").hexdigest() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    other = hashes.Hash(hashes.SM3())
    other.update(b"abc")
    assert other.finalize() == hashlib.new("sm3", b"abc").digest()
    assert sm2_holds(POINT, b"message digest", SIGNATURE)
    for key, message, signature in (
        (changed(POINT, 64), b"message digest", SIGNATURE),  # no point of the curve
        (POINT[1:], b"message digest", SIGNATURE),
        (POINT, b"message digesu", SIGNATURE),
        (POINT, b"message digest", changed(SIGNATURE, 0)),
        (POINT, b"message digest", changed(SIGNATURE, 63)),
        (POINT, b"message digest", SIGNATURE[:-1]),
        (POINT, b"message digest", bytes(64)),
        (POINT, b"message digest", SIGNATURE[:32] + N.to_bytes(32, "big")),
        (POINT, b"message digest", SIGNATURE[:32] + (N - int.from_bytes(SIGNATURE[:32], "big")).to_bytes(32, "big")),
    ):
        assert not sm2_holds(key, message, signature)


def test_a_note_is_verified_under_either_key_and_by_openssl(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    plain = Signer.at(keys, "log.example")
    assert plain.sign(1, bytes(32)).count("\n— ") == 1
    made = str(sm2.make(keys, "log.example"))
    assert (keys / sm2.PUBLIC).read_text().strip() == made
    assert (keys / sm2.KEY).stat().st_mode & 0o077 == 0
    with pytest.raises(Conflict):
        sm2.make(keys, "log.example")
    note = Signer.at(keys).sign(1, bytes(32))
    assert note.count("\n— ") == 2
    for key in (str(plain.verifier), made):
        assert checkpoint_of(note, key) == (1, bytes(32))
        with pytest.raises(ValueError, match="does not hold"):
            checkpoint_of(note.replace("\n1\n", "\n2\n"), key)
    assert plain.verifier.open(note).size == 1
    signature = base64.b64decode(note.rstrip("\n").rpartition(" ")[2])[4:]
    body = note.rpartition("\n\n")[0] + "\n"
    r, s = (int.from_bytes(one, "big") for one in (signature[:32], signature[32:]))
    (tmp_path / "signature").write_bytes(encode_dss_signature(r, s))
    asked = ["openssl", "pkeyutl", "-verify", "-rawin", "-digest", "sm3", "-pkeyopt", f"distid:{SM2_ID.decode()}"]
    asked += ["-inkey", str(keys / sm2.KEY), "-sigfile", str(tmp_path / "signature")]
    for said, code in ((body, 0), (body + "x", 1)):
        assert subprocess.run(asked, input=said.encode(), capture_output=True, check=False).returncode == code


def test_a_line_of_a_checkpoint_that_does_not_hold_is_named(database: Database, home: Path) -> None:
    trail = Trail(database, home)
    made = sm2.make(home / "keys", "log.example")
    trail.signer = Signer.at(home / "keys")
    trail.case("XF-1")
    trail.log()
    with trail.db.read() as tx:
        assert list(sm2.prove(tx, home / "keys")) == []
        note = tx.scalar(text("SELECT note FROM checkpoint"))
    other = base64.b64encode(made._key_id() + SIGNATURE).decode()
    with trail.burglar() as tx:
        forged = f"{note.rstrip().rpartition(' ')[0]} {other}\n"
        tx.execute(text("UPDATE checkpoint SET note = :note"), {"note": forged})
    with trail.db.read() as tx:
        assert [one.what for one in sm2.prove(tx, home / "keys")] == ["signature"]


@pytest.mark.parametrize("written", ["", "x", "log+00000000+AAAA", "log.example+12345678+/1NNMi13aXRoLVNNMw=="])
def test_what_is_no_key_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"key|unpack|base64|Incorrect"):
        key_of(written)


def test_without_openssl_the_log_is_signed_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    signer = Signer.at(tmp_path, "log.example")
    sm2.make(tmp_path, "log.example")
    signer = Signer.at(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with capture_logs() as told:
        note = signer.sign(1, bytes(32))
    assert signer.verifier.open(note).size == 1
    assert note.count("\n— ") == 1
    assert [one["event"] for one in told] == ["no SM2 signature of the log"]
    with pytest.raises(Unavailable, match="openssl"):
        sm2.make(tmp_path / "other", "log.example")
