"""The one way a case moves. Whoever asks (a person, the API, a due deadline, a receipt), it happens here or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select

from repairflow.casework import clock_guard, command_claims, own_signature, plausible_days, told_periods
from repairflow.casework.actor import SYSTEM, Actor
from repairflow.casework.case_state import ground_findings, guard_facts, kept_facts
from repairflow.casework.case_state.guard_facts import GuardedStep
from repairflow.casework.case_state.materials import claim
from repairflow.casework.case_state.situation import PastRow, Situation, past, situation
from repairflow.casework.cases import decision, entered_papers, followups, four_eyes, given_reason, transition_parts
from repairflow.casework.cases.transition_context import Decided, Transition
from repairflow.casework.command_ids import CommandId
from repairflow.casework.command_ids import following as following_id
from repairflow.casework.commands import Command, Event
from repairflow.casework.context import Services
from repairflow.casework.documents import announced, burdens, own_measures, own_rules, provider_rules
from repairflow.casework.documents.fields import remedies
from repairflow.casework.inputs import read
from repairflow.casework.permissions import enters_for_subject, may_see, role_for
from repairflow.errors import Conflict, Forbidden, Invalid, NotFound, Refusal, Refused, Stale
from repairflow.law.procedure.deciding_elsewhere import as_taken_by
from repairflow.law.procedure.signed_paper import as_entered
from repairflow.prepared import Prepared
from repairflow.read_once import rules_stand
from repairflow.records import cases, letter
from repairflow.records.rows import CaseRow
from repairflow.times import local_day

_locked = Prepared(select(cases).where(cases.c.number == bindparam("number")).with_for_update(), CaseRow)


def perform(tx: Connection, services: Services, command: Command, now: datetime) -> Event:
    """Take one action in one case; all that follows from it stands in the same transaction.

    Afterwards state, trail, deadlines, record, letter and outbox agree. The same `command_id` again gives the same event
    and changes nothing. Raises NotFound, Stale, Forbidden, Invalid, or Refused with every refusal; then nothing is written.
    """
    case = _locked.run(tx, number=command.case).first  # 1 lock
    if case is None or not may_see(command.actor, case):
        raise NotFound
    before = past(tx, case, command.command_id)  # 2 seen before? stale?
    taken = before.same is not None and command.actor.kind == "system" and not same(before.same, case, command)
    if before.same is not None and not taken:
        return again(tx, before.same, case, command.action, command.actor)
    services.law_store.refresh(tx, before.newest_year)  # once the case is ours: a calendar year loaded meanwhile counts
    if command.expected_version is not None and command.expected_version != case.version:
        raise Stale(case.version)
    clock_guard.require_not_ahead(command.actor, before.ahead, now)
    if before.newest_at is not None:
        now = max(now, before.newest_at)  # a clock set back: a step never stands before the one it follows
    at = situation(tx, services.law, case, local_day(now), lock=True, history=before.history)
    action = at.procedure.action.get(command.action)
    if action is None:
        raise NotFound(f"“{at.procedure.label}”没有动作 {command.action}。")
    with rules_stand(tx):
        action = own_rules.founded(tx, at, command.action, action)
        it = decide(tx, Transition(services, at, action, command, now))  # 3 may it?
        if it.decided.refusals:
            raise Refused(it.decided.refusals)
        if taken:  # what is due happens whatever stands under its id
            it = it._replace(command=replace(command, command_id=command_claims.instead(tx, command.command_id, now)))
        return take(tx, it)  # 4 5 6


def same(row: PastRow, case: CaseRow, command: Command) -> bool:
    """Tell whether an event under the id of a command is what this very command did."""
    return (row.case_id, row.action, row.actor_id) == (case.id, command.action, command.actor.id)


def again(tx: Connection, row: Any, case: Any, action: str, actor: Actor) -> Event:  # noqa: ANN401  # a step, or a case joined with its first
    """Return the event a command made before, from its row; Conflict when the id was used for something else or by somebody else."""
    if (row.case_id, row.action, row.actor_id) != (case.id, action, actor.id):
        raise Conflict("这个请求编号已经用于另一个操作，请换一个新的编号。")
    number = tx.execute(
        select(letter.c.number).where(letter.c.case_id == case.id, letter.c.event_seq == row.seq)
    ).scalar()
    return Event(
        case.number, row.seq, row.action, row.from_state, row.to_state, row.at, row.digest, row.seq, number, True
    )


def decide(tx: Connection, it: Transition) -> Transition:
    """Tell whether the action may be taken: machine, access, four eyes, form, guards, all asked before anything is refused.

    Raises Forbidden when the actor has no part in it and Invalid when the form is faulty; refusals come in what was decided.
    """
    at, action, command = it.at, it.action, it.command
    case, procedure, law = at.case, at.procedure, it.services.law
    role = role_for(command.actor, action, case)
    if role is None:
        raise Forbidden(
            f"“{action.label}”由{'、'.join(procedure.actor[r] for r in action.by)}办理，您在本办件中没有这个身份。"
        )
    refusals = entered_papers.refusals(tx, at, action, role)
    action, entered = as_taken_by(action, role), enters_for_subject(command.actor, role, case)
    if entered:
        action = as_entered(procedure, command.action, action)
    to_state = law.oracles[procedure.procedure, procedure.version].destination(case.state, command.action)
    if to_state is None:
        refusals.append(Refusal("wrong_state", f"办件处于“{procedure.state[case.state].label}”，不能{action.label}"))
    refusals += four_eyes.refusals(procedure, at.history, action, command.actor.id)
    asked = action.asks(at.done)
    values = read(asked, command.inputs, at.pack)
    own_signature.demand(command.actor, values)
    plausible_days.demand_past(asked, values, local_day(it.now))
    action = burdens.as_taken(tx, law, at, action, values)
    secrets = {n: str(values.pop(n)) for n, spec in action.inputs.items() if spec.vaulted and n in values}
    _check_reason(at, command, entered=entered)
    taken = claim(tx, command.actor, command.materials, procedure, action.inputs, values)
    fresh = tuple(m.kind for m in taken)
    known = guard_facts.of_step(tx, at, GuardedStep(command.action, it.now, values, fresh, command.actor.id))
    answers, seen = kept_facts.ask(action.guards, known)
    cited = law.cites(action.basis, procedure, at.pack)
    refusals += [Refusal(a.guard, a.text, cited) for a in told_periods.said(tx, law, at.record, answers) if not a.ok]
    refusals += remedies.lacking(tx, at, action)
    refusals += announced.unconfirmed(tx, at, command.action, action) + own_measures.refusals(tx, at, action)
    refusals += provider_rules.unconfirmed(tx, at, action, values)
    refusals += burdens.refusals(tx, law, at, action, values)
    refusals += own_rules.ground_unconfirmed(tx, at, command.action, command.ground)
    refusals += ground_findings.contradiction(at, command.action, command.ground)
    decided = Decided(role, to_state or case.state, values, taken, answers, tuple(refusals), secrets, seen)
    return it._replace(action=action, decided=decided)


def take(tx: Connection, it: Transition) -> Event:
    """Write a decided step and everything that follows from it."""
    it = transition_parts.change_record(tx, it)
    it = transition_parts.count_limits(it)
    it = transition_parts.compose_letter(tx, it)
    it = transition_parts.append(tx, it)  # 4 5 the event, and the case where it says
    transition_parts.issue(tx, it)  # 6 what follows
    it = transition_parts.publish(tx, it)
    decision.notify(tx, it)
    _go_on(tx, it)
    return it.answer


def _go_on(tx: Connection, it: Transition) -> None:
    """Ensure that the follow-up case is opened, cases that wait for this one are woken, and the system has tried what may
    go on at once."""
    given, action = it.command, it.action
    if action.opens is not None:
        opened = followups.open_next(tx, it, action.opens)
        try_system(tx, it.services, opened.case, "opened", following_id(given.command_id, "opened"), it.now)
    followups.wake(tx, it)
    # Where nothing was pushed no receipt will ever come: what waits for receipts may go on at once.
    effective = it.change is not None or bool(transition_parts.afterwards(it))
    unanswered = effective and not it.pushed and not it.state.final
    if "waive_push" in action.effects or unanswered:
        number = it.at.case.number
        try_system(tx, it.services, number, "receipt", following_id(given.command_id, "receipt"), it.now)


def try_system(
    tx: Connection, services: Services, number: str, on: str, command_id: CommandId, now: datetime
) -> Event | None:  # fmt: skip
    """Let the system take the first action that waits for `on` and whose guards allow it now; None when none may."""
    case = _locked.run(tx, number=number).first
    if case is None or case.closed_at is not None:
        return None
    procedure = services.law.procedure(case.procedure, case.procedure_version)
    for name, action in procedure.actions_from(case.state).items():
        if on in action.on:
            try:
                return perform(tx, services, Command(number, name, SYSTEM, following_id(command_id, name)), now)
            except Refused:
                continue  # not yet: another receipt is still out
    return None


def _check_reason(at: Situation, command: Command, *, entered: bool) -> None:
    reason = command.reason or ""
    found = given_reason.problems(at, command.action, reason, command.ground)
    if given_reason.asks_how_brought(at.procedure, command.action, entered=entered):
        found += given_reason.how_brought(reason)
    if found:
        raise Invalid("填写的内容有误，请按提示修改后再提交。", found)
