"""Own rules (本单位规则): a step against a subject that rests on no article anybody has read issues no letter until the
deciding office confirms it as its own rule: which person, which day, by which document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, select

from repairflow.casework.case_state.situation import Situation
from repairflow.errors import Refusal
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import Action, Procedure
from repairflow.law.procedure.packs import RulePack
from repairflow.law.procedure.roles import outcome_side
from repairflow.letters.text.templates import required_fields
from repairflow.records import own_rule

CONTESTABLE = frozenset({"review", "reconsideration", "litigation"})
"""Remedies that a letter names only where it decides against somebody."""


class Rule(NamedTuple):
    """What an office confirms: one action of one version of a procedure."""

    procedure: str
    version: str
    action: str


def adverse(procedure: Procedure, action: Action) -> bool:
    """Whether an action issues a letter that decides against the subject, or one that must name its basis (拟列入告知)."""
    if action.letter is None:
        return False
    if "legal_bases" in required_fields(action.letter):
        return True
    target = procedure.state.get(action.to) if action.to is not None else None
    against = target is not None and outcome_side(target.outcome) == "against"
    return against or not CONTESTABLE.isdisjoint(action.remedy)


def unread(procedure: Procedure, action: Action, pack: RulePack) -> bool:
    """Whether an adverse action rests on no basis that somebody has read."""
    known = {**pack.basis, **procedure.basis}
    return adverse(procedure, action) and not any(known[name].verified for name in action.basis if name in known)


def to_confirm(law: Library) -> Iterator[tuple[Procedure, str, Action]]:
    """Every adverse action of every version that some pack leaves without a basis somebody has read."""
    for procedure in law.procedures.values():
        for name, action in procedure.action.items():
            if any(unread(procedure, action, pack) for pack in law.packs.values()):
                yield procedure, name, action


def confirmed(tx: Connection, office_id: int) -> Mapping[Rule, str]:
    """What an office has confirmed, and the document that each letter then cites."""
    rows = tx.execute(select(own_rule).where(own_rule.c.office_id == office_id))
    return {Rule(row.procedure, row.version, row.action): row.document for row in rows}


def document_of(tx: Connection, at: Situation, name: str) -> str | None:
    """The deciding office's own document that carries this action; None where it has confirmed none."""
    found = select(own_rule.c.document).where(
        own_rule.c.office_id == at.case.deciding_id, own_rule.c.procedure == at.procedure.procedure,
        own_rule.c.version == at.procedure.version, own_rule.c.action == name,
    )  # fmt: skip
    return tx.execute(found).scalar()


def unconfirmed(tx: Connection, at: Situation, name: str, action: Action) -> list[Refusal]:
    """Why the letter of this action may not be issued yet: nothing it could rest on."""
    if not unread(at.procedure, action, at.pack) or document_of(tx, at, name) is not None:
        return []
    text = f"“{action.label}”所依据的条文没有核对过原文，本单位也没有确认为本单位规则，不能制发文书；请法制审核人员在“本单位规则”页面确认"
    return [Refusal("rule_unconfirmed", text)]
