"""How a call becomes a command: who sends it, under which key, and how its answer is kept for the same call again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from flask import request
from sqlalchemy import Connection

from repairflow.casework.command_ids import Entry
from repairflow.casework.dispatch import Change, Sent
from repairflow.web.api.schemas.changes import ChangeMade, Made
from repairflow.web.api.schemas.requests import Keyed
from repairflow.web.core.changing import change_once

A = TypeVar("A", bound=Made)


def sent(headers: Keyed) -> Sent:
    """Return how this request was sent: its key stands for its address and body."""
    return Sent(Entry.API, headers.key, [request.path, request.get_json()])


def sent_file(headers: Keyed, said: list[object]) -> Sent:
    """Return how an upload was sent: its key stands for its address and what is `said` of the file."""
    return Sent(Entry.API, headers.key, [request.path, *said])


def make(model: type[A], command: Change, how: Sent, tell: Callable[[Any], Mapping[str, object]]) -> A:
    """Carry the command out and give what `tell` says of it; what was carried out before is told again, and not done."""
    return make_with(model, command, how, lambda _, found: tell(found))


def make_with(model: type[A], command: Change, how: Sent, tell: Callable[[Connection, Any], Mapping[str, object]]) -> A:
    """`make`, where what is told has to be looked up."""
    said, replayed = change_once(command, how, lambda tx, found: _plain(model, tell(tx, found)))
    return model.model_validate({**said, "replayed": replayed})


def changed(command: Change, how: Sent) -> ChangeMade:
    """`make` for a command that answers whether it found anything to change; one without an answer changed something."""
    return make(ChangeMade, command, how, lambda found: {"changed": found is None or bool(found)})


def _plain(model: type[Made], values: Mapping[str, object]) -> dict[str, object]:
    """Return the values as JSON has them."""
    return model.model_validate({**values, "replayed": False}).model_dump(mode="json", exclude={"replayed"})
