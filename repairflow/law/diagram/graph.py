"""What a diagram shows: states as boxes, actions as labels on the lines between them.

An action with several states before it is one label with several lines; actions that share their way share a label.
Lines that lead back are drawn from the later state up to the earlier one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from repairflow.law.checks.graph import edges
from repairflow.law.procedure.model import Clock, Procedure
from repairflow.law.procedure.paths import usual_path
from repairflow.law.procedure.roles import SYSTEM

LINE_WIDTH = 11
"""Characters on one line of a label or box, full-width ones counted as one."""


@dataclass(frozen=True, slots=True)
class Way:
    """A label between states: the actions that share it, the states before, the state after; `back` leads to earlier."""

    actions: tuple[str, ...]
    sources: tuple[str, ...]
    target: str
    back: bool
    system: bool  # nobody presses it


def ways(procedure: Procedure) -> list[Way]:
    """Return every action that moves a case, grouped as the diagram labels it, in the order of the file."""
    ranks = state_ranks(procedure)
    grouped: dict[tuple[tuple[str, ...], str, bool, bool], list[str]] = {}
    for name, action in procedure.action.items():
        if action.to is None:
            continue
        for back in (False, True):
            sources = tuple(s for s in action.from_ if s != action.to and (ranks[s] >= ranks[action.to]) == back)
            if sources:
                grouped.setdefault((sources, action.to, back, set(action.by) == {SYSTEM}), []).append(name)
    return [Way(tuple(names), *key) for key, names in grouped.items()]


def staying(procedure: Procedure, state: str) -> list[str]:
    """Labels of the steps that may be taken in a state and leave the case there."""
    return [a.label for a in procedure.actions_from(state).values() if a.to is None or a.to == state]


def from_service(procedure: Procedure, state: str) -> list[Clock]:
    """Return the limits that run in a state and start with the service of a letter."""
    return [clock for clock in procedure.clock.values() if clock.starts == "served" and state in clock.runs_in]


def state_ranks(procedure: Procedure) -> dict[str, int]:
    """Return how far down each state stands: below everything that leads to it, lines that lead back left out."""
    order = {state: number for number, state in enumerate(procedure.state)}
    following: dict[str, list[str]] = {state: [] for state in procedure.state}
    for way in edges(procedure):
        if way.target != way.source and way.target not in following[way.source]:
            following[way.source].append(way.target)
    usual = usual_path(procedure)
    finished: list[str] = []
    on_the_way: set[str] = set()
    forward: dict[str, list[str]] = {state: [] for state in procedure.state}

    def visit(state: str) -> None:
        on_the_way.add(state)
        # The usual path first, so that of two states that lead to each other the usual one stands above.
        for target in sorted(following[state], key=lambda s: (s not in usual, order[s])):
            if target in on_the_way:
                continue
            forward[state].append(target)
            if target not in finished:
                visit(target)
        on_the_way.remove(state)
        finished.append(state)

    for start in (procedure.initial, *procedure.state):
        if start not in finished:
            visit(start)
    ranks = dict.fromkeys(procedure.state, 0)
    for state in reversed(finished):
        for target in forward[state]:
            ranks[target] = max(ranks[target], ranks[state] + 1)
    return ranks


def taken_ways(procedure: Procedure, taken: Sequence[str]) -> tuple[set[tuple[str, str]], set[str]]:
    """Return the (state, action) pairs a case has gone through and the states it has stood in, following `taken` from the start.

    Names that do not fit where the case stands (the filing itself, effects) are passed over.
    """
    here = procedure.initial
    gone, stood = set(), {here}
    for name in taken:
        action = procedure.action.get(name)
        if action is None or here not in action.from_:
            continue
        gone.add((here, name))
        here = action.to or here
        stood.add(here)
    return gone, stood


def wrapped(text: str, width: int = LINE_WIDTH) -> list[str]:
    """Return a label on as few lines as fit, of nearly equal length; breaks after punctuation where one is near."""
    lines = -(-len(text) // width)
    if lines == 1:
        return [text]
    marks = [i + 1 for i, char in enumerate(text[:-1]) if char in "，、；：）"]
    cut = next((m for m in marks if m <= width and len(text) - m <= width * (lines - 1)), -(-len(text) // lines))
    return [text[:cut], *wrapped(text[cut:], width)]


def text_width(text: str, size: float) -> float:
    """Return how wide a line of text is set, in pixels: full-width characters one em, the others a little more than half."""
    return sum(size if ord(char) > 0x2E7F or char in "“”…—" else size * 0.58 for char in text)
