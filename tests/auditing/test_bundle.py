"""The evidence bundle is checked as its receiver would: by the program inside it, in a Python of its own."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from repairflow.auditing import bundle, witness
from repairflow.auditing.notes import Signer
from repairflow.auditing.stand_alone_log import ORDER, ed25519_holds
from repairflow.db import Database
from repairflow.errors import Conflict, NotFound, Unavailable
from tests.auditing.trail_builder import START, AtHand, Trail

NUMBER = "示信〔2026〕1号"
PDF = b"%PDF-1.7 invented"


@pytest.fixture
def trail(database: Database, home: Path) -> Trail:
    made = Trail(database, home)
    made.case("XF-1")
    made.case("XF-2", letter=NUMBER)
    made.press(NUMBER, PDF)
    made.case("XF-3")
    made.log()
    return made


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    path = tmp_path / "letter.pdf"
    path.write_bytes(PDF)
    return path


def built(trail: Trail, pdf: Path, number: str = "XF-2") -> bytes:
    with trail.db.read() as tx:
        return bundle.build(tx, number, trail.signer.verifier, {NUMBER: pdf.read_bytes()})


def unpacked(data: bytes, folder: Path) -> Path:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        archive.extractall(folder)
    return folder


def checked(folder: Path, *arguments: str) -> tuple[int, str]:
    """Runs the bundle's own verifier isolated: standard library only, none of our packages."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-X", "utf8", str(folder / "verify.py"), *arguments],
        capture_output=True, text=True, cwd="/", check=False, encoding="utf-8",
    )  # fmt: skip
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_a_sound_bundle(trail: Trail, pdf: Path, tmp_path: Path) -> None:
    folder = unpacked(built(trail, pdf), tmp_path / "bundle")
    code, said = checked(folder)
    assert code == 3
    assert "公钥取自包内" in said
    assert said.count("\n") >= 6
    assert "grant" in said
    assert checked(folder, "--key", str(trail.signer.verifier))[0] == 0
    (tmp_path / "bundle.zip").write_bytes(built(trail, pdf))
    assert checked(folder, str(tmp_path / "bundle.zip"), "--key", str(trail.signer.verifier))[0] == 0
    assert "XF-2" in (folder / "README.md").read_text(encoding="utf-8")
    assert "13000000000" not in "".join(p.read_text(encoding="utf-8") for p in (folder / "events").iterdir())


def test_the_same_case_gives_the_same_bytes(trail: Trail, pdf: Path) -> None:
    assert built(trail, pdf) == built(trail, pdf)


def test_a_witness_file_brings_the_key(trail: Trail, pdf: Path, tmp_path: Path) -> None:
    file = tmp_path / "witness.jsonl"
    with trail.db.read() as tx:
        witness.keep(AtHand(tx, trail.signer.verifier), file, START)
    folder = unpacked(built(trail, pdf), tmp_path / "bundle")
    assert checked(folder, "--witness", str(file))[0] == 0
    file.write_text(file.read_text().replace("\\n14\\n", "\\n14\\nA"))
    assert checked(folder, "--witness", str(file))[0] == 1


def edit(name: str, old: str, new: str) -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        before = (folder / name).read_text(encoding="utf-8")
        assert old in before
        (folder / name).write_text(before.replace(old, new, 1), encoding="utf-8")

    return change


@pytest.mark.parametrize(
    ("tamper", "said"),
    [
        (edit("events/0003.json", "材料齐全", "材料不全"), "正文与摘要不符"),
        (edit("manifest.json", '"seq": 2', '"seq": 7'), "正文所记的位置不同"),
        (edit("manifest.json", '"position": 7', '"position": 8'), "不在检查点所签的日志之中"),
        (edit("manifest.json", '"text_digest": "ab', '"text_digest": "cd'), "与出具它的留痕不符"),
        (edit("manifest.json", '"case": "XF-2"', '"case": "XF-1"'), "没有本办件的办理留痕"),
        (edit("checkpoint.txt", "\n14\n", "\n16\n"), "签名不正确"),
        (lambda folder: (folder / "letters" / "01.pdf").write_bytes(b"other"), "PDF 文件 letters/01.pdf"),
    ],
)
def test_tampering_is_named(
    trail: Trail, pdf: Path, tmp_path: Path, tamper: Callable[[Path], object], said: str
) -> None:
    folder = unpacked(built(trail, pdf), tmp_path / "bundle")
    tamper(folder)
    code, text = checked(folder, "--key", str(trail.signer.verifier))
    assert code == 1
    assert said in text


def test_a_step_left_out_is_named(trail: Trail, pdf: Path, tmp_path: Path) -> None:
    import json

    folder = unpacked(built(trail, pdf), tmp_path / "bundle")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    del manifest["events"][1]
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    code, text = checked(folder, "--key", str(trail.signer.verifier))
    assert (code, "与上一条不衔接" in text) == (1, True)


def test_a_bundle_forged_with_another_key_is_not_confirmed(trail: Trail, pdf: Path, tmp_path: Path) -> None:
    folder = unpacked(built(trail, pdf), tmp_path / "bundle")
    other = Signer("log.example", bytes(32))
    assert checked(folder, "--key", str(other.verifier))[0] == 1


@pytest.mark.parametrize("name", ["manifest.json", "log.pub", "events/0001.json", "letters/01.pdf"])
def test_a_missing_file_cannot_be_verified(trail: Trail, pdf: Path, tmp_path: Path, name: str) -> None:
    folder = unpacked(built(trail, pdf), tmp_path / "bundle")
    (folder / name).unlink()
    assert checked(folder)[0] == 2


def test_a_name_cannot_lead_outside(trail: Trail, pdf: Path, tmp_path: Path) -> None:
    folder = unpacked(built(trail, pdf), tmp_path / "bundle")
    edit("manifest.json", '"letters/01.pdf"', '"../letter.pdf"')(folder)
    assert checked(folder)[0] == 2


def test_what_cannot_be_bundled(trail: Trail, pdf: Path) -> None:
    with pytest.raises(NotFound):
        built(trail, pdf, "XF-404")
    pdf.write_bytes(b"another")
    with pytest.raises(Conflict, match="PDF"):
        built(trail, pdf)
    trail.case("XF-4")
    with pytest.raises(Unavailable, match="检查点"):
        built(trail, pdf, "XF-4")


@hypothesis_settings(max_examples=15)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200), st.integers(0, 511))
def test_signatures_hold_as_the_library_says(seed: bytes, message: bytes, bit: int) -> None:
    key = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = key.public_key().public_bytes_raw(), key.sign(message)
    assert ed25519_holds(public, message, signature)
    flipped = bytearray(signature)
    flipped[bit // 8] ^= 1 << bit % 8
    assert not ed25519_holds(public, message, bytes(flipped))
    assert not ed25519_holds(public, message + b"x", signature)
    # RFC 8032 5.1.7: a scalar beyond the order would be a second signature for the same message.
    more = int.from_bytes(signature[32:], "little") + ORDER
    assert not ed25519_holds(public, message, signature[:32] + more.to_bytes(32, "little"))


def test_the_bundles_of_a_query_are_verified_at_once(trail: Trail, pdf: Path, tmp_path: Path) -> None:
    with trail.db.read() as tx:
        packed = bundle.build_set(tx, trail.signer.verifier, {"XF-1": {}, "XF-2": {}})
        assert packed == bundle.build_set(tx, trail.signer.verifier, {"XF-2": {}, "XF-1": {}})
    folder, key = unpacked(packed, tmp_path / "set"), ("--key", str(trail.signer.verifier))
    code, said = checked(folder, *key)
    assert (code, "XF-1" in said, "XF-2" in said) == (0, True, True)
    assert checked(folder)[0] == 3
    one = unpacked((folder / "cases" / "002.zip").read_bytes(), tmp_path / "one")
    edit("events/0002.json", "材料齐全", "材料不全")(one)
    (folder / "cases" / "002.zip").write_bytes(
        bundle.zipped({str(file.relative_to(one)): file.read_bytes() for file in one.rglob("*") if file.is_file()})
    )
    code, said = checked(folder, *key)
    assert (code, "XF-2 events/0002.json" in said) == (1, True), said
    edit("manifest.json", '"case": "XF-1"', '"case": "XF-3"')(folder)
    assert checked(folder, *key)[0] == 2
    edit("manifest.json", '"case": "XF-3"', '"case": "XF-1"')(folder)
    (folder / "cases" / "001.zip").unlink()
    assert checked(folder, *key)[0] == 2
