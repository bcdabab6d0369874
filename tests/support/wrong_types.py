"""Definition files with one value replaced by another type: at each key of a file, in the file's own tables."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

Path = tuple[str | int, ...]
WRONG: tuple[Any, ...] = (
    {}, {"a": 1}, [], [1], ["a"], [["a"]], [{"a": "b"}], 0, -1, 7, 10**30, 1.5, float("inf"), True, False, "", "a",
    "长" * 5000, date(1, 1, 1), datetime(2026, 4, 1, 8, 0), {"a": {"b": {"c": {"d": [[[[{"e": {}}]]]]}}}},
)  # fmt: skip
"""One of each type TOML has, empty and full, and some beyond every bound."""


def toml(data: dict[str, Any]) -> str:
    """The content as TOML: plain keys first, then each table under its own header."""
    return "\n".join(_table(data, ())) + "\n"


def places(value: Any, path: Path = ()) -> Iterator[Path]:
    """Every place of the content below the whole, tables before what is in them."""
    if path:
        yield path
    if isinstance(value, dict):
        for name, one in value.items():
            yield from places(one, (*path, name))
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from places(one, (*path, index))


def put(data: Any, path: Path, value: Any) -> Any:
    """The content with another value at a place."""
    if not path:
        return value
    if isinstance(data, list):
        return [put(one, path[1:], value) if index == path[0] else one for index, one in enumerate(data)]
    return {name: put(one, path[1:], value) if name == path[0] else one for name, one in data.items()}


def at(data: Any, path: Path) -> Any:
    """What stands at a place of the content."""
    for part in path:
        data = data[part]
    return data


def _table(data: dict[str, Any], above: tuple[str, ...]) -> Iterator[str]:
    nested = {name: one for name, one in data.items() if isinstance(one, dict) and one and len(above) < 3}
    listed = {n: one for n, one in data.items() if n not in nested and _tables(one) and not above}
    for name, one in data.items():
        if name not in nested and name not in listed:
            yield f"{_key(name)} = {_inline(one)}"
    for name, one in nested.items():
        yield f"[{'.'.join(map(_key, (*above, name)))}]"
        yield from _table(one, (*above, name))
    for name, items in listed.items():
        for one in items:
            yield f"[[{_key(name)}]]"
            yield from (f"{_key(inner)} = {_inline(value)}" for inner, value in one.items())


def _tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def _key(name: str) -> str:
    bare = name.isascii() and name.replace("_", "").replace("-", "").isalnum()
    return name if bare else json.dumps(name, ensure_ascii=False)


def _inline(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(name)} = {_inline(one)}" for name, one in value.items()) + " }"
    if isinstance(value, list):
        return f"[{', '.join(map(_inline, value))}]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return value.isoformat() if isinstance(value, date) else repr(value)


NAMED = frozenset({"lists"})
"""Tables whose entries hold entries by name again."""
FORMS, BELOW = frozenset({"inputs", "effect_basis", "set"}), 3
"""Keys of an entry that hold entries by name, and the place of that name."""


def pattern(path: Path) -> Path:
    """The place as the form knows it: names that a file gives itself, and places of lists, are one."""
    deep = 3 if path[0] in NAMED else 2
    forms = len(path) > BELOW and path[2] in FORMS
    return tuple(
        "#"
        if isinstance(part, int)
        else "*"
        if (0 < index < deep and index < len(path) - 1) or (forms and index == BELOW)
        else part
        for index, part in enumerate(path)
    )


def cases(
    files: Iterator[dict[str, Any]], values: tuple[Any, ...] = WRONG, *, each: int
) -> Iterator[tuple[Path, Any, Any, str]]:
    """For each place that a form knows, `each` wrong values in turn: the place, what stood there, the value, the whole as TOML."""
    seen: set[Path] = set()
    for data in files:
        for path in places(data):
            if pattern(path) in seen:
                continue
            seen.add(pattern(path))
            old = at(data, path)
            wrong = [one for one in values if type(one) is not type(old)]
            for step in range(min(each, len(wrong))):
                new = wrong[(len(seen) * each + step) % len(wrong)]
                yield path, old, new, toml(put(data, path, new))
