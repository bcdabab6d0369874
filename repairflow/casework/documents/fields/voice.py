"""Who speaks to whom in a letter: the office's word for itself, the form of address, and what it calls other offices."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

from sqlalchemy import Connection, and_, select

from repairflow.auditing import chain
from repairflow.casework import birthdays
from repairflow.casework.case_state.situation import Situation
from repairflow.casework.case_state.standing_letters import stands
from repairflow.casework.rows_by_id import office_of, subject_of
from repairflow.law.identifiers import is_adult
from repairflow.law.letter_kinds import form_of
from repairflow.law.private_promises import said_of
from repairflow.law.procedure.channels import WINDOW
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.roles import CITIZEN_ROLES
from repairflow.letters.text.printable import name_in_head
from repairflow.records import cases, event, letter, office, person, subject
from repairflow.vault import Vault

YOU = {"organisation": "你单位", "sole_trader": "你户", "natural_person": "你"}
PEER = "贵单位"
NOT_MINOR = "not_minor"
"""The ground of a refusal that finds the subject to have been no child (行为时不是未成年人): it is not spoken to as one."""


class OfficeRow(Protocol):
    """What a letter needs of an office's row."""

    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str: ...


def self_name(of: OfficeRow) -> str:
    """Return how an office calls itself: 机关 only where it is one (a 事业单位 is none), 中心 where its name says so."""
    if of.kind in {"authority", "regulator"}:
        return "本机关"
    return "本中心" if of.name.endswith("中心") else "本单位"


@dataclass(frozen=True, slots=True)
class Voice:
    """The office's word for itself and for whoever it writes to."""

    office: OfficeRow
    you: str
    to_office: int | None = None  # the office written to; None for a subject

    @property
    def we(self) -> str:
        return self_name(self.office)

    def named(self, office_id: int, name: str) -> str:
        """Return an office in a sentence: the issuing one by its word for itself, the one written to by its form of address,
        another by its name."""
        if office_id == self.office.id:
            return self.we
        return self.you if office_id == self.to_office else name

    def spoken(self, text: str) -> str:
        """Return a sentence of the rule pack, written for organisations and for authorities, as this office says it to this reader."""
        for word, said in (("你单位", self.you), ("本机关", self.we), ("本中心", self.we)):
            text = text.replace(word, said)
        return said_of(text, of_person=self.you == YOU["natural_person"])


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom a letter goes to: `name` as it stands at the head; `about` whose matter it is; `you` the form of address."""

    name: str
    uscc: str | None
    you: str
    about: str
    office_id: int | None = None  # None for a subject


def addressee_of(
    tx: Connection, vault: Vault, at: Situation, kind: str, to_office: str | None, ground: str | None
) -> Addressee:
    """Return the subject, a child's guardian, the providing office for a consultation, or the office a case goes to.

    Raises Invalid when the addressee has no legal name: nothing can be addressed to it.
    """
    found = _addressee(tx, vault, at, kind, to_office, ground)
    return replace(found, name=name_in_head(found.name))


def _addressee(
    tx: Connection, vault: Vault, at: Situation, kind: str, to_office: str | None, ground: str | None
) -> Addressee:
    to = form_of(at.procedure, kind).to
    if to == "receiver" and to_office:
        goal = tx.execute(
            select(office.c.id, office.c.name, office.c.uscc).where(office.c.code == to_office.strip())
        ).first()
        if goal is not None:
            return Addressee(goal.name, goal.uscc, PEER, goal.name, goal.id)
    if at.case.confidential:  # 严格保密：the letter names the citizen by role alone
        return Addressee(citizen(at), None, YOU["natural_person"], citizen(at))
    if to == "provider":
        row = office_of(tx, at.case.provider_id)
        return Addressee(row.name, row.uscc, PEER, row.name, at.case.provider_id)
    whose = holder(tx, at.case.subject_id)
    # a company has no guardian, whatever its record was marked as
    if at.act is not None and whose.you == YOU["natural_person"]:
        born = birthdays.of(vault, subject_of(tx, at.case.subject_id), at.today)
        if born is None or is_adult(born, at.today):
            return whose
        return Addressee(guardian_of(whose.about, _guardian(tx, at)), None, YOU["natural_person"], whose.about)
    if at.record is None or not at.record.minor or whose.you != YOU["natural_person"] or ground == NOT_MINOR:
        return whose
    # who was a child when it happened and is an adult today speaks for itself
    born, guardian = birthdays.of(vault, subject_of(tx, at.case.subject_id), at.today), _guardian(tx, at)
    if (born is not None and is_adult(born, at.today)) or _found_no_child(tx, at.record.id):
        return whose
    known_child = born is not None or bool(guardian)
    name = guardian_of(whose.about, guardian) if known_child else or_guardian_of(whose.about)
    return Addressee(name, None, YOU["natural_person"], whose.about)


def holder(tx: Connection, subject_id: int) -> Addressee:
    """Return a subject as addressee: itself, or who took over its rights and duties (合并、分立)."""
    own = subject_of(tx, subject_id)
    if own.successor_id is None:
        return Addressee(own.name, own.uscc, YOU[own.kind], own.name)
    after = subject_of(tx, own.successor_id)
    return Addressee(successor_of(after.name, own.name), after.uscc, YOU[after.kind], own.name)


def citizen(at: Situation) -> str:
    """Return what a confidential case calls who turned to the office: the role, never the name."""
    return at.procedure.actor[next(name for name in at.procedure.actor if name in CITIZEN_ROLES)]


def issuer_of(at: Situation, kind: str) -> int:
    """Return the office that issues a letter: the one that decides the case, or the one whose act the letter tells."""
    return at.case.provider_id if by_provider(at.procedure, kind) else at.case.deciding_id


def by_provider(procedure: Procedure, kind: str) -> bool:
    """Tell whether the office whose act a letter tells issues it, not the one that decides the case."""
    return form_of(procedure, kind).by == "provider"


def copies_to(tx: Connection, at: Situation, kind: str) -> tuple[str, ...]:
    """Return who gets a copy (抄送), by name and in the order declared; the office that issues the letter gets none from itself."""
    case, found = at.case, []
    offices = {"receiving": case.receiving_id, "deciding": case.deciding_id, "provider": case.provider_id}
    for copy in form_of(at.procedure, kind).copies:
        if copy == "subject":
            whose = select(subject.c.name).where(subject.c.id == case.subject_id)
            found.append(citizen(at) if case.confidential else str(tx.execute(whose).scalar_one()))
            continue
        if copy == "about":
            found.append(str(tx.execute(select(subject.c.name).where(subject.c.id == case.subject_id)).scalar_one()))
            continue
        if (key := offices[copy]) != issuer_of(at, kind):
            found.append(office_of(tx, key).name)
    return tuple(dict.fromkeys(found))


def successor_of(successor: str, ended: str) -> str:
    """Return how a letter about a subject that has ended is addressed: it goes to who took over its rights and duties."""
    return f"{successor}（{ended}的承继人）"


def guardian_of(child: str, guardian: str = "") -> str:
    """Return how a letter to a child is addressed: it goes to whoever answers for the child."""
    return f"{child}的监护人{guardian}"


def or_guardian_of(person_name: str) -> str:
    """Return how a letter is addressed to somebody of whom nobody knows whether it is a child still: right for either."""
    return f"{person_name}或者其监护人"


def _found_no_child(tx: Connection, record_id: int) -> bool:
    """Tell whether a letter that stands has told a refusal because the subject was no child when it happened."""
    told = (
        select(event.c.body)
        .join(letter, and_(letter.c.case_id == event.c.case_id, letter.c.event_seq == event.c.seq))
        .join(cases, cases.c.id == letter.c.case_id)
        .where(cases.c.record_id == record_id, cases.c.outcome == "refused", stands())
    )
    return any(chain.content(body).get("ground") == NOT_MINOR for body in tx.execute(told).scalars())


def _guardian(tx: Connection, at: Situation) -> str:
    # at the window it is a clerk who enters the filing
    if "guardian" not in at.procedure.actor or at.case.filed_by is None or at.case.channel == WINDOW:
        return ""
    return str(tx.execute(select(person.c.name).where(person.c.id == at.case.filed_by)).scalar() or "")
