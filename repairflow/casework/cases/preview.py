"""What a letter would say (预览): the words of a step's letter before it is taken. Draws no number and writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from repairflow.casework import deadline_table
from repairflow.casework.actor import Actor
from repairflow.casework.case_state.record_change import Change
from repairflow.casework.case_state.situation import Situation
from repairflow.casework.context import Services
from repairflow.casework.credit_records.effects import RECORD_PROCEDURE, corrected, life
from repairflow.casework.documents.fields import case
from repairflow.casework.inputs import read
from repairflow.errors import NotFound
from repairflow.law.checks import CASE_EFFECTS
from repairflow.law.guards import Done
from repairflow.law.procedure.model import Action
from repairflow.letters.text.templates import FrozenText, compose_text, latest_version
from repairflow.records import office
from repairflow.times import local_day


def preview(
    tx: Connection, services: Services, at: Situation, actor: Actor, name: str, *, inputs: Mapping[str, Any],
    reason: str | None, ground: str | None, now: datetime,
) -> FrozenText:  # fmt: skip
    """The text of the letter that action `name` would issue now with this form.

    Raises NotFound for an action without letter, Invalid naming what the form or the letter still lacks.
    """
    action = at.procedure.action.get(name)
    if action is None or action.letter is None:
        raise NotFound
    values = read(action.inputs, inputs, at.pack)
    oracle = services.law.oracles[at.procedure.procedure, at.procedure.version]
    to_state = oracle.destination(at.case.state, name) or at.case.state
    step = Done(now, name, to_state, values, at.case.version + 1, actor.id, actor.name)
    final = at.procedure.state[to_state].final
    dues = {} if final else deadline_table.live(at.procedure, (*at.history, step), at.calendar, local_day(now))
    kind, version = action.letter, latest_version(action.letter, local_day(now).isoformat())
    known_ground = ground if ground in at.pack.lists.get(at.procedure.ground_list(name), {}) else None
    words = case.fields(
        tx, services.law, at, name, action, kind=kind, version=version,
        office_row=tx.execute(select(office).where(office.c.id == at.case.deciding_id)).one(),
        addressee=case.addressee_of(tx, at, kind, values), dues=dues, change=_foreseen(services, at, action, values),
        inputs=values, reason=reason, ground=known_ground, now=now,
    )  # fmt: skip
    return compose_text(kind, version, words)


def _foreseen(services: Services, at: Situation, action: Action, values: Mapping[str, Any]) -> Change | None:
    """What the step would do to the record; effects that its state does not allow are left out: the step refuses them."""
    names = [name for name in action.effects if name not in CASE_EFFECTS]
    if not names or at.record is None:
        return None
    machine = services.law.oracles[RECORD_PROCEDURE, life(services.law).version]
    state, done = at.record.state, []
    for name in names:
        if (after := machine.destination(state, name)) is not None:
            state = after
            done.append(name)
    changes = corrected(at.record, values.get("corrections") or {})[0] if "correct_record" in done else ()
    return Change(tuple(done), at.record.state, state, False, changes)
