"""PAdES signatures with pyHanko, from a key file or a PKCS#11 token; and self-signed keys for trying out."""

from __future__ import annotations

import hashlib
import io
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import NoEncryption, load_der_private_key, pkcs12
from cryptography.x509.oid import NameOID
from pydantic import BaseModel, ConfigDict, ValidationError
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_cms import Signer, SimpleSigner
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner, PdfSigningSession
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.stamp import StaticStampStyle

from repairflow.disk import write_first
from repairflow.letters.model import LetterData
from repairflow.letters.signing.port import SIGNATURE_FIELD, NoTimeStamp, SealUnusable

KEY_BITS = 3072
# The page shows the stamp already; the field stays clear, for pyHanko's own stamp brings a font that is not embedded.
_CLEAR = StaticStampStyle(border_width=0, background=None, background_opacity=1)


class CertificateSigner:
    """Signs with a certificate's key, wherever pyHanko reaches it: PAdES B-B, SHA-256, certified against any later change.

    With an RSA key the same letter signed at the same time gives the same bytes. With `stamps`, a time stamp authority, the
    signature is PAdES B-T: the authority says when it was there, and no two signatures are alike.
    """

    def __init__(self, cms: Signer, where: Path, stamps: TimeStamper | None = None) -> None:
        certificate = cms.signing_cert
        if certificate is None:
            raise SealUnusable(f"签名密钥 {where.name} 里没有证书。请联系管理员更换密钥文件。")
        self._cms, self._where = cms, where
        self._stamps = stamps
        self.valid_from: datetime = certificate.not_valid_before.astimezone(UTC)
        self.valid_until: datetime = certificate.not_valid_after.astimezone(UTC)

    def stamped_by(self, stamps: TimeStamper) -> CertificateSigner:
        """Return the same key, whose signatures bear a time stamp; without one nothing is signed."""
        return CertificateSigner(self._cms, self._where, stamps)

    def sign(self, pdf: bytes, letter: LetterData, at: datetime) -> bytes:
        """See Signer. A certificate younger than the letter signs as of its first moment; one that has expired is
        SealUnusable."""
        at = max(at, self.valid_from)
        if at > self.valid_until:
            raise SealUnusable(f"{letter.signer}的签名证书已经过期，文书暂缓制发。请联系管理员更换密钥文件。")
        meta = PdfSignatureMetadata(
            field_name=SIGNATURE_FIELD, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES, name=letter.signer,
            reason=f"制发《{letter.title}》", certify=True, docmdp_permissions=MDPPerm.NO_CHANGES,
        )  # fmt: skip
        target = io.BytesIO()
        try:
            _Timed(meta, self._cms, at, self._stamps).sign_pdf(_writer(pdf), existing_fields_only=True, output=target)
        except NoTimeStamp as wrong:
            raise SealUnusable(f"时间戳服务{wrong}，文书暂缓制发，恢复后自动继续。请联系管理员。") from wrong
        except (PdfError, SigningError, ValueError, OSError) as wrong:
            raise SealUnusable(f"电子签名没有成功，文书暂缓制发：{wrong}") from wrong
        except Exception as wrong:
            # A token's library has a tree of errors of its own, which is there only with the extra `pkcs11`.
            if type(wrong).__module__.startswith("pkcs11"):
                raise SealUnusable(f"密码设备没有应答，文书暂缓制发（{type(wrong).__name__}）。") from wrong
            raise
        return target.getvalue()


class _Timed(PdfSigner):
    """A signer whose signatures bear a given time instead of the moment they are made."""

    def __init__(self, meta: PdfSignatureMetadata, cms: Signer, at: datetime, stamps: TimeStamper | None) -> None:
        super().__init__(meta, cms, timestamper=stamps, stamp_style=_CLEAR)
        self._at = at

    def init_signing_session(self, pdf_out: BasePdfFileWriter, existing_fields_only: bool = False) -> PdfSigningSession:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self._at
        return session


class _FileKey(SimpleSigner):
    """A key from a file, read once; pyHanko would check an RSA key's primes again for every signature (130 ms)."""

    def __init__(self, loaded: SimpleSigner) -> None:
        super().__init__(loaded.signing_cert, loaded.signing_key, loaded.cert_registry)
        self._key = load_der_private_key(self.signing_key.dump(), password=None)

    def sign_raw(self, data: bytes, digest_algorithm: str) -> bytes:
        if isinstance(self._key, rsa.RSAPrivateKey) and digest_algorithm == "sha256":
            return self._key.sign(data, PKCS1v15(), hashes.SHA256())
        signed: bytes = super().sign_raw(data, digest_algorithm)
        return signed


def _writer(pdf: bytes) -> IncrementalPdfFileWriter:
    """Return an update of `pdf` whose second identifier follows from its bytes; pyHanko would draw one by lot.

    Its cross-reference stream is not deflated: it ends in zeros. Deflated, one in 256 ends in CR, and pyHanko's LF behind it would be
    read with that as one line end (PDF/A-2, 6.1.7.1).
    """

    class Writer(IncrementalPdfFileWriter):
        @classmethod
        def _handle_id(cls, prev: PdfFileReader) -> generic.ArrayObject:
            first, _ = prev.trailer["/ID"]
            own = generic.ByteStringObject(hashlib.sha256(pdf).digest()[:16])
            return generic.ArrayObject([generic.ByteStringObject(first.original_bytes), own])

        def _populate_trailer(self, trailer: generic.DictionaryObject) -> None:
            super()._populate_trailer(trailer)  # type: ignore[no-untyped-call]  # the library has no types here
            trailer.pop(generic.NameObject("/Filter"), None)

        def _update_meta(self) -> None:
            """Keep the letter's own dates and producer stand; pyHanko would put the moment of signing and its own name."""

    return Writer(io.BytesIO(pdf))


def from_pkcs12(path: Path, passphrase: str | None) -> CertificateSigner:
    """Return the key and certificate of a PKCS#12 file. SealUnusable when they cannot be read."""
    secret = passphrase.encode() if passphrase else None
    return _opened(path, lambda: SimpleSigner.load_pkcs12_data(path.read_bytes(), [], passphrase=secret))


def from_pem(path: Path, passphrase: str | None) -> CertificateSigner:
    """Return a PEM file with the key, its certificate and the certificates above it. SealUnusable when they cannot be read."""
    secret = passphrase.encode() if passphrase else None
    name = str(path)
    load: Any = SimpleSigner.load  # untyped
    return _opened(path, lambda: load(name, name, ca_chain_files=(name,), key_passphrase=secret))


class TokenKey(BaseModel):
    """What `<code>.toml` says of a key in a PKCS#11 token: the token's library, the token's label, the labels of
    certificate and key."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    module: str
    token: str
    certificate: str
    key: str


def from_token(path: Path, pin: str | None) -> CertificateSigner:
    """Return a key that never leaves its PKCS#11 token (needs the extra `pkcs11`). SealUnusable when the token does not answer."""
    try:
        said = TokenKey.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (tomllib.TOMLDecodeError, ValidationError) as wrong:
        raise SealUnusable(f"密码设备说明 {path.name} 不能使用：{wrong}") from wrong

    def find() -> Signer:
        from pyhanko.config.pkcs11 import TokenCriteria
        from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session

        session = open_pkcs11_session(said.module, token_criteria=TokenCriteria(label=said.token), user_pin=pin)
        return PKCS11Signer(session, cert_label=said.certificate, key_label=said.key)

    return _opened(path, find)


def _opened(path: Path, find: Callable[[], Signer | None]) -> CertificateSigner:
    try:
        found = find()
        if found is None:
            raise ValueError("passphrase or content")
        return CertificateSigner(_FileKey(found) if isinstance(found, SimpleSigner) else found, path)
    except SealUnusable:
        raise
    except ImportError as missing:
        raise SealUnusable("使用密码设备需要安装扩展：pip install 'repairflow[pkcs11]'。") from missing
    except Exception as wrong:  # three libraries read keys, each with errors of its own
        raise SealUnusable(f"签名密钥 {path.name} 打不开，请核对文件和口令（{type(wrong).__name__}）。") from wrong


def make_key(path: Path, office: str, valid_from: datetime, valid_until: datetime, bits: int = KEY_BITS) -> str:
    """Write a self-signed key of an office as PKCS#12, readable by its owner alone; gives the certificate's SHA-256.

    For trials only: no authority certifies it. FileExistsError when the file is there: a key is never written over.
    """
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    # An X.520 common name holds 64 characters.
    name = x509.Name(
        [x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"), x509.NameAttribute(NameOID.COMMON_NAME, office[:64])]
    )
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(valid_from).not_valid_after(valid_until)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    data = pkcs12.serialize_key_and_certificates(office.encode(), key, certificate, None, NoEncryption())
    if not write_first(path, data):
        raise FileExistsError(path)
    return certificate.fingerprint(hashes.SHA256()).hex()
