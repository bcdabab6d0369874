"""Keys that offices have on this node, in a folder: an adapter behind the port of signing."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from repairflow.letters.signing.port import Signer

if TYPE_CHECKING:
    from pyhanko.sign.timestamps import TimeStamper

    from repairflow.letters.signing.pades import CertificateSigner

OFFICE_KEYS = "offices"  # the folder of their keys, within the folder of all keys
KEY_FILES = (".p12", ".pem", ".toml")
_CODE = re.compile(r"[\w-]{1,40}")


class KeyFolder:
    """Keys in a folder: `<code>.p12`, or `<code>.pem` (key and certificates), or `<code>.toml` naming a key in a PKCS#11
    token; `<code>.pin` holds the passphrase or PIN where there is one. A key laid down later is found at once.

    With the address of a time stamp authority every signature bears its stamp; where it gives none the letter waits.
    """

    def __init__(self, folder: Path, tsa: str = "", tsa_seconds: float = 10) -> None:
        self.folder = folder
        self._tsa, self._tsa_seconds = tsa, tsa_seconds

    def path(self, office: str) -> Path | None:
        """Return the key file of an office, or None."""
        if not _CODE.fullmatch(office):
            return None  # no code of ours, and never part of a path
        found = (self.folder / f"{office}{suffix}" for suffix in KEY_FILES)
        return next((path for path in found if path.exists()), None)

    def of(self, office: str) -> Signer | None:
        """See Seals."""
        path = self.path(office)
        if path is None:
            return None
        signer = _opened(path, path.stat().st_mtime_ns)
        return signer.stamped_by(_stamps(self._tsa, self._tsa_seconds)) if self._tsa else signer


@lru_cache(maxsize=4)
def _stamps(address: str, seconds: float) -> TimeStamper:
    from repairflow.letters.signing.timestamp import HttpTimeStamps

    return HttpTimeStamps(address, seconds)


@lru_cache(maxsize=256)
def _opened(path: Path, changed: int) -> CertificateSigner:
    # pyHanko takes half a second to import: only where something is signed.
    from repairflow.letters.signing import pades

    del changed
    pin = path.with_suffix(".pin")
    secret = pin.read_text("utf-8").strip() if pin.exists() else None
    openers: dict[str, Callable[[Path, str | None], CertificateSigner]] = {
        ".p12": pades.from_pkcs12, ".pem": pades.from_pem, ".toml": pades.from_token,
    }  # fmt: skip
    return openers[path.suffix](path, secret)
