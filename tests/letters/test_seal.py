"""Signatures: sound, covering the whole file, breaking neither PDF/A nor tags, from a file or a token, or refused."""

from __future__ import annotations

import io
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pypdf
import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from repairflow.letters.model import LetterData
from repairflow.letters.pdf.render import press_here
from repairflow.letters.signing.key_folder import KeyFolder
from repairflow.letters.signing.pades import make_key
from repairflow.letters.signing.port import SIGNATURE_FIELD, NoSeals, SealUnusable
from tests.letters.letter_samples import OFFICE, letter

ISSUED = datetime(2026, 11, 24, 2, tzinfo=UTC)
FROM, UNTIL = datetime(2026, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the key of the office ENV; copy it, do not change it."""
    folder = tmp_path_factory.mktemp("keys")
    make_key(folder / "ENV.p12", OFFICE, FROM, UNTIL, bits=2048)
    return folder


@pytest.fixture
def own(keys: Path, tmp_path: Path) -> Path:
    """The same key in a folder that a test may change."""
    folder = tmp_path / "offices"
    shutil.copytree(keys, folder)
    return folder


def to_sign(kind: str = "repair_granted", **changes: Any) -> LetterData:
    return letter(kind, **changes).model_copy(update={"signature_field": True})


def signed_with(folder: Path, data: LetterData | None = None, at: datetime = ISSUED) -> bytes:
    data = data or to_sign()
    signer = KeyFolder(folder).of("ENV")
    assert signer is not None
    return signer.sign(press_here(data).pdf, data, at)


def status(pdf: bytes) -> Any:
    """What pyHanko says of the one signature, trusting its own certificate."""
    (found,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    return validate_pdf_signature(found, ValidationContext(trust_roots=[found.signer_cert]))


@pytest.mark.parametrize("form", ["letter", "standard", "plain"])
def test_a_signed_letter_is_sound_and_covers_the_whole_file(keys: Path, form: str) -> None:
    pdf = signed_with(keys, to_sign(form=form))
    told = status(pdf)
    assert told.bottom_line
    assert told.coverage.name == "ENTIRE_FILE"
    assert told.signer_reported_dt == ISSUED
    assert OFFICE in told.signing_cert.subject.human_friendly


def test_a_changed_file_is_no_longer_sound(keys: Path) -> None:
    """The control: without it the signature above would prove nothing."""
    pdf = signed_with(keys)
    place = len(pdf) // 4  # in the middle of a font
    told = status(pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :])
    assert not told.intact
    assert not told.bottom_line


def test_the_signature_is_an_update_and_the_same_every_time(keys: Path) -> None:
    plain = press_here(to_sign())
    first = signed_with(keys)
    assert first.startswith(plain.pdf)
    assert first == signed_with(keys)
    assert press_here(to_sign()) == plain


def test_it_allows_no_later_change(keys: Path) -> None:
    root = pypdf.PdfReader(io.BytesIO(signed_with(keys))).trailer["/Root"]
    reference = root["/Perms"]["/DocMDP"]["/Reference"][0]
    assert reference["/TransformParams"]["/P"] == 1


def test_archival_and_tagged_as_before(keys: Path) -> None:
    """PDF/A-2, 6.3: the widget is printed and has an appearance; 6.2.11: no font without its file; PDF/UA 7.18: tagged."""
    pdf = pypdf.PdfReader(io.BytesIO(signed_with(keys)))
    root = pdf.trailer["/Root"]
    plain = pypdf.PdfReader(io.BytesIO(press_here(to_sign()).pdf))
    assert root["/Metadata"].get_data() == plain.trailer["/Root"]["/Metadata"].get_data()
    assert pdf.metadata == plain.metadata  # dates and producer stay the letter's
    (field,) = [item.get_object() for item in root["/AcroForm"]["/Fields"]]
    assert field["/T"] == SIGNATURE_FIELD
    assert field["/TU"] == f"{OFFICE}电子签名"
    assert field["/F"] & 4
    assert "/N" in field["/AP"]
    assert "/NeedAppearances" not in root["/AcroForm"]
    assert "/Font" not in field["/AP"]["/N"].get_object().get("/Resources", {})
    assert "/DR" not in root["/AcroForm"]
    page = next(page for page in pdf.pages if "/Annots" in page)
    assert page["/Tabs"] == "/S"
    numbers = root["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    form = numbers[list(numbers[::2]).index(field["/StructParent"]) * 2 + 1].get_object()
    assert form["/S"] == "/Form"
    assert form["/K"][0].get_object()["/Obj"].get_object()["/T"] == SIGNATURE_FIELD


def test_the_stamp_is_printed_where_the_field_is(keys: Path) -> None:
    pdf = pypdf.PdfReader(io.BytesIO(signed_with(keys)))
    page = next(page for page in pdf.pages if "/Annots" in page)
    said = "".join(page.extract_text().split())
    assert f"本文书由{OFFICE}电子签名，2026年11月24日制发" in said
    left, low, right, high = (float(side) for side in page["/Annots"][0].get_object()["/Rect"])
    assert right - left > 80
    assert high - low > 20
    assert 70 < left < 90  # where the 版心 begins


def test_a_letter_that_is_not_signed_says_nothing_of_a_signature() -> None:
    pdf = press_here(letter()).pdf
    assert b"/AcroForm" not in pdf
    assert "电子签名" not in "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def test_a_certificate_younger_than_the_letter_signs_as_of_its_first_moment(keys: Path) -> None:
    told = status(signed_with(keys, at=datetime(2025, 6, 1, tzinfo=UTC)))
    assert told.signer_reported_dt == FROM


def test_an_expired_certificate_does_not_sign(keys: Path) -> None:
    with pytest.raises(SealUnusable, match="过期"):
        signed_with(keys, at=datetime(2029, 1, 2, tzinfo=UTC))


def test_no_key_no_signer(keys: Path) -> None:
    assert KeyFolder(keys).of("TAX") is None
    assert KeyFolder(keys).of("../keys/ENV") is None
    assert NoSeals().of("ENV") is None


def test_a_passphrase_stands_beside_its_file(own: Path) -> None:
    key, certificate, _ = pkcs12.load_key_and_certificates((own / "ENV.p12").read_bytes(), None)
    closed = pkcs12.serialize_key_and_certificates(b"x", key, certificate, None, BestAvailableEncryption(b"secret"))
    (own / "ENV.p12").write_bytes(closed)
    with pytest.raises(SealUnusable, match="口令"):
        KeyFolder(own).of("ENV")
    (own / "ENV.pin").write_text("secret\n", "utf-8")
    assert status(signed_with(own)).bottom_line


def test_a_pem_file_will_do(own: Path) -> None:
    key, certificate, _ = pkcs12.load_key_and_certificates((own / "ENV.p12").read_bytes(), None)
    (own / "ENV.p12").unlink()
    words = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + certificate.public_bytes(
        Encoding.PEM
    )
    (own / "ENV.pem").write_bytes(words)
    assert status(signed_with(own)).bottom_line


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("ENV.p12", b"no key at all"),
        ("ENV.pem", b"-----BEGIN NOTHING-----"),
        ("ENV.toml", b"module = "),
        ("ENV.toml", b'module = "/nowhere.so"\ntoken = "t"\ncertificate = "c"\nkey = "k"\nextra = 1'),
        ("ENV.toml", b'module = "/nowhere.so"\ntoken = "t"\ncertificate = "c"\nkey = "k"'),
    ],
    ids=["p12", "pem", "toml", "unknown entry", "no such library"],
)
def test_a_key_that_cannot_be_read_is_refused_by_name(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SealUnusable, match="ENV"):
        KeyFolder(tmp_path).of("ENV")


def test_a_key_is_never_written_over(own: Path) -> None:
    before = (own / "ENV.p12").read_bytes()
    with pytest.raises(FileExistsError):
        make_key(own / "ENV.p12", OFFICE, FROM, UNTIL, bits=2048)
    assert (own / "ENV.p12").read_bytes() == before
    made = own / "TAX.p12"
    make_key(made, OFFICE, FROM, UNTIL, bits=2048)
    assert made.stat().st_mode & 0o077 == 0


def test_a_key_in_a_token_signs(own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """PKCS#11 with SoftHSM: the key never leaves the token."""
    module = next(Path("/usr/lib").rglob("libsofthsm2.so"))
    tokens = tmp_path / "tokens"
    tokens.mkdir()
    (tmp_path / "softhsm.conf").write_text(f"directories.tokendir = {tokens}\nlog.level = ERROR\n", "utf-8")
    monkeypatch.setenv("SOFTHSM2_CONF", str(tmp_path / "softhsm.conf"))
    run = ["softhsm2-util", "--module", str(module), "--pin", "1234", "--token", "repairflow"]
    subprocess.run(
        [*run[:-2], "--init-token", "--free", "--label", "repairflow", "--so-pin", "1234"],
        check=True,
        capture_output=True,
    )
    key, certificate, _ = pkcs12.load_key_and_certificates((own / "ENV.p12").read_bytes(), None)
    (own / "ENV.p12").unlink()
    (tmp_path / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    subprocess.run(
        [*run, "--import", str(tmp_path / "key.pem"), "--label", "env", "--id", "01"], check=True, capture_output=True
    )
    (tmp_path / "key.pem").unlink()
    _put_certificate(str(module), certificate.public_bytes(Encoding.DER))
    said = f'module = "{module}"\ntoken = "repairflow"\ncertificate = "env"\nkey = "env"\n'
    (own / "ENV.toml").write_text(said, "utf-8")
    (own / "ENV.pin").write_text("1234", "utf-8")
    assert status(signed_with(own)).bottom_line
    (own / "ENV.pin").write_text("4321", "utf-8")
    (own / "ENV.toml").write_text(said + "\n", "utf-8")  # changed, so it is opened anew
    with pytest.raises(SealUnusable):
        KeyFolder(own).of("ENV")


def _put_certificate(module: str, der: bytes) -> None:
    import pkcs11
    from pkcs11.util.x509 import decode_x509_certificate

    token = pkcs11.lib(module).get_token(token_label="repairflow")
    with token.open(rw=True, user_pin="1234") as session:
        described = decode_x509_certificate(der)
        session.create_object(
            {**described, pkcs11.Attribute.TOKEN: True, pkcs11.Attribute.LABEL: "env", pkcs11.Attribute.ID: b"\x01"}
        )
