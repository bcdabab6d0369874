"""Ways through a procedure: the usual one, the one a case has gone, and the longest the law allows. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Literal

from repairflow.law.calendar.periods import UNIT_LABELS
from repairflow.law.checks.graph import closure, edges, successors
from repairflow.law.guards import Done
from repairflow.law.procedure.channels import EX_OFFICIO
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.roles import CITIZEN_ROLES, SUBJECT_ROLES, SYSTEM, outcome_side

FILING_LABEL = "提出申请"
OPENING_LABEL = "启动"
EX_OFFICIO_LABEL = "依职权启动"
ENDING_LABEL = "办结"

WORKING_DAYS_IN: Mapping[str, float] = {"working": 1, "calendar": 5 / 7, "months": 21, "years": 250}
"""Only for telling which of two paths is longer where units differ; never for a due day."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of the path shown to people.

    `at` is when a done stage was left (an end: when it was reached), `who` the person who did that, or, for a stage
    that is not done, the roles whose turn it is. `side` marks a stage off the usual path (补正, 听证, …).
    """

    label: str
    standing: Literal["done", "now", "ahead"]
    at: datetime | None
    who: str
    side: bool = False


@dataclass(frozen=True, slots=True)
class Longest:
    """The longest statutory path: each clock used up once and extended once. Lengths by unit, zero ones left out."""

    states: tuple[str, ...]
    lengths: Mapping[str, int]
    undated: tuple[str, ...]  # states on it whose length the file does not fix
    clocks: frozenset[str] = frozenset()  # those whose lengths are summed: where several run, the shortest that binds

    @property
    def working(self) -> int:
        """Its working days alone."""
        return self.lengths.get("working", 0)

    def __str__(self) -> str:
        parts = [f"{self.lengths[unit]} {UNIT_LABELS[unit]}" for unit in UNIT_LABELS if unit in self.lengths]
        return " 另 ".join(parts) or "没有以日计的期限"


def usual_path(procedure: Procedure, closed: Collection[str] = ()) -> tuple[str, ...]:
    """Return the states of a case in which all goes well, from the initial one to an end.

    From each state the next in the order of the file from which a good end can be reached without coming back: so a
    side state (补正) is passed by, and a shortcut declared later (平台自身差错) is not taken. `closed` are steps that this case can
    never take, such as those for lists of the other kind.
    """
    final = [state for state, spec in procedure.state.items() if spec.final]
    following = _by_people_or_on_events(procedure, closed)
    within = closure([procedure.initial], following)
    good = {s for s in final if s in within and outcome_side(procedure.state[s].outcome) == "for"} or set(final)
    path = _walk(procedure, following, good, set())
    return _walk(procedure, following, good, set(path[-1:]))


def _walk(procedure: Procedure, following: Mapping[str, list[str]], good: set[str], aim: set[str]) -> tuple[str, ...]:
    """Return the states from the initial one to one of the good ends; where several lead on, one from which `aim` is reached without
    coming to an earlier stage again."""
    order = {state: number for number, state in enumerate(procedure.state)}
    path, here = [procedure.initial], procedure.initial
    while not procedure.state[here].final:
        ahead = [t for t in following[here] if t not in path and good & closure([t], _without(following, path))]
        if not ahead:
            break
        straight = [t for t in ahead if aim & closure([t], _without(following, _passed(procedure, path, t)))]
        here = min(straight or ahead, key=lambda s: (order[s] < order[here], order[s]))
        path.append(here)
    return tuple(path)


def _passed(procedure: Procedure, path: Sequence[str], target: str) -> set[str]:
    """Return the states on the path, and all others of the stages that are left for `target`: a way that leads there once more (整改,
    then 考评 again) is not the usual one where another leads on."""
    left = {_stage(procedure, state) for state in path} - {_stage(procedure, target)}
    return {*path, *(state for state in procedure.state if _stage(procedure, state) in left)} - {target}


def _by_people_or_on_events(procedure: Procedure, closed: Collection[str]) -> dict[str, list[str]]:
    """Return what follows each state, leaving out what only happens because somebody let a clock run out. Where the clock reminds
    nobody (公示期), nobody is waited for: its end alone follows."""
    overdue = {clock.overdue for clock in procedure.clock.values()}
    waited_out = {state: target for state in procedure.state if (target := after_waiting(procedure, state))}
    following: dict[str, list[str]] = {state: [] for state in procedure.state}
    for way in edges(procedure):
        action = procedure.action[way.action]
        if way.source in waited_out or way.action in closed:
            continue
        if way.target != way.source and not (set(action.by) == {SYSTEM} and way.action in overdue):
            following[way.source].append(way.target)
    return following | {state: [target] for state, target in waited_out.items()}


def after_waiting(procedure: Procedure, state: str) -> str | None:
    """Return the state in which a case goes on when a clock that reminds nobody runs out in this one; None where there is none."""
    for clock in procedure.clock.values():
        action = procedure.action.get(clock.overdue or "")
        if (
            state not in clock.runs_in
            or clock.remind
            or action is None
            or action.to is None
            or set(action.by) != {SYSTEM}
        ):
            continue
        if not procedure.state[action.to].final:
            return action.to
    return None


def _without(following: Mapping[str, list[str]], gone: Iterable[str]) -> dict[str, list[str]]:
    closed = set(gone)
    return {state: [t for t in targets if t not in closed] for state, targets in following.items()}


def stages(procedure: Procedure, history: Sequence[Done], closed: Collection[str] = ()) -> list[Stage]:
    """Return the path of a case as people see it: what is done, where it stands, what lies ahead.

    `history` begins with the filing; each step names the state it led to. States that share a `stage` are one. `closed` are steps
    that this case can never take.
    """
    path = usual_path(procedure, closed)
    usual = list(dict.fromkeys(_stage(procedure, state) for state in path))
    if not history:
        return [Stage(first_label(procedure), "ahead", None, ""), *_ahead(procedure, path, usual)]
    filing, here = history[0], history[-1].state
    found = [Stage(first_label(procedure), "done", filing.at, filing.actor_name)]
    now, ended = _stage(procedure, here), procedure.state[here].final
    left = _left(procedure, history)
    place = usual.index(now) if now in usual else max((usual.index(s) for s in left if s in usual), default=-1) + 1
    if (after := after_waiting(procedure, here)) and (again := _stage(procedure, after)) in left and again in usual:
        del left[again]  # 公示 before a decision: what was left for it lies ahead once more
        place = usual.index(again) if now not in usual else place
    before = usual if ended else usual[:place]
    for name in [*(s for s in before if s in left), *(s for s in left if s not in usual)]:
        if name != now:
            found.append(Stage(name, "done", left[name].at, left[name].actor_name, name not in usual))
    if ended:
        last = history[-1]
        return [*found, Stage(procedure.state[here].label, "done", last.at, last.actor_name)]
    found.append(Stage(now, "now", None, _turn(procedure, path, here), now not in usual))
    return found + _ahead(procedure, path, usual[place + 1 :] if now in usual else usual[place:])


def first_label(procedure: Procedure, channel: str | None = None) -> str:
    """Return what the beginning of a case is called: somebody applied, an office began by itself, or another case opened it."""
    if procedure.opened_only:
        return OPENING_LABEL
    by_offices_alone = bool(procedure.filed_by) and not set(procedure.filed_by) & (SUBJECT_ROLES | CITIZEN_ROLES)
    return EX_OFFICIO_LABEL if channel == EX_OFFICIO or by_offices_alone else FILING_LABEL


def _stage(procedure: Procedure, state: str) -> str:
    """Name an end only once it is reached: the path ahead promises no outcome."""
    spec = procedure.state[state]
    return spec.stage or (ENDING_LABEL if spec.final else spec.label)


def _left(procedure: Procedure, history: Sequence[Done]) -> dict[str, Done]:
    """Return the step by which each visited stage was last left, in the order of the first visits."""
    left: dict[str, Done] = {}
    for before, step in pairwise(history):
        stage = _stage(procedure, before.state)
        if stage != _stage(procedure, step.state):
            left[stage] = step
    return left


def _ahead(procedure: Procedure, path: Sequence[str], usual: Sequence[str]) -> list[Stage]:
    turns: dict[str, str] = {}
    for state in path:
        turns.setdefault(_stage(procedure, state), _turn(procedure, path, state))
    return [Stage(name, "ahead", None, turns.get(name, "")) for name in usual]


def _turn(procedure: Procedure, path: Sequence[str], state: str) -> str:
    """Return the label of whoever is late when the state lasts too long; of whoever may move it on when no clock says; of nobody
    while a time is waited out."""
    if after_waiting(procedure, state):
        return ""
    for clock in procedure.clock.values():
        if state in clock.runs_in and len(clock.runs_in) == 1:
            return procedure.actor.get(clock.owner, "")
    onward = path[path.index(state) + 1] if state in path[:-1] else None
    for action in procedure.actions_from(state).values():
        if action.to is not None and onward in (None, action.to):
            return "、".join(procedure.actor.get(role, role) for role in action.by if role != SYSTEM)
    return ""


def longest(procedure: Procedure) -> Longest:
    """Return the longest way from filing to an end if everybody uses the whole limit.

    States that can follow each other in a circle (补正 and back) are counted as one group, passed once. The time a set
    of states can take is the cheapest set of clocks that covers it: a clock over several states binds them together.
    """
    best = Longest((), {}, ())
    weight = -1.0
    for states in _routes(procedure):
        found = _time(procedure, states)
        total = sum(WORKING_DAYS_IN[unit] * count for unit, count in found.lengths.items())
        if total > weight:
            best, weight = found, total
    return best


def _routes(procedure: Procedure) -> Iterator[tuple[str, ...]]:
    """Yield the states on each way from the initial one to an end, circles taken as one group."""
    following = successors(procedure)
    reach = {state: closure([state], following) for state in procedure.state}
    group = {s: frozenset(t for t in reach[s] if s in reach[t]) for s in procedure.state}
    order = {state: number for number, state in enumerate(procedure.state)}

    def onward(here: frozenset[str], so_far: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        so_far = (*so_far, *sorted(here, key=lambda s: order[s]))
        after = dict.fromkeys(group[t] for s in sorted(here) for t in following[s] if group[t] != here)
        if not after:
            yield so_far
        for there in after:
            yield from onward(there, so_far)

    yield from onward(group[procedure.initial], ())


def _time(procedure: Procedure, states: tuple[str, ...]) -> Longest:
    # one that counts from a day some cases alone have (starts_on) binds no other case
    dated = {
        name: clock.days for name, clock in procedure.clock.items() if clock.days is not None and not clock.starts_on
    }
    costs: dict[str, dict[str, int]] = {name: {days.unit: days.count} for name, days in dated.items()}
    extended: set[str] = set()
    for action in procedure.action.values():
        more = action.extends
        if more is None or more.clock not in costs or more.clock in extended or not set(action.from_) & set(states):
            continue
        extended.add(more.clock)  # once
        for unit in ("working", "calendar", "months"):
            costs[more.clock][unit] = costs[more.clock].get(unit, 0) + (getattr(more, unit) or 0)
    covering = {s: [n for n in dated if s in procedure.clock[n].runs_in] for s in states}
    undated = tuple(s for s in states if not covering[s] and not procedure.state[s].final)
    chosen = _cheapest([s for s in states if covering[s]], covering, costs, frozenset())
    lengths: dict[str, int] = {}
    for name in chosen:
        for unit, count in costs[name].items():
            lengths[unit] = lengths.get(unit, 0) + count
    return Longest(states, {unit: lengths[unit] for unit in UNIT_LABELS if lengths.get(unit)}, undated, chosen)


def _cheapest(
    states: list[str],
    covering: Mapping[str, Sequence[str]],
    costs: Mapping[str, Mapping[str, int]],
    chosen: frozenset[str],
) -> frozenset[str]:
    """Return the clocks of least total length that together run in all these states."""
    rest = [s for s in states if not chosen & set(covering[s])]
    if not rest:
        return chosen

    def total(names: frozenset[str]) -> float:
        return sum(WORKING_DAYS_IN[unit] * count for name in names for unit, count in costs[name].items())

    return min((_cheapest(rest, covering, costs, chosen | {name}) for name in covering[rest[0]]), key=total)
