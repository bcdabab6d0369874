"""When guards can hold together: each narrows what the facts of a case may be, and what is left may be nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations

from repairflow.law.checks.steps_before import possible_answers
from repairflow.law.guards.reads import READINGS, RECORD_STATES, Reading
from repairflow.law.procedure.model import Action, GuardUse, Procedure
from repairflow.law.procedure.packs import ListKind, RulePack

OF_RECORD = frozenset({"age", "use"})
"""Facts that say of a record what its state leaves open."""
MOST_TIMES = 20
"""No case takes a step more often than this and waits for it: a greater count is a slip of the pen."""
NOT_ASKED = ""
"""The answer to a question that was not asked, or left open."""
OF_LISTS: Mapping[str, Callable[[ListKind], bool]] = {
    "{known}": lambda _: True,
    "{window}": lambda kind: kind.window,
    "{favourable}": lambda kind: kind.favourable,
    "{adverse}": lambda kind: not kind.favourable,
}
"""What stands for lists in the table of what guards read, and which of them it stands for."""
Times = tuple[int, int | None]


@dataclass(frozen=True, slots=True)
class Scope:
    """What one guard (or several) leaves open: values of facts, and how often steps may have been taken."""

    facts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    times: Mapping[str, Times] = field(default_factory=dict)

    def meet(self, other: Scope) -> Scope:
        """Return what both leave open."""
        facts = dict(self.facts)
        for name, values in other.facts.items():
            facts[name] = facts[name] & values if name in facts else values
        times = dict(self.times)
        for name, (least, most) in other.times.items():
            low, high = times.get(name, (0, None))
            times[name] = (max(low, least), most if high is None else high if most is None else min(high, most))
        return Scope(facts, times)

    @property
    def empty(self) -> bool:
        """Whether nothing is left of some fact or count."""
        counts = any(most is not None and most < least for least, most in self.times.values())
        return counts or any(not values for values in self.facts.values())


def listed(value: object) -> tuple[str, ...]:
    """Return a parameter as the values it names."""
    if value is None:
        return ()
    return tuple(str(item) for item in value) if isinstance(value, tuple | list) else (str(value),)


def list_kinds(packs: Iterable[RulePack]) -> dict[str, ListKind]:
    """Return every list of the closed vocabulary of these packs, by code."""
    return {code: kind for pack in packs for code, kind in pack.list_kind.items()}


def scope_of(use: GuardUse, procedure: Procedure, packs: Iterable[RulePack]) -> Scope:
    """Give what one guard leaves open: everything for an unknown guard or a wrong parameter, which other checks report."""
    reading = READINGS.get(use.guard)
    if reading is None:
        return Scope()
    facts: dict[str, frozenset[str]] = {}
    if use.guard == "input_was_not":
        facts |= _not_said(use, procedure, packs)
    if reading.record != RECORD_STATES:
        facts["record"] = reading.record
    for name, values in reading.facts.items():
        found = _values(values, use, packs)
        if found:
            facts[_filled(name, use)] = frozenset(found)
    times: dict[str, Times] = {}
    if use.guard == "clock_not_yet_extended":
        clock = use.parameters.get("clock")
        extending = [n for n, a in procedure.action.items() if a.extends is not None and a.extends.clock == clock]
        times = dict.fromkeys(extending, (0, 0))
    elif reading.times is not None:
        step, least, most = reading.times
        low, high = _count(least, use, 0), None if most is None else _count(most, use, -1)
        if low is not None and high != -1:
            under = isinstance(most, str) and high is not None  # `below` counts are exclusive
            times[_filled(step, use)] = (low, high - 1 if under and high is not None else high)
    return Scope(facts, times)


def _not_said(use: GuardUse, procedure: Procedure, packs: Iterable[RulePack]) -> dict[str, frozenset[str]]:
    """Return every answer a closed question admits but the one named, and none at all; nothing for an open question."""
    step, wanted = (str(use.parameters.get(key)) for key in ("action", "input"))
    item = procedure.action[step].inputs.get(wanted) if step in procedure.action else None
    known = possible_answers(item, packs) if item is not None else set()
    given = str(use.parameters.get("value")).lower()
    return {f"said {step} {wanted}": frozenset({*known, NOT_ASKED} - {given})} if known else {}


def together(uses: Iterable[GuardUse], procedure: Procedure, packs: tuple[RulePack, ...]) -> Scope:
    """Return what several guards leave open at once."""
    found = Scope()
    for use in uses:
        found = found.meet(scope_of(use, procedure, packs))
    return found


def needed(action: Action, procedure: Procedure, packs: tuple[RulePack, ...], life: Procedure | None) -> Scope:
    """Return what an action leaves open: its guards, and the states of the record its first public effect can begin in."""
    found = together(action.guards, procedure, packs)
    for effect in action.effects:
        if life is not None and effect in life.action:
            undo = life.action[effect].undo
            idle = undo is not None and effect.startswith("un")  # an undo where nothing stands does nothing
            return found if idle else found.meet(Scope({"record": frozenset({*life.action[effect].from_, "none"})}))
    return found


def clashes(uses: tuple[GuardUse, ...], procedure: Procedure, packs: tuple[RulePack, ...]) -> Iterator[tuple[str, ...]]:
    """Guards that never hold together: alone, else in pairs, else all of them."""
    scopes = [(use.guard, scope_of(use, procedure, packs)) for use in uses]
    alone = [name for name, one in scopes if one.empty]
    pairs = [(a, b) for (a, one), (b, other) in combinations(scopes, 2) if one.meet(other).empty]
    if alone:
        yield from ((name,) for name in alone)
    elif pairs:
        yield from pairs
    elif together(uses, procedure, packs).empty:
        yield tuple(name for name, _ in scopes)


def widens(now: str, was: str) -> bool:
    """Tell whether a condition stands in the place of another and lets more through: it asks the same of more records."""
    new, old = READINGS.get(now), READINGS.get(was)
    if (
        new is None
        or old is None
        or new.record == RECORD_STATES
        or new.parameters != old.parameters
        or _beside_record(new) != _beside_record(old)
    ):
        return False
    return old.record < new.record


def _beside_record(reading: Reading) -> dict[str, tuple[str, ...]]:
    """Return what a guard asks beside the state of the record and whose it is."""
    return {fact: values for fact, values in reading.facts.items() if fact not in OF_RECORD}


def _filled(text: str, use: GuardUse) -> str:
    for key, value in use.parameters.items():
        text = text.replace("{" + key + "}", str(value))
    return text


def _values(values: tuple[str, ...], use: GuardUse, packs: Iterable[RulePack]) -> set[str]:
    found: set[str] = set()
    for value in values:
        if value in OF_LISTS:
            found |= {code for code, kind in list_kinds(packs).items() if OF_LISTS[value](kind)}
        elif value.startswith("{"):
            given = use.parameters.get(value[1:-1])
            found |= {item.lower() if value == "{value}" else item for item in listed(given)}
        else:
            found.add(value)
    return found


def _count(value: int | str, use: GuardUse, otherwise: int) -> int | None:
    """Return a number of the table, or that of the parameter it names; `otherwise` where that is no number."""
    given = value if isinstance(value, int) else use.parameters.get(value.strip("{}"))
    return given if isinstance(given, int) else otherwise
