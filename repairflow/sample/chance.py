"""Chance that comes again: the same seed decides the same, on every machine and with every version of Python."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import count
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """Numbers drawn one after the other from a seed. For stories, never for anything secret."""

    def __init__(self, seed: int) -> None:
        self._seed, self._drawn = seed, count()

    def between(self, least: int, most: int) -> int:
        """Return a whole number from `least` to `most`, both included."""
        drawn = hashlib.sha256(f"{self._seed}/{next(self._drawn)}".encode()).digest()
        return least + int.from_bytes(drawn[:8]) % (most - least + 1)

    def one_of(self, choices: Sequence[T]) -> T:
        """Return one of them, each as likely as the others."""
        return choices[self.between(0, len(choices) - 1)]
