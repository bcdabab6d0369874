"""How a page or call changes something: one command, carried out in a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection

from repairflow import times
from repairflow.casework.dispatch import Change, Sent, dispatch, once
from repairflow.web.core.context import current


def change(command: Change, sent: Sent | None = None) -> Any:  # what the command's handler answers
    """Carry a command out and commit it; gives and raises what `dispatch` does, and then nothing was written."""
    here = current()
    with here.begin() as tx:
        return dispatch(tx, here.services, command, times.now(), sent)


class _TriedOut(Exception):
    """Ends the transaction of a rehearsal."""


def rehearse(command: Change, sent: Sent | None = None) -> None:
    """Raise what `change` would raise for this command; nothing is written. For what is told before people are asked to confirm."""
    here = current()
    try:
        with here.begin() as tx:
            dispatch(tx, here.services, command, times.now(), sent)
            raise _TriedOut
    except _TriedOut:
        return


def change_once(
    command: Change, sent: Sent, tell: Callable[[Connection, Any], Mapping[str, object]]
) -> tuple[Mapping[str, object], bool]:
    """`change` for a program: what `tell` makes of the answer, and whether the same request was carried out before."""
    here = current()
    with here.begin() as tx:
        return once(tx, here.services, command, times.now(), sent, tell)
