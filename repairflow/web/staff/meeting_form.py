"""What forms offer beside their questions: own phrases; of an interview people and rooms, and the time that was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import Connection

from repairflow import plain
from repairflow.casework.actor import Actor
from repairflow.casework.admin import own_phrases
from repairflow.casework.cases import meetings
from repairflow.casework.cases.effects.meetings import OFFICERS
from repairflow.casework.queries.cases.view import CaseView
from repairflow.times import local


class Offered(NamedTuple):
    """Officers and rooms of the deciding office, and the time asked for as a form has it; all empty where no step books."""

    officers: tuple[str, ...] = ()
    rooms: tuple[str, ...] = ()
    asked: str = ""
    own: str = ""  # the visitor among the officers
    phrases: tuple[str, ...] = ()  # the visitor's own, for reasons


NOTHING = Offered()


def offered(tx: Connection, actor: Actor, view: CaseView) -> Offered:
    """Return the visitor's phrases; of a meeting nothing where the visitor may not book one now."""
    phrases = tuple(one.text for one in own_phrases.of(tx, actor))
    if not any(option.mine and set(OFFICERS) & set(option.inputs) for option in view.options):
        return Offered(phrases=phrases)
    place = view.case.deciding_id
    people = meetings.officers(tx, place)
    asked = [str(step.inputs["proposed_at"]) for step in view.at.history if step.inputs.get("proposed_at")]
    return Offered(
        tuple(one.label for one in people),
        tuple(one.name for one in meetings.rooms(tx, place)),
        f"{local(plain.moment(asked[-1])):%Y-%m-%dT%H:%M}" if asked else "",
        next((one.label for one in people if one.id == actor.id), ""),
        phrases,
    )


def dressed(shape: Mapping[str, object], found: Offered) -> Mapping[str, object]:
    """Return one input with what it offers: officers are chosen, rooms may be, the time asked for stands there already."""
    name = shape.get("name")
    if name in OFFICERS:
        mine = found.own if name == OFFICERS[0] and shape.get("required") else ""
        listed = [(one, one) for one in found.officers]
        return {**shape, "kind": "choice", "choices": listed, "listed": True, "value": shape.get("value") or mine}
    if name == "place":
        return {**shape, "offers": found.rooms}
    if name == "meeting_at" and found.asked and not shape.get("value"):
        return {**shape, "value": found.asked}
    return shape
