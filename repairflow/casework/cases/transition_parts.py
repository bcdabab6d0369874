"""The parts of a step that is being taken, in the order of a transition; `perform.take` reads them one after the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from repairflow.auditing import chain
from repairflow.casework import deadline_table
from repairflow.casework.case_state.record_change import Change
from repairflow.casework.case_state.situation import Situation
from repairflow.casework.case_state.transition_context import Step, Written
from repairflow.casework.cases import decision
from repairflow.casework.cases.decision import Decided
from repairflow.casework.cases.effects import check_results, lists, registry
from repairflow.casework.cases.opening import PERSONAL_INPUTS
from repairflow.casework.commands import Command
from repairflow.casework.context import Services
from repairflow.casework.credit_records import effects, lifecycle
from repairflow.casework.documents import publication_notice
from repairflow.casework.documents.issue import letter_for
from repairflow.casework.outbound import pushes
from repairflow.law.checks import CASE_EFFECTS
from repairflow.law.deadlines.due import Due
from repairflow.law.guards import Done
from repairflow.law.procedure.model import Action, State
from repairflow.letters.issue import compose
from repairflow.times import local_day


@dataclass(frozen=True, slots=True)
class Taking:
    """A step that may be taken: the command, the case as it stood, and what was decided."""

    services: Services
    at: Situation
    action: Action
    command: Command
    decided: Decided
    now: datetime

    @property
    def state(self) -> State:
        """Where the case goes."""
        return self.at.procedure.state[self.decided.to_state]

    @property
    def step(self) -> Step:
        """The step as its effects see it."""
        told, given = self.decided, self.command
        return Step(
            self.services, self.at, told.inputs, given.reason, self.now, told.secrets, given.actor, told.to_state
        )  # fmt: skip

    @property
    def afterwards(self) -> list[str]:
        """The effects that need the event and the letter."""
        return [name for name in self.action.effects if name in registry.AFTERWARDS]


def change_of(tx: Connection, it: Taking) -> Change | None:
    """Afterwards the effects that come before the event have happened; gives what they changed on the record. May refuse."""
    step = it.step
    for name in it.action.effects:
        if name in registry.EFFECTS:
            registry.EFFECTS[name](tx, step)
    names = [name for name in it.action.effects if name not in CASE_EFFECTS]
    if not names or it.at.record is None:
        return None
    return effects.apply(
        tx, it.services.law, names, it.at.record, inputs=step.inputs, reason=step.reason, now=it.now, pack=it.at.pack
    )


def dues_after(it: Taking) -> Mapping[str, Due]:
    """The limits that run or are paused once the step is done."""
    if it.state.final:
        return {}
    given, told = it.command, it.decided
    seq, actor = it.at.case.version + 1, given.actor
    done = Done(it.now, given.action, told.to_state, told.inputs, seq, actor.id, actor.name)
    return deadline_table.live(it.at.procedure, (*it.at.history, done), it.at.calendar, local_day(it.now))


def letter_of(tx: Connection, it: Taking, change: Change | None, dues: Mapping[str, Due]) -> compose.Composed | None:
    """The letter of the step, composed, or None where it has none."""
    if it.action.letter is None:
        return None
    given = it.command
    return letter_for(
        tx, it.services, it.at, given.action, it.action, it.action.letter, dues=dues, change=change,
        inputs=it.decided.inputs, reason=given.reason, ground=given.ground, now=it.now,
    )  # fmt: skip


def append(tx: Connection, it: Taking, change: Change | None, composed: compose.Composed | None) -> chain.Appended:
    """The event of the step, in its case's chain."""
    case, given, told = it.at.case, it.command, it.decided
    return chain.append(
        tx, stream=chain.case_stream(case.number), prev_seq=case.version, prev_digest=case.chain_head, case_id=case.id,
        record_id=case.record_id, at=it.now, action=given.action, from_state=case.state, to_state=told.to_state,
        actor_id=given.actor.id, actor_name=given.actor.name, actor_role=told.role, reason=given.reason,
        command_id=given.command_id, content=decision.content(it.at, it.action, given, told, change, composed),
        personal={name: str(value) for name, value in told.inputs.items() if name in PERSONAL_INPUTS},
        after=it.now,  # the step's time, which is not before the last event's
    )  # fmt: skip


def issue(tx: Connection, it: Taking, composed: compose.Composed, appended: chain.Appended) -> None:
    """Afterwards the letter is issued and waits for the press."""
    case = it.at.case
    letter_id = compose.write(
        tx, composed, case_id=case.id, record_id=case.record_id, office_id=case.deciding_id,
        event_seq=appended.seq, chain_head=appended.digest, now=it.now,
    )  # fmt: skip
    pushes.press(tx, letter_id, case, it.now)


def publish(tx: Connection, it: Taking, change: Change | None, written: Written) -> int:
    """Afterwards all platforms concerned will be told what changed, and what follows from it on the record has happened.

    Gives how many pushes wait.
    """
    pushed, case, row = 0, it.at.case, it.at.record
    if change is not None and row is not None:
        if change.public_changed or "lift_measures" in change.effects:
            result = pushes.result_of(case.procedure, it.command.action, it.state.outcome, change, row, it.now)
            pushed += pushes.push_record(
                tx, row, change, case=case, result=result, event=written.event, letter=written.letter, now=it.now
            )
        lifecycle.settle(tx, it.services, row.id, it.now)  # the end of publicity follows the record's state and dates
        publication_notice.accompany(tx, it.services, row, change, it.command.actor, it.decided.role, it.now)
    step = it.step
    pushed += sum(registry.AFTERWARDS[name](tx, step, written) for name in it.afterwards)
    if change is not None:
        pushed += lists.follow_record(tx, step, written, change)
        check_results.follow(tx, step, change)
    return pushed
