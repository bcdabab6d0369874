"""What a delivered table is before anyone knows its columns: rows of cells, and the limits nothing may pass."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO, Protocol

from repairflow.errors import Invalid, Problem


class UnreadableFile(Invalid):
    """A file from which no row can be taken; the text says why and what to do, `problems` names the columns at fault,
    `unread` the headings that nobody knows."""

    code = "unreadable_file"

    def __init__(self, name: str, reason: str, problems: Sequence[Problem] = (), unread: Sequence[str] = ()) -> None:
        super().__init__(f"无法读取“{name}”：{reason}", problems)
        self.reason, self.unread = reason, tuple(unread)


@dataclass(frozen=True, slots=True)
class Limits:
    """The most a file may hold; beyond it the file is refused, never cut off."""

    bytes: int = 128 * 1024 * 1024
    rows: int = 200_000
    columns: int = 200
    line: int = 2 * 1024 * 1024  # characters in one physical line of a CSV
    sheet_bytes: int = 640 * 1024 * 1024  # of an XLSX, unpacked
    part_bytes: int = 96 * 1024 * 1024  # of each other part of an XLSX, unpacked: these are held in memory
    parts: int = 2_000


@dataclass(frozen=True, slots=True)
class CellFault:
    """A cell whose value cannot be known (a formula, an Excel error), with the reason in Chinese."""

    reason: str


Cell = str | int | float | date | CellFault
"""Text as it stands, a number or a day where the spreadsheet says so; an empty cell is ''."""


class Grid(Protocol):
    """An opened table. Rows come as often as asked for, the first one being row 1, empty ones too."""

    notes: list[str]
    total: int  # about how many rows, for a progress bar
    marks: dict[int, str]  # why a person must look at a row: hidden, struck out
    unfinished: tuple[int, int] | None  # the last row and its cells, where the file ends without a line break

    def rows(self, width: int) -> Iterator[Sequence[Cell]]:
        """Return each row without empty cells at its end; of cells right of `width` a grid may show only some."""

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Source:
    """The bytes of a file, on disk or in memory, and the name people know it by."""

    data: Path | bytes
    name: str

    def open(self) -> BinaryIO:
        return io.BytesIO(self.data) if isinstance(self.data, bytes) else self.data.open("rb")

    def unreadable(self, reason: str, problems: Sequence[Problem] = (), unread: Sequence[str] = ()) -> UnreadableFile:
        return UnreadableFile(self.name, reason, problems, unread)


def trimmed(cells: list[Cell]) -> list[Cell]:
    """`cells` without the empty ones at its end (changed in place)."""
    while cells and (cells[-1] == "" or (isinstance(cells[-1], str) and not cells[-1].strip())):
        cells.pop()
    return cells
