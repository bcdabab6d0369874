"""The parts of a step, in the order in which `transition.take` reads them: each takes the transition as far as it has come
and gives it with what it found or did."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection

from repairflow.casework import deadline_table
from repairflow.casework.case_state import case_events, held_effects, withdrawal_statements
from repairflow.casework.case_state.case_events import Move
from repairflow.casework.case_state.held_effects import MARK, MASK
from repairflow.casework.case_state.materials import attach
from repairflow.casework.case_state.situation import law_of
from repairflow.casework.case_state.withdrawal_statements import Stated
from repairflow.casework.cases import corrected_authority, decision
from repairflow.casework.cases.effects import acts_in_cases, check_results, lists, registry
from repairflow.casework.cases.opening import PERSONAL_INPUTS
from repairflow.casework.cases.transition_context import Transition
from repairflow.casework.credit_records import begun_publicity, effects, lifecycle, redress
from repairflow.casework.credit_records.effects import Wanted
from repairflow.casework.credit_records.lifecycle import RecordStep
from repairflow.casework.documents import publication_notice
from repairflow.casework.documents.fields.letter_step import LetterStep
from repairflow.casework.documents.issue import letter_for
from repairflow.casework.event_log import NewEvent
from repairflow.casework.outbound import case_results, new_names, pushes
from repairflow.casework.rows_by_id import record_of
from repairflow.law.checks import CASE_EFFECTS
from repairflow.law.guards import Done
from repairflow.law.procedure.roles import SUBJECT_ROLES
from repairflow.letters.issue import compose
from repairflow.records.rows import RecordRow

UNMASK = "unmask_record"


def change_record(tx: Connection, it: Transition) -> Transition:
    """Ensure that the effects that come before the event have happened; with what they changed on the record. May refuse."""
    for name in it.action.effects:
        if name in registry.EFFECTS:
            registry.EFFECTS[name](tx, it)
    if it.at.act is not None:
        wanted = wanted_of(tx, it)
        done = acts_in_cases.apply(tx, it.services.law, it.at.act, wanted) if wanted.names else None
        return it._replace(change=done)
    if it.at.record is None:
        return it
    wanted = wanted_of(tx, it)
    if not wanted.names and not _explains(it):
        return it
    return it._replace(change=effects.apply(tx, it.services.law, it.at.record, wanted))


def _explains(it: Transition) -> bool:
    """Tell whether the step says publicly why, also where another case keeps its record as it is."""
    return bool(str(it.inputs.get("public_reason") or "").strip())


def wanted_of(tx: Connection, it: Transition) -> Wanted:
    """Return the effects of the step that are the record's own. What another case masked stays masked: a case takes back its own mask,
    and shows the record only where no other holds one; with the mark that an open objection has put on it."""
    names = tuple(name for name in it.action.effects if name not in CASE_EFFECTS)
    if UNMASK in names:
        others = held_effects.of_others(tx, it.services.law, it.at.case)
        if MASK in others or MASK not in held_effects.of_case(it.services.law, it.at):
            names = tuple(name for name in names if name != UNMASK)
        elif MARK in others and "annul_record" not in names:
            names = tuple(one for name in names for one in ((name, MARK) if name == UNMASK else (name,)))
    return Wanted(names, it.now, it.inputs, it.reason, it.at.pack)


def count_limits(it: Transition) -> Transition:
    """With the limits that run or are paused once the step is done."""
    if it.state.final:
        return it
    given, at = it.command, it.at
    done = Done(
        it.now, given.action, it.decided.to_state, it.inputs, at.case.version + 1, given.actor.id, given.actor.name
    )
    return it._replace(dues=deadline_table.live(at.procedure, (*at.history, done), at.calendar, it.today))


def compose_letter(tx: Connection, it: Transition) -> Transition:
    """With the letter of the step, where it has one."""
    if it.action.letter is None:
        return it
    return it._replace(composed=letter_for(tx, it.services, letter_step(it, it.action.letter)))


def letter_step(it: Transition, kind: str) -> LetterStep:
    """Return the step as its letter tells of it."""
    given = it.command
    return LetterStep(
        it.at, given.action, it.action, kind, it.now, inputs=it.inputs, dues=it.dues, change=it.change, reason=it.reason,
        ground=given.ground, unattended=given.actor.id is None,
    )  # fmt: skip


def append(tx: Connection, it: Transition) -> Transition:
    """With the event of the step, in its case's chain; afterwards the case and its deadlines stand where the step leads."""
    at, given, told = it.at, it.command, it.decided
    soonest = deadline_table.sync(tx, at.procedure, at.case.id, it.dues, new=not at.history, rungs_fired=False)
    step = NewEvent(
        action=given.action,
        at=it.now,
        by=given.actor,
        role=told.role,
        to_state=told.to_state,
        reason=given.reason,
        command_id=given.command_id,
        content=decision.content(it),
        personal={name: str(value) for name, value in told.inputs.items() if name in PERSONAL_INPUTS},
        law=law_of(at),
    )
    of_office = given.actor.kind == "staff" and told.role not in SUBJECT_ROLES
    handler = given.actor.id if of_office else at.case.handler_id
    move = Move(told.to_state, it.state.outcome, soonest, handler, it.internal)
    # `after`: the step's time, which is not before the last event's
    return it._replace(appended=case_events.advance(tx, at.case, step, move, after=it.now))


def issue(tx: Connection, it: Transition) -> None:
    """Ensure that the materials belong to the case, and the letter is issued and waits for the press."""
    case = it.at.case
    attach(tx, it.decided.materials, case.id, it.appended.seq)
    if it.composed is None:
        return
    letter_id = compose.write(
        tx, it.composed, compose.About(case.id, case.record_id), office_id=it.composed.office_id,
        event_seq=it.appended.seq, chain_head=it.event, now=it.now,
    )  # fmt: skip
    pushes.press(tx, letter_id, case.id, it.now)


def publish(tx: Connection, it: Transition) -> Transition:
    """Ensure that all platforms concerned will be told what changed, and what follows from it on the record has happened.

    With how many pushes wait.
    """
    pushed, case, row, change = 0, it.at.case, it.at.record, it.change
    if change is not None and row is not None:
        told = withdrawal_statements.told(it.action.effects, it.inputs)
        said = withdrawal_statements.state(tx, row, told, _why_withdrawn(it), it.now)
        if said is not None or change.public_changed or "lift_measures" in change.effects:
            result = case_results.result_of(case.procedure, it.state.outcome, change, row, it.now)
            pushed += pushes.push_record(tx, it.services.law, row, change, it.cause, result)
        pushed += redress.follow(tx, it.services.law, row, change, it.cause)
        if any(field == "authority" for field, *_ in change.corrections):
            corrected_authority.follow(tx, it, row)
        if change.name is not None:
            pushed += new_names.push_subject(tx, it.services.law, row.subject_id, it.cause, but=row.id)
        _begin_publicity(tx, it, row)
        lifecycle.settle(tx, it.services, row.id, it.now)  # the end of publicity follows the record's state and dates
        publication_notice.accompany(tx, it.services, row, change, it.actor, it.decided.role, it.now)
    elif change is not None and it.at.act is not None:
        by = acts_in_cases.By(it.actor, it.decided.role, case.number)
        pushed += acts_in_cases.follow(tx, it.at.act, change, by, it.cause, it.reason)
    pushed += sum(registry.AFTERWARDS[name](tx, it) for name in afterwards(it))
    if change is not None:
        pushed += lists.follow_record(tx, it, change)
        check_results.follow(tx, it, change)
    return it._replace(pushed=pushed) if pushed else it


def _begin_publicity(tx: Connection, it: Transition, before: RecordRow) -> None:
    """Ensure that a record that a correction put into a class that is public is shown: an event of its own, as any publication."""
    if it.change is None or "correct_record" not in it.change.effects:
        return
    after = record_of(tx, before.id)
    names = begun_publicity.corrected(tx, before, after, it.today)
    if names:
        step = RecordStep(
            names=names,
            at=it.now,
            by=it.actor,
            role=it.decided.role,
            reason=it.reason or "",
            pack=it.at.pack,
            case=it.at.case,
        )
        done = lifecycle.change(tx, it.services, after, step)
        publication_notice.accompany(tx, it.services, after, done, it.actor, it.decided.role, it.now)


def _why_withdrawn(it: Transition) -> Stated:
    """Return what this step says publicly of a penalty it withdraws: the reason of its form, from which day the change has effect."""
    sources = (it.inputs, *(step.inputs for step in reversed(it.at.history)), it.at.case.inputs)
    day = next((str(one["effective_on"]) for one in sources if one.get("effective_on")), None)
    reason, effective = str(it.inputs.get("public_reason") or ""), date.fromisoformat(day) if day is not None else None
    checked = it.inputs.get("names_confirmed") is True
    return Stated(reason, it.at.case.deciding_id, it.at.case.id, effective, names_confirmed=checked)


def afterwards(it: Transition) -> list[str]:
    """Return the effects of the step that need its event and letter."""
    return [name for name in it.action.effects if name in registry.AFTERWARDS]
