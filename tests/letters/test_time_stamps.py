"""Time stamps (RFC 3161): a signature bears the stamp of the authority named, or the letter waits."""

from __future__ import annotations

import io
import subprocess
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import keys as asn1_keys
from asn1crypto import pem, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from repairflow.letters.pdf.render import press_here
from repairflow.letters.signing.key_folder import KeyFolder
from repairflow.letters.signing.pades import make_key
from repairflow.letters.signing.port import SealUnusable
from tests.letters.letter_samples import OFFICE
from tests.letters.test_seal import FROM, ISSUED, UNTIL, status, to_sign

Answer = Callable[[bytes], tuple[int, bytes]]
TIME_STAMPING = ExtendedKeyUsageOID.TIME_STAMPING
STAMPED = datetime(2026, 11, 24, 2, 0, 7, tzinfo=UTC)


class Authority:
    """A time stamp authority on this machine: pyHanko's own for trials, spoken to over HTTP."""

    def __init__(
        self, until: datetime = FROM + timedelta(days=3650), use: x509.ObjectIdentifier = TIME_STAMPING
    ) -> None:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "时间戳服务（测试）")])
        made = (
            x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(FROM).not_valid_after(until)
            .add_extension(x509.ExtendedKeyUsage([use]), critical=True)
            .sign(key, hashes.SHA256())
        )  # fmt: skip
        self.certificate = asn1_x509.Certificate.load(made.public_bytes(Encoding.DER))
        private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        self._stamper = DummyTimeStamper(self.certificate, asn1_keys.PrivateKeyInfo.load(private), fixed_dt=STAMPED)
        self.asked: list[bytes] = []
        self.answer: Answer = self.stamp

    def stamp(self, body: bytes) -> tuple[int, bytes]:
        return 200, self._stamper.request_tsa_response(tsp.TimeStampReq.load(body)).dump()

    def stamp_of_something_else(self, body: bytes) -> tuple[int, bytes]:
        asked = tsp.TimeStampReq.load(body)
        asked["message_imprint"]["hashed_message"] = b"\0" * 32
        return 200, self._stamper.request_tsa_response(asked).dump()

    def stamp_with_a_signature_changed(self, body: bytes) -> tuple[int, bytes]:
        answer = self._stamper.request_tsa_response(tsp.TimeStampReq.load(body))
        (info,) = answer["time_stamp_token"]["content"]["signer_infos"]
        info["signature"] = bytes(info["signature"].native)[::-1]
        return 200, answer.dump()

    def refuse(self, body: bytes) -> tuple[int, bytes]:
        del body
        return 200, bytes.fromhex("30053003020102")  # status: rejection, and no token


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Authority, str]]:
    authority = Authority()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            authority.asked.append(body)
            status, said = authority.answer(body)
            self.send_response(status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *args: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield authority, f"http://127.0.0.1:{server.server_address[1]}/tsa"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    make_key(folder / "ENV.p12", OFFICE, FROM, UNTIL, bits=2048)
    return folder


@pytest.fixture(scope="module")
def unsigned() -> bytes:
    return press_here(to_sign()).pdf


def sign(keys: Path, address: str, pdf: bytes) -> bytes:
    signer = KeyFolder(keys, address, 2).of("ENV")
    assert signer is not None
    return signer.sign(pdf, to_sign(), ISSUED)


def test_a_signature_bears_the_stamp_of_the_authority(
    served: tuple[Authority, str], keys: Path, unsigned: bytes
) -> None:
    authority, address = served
    authority.answer = authority.stamp
    pdf = sign(keys, address, unsigned)
    assert pdf.startswith(unsigned)
    (found,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    told = validate_pdf_signature(
        found,
        ValidationContext(trust_roots=[found.signer_cert], moment=STAMPED),
        ts_validation_context=ValidationContext(trust_roots=[authority.certificate], moment=STAMPED),
    )
    assert told.bottom_line
    assert told.signer_reported_dt == ISSUED
    assert told.timestamp_validity is not None
    assert told.timestamp_validity.timestamp == STAMPED
    assert (told.timestamp_validity.valid, told.timestamp_validity.intact, told.timestamp_validity.trusted) == (
        True,
    ) * 3


def test_openssl_verifies_the_stamp_by_itself(
    served: tuple[Authority, str], keys: Path, unsigned: bytes, tmp_path: Path
) -> None:
    """As docs/letters.md says it is done by hand; a stamp of another signature is refused."""
    authority, address = served
    authority.answer = authority.stamp
    (found,) = PdfFileReader(io.BytesIO(sign(keys, address, unsigned))).embedded_signatures
    told = {str(one["type"].native): one["values"][0] for one in found.signer_info["unsigned_attrs"]}
    signature = found.signer_info["signature"].native
    (tmp_path / "stamp.der").write_bytes(told["signature_time_stamp_token"].dump())
    (tmp_path / "authority.pem").write_bytes(pem.armor("CERTIFICATE", authority.certificate.dump()))
    verify = ["openssl", "ts", "-verify", "-in", "stamp.der", "-token_in", "-CAfile", "authority.pem", "-data"]
    for content, code in ((signature, 0), (signature[::-1], 1)):
        (tmp_path / "signature").write_bytes(content)
        assert subprocess.run([*verify, "signature"], cwd=tmp_path, capture_output=True, check=False).returncode == code


def test_without_the_setting_nobody_is_asked(served: tuple[Authority, str], keys: Path, unsigned: bytes) -> None:
    before = len(served[0].asked)
    assert status(sign(keys, "", unsigned)).timestamp_validity is None
    assert len(served[0].asked) == before


FAILURES = [
    ("refuse", "没有给出时间戳"),
    ("stamp_of_something_else", "时间戳不是所请求的内容的"),
    (lambda body: (503, b""), "应答 503"),
    (lambda body: (200, b"<html>"), "应答不是时间戳"),
    (lambda body: (200, b"\x30" * 400_000), "应答过大"),
]


WORTHLESS = [
    # an authority, and why its stamps prove nothing
    (lambda: Authority(until=STAMPED - timedelta(seconds=1)).stamp, "时间戳服务的证书在签发时间戳时不在有效期内"),
    (lambda: Authority(use=ExtendedKeyUsageOID.CODE_SIGNING).stamp, "时间戳服务的证书不能用于签发时间戳"),
    (lambda: Authority().stamp_with_a_signature_changed, "时间戳服务给出的时间戳签名不符"),
]


@pytest.mark.parametrize(("made", "said"), WORTHLESS, ids=["ended", "not for stamps", "signature"])
def test_a_stamp_that_proves_nothing_makes_the_letter_wait(
    served: tuple[Authority, str], keys: Path, unsigned: bytes, made: Callable[[], Answer], said: str
) -> None:
    authority, address = served
    authority.answer = made()
    with pytest.raises(SealUnusable, match=said):
        sign(keys, f"{address}/{said}", unsigned)


@pytest.mark.parametrize(("answer", "said"), FAILURES, ids=[said for _, said in FAILURES])
def test_an_authority_that_gives_no_stamp_makes_the_letter_wait(
    served: tuple[Authority, str], keys: Path, unsigned: bytes, answer: str | Answer, said: str
) -> None:
    authority, address = served
    authority.answer = getattr(authority, answer) if isinstance(answer, str) else answer
    with pytest.raises(SealUnusable, match="文书暂缓制发，恢复后自动继续") as waits:
        sign(keys, f"{address}/{said}", unsigned)  # an address of its own: sizes of stamps are remembered by address
    assert said in str(waits.value)


def test_nobody_at_the_address_makes_the_letter_wait(keys: Path, unsigned: bytes) -> None:
    with pytest.raises(SealUnusable, match="没有应答"):
        sign(keys, "http://127.0.0.1:9/tsa", unsigned)
