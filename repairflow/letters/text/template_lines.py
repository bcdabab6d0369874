"""On which line of a letter text's file something stands: a key of its head, a placeholder, a word of its body."""

from __future__ import annotations

import re
from dataclasses import dataclass

FENCE = "+++\n"


@dataclass(frozen=True, slots=True)
class TextFile:
    """One file: how messages call it, and its text."""

    where: str
    source: str

    @property
    def body_starts(self) -> int:
        """The line (1-based) of the body's first words."""
        before, _, body = self.source.rpartition(FENCE)
        return before.count("\n") + FENCE.count("\n") + 1 + len(body) - len(body.lstrip("\n"))

    def key(self, name: str) -> str:
        """Return where a key of the head stands; the head's first line where it does not."""
        return self._at(self._line(rf"^{re.escape(name)}\s*=") or 1)

    def word(self, name: str) -> str:
        """Return where a placeholder is first written in the body, else in the head."""
        return self._at(self._line(rf"(?<!\w){re.escape(name)}(?!\w)", self.body_starts) or self._head(name))

    def said(self, words: str) -> str:
        """Return where the body says these very words; its first line where it breaks them up."""
        return self._at(self._line(re.escape(words), self.body_starts) or self.body_starts)

    def body(self, line: int = 1) -> str:
        """Return a line of the body, counted from its first words."""
        return self._at(self.body_starts + line - 1)

    def head(self, line: int) -> str:
        """Return a line of the head, counted from the one after the fence."""
        return self._at(line + FENCE.count("\n"))

    def _head(self, name: str) -> int:
        return self._line(rf"(?<!\w){re.escape(name)}(?!\w)") or 1

    def _line(self, pattern: str, start: int = 1) -> int | None:
        lines = self.source.splitlines()
        return next((n for n in range(start, len(lines) + 1) if re.search(pattern, lines[n - 1])), None)

    def _at(self, line: int) -> str:
        return f"{self.where}:{line}"
