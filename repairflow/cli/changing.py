"""How a command of the machine's operator changes something: by the dispatcher, as every entry point does."""

from __future__ import annotations

from typing import Any

from repairflow import times
from repairflow.app.program import Program
from repairflow.casework.actor import Actor
from repairflow.casework.dispatch import Change, dispatch

OPERATOR = Actor(None, "命令行", "system")
"""Who works at the machine itself."""


def change(program: Program, *commands: Change) -> Any:  # what the handler of the last command answers
    """Carry the commands out in one transaction and commit it; gives what the last one answers."""
    done = None
    with program.db.begin() as tx:
        for command in commands:
            done = dispatch(tx, program.services, command, times.now())
    return done
