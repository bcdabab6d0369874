"""Whoever presses signs: what a form has signed online bears the name of the person who is signed in, and no other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, select

from repairflow.casework.actor import Actor
from repairflow.casework.reusable_materials import MANDATE
from repairflow.errors import Invalid, Problem
from repairflow.law.procedure.commitments import Commitment, Signer
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.packs import RulePack
from repairflow.records import subject, subject_name

SIGNATURE = "commitment_signed_by"
"""The input of a procedure in which a commitment is signed: online it has a page of its own."""


COMMITTED = "commitment_version"
"""Kept with what a filing gives: the version of the words that were signed, which says as whom they were signed."""


def commitment_of(procedure: Procedure, pack: RulePack) -> Commitment | None:
    """Return the commitment whose words the pack gives to a filing of this procedure; None where a filer signs words of its own."""
    if SIGNATURE not in procedure.inputs:
        return None
    asked = any(use.guard == "commitment_signed" for use in procedure.filing_guards)
    return pack.commitment(procedure.procedure) if asked or procedure.procedure in pack.commitments else None


def signer_here(tx: Connection, actor: Actor, subject_id: int) -> Signer:
    """Return as whom the actor signs for a subject online: for itself, as a person's guardian, or by mandate."""
    return _signer(tx, subject_id, actor.name, by_agent=actor.is_agent_of(subject_id))


def signer_on_paper(tx: Connection, name: str, subject_id: int, materials: Iterable[str]) -> Signer:
    """Return as whom somebody of this name signed what was brought on paper, or with a platform: an agent brings its mandate."""
    return _signer(tx, subject_id, name, by_agent=MANDATE in materials)


def _signer(tx: Connection, subject_id: int, name: str, *, by_agent: bool) -> Signer:
    whose = tx.execute(select(subject.c.kind, subject.c.name).where(subject.c.id == subject_id)).one()
    if whose.kind != "natural_person":
        if by_agent:
            return "agent"
        return "sole_trader" if whose.kind == "sole_trader" else "organisation"
    if by_agent:
        return "agent_of_person"
    former = tx.execute(select(subject_name.c.name).where(subject_name.c.subject_id == subject_id)).scalars()
    # 本人或者监护人：who speaks for a person under another name than its own is its guardian
    return "natural_person" if _plain(name) in {_plain(one) for one in (whose.name, *former)} else "guardian"


def _plain(name: str) -> str:
    return "".join(name.split())


def is_own(actor: Actor, signed_by: str) -> bool:
    """Tell whether a typed name is the actor's own; spaces between its parts do not count."""
    return _plain(signed_by) == _plain(actor.name)


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
