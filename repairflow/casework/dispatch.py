"""The dispatcher: every change of the program is a frozen command, and the handlers' tables say who carries it out.

Pages, API, command line and worker hand their command here; what may be done and what is refused is the handler's to say,
so that all entry points allow and refuse the same. Whoever reads the tables has read all that can be changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection

from repairflow.casework import command_claims
from repairflow.casework.actor import Actor
from repairflow.casework.cases.filing import file
from repairflow.casework.cases.transition import perform
from repairflow.casework.command_ids import CommandId, Entry
from repairflow.casework.commands import Command, Filing
from repairflow.casework.context import Services
from repairflow.casework.handlers import (
    accounts,
    acts,
    assignment,
    batches,
    cases,
    credentials,
    days,
    examples,
    extracts,
    findings,
    inbound,
    inquiries,
    inquiry_runs,
    installation,
    law,
    letters,
    lists,
    means,
    meetings,
    notices,
    personal_data,
    records,
    saved_views,
    subjects,
    system,
)
from repairflow.casework.handlers.base import Handler


class Change(Protocol):
    """Any command: it says who asks."""

    @property
    def actor(self) -> Actor: ...


@dataclass(frozen=True, slots=True)
class Sent:
    """How a client sent a command: by which entry point, under which id of its own, and all it said (JSON values)."""

    entry: Entry
    given: str
    said: object


def dispatch(
    tx: Connection, services: Services, command: Change, now: datetime, sent: Sent | None = None
) -> Any:  # what the command's handler answers: an event, a row, or whether anything changed
    """Carry a command out, in the caller's transaction; gives and raises what its handler does.

    `sent` claims the client's id: from now on this command is the only one at work under it, on any node. The same request
    again goes on to the handler, which answers as it did; another under the same id is a Conflict. KeyError for what is no
    command.
    """
    handler = HANDLERS[type(command)]
    if sent is not None:
        command_id = command_claims.take(tx, services, command.actor, sent.entry, sent.given, sent.said, now)
        command = _under(command, command_id)
    return handler(tx, services, command, now)


def once(
    tx: Connection,
    services: Services,
    command: Change,
    now: datetime,
    sent: Sent,
    tell: Callable[[Connection, Any], Mapping[str, object]],  # Any: what the command's handler answers
) -> tuple[Mapping[str, object], bool]:
    """`dispatch` for commands whose events keep no id: gives what `tell` makes of the answer (JSON values), which is kept
    with the client's id, and whether it was kept before. The same request again then does nothing and is told the same."""
    handler = HANDLERS[type(command)]
    command_id = command_claims.take(tx, services, command.actor, sent.entry, sent.given, sent.said, now)
    if (before := command_claims.answer(tx, command_id)) is not None:
        return before, True
    said = tell(tx, handler(tx, services, _under(command, command_id), now))
    command_claims.keep_answer(tx, command_id, said)
    return said, False


def _under(command: Any, command_id: CommandId) -> Any:  # the same command, of whatever type
    """Return the command under its claimed id, where its event keeps one."""
    return replace(command, command_id=command_id) if hasattr(command, "command_id") else command


HANDLERS: Mapping[type, Handler] = {
    Command: perform,
    Filing: file,
    **letters.HANDLERS,
    **records.HANDLERS,
    **acts.HANDLERS,
    **assignment.HANDLERS,
    **batches.HANDLERS,
    **cases.HANDLERS,
    **subjects.HANDLERS,
    **days.HANDLERS,
    **saved_views.HANDLERS,
    **examples.HANDLERS,
    **findings.HANDLERS,
    **lists.HANDLERS,
    **extracts.HANDLERS,
    **inbound.HANDLERS,
    **inquiries.HANDLERS,
    **inquiry_runs.HANDLERS,
    **law.HANDLERS,
    **installation.HANDLERS,
    **accounts.HANDLERS,
    **credentials.HANDLERS,
    **means.HANDLERS,
    **meetings.HANDLERS,
    **notices.HANDLERS,
    **personal_data.HANDLERS,
    **system.HANDLERS,
}
"""Who carries out what."""
