"""The picture of an office's round seal: its name along the arc, a star, the purpose beneath.

A picture only: what proves a letter is its signature and its digest. Government seals are round, with the five-pointed
star in the middle and the office's name from left to right around it; 42 mm is the size of a county's departments.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

RED = "#d0021b"
RADIUS = 46.0  # of the ring's middle line, in a picture of 100 by 100
RING = 2.8  # the ring's width
_STAR = 13.5


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character, centred over (50, `y`) and then turned about (50, 50), clockwise in degrees; y counts downwards."""

    character: str
    size: float
    y: float
    turn: float = 0.0
    shift: float = 0.0  # to the right of the middle, in parts of `size`


def star() -> list[tuple[float, float]]:
    """Return the ten corners of the star, the upper point first."""
    points = []
    for corner in range(10):
        radius = _STAR if corner % 2 == 0 else _STAR * 0.382  # the regular pentagram's inner radius
        angle = math.radians(-90 + 36 * corner)
        points.append((round(50 + radius * math.cos(angle), 2), round(50 + radius * math.sin(angle), 2)))
    return points


def lettering(office: str, purpose: str) -> Iterator[Glyph]:
    """Yield the office's name, each character upright on its spoke, the whole symmetrical about the top; then the purpose in one
    line."""
    count = len(office)
    spread = min(264.0, 27.0 * max(count - 1, 1))
    step = spread / max(count - 1, 1)
    size = min(12.5, 35 * math.radians(step) * 1.02)
    for place, character in enumerate(office):
        turn = -spread / 2 + step * place if count > 1 else 0.0
        yield Glyph(character, size, 50 - RADIUS + 4.2 + size * 0.86, turn)
    for place, character in enumerate(purpose):
        yield Glyph(character, min(8.5, 62 / len(purpose)), 82.0, shift=place - (len(purpose) - 1) / 2)
