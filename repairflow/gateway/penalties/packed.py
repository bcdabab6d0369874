"""A list that is kept small: what a file of 200,000 rows holds stays within the memory of one worker.

Rows are alike, so that packed together they take a tenth of their room. Only what this process itself put in is unpacked.
"""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, TypeVar, overload

_T = TypeVar("_T")
_CHUNK = 200
_OPEN_CHUNKS = 4


class Packed(Sequence[_T], Generic[_T]):
    """Things in the order in which they were appended; equal to any sequence of the same things."""

    __hash__ = None  # type: ignore[assignment]  # it grows

    def __init__(self, things: Iterable[_T] = ()) -> None:
        self._chunks: list[bytes] = []
        self._last: list[_T] = []
        self._open: dict[int, list[_T]] = {}
        for thing in things:
            self.append(thing)

    def append(self, thing: _T) -> None:
        """Ensure that the thing is the last one."""
        self._last.append(thing)
        if len(self._last) == _CHUNK:
            self._chunks.append(zlib.compress(pickle.dumps(self._last, pickle.HIGHEST_PROTOCOL), 1))
            self._last = []

    def __len__(self) -> int:
        return len(self._chunks) * _CHUNK + len(self._last)

    def __iter__(self) -> Iterator[_T]:
        for chunk in self._chunks:
            yield from _unpacked(chunk)
        yield from self._last

    @overload
    def __getitem__(self, place: int) -> _T: ...
    @overload
    def __getitem__(self, place: slice) -> list[_T]: ...
    def __getitem__(self, place: int | slice) -> _T | list[_T]:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        place = place + len(self) if place < 0 else place
        if not 0 <= place < len(self):
            raise IndexError(place)
        chunk, within = divmod(place, _CHUNK)
        if chunk == len(self._chunks):
            return self._last[within]
        if chunk not in self._open:
            while len(self._open) >= _OPEN_CHUNKS:
                self._open.pop(next(iter(self._open)))
            self._open[chunk] = _unpacked(self._chunks[chunk])
        return self._open[chunk][within]

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Sequence)
            and len(self) == len(other)
            and all(a == b for a, b in zip(self, other, strict=True))
        )

    def __repr__(self) -> str:
        return repr(list(self))


def _unpacked(chunk: bytes) -> list[_T]:
    things: list[_T] = pickle.loads(zlib.decompress(chunk))  # noqa: S301 - of this process's own making, never from outside
    return things
