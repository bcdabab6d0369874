"""Signing (电子签名): the port behind which an office's key lies, and what goes wrong with keys.

A letter that will be signed is rendered with one empty signature field in it, and the renderer prints the visible stamp
itself, tagged and in embedded fonts. A signer fills that field and changes nothing else, so a signed letter stays PDF/A
and looks the same whoever signs it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from repairflow.errors import Unavailable
from repairflow.letters.model import LetterData

SIGNATURE_FIELD = "Signature"


class KeyMissing(Unavailable):
    """An office that signs its letters has no key here. The letter waits; nothing was issued unsigned."""

    code = "seal_key_missing"


class SealUnusable(Unavailable):
    """A key is there and cannot sign: damaged, wrong passphrase, expired, or its token does not answer. The letter waits."""

    code = "seal_unusable"


class Signer(Protocol):
    """Signs for an office: with a key file, a token, or a vendor's seal service through an adapter."""

    def sign(self, pdf: bytes, letter: LetterData, at: datetime) -> bytes:
        """Return the signed PDF: `pdf` unchanged as its beginning, the field `SIGNATURE_FIELD` filled by an update after it.

        `at` is when the letter was issued; a later time may stand in the signature, never an earlier one. Raises
        SealUnusable when it cannot sign now: the letter waits and is tried again.
        """
        ...


class Seals(Protocol):
    """A ring of keys."""

    def of(self, office: str) -> Signer | None:
        """Return the signer of the office with this code; None when it has no key here. SealUnusable when it cannot be read."""
        ...


class NoSeals:
    """A ring without keys."""

    def of(self, office: str) -> Signer | None:
        """None, whatever the office."""
        del office
        return None


class NoTimeStamp(OSError):
    """The authority gave no time stamp, or one for something else."""
