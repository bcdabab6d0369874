"""Keys that offices have on this node, in a folder: an adapter behind the port of signing."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from repairflow.letters.signing.port import Signer

OFFICE_KEYS = "offices"  # the folder of their keys, within the folder of all keys
KEY_FILES = (".p12", ".pem", ".toml")
_CODE = re.compile(r"[\w-]{1,40}")


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
