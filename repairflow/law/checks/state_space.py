"""Running a procedure with the facts of its guards abstracted: every combination a case can come into, not the graph alone.

What stays the same through a case (its kind, the list it is about) is fixed for a run; what the guards count is counted;
answers to closed questions are kept; everything else may be as it likes at each step.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product

from repairflow.law.checks.guard_satisfiability import MOST_TIMES, NOT_ASKED, Scope, list_kinds, needed, together
from repairflow.law.checks.steps_before import possible_answers
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.packs import RulePack

MOST_STEPS = 200_000
"""Steps that the runs of one procedure may try in all its proofs, some seconds of work; a shipped one tries some seven thousand at most."""


class TooManyRuns(Exception):
    """The runs of a procedure cannot all be tried: what they would have shown is not known."""


@dataclass
class Budget:
    """How many steps may still be tried. A count and not a time: the same file is told the same on every machine."""

    left: int = MOST_STEPS

    def spend(self, steps: int = 1) -> None:
        """Note so many steps; TooManyRuns when none is left."""
        self.left -= steps
        if self.left < 0:
            raise TooManyRuns


FREE = frozenset({"record", "meeting", "taker", "age", "use", "promise"})
"""Facts that may change between any two steps."""
OTHER = "（其他）"


@dataclass(frozen=True, slots=True)
class Config:
    """Where a run stands: the state, how often each counted step was taken, what was answered."""

    state: str
    times: tuple[int, ...]
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """The steps that lead to where a run stands, with the facts it was run under."""

    steps: tuple[str, ...]
    state: str
    facts: Mapping[str, str]
    config: Config


@dataclass
class World:
    """All runs under one set of fixed facts: each configuration with the step and configuration before it."""

    facts: Mapping[str, str]
    came: dict[Config, tuple[str, Config] | None] = field(default_factory=dict)

    def run(self, config: Config) -> Run:
        """Return a shortest run to a configuration."""
        steps: list[str] = []
        here, back = config, self.came[config]
        while back is not None:
            steps.append(back[0])
            here = back[1]
            back = self.came[here]
        return Run(tuple(reversed(steps)), config.state, self.facts, config)


class Model:
    """A procedure ready to be run."""

    def __init__(
        self, procedure: Procedure, packs: tuple[RulePack, ...], life: Procedure | None, budget: Budget | None = None
    ) -> None:
        self.procedure = procedure
        self._budget = budget or Budget()
        self.scopes = {name: needed(action, procedure, packs, life) for name, action in procedure.action.items()}
        self.guarded = {name: together(action.guards, procedure, packs) for name, action in procedure.action.items()}
        self.filing = together(procedure.filing_guards, procedure, packs)
        scopes = self.scopes.values()
        self.counted = sorted({step for scope in scopes for step in scope.times if step in procedure.action})
        self.most = {step: max(_most(scope, step) for scope in scopes) for step in self.counted}
        self._weight = 1 + len(self.counted) // 8  # a step takes the longer, the more is counted
        self.answers = sorted({fact for scope in scopes for fact in scope.facts if fact.startswith("said ")})
        self._domains = {fact: self._answers(fact, packs) for fact in self.answers}
        self._asked = {fact.split(" ")[1] for fact in self.answers}
        self._offered = {state: tuple(procedure.actions_from(state)) for state in {procedure.initial, *procedure.state}}
        self._packs = packs

    def worlds(self, barred: Collection[str] = ()) -> Iterator[World]:
        """Yield every set of fixed facts that may be filed under, run to the end; `barred` actions are never taken."""
        names, values = self._fixed()
        for chosen in product(*values):
            self._budget.spend()
            facts = dict(zip(names, chosen, strict=True))
            if all(facts[name] in allowed for name, allowed in self.filing.facts.items() if name in facts):
                yield self._run(facts, barred)

    def open(self, name: str, config: Config, facts: Mapping[str, str], scope: Scope | None = None) -> bool:
        """Tell whether a step can be taken in a configuration, all that is not fixed being as it should."""
        scope = scope if scope is not None else self.scopes[name]
        if scope.times:
            times = dict(zip(self.counted, config.times, strict=True))
            for step, (least, most) in scope.times.items():
                done = times.get(step, 0)
                if done < least or (most is not None and done > most):
                    return False
        if not scope.facts:
            return True
        said = dict(zip(self.answers, config.said, strict=True))
        for fact, allowed in scope.facts.items():
            value = said.get(fact, facts.get(fact))
            if not allowed or (fact not in FREE and value is not None and value not in allowed):
                return False
        return True

    def following(self, name: str, config: Config) -> Iterator[Config]:
        """Yield where a step leads: one configuration for each answer it may be given."""
        to = self.procedure.action[name].to or config.state
        times = config.times
        if name in self.most:
            times = tuple(
                min(done + (step == name), self.most[step]) for step, done in zip(self.counted, times, strict=True)
            )
        if name not in self._asked:
            self._budget.spend(self._weight)
            yield Config(to, times, config.said)
            return
        choices = [
            sorted(self._domains[fact]) or [OTHER] if fact.split(" ")[1] == name else [said]
            for fact, said in zip(self.answers, config.said, strict=True)
        ]
        for said in product(*choices):
            self._budget.spend(self._weight)
            yield Config(to, times, tuple(said))

    def _run(self, facts: Mapping[str, str], barred: Collection[str]) -> World:
        world = World(facts)
        start = Config(self.procedure.initial, (0,) * len(self.counted), (NOT_ASKED,) * len(self.answers))
        world.came[start] = None
        waiting = deque([start])
        while waiting:
            config = waiting.popleft()
            for name in self._offered[config.state]:
                self._budget.spend()
                if name in barred or not self.open(name, config, facts):
                    continue
                for after in self.following(name, config):
                    if after not in world.came and after.state in self.procedure.state:
                        world.came[after] = (name, config)
                        waiting.append(after)
        return world

    def _fixed(self) -> tuple[list[str], list[list[str]]]:
        """Facts that stay through a case and the values worth telling apart."""
        used: dict[str, set[frozenset[str]]] = {}
        for scope in (self.filing, *self.scopes.values()):
            for fact, allowed in scope.facts.items():
                if fact not in FREE and not fact.startswith("said "):
                    used.setdefault(fact, set()).add(allowed)
        found = {fact: self._values(fact, allowed) for fact, allowed in used.items()}
        return list(found), list(found.values())

    def _values(self, fact: str, allowed: set[frozenset[str]]) -> list[str]:
        if fact == "kind":
            return list(self.procedure.kinds) or [OTHER]
        known = set(list_kinds(self._packs)) if fact == "list" else set().union(*allowed)
        every = [*sorted(known), OTHER]
        # values that all guards treat alike are one
        distinct = {frozenset(one for one in allowed if value in one): value for value in reversed(every)}
        return sorted(distinct.values())

    def _answers(self, fact: str, packs: tuple[RulePack, ...]) -> set[str]:
        _, action, name = fact.split(" ", 2)
        step = self.procedure.action.get(action)
        item = step.inputs.get(name) if step is not None else None
        known = possible_answers(item, packs) if item is not None else set()
        return {*known, NOT_ASKED} if known and item is not None and not item.required else known


def _most(scope: Scope, step: str) -> int:
    """Return how far a count has to be kept: past the greatest number a guard compares it with."""
    least, most = scope.times.get(step, (0, None))
    return min(max(least, 0 if most is None else most + 1), MOST_TIMES + 1)
