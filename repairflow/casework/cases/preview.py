"""What a letter would say (预览): the words of a step's letter before it is taken. Draws no number and writes nothing.

It goes through the same parts as the step itself, as far as the letter, and leaves out those that write.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from repairflow.casework.case_state import ground_findings
from repairflow.casework.case_state.situation import Situation
from repairflow.casework.cases.effects import acts_in_cases
from repairflow.casework.cases.transition_context import Decided, Transition
from repairflow.casework.cases.transition_parts import count_limits, letter_step, wanted_of
from repairflow.casework.commands import Command
from repairflow.casework.context import Services
from repairflow.casework.credit_records import effects
from repairflow.casework.documents import burdens, own_rules
from repairflow.casework.documents.issue import words
from repairflow.casework.inputs import read
from repairflow.casework.permissions import role_for
from repairflow.errors import NotFound
from repairflow.law.procedure.deciding_elsewhere import as_taken_by
from repairflow.law.procedure.signed_paper import SIGNED_PAPER
from repairflow.letters.text.templates import FrozenText


def preview(tx: Connection, services: Services, at: Situation, command: Command, now: datetime) -> FrozenText:
    """Return the text of the letter that this command would issue now.

    Raises NotFound for an action without letter, Invalid naming what the form or the letter still lacks. What the step
    itself would refuse is left out: an effect the record's state does not allow, a ground that is not on the list.
    """
    action = at.procedure.action.get(command.action)
    role = role_for(command.actor, action, at.case) if action is not None else None
    action = as_taken_by(action, role) if action is not None and role is not None else action
    if action is None or action.letter is None:
        raise NotFound
    kind, action = action.letter, own_rules.founded(tx, at, command.action, action)
    oracle = services.law.oracles[at.procedure.procedure, at.procedure.version]
    to_state = oracle.destination(at.case.state, command.action) or at.case.state
    grounds = ground_findings.grounds_of(at, command.action)
    given = {
        name: value for name, value in command.inputs.items() if name != SIGNED_PAPER
    }  # the letter says nothing of it
    command = replace(command, ground=command.ground if command.ground in grounds else None, inputs=given)
    decided = Decided("", to_state, read(action.asks(at.done), command.inputs, at.pack))
    action = burdens.as_taken(tx, services.law, at, action, decided.inputs)
    it = count_limits(Transition(services, at, action, command, now, decided))
    if at.act is not None and (wanted := wanted_of(tx, it)).names:
        it = it._replace(change=acts_in_cases.plan(tx, services.law, at.act, wanted).change)
    elif at.record is not None and (wanted := wanted_of(tx, it)).names:
        it = it._replace(change=effects.plan(tx, services.law, at.record, wanted).change)
    return words(tx, services, letter_step(it, kind)).text(kind)
