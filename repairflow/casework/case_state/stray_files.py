"""Files of materials whose row was never written: the upload was refused after all, or its process was killed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby

from sqlalchemy import Connection, select

from repairflow.casework.case_state import materials
from repairflow.disk import LEFT_BEHIND
from repairflow.file_store.port import FileStore, Stored
from repairflow.records import material

_hexed = re.compile(r"[0-9a-f]{2}/([0-9a-f]{64})")


def untouched(store: FileStore, now: datetime) -> Iterator[list[str]]:
    """Yield the digests of files nobody has touched for a day, a folder at a time, with a row or without."""
    for _, files in groupby(store.listed(), _folder):
        old = [found.group(1) for one in files if now - one.at > LEFT_BEHIND and (found := _hexed.fullmatch(one.name))]
        if old:
            yield [f"sha256:{name}" for name in old]


def _folder(one: Stored) -> str:
    return one.name.partition("/")[0]


def clear(tx: Connection, store: FileStore, digests: Sequence[str]) -> int:
    """Ensure that no file with one of these digests remains which no row names; how many went."""
    named = set(tx.execute(select(material.c.digest).where(material.c.digest.in_(digests))).scalars())
    gone = [digest for digest in digests if digest not in named]
    materials.clear(tx, store, gone)
    return len(gone)
