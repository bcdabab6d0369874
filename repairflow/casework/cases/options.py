"""What may be done now (现在可以办什么): every action that leaves a case's state, by whom, and what stands in the way.

The same machine, access, four eyes and guards that perform() asks, asked without writing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from repairflow.casework import told_periods
from repairflow.casework.actor import Actor
from repairflow.casework.case_state import ground_findings, guard_facts, open_objections
from repairflow.casework.case_state.guard_facts import GuardedStep
from repairflow.casework.case_state.situation import Situation
from repairflow.casework.cases import entered_papers, four_eyes, given_reason
from repairflow.casework.cases.effects.registry import NOTHING_PUSHED, WAIVE_PUSH
from repairflow.casework.documents import announced, burdens, own_measures
from repairflow.casework.documents.fields import remedies
from repairflow.casework.outbound import pushes
from repairflow.casework.permissions import enters_for_subject, role_for
from repairflow.law.guards import Answer, answer_all, required_materials
from repairflow.law.guards.demanded_inputs import as_demanded
from repairflow.law.procedure.deciding_elsewhere import as_taken_by
from repairflow.law.procedure.ground import Ground
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.material import Material
from repairflow.law.procedure.model import Action, Input, State
from repairflow.law.procedure.signed_paper import as_entered

DEPENDS_ON_FORM = frozenset({
    "new_material_supplied", "materials_complete", "promised_supplied", "notice_lead_time", "rescheduled_within", "two_interviewers",
    "basis_document_stated", "basis_document_matches", "list_kind_known", "window_long_enough", "spot_checked",
    "measure_term_lawful", "measure_names_its_law", "day_is_ahead", "deficient_is_dated", "change_of_penalty_dated",
    "withdrawal_explained", "promise_not_advanced",
})  # fmt: skip
"""Guards whose answer may change with what the form brings: they never disable a button beforehand."""


@dataclass(frozen=True, slots=True)
class Option:
    """One action as an actor meets it: whether it is his or hers, what it asks, and why it may not be taken yet."""

    name: str
    label: str
    roles: tuple[str, ...]  # Chinese names of those who may take it
    mine: bool
    answers: tuple[Answer, ...]
    obstacles: tuple[str, ...]  # Chinese; empty when it may be taken now
    inputs: Mapping[str, Input]
    choices: Mapping[str, Mapping[str, Ground]]  # by input name, for choice and conditions
    reason: bool  # a reason must be written
    grounds: Mapping[str, Ground]  # a ground must be chosen, when not empty
    denied: Mapping[str, ground_findings.Said]  # by ground, what it says of the conditions and what was found of them
    brings_materials: bool  # it may bring some
    materials: Mapping[str, Material]  # the kinds that may come with it
    must_bring: bool  # and has to
    letter: str | None
    adverse: bool  # ends the case against the subject
    decides: bool  # issues the letter of a decision
    minds: tuple[str, ...] = ()  # what hinders nothing, but has to be looked at first
    entered: bool = False  # the actor would enter at the window what the subject brought

    @property
    def irrevocable(self) -> bool:
        """Whether nothing takes it back once it is done: it is confirmed first."""
        return self.adverse or self.decides

    @property
    def open(self) -> bool:
        """Whether this actor may take it now."""
        return self.mine and not self.obstacles


def options(tx: Connection, law: Library, at: Situation, actor: Actor, now: datetime) -> tuple[Option, ...]:
    """Return all actions of people that leave the case's state, in the order of the procedure file."""
    found = []
    for name, action in at.procedure.actions_from(at.case.state).items():
        if set(action.by) == {"system"}:
            continue
        role = role_for(actor, action, at.case)
        if role is not None and entered_papers.refusals(tx, at, action, role):
            role = None  # that office answers itself
        entered = role is not None and enters_for_subject(actor, role, at.case)
        mine, action = role is not None, as_taken_by(action, role or action.by[0])
        if entered:
            action = as_entered(at.procedure, name, action)
        known = guard_facts.of_step(tx, at, GuardedStep(name, now, actor_id=actor.id))
        answers = told_periods.said(tx, law, at.record, answer_all(action.guards, known))
        obstacles = [a.text for a in answers if not a.ok and a.guard not in DEPENDS_ON_FORM]
        obstacles += _beside_guards(tx, at, name, action)
        if mine:
            obstacles += [refusal.text for refusal in four_eyes.refusals(at.procedure, at.history, action, actor.id)]
        destination = at.procedure.state[action.to] if action.to else None
        asked = as_demanded(action.asks(at.done), answers)
        must_bring = any(a.guard == "new_material_supplied" for a in answers)
        found.append(
            Option(
                name=name,
                label=action.label,
                roles=tuple(at.procedure.actor[role] for role in action.by),
                mine=mine,
                answers=answers,
                obstacles=tuple(obstacles),
                inputs=asked,
                choices={key: at.pack.lists.get(spec.choices, {}) for key, spec in asked.items() if spec.choices},
                reason=action.reason is True or given_reason.asks_how_brought(at.procedure, name, entered=entered),
                grounds=ground_findings.grounds_of(at, name) if action.reason == "code" else {},
                denied=ground_findings.beside(at, name) if action.reason == "code" else {},
                brings_materials=bool(action.materials) or must_bring,
                materials=at.procedure.takes(name, required_materials(known)),
                must_bring=must_bring,
                letter=action.letter,
                adverse=destination is not None and destination.outcome in {"denied", "refused", "withdrawn"},
                decides=_decides(action, destination),
                minds=open_objections.minded(tx, at, action) if mine else (),
                entered=entered,
            )
        )
    return tuple(found)


def _beside_guards(tx: Connection, at: Situation, name: str, action: Action) -> list[str]:
    """Return what else stands in the way of a step, whatever its form brings."""
    stands = burdens.by_list(at, action)
    refusals = [
        *remedies.lacking(tx, at, stands),
        *announced.unconfirmed(tx, at, name, stands),
        *own_measures.refusals(tx, at, stands),
    ]
    nothing = WAIVE_PUSH in action.effects and not pushes.may_waive(tx, at.case.id)
    return [*(refusal.text for refusal in refusals), *([NOTHING_PUSHED] if nothing else [])]


def _decides(action: Action, destination: State | None) -> bool:
    """Tell whether the step issues a decision: a letter that wants two people, or one with which the case has its outcome."""
    ends = destination is not None and destination.outcome is not None
    return action.letter is not None and (bool(action.distinct_from) or ends)
