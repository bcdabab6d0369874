"""Who may see and who may act: `scope` for every query, `role_for` for every step. Small predicates, one reason each."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Protocol

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true

from repairflow import times
from repairflow.casework.actor import Actor
from repairflow.casework.event_names import EventName
from repairflow.law.procedure.channels import ON_PAPER
from repairflow.law.procedure.model import Action, Procedure
from repairflow.law.procedure.roles import OFFICE_ROLES, SUBJECT_ROLES
from repairflow.records import cases, deadline, event, letter, record


class CaseOffices(Protocol):
    """What tells whose case it is: a row of cases has it, and so has a row that was joined with one."""

    @property
    def receiving_id(self) -> int | None: ...
    @property
    def deciding_id(self) -> int | None: ...
    @property
    def provider_id(self) -> int | None: ...


class CaseParties(CaseOffices, Protocol):
    """`CaseOffices`, and the subject."""

    @property
    def intake_id(self) -> int | None: ...
    @property
    def subject_id(self) -> int | None: ...
    @property
    def confidential(self) -> bool | None: ...
    @property
    def internal(self) -> bool | None: ...


class CaseSteps(CaseParties, Protocol):
    """`CaseParties`, and how it was filed: who may take its steps follows from that."""

    @property
    def channel(self) -> str | None: ...


MOST_SCOPES = 12
"""So many parts of a scope are asked one by one."""
COLUMNS = {"receiving": "receiving_id", "deciding": "deciding_id", "providing": "provider_id"}


class _OfficeOfRole(Mapping[str, str]):
    """Computed at each use: the vocabulary may have posts of an installation's own."""

    def __getitem__(self, role: str) -> str:
        return COLUMNS[OFFICE_ROLES[role]]

    def __iter__(self) -> Iterator[str]:
        return iter(OFFICE_ROLES)

    def __len__(self) -> int:
        return len(OFFICE_ROLES)


OFFICE_OF_ROLE: Mapping[str, str] = _OfficeOfRole()
"""Which of a case's three offices a role of a procedure file belongs to."""

SEES_ALL = ("auditor", "audit_admin")
"""Auditors inspect the history of any case; they act in none."""

INTERNAL = ("supervision_slip", "approval_slip", "case_index")
"""Papers between offices (督办单、内部审批单、卷宗目录): never shown to the subject, whose letters they are not."""

TO_PLATFORMS = ("platform_correction",)
"""Letters about a record that go to a platform (更正函): seen by staff, not by the subject, whose letters they are not."""


CLERKS = ("registrar", "acceptor")
"""Posts that enter what a subject brings to the window."""


def role_for(actor: Actor, action: Action, case: CaseSteps) -> str | None:
    """Return the role by which the actor may take the action in this case, or None. Whom a case is about has no account perhaps: a
    clerk enters what it brings to the window, where the step is not the clerk's anyway."""
    own = _own_role(actor, action, case)
    if own is not None or not at_window(actor, case):
        return own
    return next((role for role in action.by if role in SUBJECT_ROLES), None)


def at_window(actor: Actor, case: CaseSteps) -> bool:
    """Tell whether the actor receives at the window what the subject of this case brings: a clerk of the office that received it or
    decides it, or that took it in, where it did not come through an account."""
    if case.channel not in ON_PAPER or case.confidential or case.internal or case.subject_id in actor.subjects:
        return False
    places = (case.receiving_id, case.deciding_id, case.intake_id)
    return any(place is not None and post_in(actor, place, CLERKS) is not None for place in places)


def clerk_of(actor: Actor) -> frozenset[int]:
    """Return the offices at whose window the actor sits: what was taken in there it sees as the subject does and goes on with,
    whoever handles it."""
    return frozenset(place for role, place in actor.roles if role in CLERKS)


def enters_for_subject(actor: Actor, role: str, case: CaseSteps) -> bool:
    """Tell whether whoever takes a step in this role enters at the window what the subject brought there: no step of the clerk's own."""
    return role in SUBJECT_ROLES and at_window(actor, case)


def _own_role(actor: Actor, action: Action, case: CaseParties) -> str | None:
    for role in action.by:
        if role == "system":
            if actor.kind == "system":
                return role
        elif role in SUBJECT_ROLES:
            if case.subject_id in actor.subjects and not (case.confidential or case.internal):
                return role
        elif (role, getattr(case, OFFICE_OF_ROLE[role])) in actor.roles:
            return role
    return None


def post_in(actor: Actor, office_id: int | None, among: Collection[str] = OFFICE_OF_ROLE) -> str | None:
    """Return the first of these posts that the actor holds in this office, or None: what stands in the trail as the role."""
    return next((role for role in among if (role, office_id) in actor.roles), None)


def may_see(actor: Actor, case: CaseParties) -> bool:
    """`case_scope` asked of one case row: what an actor may not see is absent for that actor."""
    theirs = case.subject_id in actor.subjects or case.intake_id in clerk_of(actor)
    return (theirs and not (case.confidential or case.internal)) or sees_inside(actor, case)


def may_note(actor: Actor, case: CaseParties) -> bool:
    """Tell whether the actor reads and is named in a case's internal notes: staff who see inside it, nobody who speaks for its subject."""
    return actor.kind == "staff" and case.subject_id not in actor.subjects and sees_inside(actor, case)


def case_scope(actor: Actor) -> ColumnElement[bool]:
    """Return the cases an actor may see: the subject's own once something was served on it, for a clerk in the same way those that its
    window took in, those of its offices, all for an auditor and the system."""
    told = [cases.c[column].in_(keys) for column, keys in _told(actor).items() if keys]
    if not told:
        return inside_scope(actor)
    return or_(and_(or_(*told), *_TOLD_OF), inside_scope(actor))


_TOLD_OF = (cases.c.confidential.is_(False), cases.c.internal.is_(False))


def _told(actor: Actor) -> dict[str, list[int]]:
    """Return by column whose cases the actor sees as their subjects do, without what offices wrote for themselves."""
    return {"subject_id": sorted(actor.subjects), "intake_id": sorted(clerk_of(actor))}


def case_scopes(actor: Actor) -> list[ColumnElement[bool]]:
    """`case_scope` in parts that an index answers newest first, one for each office or subject; a case may lie in several.

    One part, the whole, for whom it is wide or has too many.
    """
    columns = ("receiving_id", "deciding_id", "provider_id")
    mine = [cases.c[column] == one for column in columns for one in sorted(actor.offices)]
    own = [cases.c[column] == one for column, keys in _told(actor).items() for one in keys]
    if actor.kind == "system" or actor.has_role(*SEES_ALL) or actor.oversees or not 0 < len(mine + own) <= MOST_SCOPES:
        return [case_scope(actor)]
    return [*mine, *(and_(one, case_scope(actor)) for one in own)]


def inside_scope(actor: Actor) -> ColumnElement[bool]:
    """Return the cases whose internal papers an actor may see: those of its offices, all for an auditor and the system, all but
    confidential ones for the credit office's supervisor."""
    if actor.kind == "system" or actor.has_role(*SEES_ALL):
        return true()
    if not (offices := sorted(actor.offices)):
        return false()
    own = [cases.c[column].in_(offices) for column in ("receiving_id", "deciding_id", "provider_id")]
    return or_(*own, cases.c.confidential.is_(False)) if actor.oversees else or_(*own)


def sees_inside(actor: Actor, case: CaseParties) -> bool:
    """`inside_scope` asked of one case row."""
    return (
        actor.kind == "system"
        or actor.has_role(*SEES_ALL)
        or (actor.oversees and not case.confidential)
        or not actor.offices.isdisjoint((case.receiving_id, case.deciding_id, case.provider_id))
    )


def hidden_states(actor: Actor, case: CaseParties, procedure: Procedure) -> frozenset[str]:
    """Return the states of a case of whose steps, limits and opinions the actor learns nothing: what the offices wrote to one
    another before anything was served on the subject."""
    return frozenset() if sees_inside(actor, case) else procedure.internal_states


def late_scope(actor: Actor) -> ColumnElement[bool]:
    """Return the cases a supervisor (信用办督办全部单位) may look over besides its own: those that were or are late with an office.
    Which office, which limit and how it stands; not the case itself."""
    if not actor.has_role("supervisor"):
        return false()
    escalated = select(event.c.id).where(event.c.case_id == cases.c.id, event.c.action == EventName.ESCALATE)
    over = select(deadline.c.id).where(
        deadline.c.case_id == cases.c.id, deadline.c.state == "running", deadline.c.due_day < times.today(),
        deadline.c.owner.in_(sorted(OFFICE_OF_ROLE)),
    )  # fmt: skip
    return or_(exists(escalated.correlate(cases)), exists(over.correlate(cases)))


def letter_scope(actor: Actor) -> ColumnElement[bool]:
    """Return the letters an actor may see, in a query that outer-joins cases and record: those of its cases and of its records,
    internal papers only where it sees inside."""
    return or_(
        and_(
            cases.c.id.is_not(None), case_scope(actor),
            or_(letter.c.kind.not_in(INTERNAL), inside_scope(actor)),
        ),
        and_(
            letter.c.case_id.is_(None), record.c.id.is_not(None),
            or_(and_(letter.c.kind.not_in(TO_PLATFORMS), record_scope(actor)), _to_platforms(actor)),
        ),
    )  # fmt: skip


def _to_platforms(actor: Actor) -> ColumnElement[bool]:
    if actor.kind == "system" or actor.oversees or actor.has_role(*SEES_ALL):
        return letter.c.kind.in_(TO_PLATFORMS)
    found_or_wrote = or_(*(one.in_(sorted(actor.offices)) for one in (letter.c.office_id, record.c.authority_id)))
    return and_(letter.c.kind.in_(TO_PLATFORMS), found_or_wrote)


def record_scope(actor: Actor) -> ColumnElement[bool]:
    """Return the records an actor may see: the subject's own, those its office found or provided, those of its cases."""
    if actor.kind == "system" or actor.has_role(*SEES_ALL):
        return true()
    seen: list[ColumnElement[bool]] = []
    if actor.mandates:
        seen.append(record.c.subject_id.in_(sorted(actor.subjects)))
    if offices := sorted(actor.offices):
        seen += [record.c.authority_id.in_(offices), record.c.provider_id.in_(offices)]
        # an enclosing query that joins cases means another case than the one that makes the record visible
        of_record = select(cases.c.id).where(and_(cases.c.record_id == record.c.id, case_scope(actor)))
        seen.append(exists(of_record.correlate(record)))
    return or_(*seen) if seen else false()
