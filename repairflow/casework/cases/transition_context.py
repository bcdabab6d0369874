"""A transition on its way: one frozen value that goes through the parts of a step in order, each adding what it found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from repairflow.auditing.chain import EMPTY, Appended
from repairflow.casework.actor import Actor
from repairflow.casework.case_state.materials import Claimed
from repairflow.casework.case_state.record_change import Change
from repairflow.casework.case_state.situation import Situation
from repairflow.casework.commands import Command, Event
from repairflow.casework.context import Services
from repairflow.casework.outbound.push_cause import Cause
from repairflow.errors import Refusal
from repairflow.law.deadlines.due import Due
from repairflow.law.guards import Answer
from repairflow.law.procedure.model import Action, State
from repairflow.letters.issue.compose import Composed
from repairflow.times import local_day


@dataclass(frozen=True, slots=True)
class Decided:
    """What deciding a step settled: by which role, where to, the form as read, and what stands in its way. Nothing is
    written yet."""

    role: str
    to_state: str
    inputs: Mapping[str, object]  # values of many kinds, as the form declares them
    materials: tuple[Claimed, ...] = ()
    answers: tuple[Answer, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    secrets: Mapping[str, str] = field(default_factory=dict)  # vaulted inputs: no row and no trail holds them
    facts: Mapping[str, object] = field(default_factory=dict)  # what of the day the guards looked at


UNDECIDED = Decided("", "", {})
NO_DUES: Mapping[str, Due] = MappingProxyType({})


class Transition(NamedTuple):
    """A command, the case as it stood, and what has been found and done of the step so far.

    A tuple, because each part of a step makes a new one (`_replace`).
    `change`, `dues` and `composed` are filled before the event is appended, `appended` with it, `pushed` after it.
    """

    services: Services
    at: Situation
    action: Action
    command: Command
    now: datetime
    decided: Decided = UNDECIDED
    change: Change | None = None  # what the effects did to the record
    dues: Mapping[str, Due] = NO_DUES  # limits that run or are paused afterwards
    composed: Composed | None = None  # the letter
    appended: Appended = EMPTY  # the event
    pushed: int = 0  # how many pushes wait for receipts

    @property
    def today(self) -> date:
        return local_day(self.now)

    @property
    def state(self) -> State:
        """Where the case goes."""
        return self.at.procedure.state[self.decided.to_state]

    @property
    def internal(self) -> bool:
        """Whether the subject sees nothing of the case where it goes.

        What a subject sees begins with what is served on it or published: a case that stood inside and ends without that
        stays inside, whatever its last state.
        """
        issued = self.action.letter is not None or bool(self.action.effects)
        return bool(self.state.internal) or (self.at.case.internal and self.state.final and not issued)

    @property
    def inputs(self) -> Mapping[str, object]:
        """The form, read and typed."""
        return self.decided.inputs

    @property
    def reason(self) -> str | None:
        return self.command.reason

    @property
    def actor(self) -> Actor:
        return self.command.actor

    @property
    def event(self) -> str:
        """The digest of the step's event."""
        return self.appended.digest

    @property
    def cause(self) -> Cause:
        """What pushes say of the step."""
        return Cause(self.event, self.now, self.at.case, self.composed)

    @property
    def answer(self) -> Event:
        """What came of the command."""
        case, letter = self.at.case, self.composed.number if self.composed is not None else None
        return Event(
            case.number, self.appended.seq, self.command.action, case.state, self.decided.to_state, self.now, self.event,
            self.appended.seq, letter,
        )  # fmt: skip

    def fact(self, name: str) -> Any:  # noqa: ANN401  # of whatever type the form asks
        """Return the newest value the case was told: in this step, before, or when it was filed; None when never."""
        for source in (self.inputs, *(step.inputs for step in reversed(self.at.history)), self.at.case.inputs):
            if source.get(name) not in (None, "", [], {}):
                return source[name]
        return None
