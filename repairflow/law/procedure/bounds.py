"""How large a procedure may be: beyond these bounds nobody reads it, and the proofs would not come to an end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from repairflow.errors import Problem
from repairflow.law.procedure.form_faults import TABLES, named
from repairflow.law.toml_file import line_of

MOST: Mapping[str, int] = {"state": 100, "action": 200, "clock": 60}
"""The shipped procedures have at most 16 states, 24 actions and 9 limits."""
MOST_ELSEWHERE = 300
"""Of the other tables and of every list."""


MOST_WAYS = 600
"""States named by `from` in all: the shipped procedures name at most seventy, and every proof tries each of them."""


def too_many(data: Mapping[str, Any], text: str, where: str) -> list[Problem]:
    """Return every table and list of a procedure with more in it than may be; empty for a procedure of a usual size."""
    found = [
        Problem(
            f"{where}:{line_of(text, place)}",
            f"{_named(place)}有 {count} 项，最多 {most} 项；请拆分成几个程序，或者删去多余的",
        )
        for place, count, most in _counted(data, ())
        if count > most
    ]
    actions = data.get("action")
    steps = [one for one in actions.values() if isinstance(one, Mapping)] if isinstance(actions, Mapping) else []
    ways = sum(len(one["from"]) for one in steps if isinstance(one.get("from"), list))
    if not found and ways > MOST_WAYS:
        said = f"各动作的 from 合计 {ways} 项，最多 {MOST_WAYS} 项；请拆分成几个程序，或者删去多余的"
        found.append(Problem(f"{where}:{line_of(text, ('initial',))}", said))
    return found


def _counted(value: object, at: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], int, int]]:
    if isinstance(value, Mapping | list):
        most = MOST.get(at[0], MOST_ELSEWHERE) if len(at) == 1 else MOST_ELSEWHERE
        yield at, len(value), most
        if len(value) > most:
            return
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _counted(item, (*at, str(key)))
    elif isinstance(value, list):
        for item in value:
            yield from _counted(item, at)


def _named(place: tuple[str, ...]) -> str:
    if len(place) == 1 and place[0] in TABLES:
        return f"{TABLES[place[0]]}（{place[0]}）"
    return named(place)
