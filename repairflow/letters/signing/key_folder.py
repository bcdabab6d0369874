"""Sealing: an office signs its letters. The port, and the ring of keys that offices have on this node.

A letter that will be signed is pressed with one empty signature field in it, and the press prints the visible stamp itself,
tagged and in embedded fonts. A signer fills that field and changes nothing else, so a signed letter stays PDF/A and looks
the same whoever signs it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from repairflow.errors import Unavailable
from repairflow.letters.model import LetterData

SIGNATURE_FIELD = "Signature"
OFFICE_KEYS = "offices"  # the folder of their keys, within the folder of all keys
KEY_FILES = (".p12", ".pem", ".toml")
_CODE = re.compile(r"[\w-]{1,40}")


class KeyMissing(Unavailable):
    """An office that signs its letters has no key here. The letter waits; nothing was issued unsigned."""

    code = "seal_key_missing"


class SealUnusable(Unavailable):
    """A key is there and cannot sign: damaged, wrong passphrase, expired, or its token does not answer. The letter waits."""

    code = "seal_unusable"


class Signer(Protocol):
    """Whoever signs for an office: a key file, a token, or a vendor's seal service behind an adapter of one's own."""

    def sign(self, pdf: bytes, letter: LetterData, at: datetime) -> bytes:
        """The signed PDF: `pdf` unchanged as its beginning, the field `SIGNATURE_FIELD` filled by an update after it.

        `at` is when the letter was issued; a later time may stand in the signature, never an earlier one. Raises
        SealUnusable when it cannot sign now: the letter waits and is tried again.
        """
        ...


class Seals(Protocol):
    """A ring of keys."""

    def of(self, office: str) -> Signer | None:
        """The signer of the office with this code; None when it has no key here. SealUnusable when it cannot be read."""
        ...


class NoSeals:
    """A ring without keys."""

    def of(self, office: str) -> Signer | None:
        """None, whatever the office."""
        del office
        return None


class KeyFolder:
    """Keys in a folder: `<code>.p12`, or `<code>.pem` (key and certificates), or `<code>.toml` naming a key in a PKCS#11
    token; `<code>.pin` holds the passphrase or PIN where there is one. A key laid down later is found at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, office: str) -> Path | None:
        """The key file of an office, or None."""
        if not _CODE.fullmatch(office):
            return None  # no code of ours, and never part of a path
        found = (self.folder / f"{office}{suffix}" for suffix in KEY_FILES)
        return next((path for path in found if path.exists()), None)

    def of(self, office: str) -> Signer | None:
        """See Seals."""
        path = self.path(office)
        return None if path is None else _opened(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=256)
def _opened(path: Path, changed: int) -> Signer:
    # pyHanko takes half a second to import: only where something is signed.
    from repairflow.letters.signing import pades

    del changed
    pin = path.with_suffix(".pin")
    secret = pin.read_text("utf-8").strip() if pin.exists() else None
    openers: dict[str, Callable[[Path, str | None], Signer]] = {
        ".p12": pades.from_pkcs12, ".pem": pades.from_pem, ".toml": pades.from_token,
    }  # fmt: skip
    return openers[path.suffix](path, secret)
