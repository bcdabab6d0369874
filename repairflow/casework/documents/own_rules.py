"""Own rules (本单位规则): a step against a subject that rests on no article anybody has read issues no letter until the
deciding office confirms it as its own rule: which person, which day, by which document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, select

from repairflow.casework.case_state.situation import Situation
from repairflow.casework.documents.fields.voice import issuer_of
from repairflow.errors import Refusal
from repairflow.law.letter_kinds import DEMANDS
from repairflow.law.procedure.ground import Ground
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import Action, Procedure
from repairflow.law.procedure.packs import RulePack
from repairflow.law.procedure.roles import SUBJECT_ROLES, outcome_side
from repairflow.law.toml_file import meaning_digest
from repairflow.letters.text.templates import required_fields
from repairflow.records import own_rule

CONTESTABLE = frozenset({"review", "reconsideration", "litigation"})
"""Remedies that a letter names only where it decides against somebody."""


WORDED = frozenset({"label", "text", "basis", "where_to_go"})
"""What an office confirms of a ground."""


class Rule(NamedTuple):
    """What an office confirms: one action of one version of a procedure, or one ground of a closed list as it is worded
    (`ground_rule`)."""

    procedure: str
    version: str
    action: str


def adverse(procedure: Procedure, action: Action) -> bool:
    """Whether an action issues a letter that decides against the subject, lays a duty on it (约谈、限期整改), or must name its
    basis (拟列入告知)."""
    if action.letter is None:
        return False
    if action.letter in DEMANDS:
        return True
    if "legal_bases" in required_fields(action.letter) or lapses(procedure, action) or _lengthens(procedure, action):
        return True
    target = procedure.state.get(action.to) if action.to is not None else None
    against = target is not None and outcome_side(target.outcome) == "against"
    return against or not CONTESTABLE.isdisjoint(action.remedy)


def lapses(procedure: Procedure, action: Action) -> bool:
    """Whether an action is what the system does when a subject lets a limit run out, and ends the matter (视为撤回)."""
    ended = action.to is not None and procedure.state[action.to].final
    return ended and any(procedure.action.get(clock.overdue) is action for clock in procedure.clock.values())


def _lengthens(procedure: Procedure, action: Action) -> bool:
    """Whether an action gives the office itself more time than the limit it told the subject."""
    return action.extends is not None and procedure.clock[action.extends.clock].owner not in SUBJECT_ROLES


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


class OpenGround(NamedTuple):
    """A ground for a decision against the subject that rests on nothing anybody has read."""

    rule: Rule
    list_label: str
    label: str
    cites: tuple[str, ...]


def ground_rule(name: str, code: str, ground: Ground) -> Rule:
    """What an office confirms of a ground: the same words on the same bases are the same rule in every pack."""
    worded = meaning_digest(ground.model_dump(include=set(WORDED))).removeprefix("sha256:")
    return Rule(f"lists.{name}", worded[:16], code)


def ground_unread(pack: RulePack, ground: Ground) -> bool:
    """Whether a ground rests on no basis that somebody has read."""
    return not any(pack.basis[name].verified for name in ground.basis if name in pack.basis)


def grounds_to_confirm(law: Library) -> Iterator[OpenGround]:
    """Every ground that a step against the subject may choose and that some pack leaves without a basis somebody has read,
    once for each wording."""
    found: dict[Rule, OpenGround] = {}
    for procedure in law.procedures.values():
        for name, action in procedure.action.items():
            if action.reason != "code" or not adverse(procedure, action):
                continue
            listed = procedure.ground_list(name)
            for pack in law.packs.values():
                for code, ground in pack.lists.get(listed, {}).items():
                    if ground_unread(pack, ground):
                        rule = ground_rule(listed, code, ground)
                        cites = tuple(pack.basis[one].citation for one in ground.basis if one in pack.basis)
                        found.setdefault(
                            rule, OpenGround(rule, f"{procedure.label}：{action.label}", ground.label, cites)
                        )
    yield from found.values()


def rules_to_confirm(law: Library) -> tuple[Rule, ...]:
    """Every step and every ground that an office has to confirm before it may issue a letter by it."""
    steps = (Rule(procedure.procedure, procedure.version, name) for procedure, name, _ in to_confirm(law))
    return (*steps, *(one.rule for one in grounds_to_confirm(law)))


def confirmed(tx: Connection, office_id: int) -> Mapping[Rule, str]:
    """What an office has confirmed, and the document that each letter then cites."""
    rows = tx.execute(select(own_rule).where(own_rule.c.office_id == office_id))
    return {Rule(row.procedure, row.version, row.action): row.document for row in rows}


def document_of(tx: Connection, at: Situation, name: str) -> str | None:
    """The own document of the office that issues this action's letter; None where it has confirmed none."""
    found = select(own_rule.c.document).where(
        own_rule.c.office_id == answers_for(at, name), own_rule.c.procedure == at.procedure.procedure,
        own_rule.c.version == at.procedure.version, own_rule.c.action == name,
    )  # fmt: skip
    return tx.execute(found).scalar()


def document_of_ground(tx: Connection, at: Situation, name: str, code: str | None) -> str | None:
    """The issuing office's own document that carries the ground an action chose; None where it has confirmed none."""
    listed = at.procedure.ground_list(name)
    ground = at.pack.lists.get(listed, {}).get(code or "")
    if ground is None:
        return None
    rule = ground_rule(listed, str(code), ground)
    found = select(own_rule.c.document).where(
        own_rule.c.office_id == answers_for(at, name), own_rule.c.procedure == rule.procedure,
        own_rule.c.version == rule.version, own_rule.c.action == rule.action,
    )  # fmt: skip
    return tx.execute(found).scalar()


def answers_for(at: Situation, name: str) -> int:
    """The office that answers for an action towards the subject: the one that issues its letter (实施措施的单位), else the
    one that decides."""
    action = at.procedure.action.get(name)  # none where a case is filed
    return at.case.deciding_id if action is None or action.letter is None else issuer_of(at, action.letter)


def ground_unconfirmed(tx: Connection, at: Situation, name: str, code: str | None) -> list[Refusal]:
    """Why the letter of an action may not rest on the ground it chose: nobody has read what the ground rests on."""
    action = at.procedure.action[name]
    ground = at.pack.lists.get(at.procedure.ground_list(name), {}).get(code or "")
    if ground is None or not adverse(at.procedure, action) or not ground_unread(at.pack, ground):
        return []
    if document_of_ground(tx, at, name, code) is not None:
        return []
    text = (
        f"事由“{ground.label}”所依据的条文没有核对过原文，本单位也没有确认为本单位规则，不能据此制发文书；"
        "请选择其他事由，或者请法制审核人员在“本单位规则”页面确认"
    )
    return [Refusal("ground_unconfirmed", text)]


def unconfirmed(tx: Connection, at: Situation, name: str, action: Action) -> list[Refusal]:
    """Why the letter of this action may not be issued yet: nothing it could rest on."""
    if not unread(at.procedure, action, at.pack) or document_of(tx, at, name) is not None:
        return []
    text = f"“{action.label}”所依据的条文没有核对过原文，本单位也没有确认为本单位规则，不能制发文书；请法制审核人员在“本单位规则”页面确认"
    return [Refusal("rule_unconfirmed", text)]
