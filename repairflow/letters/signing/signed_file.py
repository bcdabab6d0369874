"""The certificate that signed a PDF, read from the file itself: whichever signer made it, this is what a reader of the file is shown."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class SigningCertificate:
    """An office's certificate: SHA-256 of its bytes in hex, whose it is as it says, from when until when it holds."""

    sha256: str
    holder: str
    valid_from: datetime
    valid_until: datetime


def certificate_of(pdf: bytes) -> SigningCertificate | None:
    """Return the certificate of the newest signature in a PDF, time stamps of the file apart; None where there is none that can be read
    here (a seal service may sign in a form of its own)."""
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation.errors import SignatureValidationError

    try:
        found = PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures[-1].signer_cert
    except (IndexError, PdfError, SignatureValidationError, ValueError):
        return None
    return SigningCertificate(
        sha256=found.sha256.hex(),
        holder=str(found.subject.native.get("common_name") or found.subject.human_friendly),
        valid_from=found.not_valid_before.astimezone(UTC),
        valid_until=found.not_valid_after.astimezone(UTC),
    )
