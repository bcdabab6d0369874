"""Mutants of shipped procedures as a new procedure of one's own would have them: one fault at each place where it can stand.

Unlike the one-line mutants of the law's files, these are held against no earlier version: only what the procedure says itself
can show that it is faulty.
"""

from __future__ import annotations

import copy
import tomllib
import zlib
from collections.abc import Callable, Collection, Iterator
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

from pydantic import ValidationError

from repairflow.law.checks import Names, problems
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.roles import OUTCOMES, role_side
from repairflow.letters.text.templates import kinds, needed_fields, printed_fields
from tests.support.shipped import library, source

Table = dict[str, Any]
Change = tuple[str, Callable[[Table], None]]
"""Where it is made, and how."""


class Mutant(NamedTuple):
    """A procedure's table with one fault."""

    procedure: str
    kind: str
    place: str
    data: Table

    @property
    def title(self) -> str:
        """For whoever reads a list of them."""
        return f"{self.procedure} {self.kind}: {self.place}"


def mutants(data: Table, chosen: Collection[str]) -> Iterator[Mutant]:
    """Every mutant of these kinds of a procedure that says something else than it."""
    for kind in chosen:
        for place, change in KINDS[kind](data):
            other = copy.deepcopy(data)
            change(other)
            if other != data:
                yield Mutant(f"{data['procedure']}-{data['version']}", kind, place, other)


def sampled(percent: int, chosen: Collection[str], names: Collection[str]) -> Iterator[Mutant]:
    """The same share of the mutants of these kinds of these procedures each time: by a checksum of what is changed."""
    for name in names:
        for one in mutants(tomllib.loads(source(name)), chosen):
            if zlib.crc32(one.title.encode()) % 100 < percent:
                yield one


def unnoticed(one: Mutant) -> bool:
    """Whether the check has nothing to say of a mutant that it does not say of the shipped file, where both stand alone: held
    against no version before."""
    try:
        found = told(one.data)
    except ValidationError:
        return False
    return not found - shipped(one.procedure)


def told(data: Table) -> set[tuple[str, str]]:
    """What the check says of a procedure, by code and text."""
    procedure = Procedure.model_validate(data)
    others = [other for other in library().procedures.values() if other.procedure != procedure.procedure]
    names = Names.known([*others, procedure], library().packs.values(), kinds(), needed_fields()).printing(
        printed_fields()
    )
    return {(finding.code, finding.text) for finding in problems(procedure, names=names)}


@cache
def shipped(name: str) -> frozenset[tuple[str, str]]:
    """What it says of the shipped file itself."""
    return frozenset(told(tomllib.loads(source(name))))


def _drop(table: str, name: str, key: str) -> Callable[[Table], None]:
    return lambda d: d[table][name].pop(key)


def _put(table: str, name: str, key: str, value: object) -> Callable[[Table], None]:
    return lambda d: d[table][name].__setitem__(key, value)


def _without(key: str) -> Callable[[Table], Iterator[Change]]:
    """An action without a key."""

    def made(data: Table) -> Iterator[Change]:
        for name, action in data["action"].items():
            if key in action:
                yield name, _drop("action", name, key)

    return made


def _one_less(table: str, key: str) -> Callable[[Table], Iterator[Change]]:
    """One of a list left out."""

    def made(data: Table) -> Iterator[Change]:
        for name, one in data.get(table, {}).items():
            given = one.get(key, [])
            for index, item in enumerate(given if len(given) > 1 else []):
                rest = [*given[:index], *given[index + 1 :]]
                yield f"{name} without {item}", _put(table, name, key, rest)

    return made


def _another_role(data: Table) -> Iterator[Change]:
    for name, action in data["action"].items():
        for role in data["actor"]:
            if role not in action["by"] and role != "system" and "system" not in action["by"]:
                yield f"{name} by {role}", _put("action", name, "by", [role])
                yield f"{name} also by {role}", _put("action", name, "by", [*action["by"], role])


def _another_target(data: Table) -> Iterator[Change]:
    for name, action in data["action"].items():
        for state in data["state"]:
            if "to" in action and state != action["to"]:
                yield f"{name} to {state}", _put("action", name, "to", state)
        if "to" in action:
            yield f"{name} stays", _drop("action", name, "to")


def _another_source(data: Table) -> Iterator[Change]:
    for name, action in data["action"].items():
        for state, spec in data["state"].items():
            if state not in action["from"] and not spec.get("outcome"):
                yield f"{name} also from {state}", _put("action", name, "from", [*action["from"], state])


def _no_action(data: Table) -> Iterator[Change]:
    for name in data["action"]:
        yield name, lambda d, name=name: d["action"].pop(name)


def _no_guard(data: Table) -> Iterator[Change]:
    for name, action in data["action"].items():
        for index, guard in enumerate(action.get("guards", [])):
            rest = [g for i, g in enumerate(action["guards"]) if i != index]
            called = guard if isinstance(guard, str) else guard["guard"]
            yield f"{name} without {called}", _put("action", name, "guards", rest)


def _guard_turned(data: Table) -> Iterator[Change]:
    """A guard that says the opposite of what stood there."""
    opposite = {"input_was": "input_was_not", "not_yet_done": "times_done", "times_done": "not_yet_done",
                "is_the_filer": "not_the_filer", "not_the_filer": "is_the_filer", "record_on_list": "record_off_list",
                "record_is_public": "record_no_longer_public", "record_in_force": "record_out_of_force",
                "materials_promised": "nothing_promised"}  # fmt: skip
    for name, action in data["action"].items():
        for index, guard in enumerate(action.get("guards", [])):
            called = guard if isinstance(guard, str) else guard["guard"]
            if called not in opposite:
                continue
            now: object = opposite[called]
            if isinstance(guard, dict):
                kept = {k: v for k, v in guard.items() if k not in ("at_least", "below", "working")}
                now = {**kept, "guard": opposite[called]} | ({"at_least": 1} if now == "times_done" else {})
            guards = [now if i == index else g for i, g in enumerate(action["guards"])]
            yield f"{name} {called} turned", _put("action", name, "guards", guards)


def _guard_parameter(data: Table) -> Iterator[Change]:
    for name, action in data["action"].items():
        for index, guard in enumerate(action.get("guards", [])):
            if not isinstance(guard, dict):
                continue
            for key, value in guard.items():
                others: list[object] = []
                if isinstance(value, int):
                    others = [value + 1, max(0, value - 1), 1000]
                elif key == "action":
                    others = [one for one in data["action"] if one != value]
                elif key == "clock":
                    others = [one for one in data.get("clock", {}) if one != value]
                for other in others:
                    guards = [{**guard, key: other} if i == index else g for i, g in enumerate(action["guards"])]
                    yield f"{name} {guard['guard']} {key} = {other}", _put("action", name, "guards", guards)


def _guards_moved(data: Table) -> Iterator[Change]:
    """A guard of one step at another that leaves the same state."""
    for name, action in data["action"].items():
        for other, step in data["action"].items():
            if other == name or not set(step["from"]) & set(action["from"]):
                continue
            for guard in step.get("guards", []):
                if guard not in action.get("guards", []):
                    more = [*action.get("guards", []), guard]
                    yield f"{name} also {guard}", _put("action", name, "guards", more)


def _guard_added(data: Table) -> Iterator[Change]:
    for name, action in data["action"].items():
        for guard in ("is_the_filer", "not_the_filer", "record_is_public", "materials_complete"):
            if guard not in action.get("guards", []) and "system" not in action["by"]:
                yield f"{name} also {guard}", _put("action", name, "guards", [*action.get("guards", []), guard])


def _outcome(data: Table) -> Iterator[Change]:
    for name, state in data["state"].items():
        for outcome in OUTCOMES:
            if "outcome" in state and outcome != state["outcome"]:
                yield f"{name} {state['outcome']} is {outcome}", _put("state", name, "outcome", outcome)


def _letter(data: Table) -> Iterator[Change]:
    kinds = {action["letter"] for action in data["action"].values() if "letter" in action}
    for name, action in data["action"].items():
        for kind in sorted(kinds):
            if kind != action.get("letter"):
                yield f"{name} writes {kind}", _put("action", name, "letter", kind)


def _reason(data: Table) -> Iterator[Change]:
    for name, action in data["action"].items():
        if action.get("reason") == "code":
            yield name, _put("action", name, "reason", True)


def _effect_added(data: Table) -> Iterator[Change]:
    effects = {effect for action in data["action"].values() for effect in action.get("effects", [])}
    for name, action in data["action"].items():
        for effect in sorted(effects | {"cease_publicity", "restore_record", "annotate_record"}):
            if effect not in action.get("effects", []) and data["subject"] == "record":
                yield f"{name} also {effect}", _put("action", name, "effects", [*action.get("effects", []), effect])


def _effects_swapped(data: Table) -> Iterator[Change]:
    having = [name for name, action in data["action"].items() if action.get("effects")]
    for one in having:
        for other in having:
            if one < other:
                yield f"{one} with {other}", lambda d, one=one, other=other: _swap(d, one, other, "effects")


def _swap(data: Table, one: str, other: str, key: str) -> None:
    first, second = data["action"][one], data["action"][other]
    first[key], second[key] = second[key], first[key]


def _guards_swapped(data: Table) -> Iterator[Change]:
    for one, first in data["action"].items():
        for other, second in data["action"].items():
            if (
                one < other
                and set(first["from"]) & set(second["from"])
                and first.get("guards")
                and second.get("guards")
            ):
                yield f"{one} with {other}", lambda d, one=one, other=other: _swap(d, one, other, "guards")


def _overdue(data: Table) -> Iterator[Change]:
    for name, clock in data.get("clock", {}).items():
        for step in ("escalate", *(n for n, a in data["action"].items() if "system" in a["by"])):
            if step != clock["overdue"]:
                yield f"{name} ends in {step}", _put("clock", name, "overdue", step)


def _office_longer(data: Table) -> Iterator[Change]:
    for name, clock in data.get("clock", {}).items():
        if role_side(clock["owner"]) == "office" and "days" in clock:
            for unit, count in clock["days"].items():
                for more in (count + 1, count * 4, 399) if unit != "input" else ():
                    yield f"{name} {unit} {more}", _put("clock", name, "days", {**clock["days"], unit: more})


def _subject_shorter(data: Table) -> Iterator[Change]:
    for name, clock in data.get("clock", {}).items():
        if role_side(clock["owner"]) == "subject" and "days" in clock:
            for unit, count in clock["days"].items():
                for less in (max(1, count - 1), 2, 1) if unit != "input" else ():
                    yield f"{name} {unit} {less}", _put("clock", name, "days", {**clock["days"], unit: less})


def _starts(data: Table) -> Iterator[Change]:
    for name, clock in data.get("clock", {}).items():
        if "days" not in clock:
            continue
        if "starts" in clock:
            yield f"{name} starts with the step", _drop("clock", name, "starts")
        yield f"{name} starts on a day given", lambda d, name=name: _day_given(d, name, "starts_on", {"past": True})


def _set_by_input(data: Table) -> Iterator[Change]:
    for name, clock in data.get("clock", {}).items():
        if "days" not in clock:
            continue
        yield f"{name} until a day given", lambda d, name=name: _day_given(d, name, "until", {})
        yield f"{name} a length given", _length_given(name)


def _day_given(data: Table, name: str, key: str, more: Table) -> None:
    clock = data["clock"][name]
    clock[key] = "day_given"
    if key == "until":
        clock.pop("days")
        clock.pop("starts", None)
    asked = {"kind": "date", "label": "写明的日期", **more}
    _ask(data, clock, "day_given", asked)


def _length_given(name: str) -> Callable[[Table], None]:
    def change(data: Table) -> None:
        clock = data["clock"][name]
        clock["days"]["input"] = "days_given"
        most = max(value for value in clock["days"].values() if isinstance(value, int))
        _ask(data, clock, "days_given", {"kind": "number", "label": "写明的天数", "minimum": 1, "maximum": most})

    return change


def _ask(data: Table, clock: Table, name: str, item: Table) -> None:
    for action in data["action"].values():
        if action.get("to") in clock["runs_in"]:
            action.setdefault("inputs", {})[name] = dict(item)
    if data["initial"] in clock["runs_in"]:
        data.setdefault("inputs", {})[name] = dict(item)


def _no_clock(data: Table) -> Iterator[Change]:
    for name, clock in data.get("clock", {}).items():
        yield f"{name} gone", lambda d, name=name: d["clock"].pop(name)
        if "pauses_in" in clock:
            yield f"{name} never pauses", _drop("clock", name, "pauses_in")


def _owner(data: Table) -> Iterator[Change]:
    for name, clock in data.get("clock", {}).items():
        for role in data["actor"]:
            if role != clock["owner"]:
                yield f"{name} of {role}", _put("clock", name, "owner", role)


def _clock_wider(data: Table) -> Iterator[Change]:
    for name, clock in data.get("clock", {}).items():
        for state, spec in data["state"].items():
            if "outcome" not in spec and state not in clock["runs_in"]:
                yield f"{name} also in {state}", _put("clock", name, "runs_in", [*clock["runs_in"], state])
                paused = clock.get("pauses_in", [])
                if state not in paused:
                    yield f"{name} pauses in {state}", _put("clock", name, "pauses_in", [*paused, state])


def _extension(data: Table) -> Iterator[Change]:
    for name, action in data["action"].items():
        for unit, count in action.get("extends", {}).items():
            if isinstance(count, int):
                extends = {**action["extends"], unit: count * 4}
                yield f"{name} {unit} {count * 4}", _put("action", name, "extends", extends)


def _back_edge(data: Table) -> Iterator[Change]:
    """An office's step that leads back without a count."""
    states = [name for name, spec in data["state"].items() if "outcome" not in spec]
    for index, state in enumerate(states):
        for earlier in states[:index]:
            roles = [
                r for a in data["action"].values() for r in a["by"] if state in a["from"] and role_side(r) == "office"
            ]
            if roles:
                step = {"label": "退回重办", "by": [roles[0]], "from": [state], "to": earlier, "reason": True,
                        "basis": [next(iter(data["basis"]))]}  # fmt: skip
                yield f"{state} back to {earlier}", lambda d, step=step: d["action"].__setitem__("go_back", step)


def _quick_end(data: Table) -> Iterator[Change]:
    """One office post ends the case at once: a copy of each ending step from each other state, by its first post."""
    for state, spec in data["state"].items():
        if "outcome" in spec:
            continue
        roles = [r for a in data["action"].values() for r in a["by"] if state in a["from"] and role_side(r) == "office"]
        for name, action in data["action"].items():
            if roles and "outcome" in data["state"].get(action.get("to", ""), {}):
                step = {**action, "by": [roles[0]], "from": [state], "label": "径行办结"}
                step.pop("on", None)
                step.pop("distinct_from", None)
                yield f"{name} at once from {state}", lambda d, step=step: d["action"].__setitem__("at_once", step)


def _initial(data: Table) -> Iterator[Change]:
    for state in data["state"]:
        if state != data["initial"]:
            yield state, lambda d, state=state: d.__setitem__("initial", state)


def _inputs(data: Table) -> Iterator[Change]:
    forms = [("filing", ("inputs",)), *((n, ("action", n, "inputs")) for n in data["action"])]
    for where, path in forms:
        form = _at(data, path)
        for name, item in (form or {}).items():
            yield f"{where} {name} gone", lambda d, path=path, name=name: _at(d, path).pop(name)
            for key in ("vaulted", "past", "minimum", "maximum", "after"):
                if key in item:
                    yield f"{where} {name} not {key}", lambda d, p=path, n=name, k=key: _at(d, p)[n].pop(k)
            if item.get("required", True):
                yield (
                    f"{where} {name} not required",
                    lambda d, p=path, n=name: _at(d, p)[n].__setitem__("required", False),
                )
            for kind in ("text", "number", "date", "boolean"):
                if item["kind"] != kind and "choices" not in item:
                    yield (
                        f"{where} {name} as {kind}",
                        lambda d, p=path, n=name, k=kind: _at(d, p)[n].__setitem__("kind", k),
                    )


def _at(data: Table, path: tuple[str, ...]) -> Any:
    for key in path:
        data = data.get(key, {})
    return data


def _filing(data: Table) -> Iterator[Change]:
    for role in data["actor"]:
        if role not in data.get("filed_by", []) and role != "system":
            yield f"filed by {role}", lambda d, role=role: d.__setitem__("filed_by", [role])
    for key in ("filing_letter", "filing_guards", "filed_by", "confidential", "opened_only", "offices", "prefix"):
        if key in data:
            yield f"no {key}", lambda d, key=key: d.pop(key)


def _materials(data: Table) -> Iterator[Change]:
    for name, one in data.get("material", {}).items():
        yield f"{name} gone", lambda d, name=name: d["material"].pop(name)
        for key in ("required", "required_if", "filed", "deferrable"):
            if key in one:
                yield f"{name} not {key}", _drop("material", name, key)


def _forms(data: Table) -> Iterator[Change]:
    for name, form in data.get("letters", {}).items():
        for key in form:
            yield f"{name} without {key}", _drop("letters", name, key)
        for to in ("subject", "provider", "receiver", "about"):
            if form.get("to", "subject") != to:
                yield f"{name} to {to}", _put("letters", name, "to", to)


def _internal(data: Table) -> Iterator[Change]:
    for name, state in data["state"].items():
        if "outcome" not in state:
            yield f"{name} internal turned", _put("state", name, "internal", not state.get("internal", False))
        if "no_clock" in state:
            yield f"{name} no reason", _drop("state", name, "no_clock")


def _undoable(data: Table) -> Iterator[Change]:
    for name, action in data["action"].items():
        if not action.get("undoable"):
            yield name, _put("action", name, "undoable", True)


def _followup(data: Table) -> Iterator[Change]:
    for name, action in data["action"].items():
        for index, carried in enumerate(action.get("opens", {}).get("carry", [])):
            rest = [c for i, c in enumerate(action["opens"]["carry"]) if i != index]
            yield f"{name} does not carry {carried}", _put("action", name, "opens", {**action["opens"], "carry": rest})


def _twice(data: Table) -> Iterator[Change]:
    for table in ("state", "action", "clock", "actor"):
        names = list(data.get(table, {}))
        for one, other in pairwise(names):
            if table == "actor":
                yield f"{table} {one} as {other}", lambda d, o=one, t=other: d["actor"].__setitem__(o, d["actor"][t])
            else:
                label = data[table][other]["label"]
                yield f"{table} {one} as {other}", _put(table, one, "label", label)


KINDS: dict[str, Callable[[Table], Iterator[Change]]] = {
    # people
    "no distinct_from": _without("distinct_from"), "one less distinct_from": _one_less("action", "distinct_from"),
    "another role": _another_role, "quick end": _quick_end,
    # paths
    "another target": _another_target, "one less from": _one_less("action", "from"), "another source": _another_source,
    "no action": _no_action, "back edge": _back_edge, "another initial": _initial, "no event": _without("on"),
    # guards
    "no guard": _no_guard, "guard turned": _guard_turned, "guard parameter": _guard_parameter, "guard moved": _guards_moved,
    "guard added": _guard_added, "guards swapped": _guards_swapped,
    # clocks
    "another overdue": _overdue, "office longer": _office_longer, "subject shorter": _subject_shorter, "another start": _starts,
    "set by input": _set_by_input, "no clock": _no_clock, "another owner": _owner, "clock wider": _clock_wider,
    "one less runs_in": _one_less("clock", "runs_in"), "extension longer": _extension,
    # letters and outcomes
    "another outcome": _outcome, "no letter": _without("letter"), "another letter": _letter, "no remedy": _without("remedy"),
    "one less remedy": _one_less("action", "remedy"), "no reason": _without("reason"), "open reason": _reason,
    "no effects": _without("effects"), "one less effect": _one_less("action", "effects"), "effect added": _effect_added,
    "effects swapped": _effects_swapped, "letter form": _forms, "no no_remedy": _without("no_remedy"),
    # data
    "input": _inputs, "filing": _filing, "material": _materials, "internal": _internal, "undoable": _undoable,
    "no follow-up": _without("opens"), "carry": _followup, "label twice": _twice, "no materials": _without("materials"),
}  # fmt: skip
"""Every kind of mutant by name."""
