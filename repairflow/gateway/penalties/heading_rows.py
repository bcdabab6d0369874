"""The rows above a table's data that name its columns: one, or several that belong together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from repairflow.gateway import permit_headings
from repairflow.gateway.penalties.fields import Named, field_named
from repairflow.gateway.penalties.grid import Cell, Grid

HEAD = 10  # a title, a unit and a heading in two lines leave room to spare
LEAST = 3
"""Known headings that make a row one of headings."""
READERS: tuple[Named, ...] = (field_named, permit_headings.field_named)
"""How headings of each kind of table are read, penalties first."""


class Block(NamedTuple):
    """Rows of headings, as places in the head of the table, and the heading of each column."""

    top: int
    bottom: int
    headings: tuple[str, ...]


def head_of(grid: Grid, width: int) -> list[list[str]]:
    """Return the first rows of a table as texts."""
    return [texts(cells) for cells, _ in zip(grid.rows(width), range(HEAD), strict=False)]


def texts(cells: Sequence[Cell]) -> list[str]:
    """Return the texts of a row; empty for numbers and days, which name no column."""
    return [cell.strip() if isinstance(cell, str) else "" for cell in cells]


def known(row: Sequence[str], named: Named) -> int:
    """Return how many cells of a row are headings that are known."""
    return sum(named(cell) is not None for cell in row if cell and len(cell) <= 80)


def most_known(row: Sequence[str]) -> int:
    """Return the same, whether the table is one of penalties or of other acts."""
    return max(known(row, named) for named in READERS)


def block_of(head: Sequence[Sequence[str]], named: Named) -> Block | None:
    """Return the headings of a table; None where it has none.

    Above them a title may stand. Templates give codes and Chinese names in two rows, or merge cells over two: a column then
    takes the lowest name that is known.
    """
    counts = [known(row, named) for row in head]
    # No row of data consists of column names by half.
    naming = [0 < sum(map(bool, row)) <= 2 * count for row, count in zip(head, counts, strict=True)]
    best = max(range(len(head)), key=lambda row: counts[row], default=0)
    if not head or counts[best] < LEAST:
        return None
    top = bottom = best
    while top > 0 and naming[top - 1]:
        top -= 1
    while bottom + 1 < len(head) and naming[bottom + 1]:
        bottom += 1
    block = head[top : bottom + 1]
    width = max(len(row) for row in block)
    headings = [_lowest([row[n] for row in block if n < len(row)], named) for n in range(width)]
    if top:  # of two rows the upper may name groups, and one column by half: 罚款金额 over （元）
        headings = [_joined(head[top - 1], place, lower, named) for place, lower in enumerate(headings)]
    return Block(top, bottom, tuple(headings))


def _joined(above: Sequence[str], place: int, lower: str, named: Named) -> str:
    """Return the heading of a column, with the cell above it where only both together are a name that is known."""
    upper = above[place] if place < len(above) else ""
    both = f"{upper}{lower}"
    return both if upper and lower and not named(lower) and named(both) else lower


def repeats(row: Sequence[str], named: Named) -> bool:
    """Tell whether a row below the headings is one of headings again, as each printed page has them."""
    return known(row[:6], named) >= LEAST and known(row, named) * 2 >= sum(map(bool, row))


def _lowest(stacked: Sequence[str], named: Named) -> str:
    """Of the names standing over a column the lowest known one, else the lowest there is."""
    standing = [name for name in stacked if name]
    return next((name for name in reversed(standing) if named(name)), standing[-1] if standing else "")
