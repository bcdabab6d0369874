"""The log as static tiles (C2SP tlog-tiles), which anybody can mirror: names of tiles, their bytes, and all of them as files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection

from repairflow.auditing import checkpoints, cosignatures, tree
from repairflow.auditing.notes import Verifier
from repairflow.auditing.tree import TILE
from repairflow.disk import write_whole
from repairflow.errors import NotFound, Unavailable

HIGHEST = 7
"""Levels: a log of 256**8 leaves is longer than any."""
_NAME = re.compile(r"(0|[1-9]|entries)/((?:x\d{3}/){0,5}\d{3})(?:\.p/([1-9]\d{0,2}))?", re.ASCII)


class Tile(NamedTuple):
    """One tile: its level (None for the entries under a tile of level 0), its number in the level, and how many hashes."""

    level: int | None
    number: int
    width: int

    @property
    def name(self) -> str:
        """Its address below `tile/`."""
        digits = f"{self.number:03}"
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        groups = [digits[n : n + 3] for n in range(0, len(digits), 3)]
        path = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
        part = f".p/{self.width}" if self.width < TILE else ""
        return f"{'entries' if self.level is None else self.level}/{path}{part}"

    @property
    def leaves(self) -> int:
        """How long a log must be for it to be there."""
        return int((self.number * TILE + self.width) * TILE ** (self.level or 0))


def named(name: str) -> Tile:
    """Return the tile at an address; NotFound for what is none."""
    found = _NAME.fullmatch(name)
    if found is None:
        raise NotFound
    level = None if found[1] == "entries" else int(found[1])
    one = Tile(level, int(found[2].replace("x", "").replace("/", "")), int(found[3] or TILE))
    if one.name != name or (level or 0) > HIGHEST:  # another way to write the same number
        raise NotFound
    return one


def read(tx: Connection, one: Tile, public_key: Verifier) -> bytes:
    """Return the bytes of a tile; NotFound while the signed log is shorter. They never change."""
    note = checkpoints.newest_note(tx)
    if note is None or one.leaves > public_key.open(note).size:
        raise NotFound
    if one.level is None:
        return tree.entries(tx, one.number, one.width)
    return tree.tile(tx, one.level, one.number, one.width)


def of_size(size: int) -> Iterator[Tile]:
    """Yield every tile of a log of this size, full and partial, entries included."""
    for level in (None, *range(HIGHEST + 1)):
        hashes = size // TILE ** (level or 0)
        if not hashes:
            return
        yield from (Tile(level, number, TILE) for number in range(hashes // TILE))
        if hashes % TILE:
            yield Tile(level, hashes // TILE, hashes % TILE)


def write(tx: Connection, folder: Path, public_key: Verifier) -> int:
    """Ensure that `folder` holds `checkpoint` and every tile of that size as files that any web server can hand out; how many
    leaves. A full tile that is there stays. Unavailable while there is no checkpoint."""
    note = checkpoints.newest_note(tx)
    if note is None:
        raise Unavailable("审计日志还没有检查点。")
    size = public_key.open(note).size
    for one in of_size(size):
        path = folder / "tile" / one.name
        if one.width < TILE or not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, read(tx, one, public_key))
    note = cosignatures.with_lines(tx, size, note)
    write_whole(folder / "checkpoint", note.encode())  # last: what it promises is there
    return size
