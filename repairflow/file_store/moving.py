"""Moving files from one store to another: each is read back and compared before the next; what is there already is compared alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from repairflow.errors import Unavailable
from repairflow.file_store.port import FileStore, digest_of


class Moved(NamedTuple):
    """A file that lies in both stores now: its name, its size, and whether it was there before."""

    name: str
    size: int
    was_there: bool


def move(source: FileStore, target: FileStore, *, leave: bool = True) -> Iterator[Moved]:
    """Yield each file of `source` once the same bytes were read from `target`; without `leave` it is then gone from `source`.

    Broken off at any point and begun again it goes on. Raises Unavailable, and touches nothing more, where other bytes lie in `target`
    under the name of a file, or other ones come back than were written.
    """
    for one in source.listed():
        content = source.read(one.name)
        there = target.exists(one.name)
        if not there:
            target.write(one.name, content)
        if digest_of(target.read(one.name)) != digest_of(content):
            raise Unavailable(f"{one.name}：目标存储里的内容与来源不同，已停止，来源没有改动。请核对后再次运行。")
        if not leave:
            source.remove(one.name)
        yield Moved(one.name, len(content), there)
