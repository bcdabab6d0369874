"""Whoever presses signs: what a form has signed online bears the name of the person who is signed in, and no other."""

from __future__ import annotations

from collections.abc import Mapping

from repairflow.casework.actor import Actor
from repairflow.errors import Invalid, Problem

SIGNATURE = "commitment_signed_by"
"""The input of a procedure in which a commitment is signed: online it has a page of its own."""


def is_own(actor: Actor, signed_by: str) -> bool:
    """Tell whether a typed name is the actor's own; spaces between its parts do not count."""
    return "".join(signed_by.split()) == "".join(actor.name.split())


def foreign(actor: Actor) -> str:
    """Say what to do where another name than the actor's own was typed."""
    return f"须由登录的本人签署，请填写“{actor.name}”；由其他人签署的，请其本人登录后签署"


def demand(actor: Actor, values: Mapping[str, object]) -> None:
    """Raise Invalid where who speaks for a subject signs a commitment in another's name: that would bind nobody.

    Clerks enter what was signed on paper, platforms what was signed with them: both write down another's name.
    """
    name = str(values.get(SIGNATURE) or "")
    if actor.kind == "agent" and name and not is_own(actor, name):
        raise Invalid("没有签署，请按提示修改后再提交。", [Problem(SIGNATURE, foreign(actor))])
