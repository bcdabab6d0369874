"""Steps that a filing asks the offices for by answering yes (`asks` of an input): an informant's protection (保护举报人)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from repairflow.law.procedure.model import Procedure


class AskedStep(NamedTuple):
    """A step that was asked for: the question that was answered yes, the action, its name, and who takes it."""

    question: str
    action: str
    label: str
    roles: tuple[str, ...]


def asked(procedure: Procedure, answers: Mapping[str, object], done: Collection[str] = ()) -> tuple[AskedStep, ...]:
    """Return the steps that a filing with these answers asks for and that were not taken (`done`: names of actions taken)."""
    wanted = [
        (item.label, item.asks)
        for name, item in procedure.inputs.items()
        if item.asks is not None and answers.get(name) is True and item.asks not in done
    ]
    return tuple(
        AskedStep(question, name, procedure.action[name].label, tuple(procedure.action[name].by))
        for question, name in wanted
    )
