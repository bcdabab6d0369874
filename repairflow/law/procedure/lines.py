"""On which line of a definition file something stands."""

from __future__ import annotations


def line_of(text: str, location: tuple[int | str, ...]) -> int:
    """The line (1-based) on which a dotted location stands in the file: the table first, then the key."""
    parts = [str(part) for part in location if not isinstance(part, int)]
    lines = text.splitlines()
    for depth in range(len(parts), 0, -1):
        header = "[" + ".".join(parts[:depth]) + "]"
        for number, line in enumerate(lines, start=1):
            if line.split("#")[0].strip() == header:
                return _key_line(lines, number, parts[depth:]) or number
    return _key_line(lines, 0, parts) or 1


def _key_line(lines: list[str], start: int, keys: list[str]) -> int | None:
    if not keys:
        return None
    for number, line in enumerate(lines[start:], start=start + 1):
        stripped = line.strip()
        if stripped.startswith("["):
            return None
        if stripped.split("=")[0].strip() == keys[0]:
            return number
    return None
