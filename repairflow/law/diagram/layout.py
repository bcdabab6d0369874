"""Where everything in a diagram stands: a layered layout after Sugiyama, top down.

Boxes and labels stand on rows, and a line that passes a row has a place of its own there, so no line runs through a box
and no two labels meet. Between rows lines are curves that stay between the rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

GAP_X = 22.0
SWEEPS = 24
PULLS = 120


@dataclass(slots=True)
class Node:
    """Something that takes room on a row: a box, a label, or the place where a line passes. Coordinates are its centre."""

    key: str
    row: int
    width: float
    height: float
    x: float = 0.0
    y: float = 0.0

    @property
    def passing(self) -> bool:
        """Whether only a line passes here."""
        return self.height == 0


@dataclass(frozen=True, slots=True)
class Line:
    """A line between two nodes, by way of the places where it passes rows; `weight` is how straight it wants to be."""

    key: str
    start: str
    end: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Layout:
    """Where all stands: nodes by key, for each line the keys it visits from top to bottom, the top and bottom of each
    row, and the size of it all."""

    nodes: Mapping[str, Node]
    routes: Mapping[str, tuple[str, ...]]
    spans: tuple[tuple[float, float], ...]
    width: float
    height: float


def arrange(nodes: Sequence[Node], lines: Sequence[Line], first: str, margin: float = 16.0) -> Layout:
    """Give every node its place. Lines run from a lower row number to a higher one; `first` begins the order."""
    placed = {node.key: node for node in nodes}
    routes: dict[str, tuple[str, ...]] = {}
    links: list[tuple[str, str, float]] = []
    for line in lines:
        stops = [line.start]
        for row in range(placed[line.start].row + 1, placed[line.end].row):
            place = Node(f"{line.key}@{row}", row, 8.0, 0.0)
            placed[place.key] = place
            stops.append(place.key)
        stops.append(line.end)
        routes[line.key] = tuple(stops)
        for one, other in pairwise(stops):
            # A long line is to run straight between its ends; its two ends may swing.
            bend = 1.0 + 3.0 * (placed[one].passing + placed[other].passing)
            links.append((one, other, line.weight * bend))
    rows = _ordered(placed, links, first)
    _across(placed, rows, links)
    spans = _down(placed, rows, links, margin)
    left = min(node.x - node.width / 2 for node in placed.values())
    for node in placed.values():
        node.x += margin - left
    width = max(node.x + node.width / 2 for node in placed.values()) + margin
    return Layout(placed, routes, spans, width, spans[-1][1] + margin)


def _neighbours(links: Sequence[tuple[str, str, float]]) -> dict[str, list[tuple[str, float]]]:
    near: dict[str, list[tuple[str, float]]] = {}
    for one, other, weight in links:
        near.setdefault(one, []).append((other, weight))
        near.setdefault(other, []).append((one, weight))
    return near


def _ordered(placed: Mapping[str, Node], links: Sequence[tuple[str, str, float]], first: str) -> list[list[str]]:
    """Return the rows, each in the order in which the fewest lines were found to cross."""
    below: dict[str, list[str]] = {}
    for one, other, _ in links:
        below.setdefault(one, []).append(other)
    rows: list[list[str]] = [[] for _ in range(max(node.row for node in placed.values()) + 1)]
    seen: set[str] = set()

    def visit(key: str) -> None:
        if key not in seen:
            seen.add(key)
            rows[placed[key].row].append(key)
            for other in below.get(key, ()):
                visit(other)

    for key in (first, *placed):
        visit(key)
    near = _neighbours(links)
    best, fewest = [list(row) for row in rows], _crossings(rows, links)
    for sweep in range(SWEEPS):
        order = range(1, len(rows)) if sweep % 2 == 0 else range(len(rows) - 2, -1, -1)
        for number in order:
            fixed = rows[number - 1 if sweep % 2 == 0 else number + 1]
            position = {key: float(i) for i, key in enumerate(fixed)}
            current = {key: float(i) for i, key in enumerate(rows[number])}

            def centre(key: str, p: dict[str, float] = position, c: dict[str, float] = current) -> float:
                found = [p[other] for other, _ in near.get(key, ()) if other in p]
                return sum(found) / len(found) if found else c[key]

            rows[number].sort(key=centre)
        count = _crossings(rows, links)
        if count < fewest:
            best, fewest = [list(row) for row in rows], count
    return _exchanged(best, links)


def _exchanged(rows: list[list[str]], links: Sequence[tuple[str, str, float]]) -> list[list[str]]:
    """Swap neighbours as long as that undoes a crossing."""
    fewest, improved = _crossings(rows, links), True
    while improved and fewest:
        improved = False
        for row in rows:
            for i in range(len(row) - 1):
                row[i], row[i + 1] = row[i + 1], row[i]
                count = _crossings(rows, links)
                if count < fewest:
                    fewest, improved = count, True
                else:
                    row[i], row[i + 1] = row[i + 1], row[i]
    return rows


def _crossings(rows: Sequence[Sequence[str]], links: Sequence[tuple[str, str, float]]) -> int:
    position = {key: i for row in rows for i, key in enumerate(row)}
    number = {key: n for n, row in enumerate(rows) for key in row}
    by_row: dict[int, list[tuple[int, int]]] = {}
    for one, other, _ in links:
        by_row.setdefault(number[one], []).append((position[one], position[other]))
    return sum(
        (a[0] - b[0]) * (a[1] - b[1]) < 0
        for pairs in by_row.values()
        for i, a in enumerate(pairs)
        for b in pairs[i + 1 :]
    )


def _across(placed: Mapping[str, Node], rows: Sequence[Sequence[str]], links: Sequence[tuple[str, str, float]]) -> None:
    """Sweep down and up, drawing every node towards its neighbours as far as the order and the room allow."""
    near = _neighbours(links)
    for row in rows:
        x = 0.0
        for key in row:
            node = placed[key]
            node.x = x + node.width / 2
            x += node.width + GAP_X
    for sweep in range(PULLS):
        for row in rows if sweep % 2 == 0 else reversed(rows):
            wanted, weights = [], []
            for key in row:
                pull = near.get(key, [])
                total = sum(weight for _, weight in pull)
                wanted.append(sum(placed[o].x * w for o, w in pull) / total if total else placed[key].x)
                weights.append(total or 0.1)
            for key, x in zip(row, _apart([placed[k] for k in row], wanted, weights), strict=True):
                placed[key].x = x


def _apart(row: Sequence[Node], wanted: Sequence[float], weights: Sequence[float]) -> list[float]:
    """Return the places nearest to the wanted ones (least squares) at which neighbours keep their distance.

    With the distances taken off, the places only have to rise: pooling adjacent violators solves that exactly.
    """
    offsets, offset = [], 0.0
    for before, node in zip([None, *row], row, strict=False):
        offset += 0.0 if before is None else (before.width + node.width) / 2 + GAP_X
        offsets.append(offset)
    pools: list[tuple[float, float, int]] = []  # mean, weight, members
    for want, weight, off in zip(wanted, weights, offsets, strict=True):
        mean, heavy, size = want - off, weight, 1
        while pools and pools[-1][0] > mean:
            other, other_weight, other_size = pools.pop()
            mean = (mean * heavy + other * other_weight) / (heavy + other_weight)
            heavy, size = heavy + other_weight, size + other_size
        pools.append((mean, heavy, size))
    places = [mean for mean, _, size in pools for _ in range(size)]
    return [place + off for place, off in zip(places, offsets, strict=True)]


def _down(
    placed: Mapping[str, Node], rows: Sequence[Sequence[str]], links: Sequence[tuple[str, str, float]], margin: float
) -> tuple[tuple[float, float], ...]:
    """Give rows their heights; the wider lines swing between two rows, the more room lies between these."""
    swing = [0.0] * len(rows)
    for one, other, _ in links:
        swing[placed[one].row] = max(swing[placed[one].row], abs(placed[one].x - placed[other].x))
    y, spans = margin, []
    for number, row in enumerate(rows):
        tall = max((placed[key].height for key in row), default=0.0)
        for key in row:
            placed[key].y = y + tall / 2
        spans.append((y, y + tall))
        y += tall + (20.0 + min(26.0, swing[number] / 9) if number < len(rows) - 1 else 0.0)
    return tuple(spans)
