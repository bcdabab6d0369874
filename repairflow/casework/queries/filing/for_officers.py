"""What an officer may file from the desk (新建办件), and what a filing may be about: a record, a subject, an earlier case."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Connection, Select, Table, or_, select, true

from repairflow.casework import search, subject_keys
from repairflow.casework.actor import Actor
from repairflow.casework.case_state import act_objects, guard_facts
from repairflow.casework.cases.filing import filers, kinds_for
from repairflow.casework.permissions import CLERKS, OFFICE_OF_ROLE, case_scope, may_see, record_scope
from repairflow.errors import NotFound, Refused
from repairflow.law.acts import ABOUT_ACTS, KINDS, NUMBERED, OBJECTIONABLE
from repairflow.law.guards import answer_all
from repairflow.law.procedure.channels import EX_OFFICIO, WINDOW
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.packs import RulePack
from repairflow.law.procedure.roles import CITIZEN_ROLES, SUBJECT_ROLES
from repairflow.records import act, cases, office, record, subject
from repairflow.records.rows import ActRow, CaseRow, RecordRow, SubjectRow, all_rows, one_row

R = TypeVar("R", ActRow, CaseRow, RecordRow, SubjectRow)
MOST_FOUND = 20
NO_SUBJECT = 0  # nobody speaks for it: what an officer may file does not hang on whom it is about
OF_THE_RECORD = frozenset({
    "record_is_public", "record_is_public_or_of_person", "record_on_list", "record_not_on_list", "record_in_force",
    "record_in_use", "record_never_public", "subject_is_minor",
})  # fmt: skip
"""Guards of a filing that ask nothing but what kind of record it is."""


@dataclass(frozen=True, slots=True)
class Filable:
    """A procedure an officer may file, and through which channel."""

    procedure: Procedure
    channel: str  # WINDOW or EX_OFFICIO
    kinds: tuple[str, ...] = ()  # labels of those that this officer may file; others the system or the subject opens


@dataclass(frozen=True, slots=True)
class About:
    """What a filing is about. `key` names it: a record's number, a case's number, or a subject's own."""

    key: str
    title: str
    detail: str
    subject: SubjectRow
    record: RecordRow | None = None
    case: CaseRow | None = None
    act: ActRow | None = None

    @property
    def object(self) -> RecordRow | ActRow | None:
        """The record or act that guards look at."""
        return act_objects.object_of(self.record, self.act)

    @property
    def source(self) -> RecordRow | act_objects.Source | None:
        """Whose information it is."""
        return act_objects.source_of(self.record, self.act)


def in_force(law: Library, day: date) -> list[Procedure]:
    """Return the general version of every procedure in force on a day that somebody may file."""
    found = []
    for name in law.names():
        try:
            procedure = law.in_force(name, day)
        except Refused:
            continue  # no version covers this day: nobody may file it
        if filers(procedure):
            found.append(procedure)
    return found


def filable(law: Library, actor: Actor, day: date) -> tuple[Filable, ...]:
    """Return what an officer may file on a day: for somebody at the window first, then by its own office's motion."""
    known = in_force(law, day)
    found = []
    for channel, may in ((WINDOW, _at_the_window), (EX_OFFICIO, _by_office)):
        for procedure in known:
            kinds = tuple(label for _, label in kinds_for(procedure, actor, NO_SUBJECT, channel))
            if may(procedure, actor) and (kinds or not procedure.kinds):
                found.append(Filable(procedure, channel, kinds))
    return tuple(found)


def about(tx: Connection, actor: Actor, procedure: Procedure, key: str, channel: str) -> About:
    """Return the record, subject or earlier case by its key; NotFound when absent or not the actor's to file on."""
    if (own := search.own_number(key)).startswith(f"{NUMBERED}-") and procedure.procedure in ABOUT_ACTS:
        one = act_objects.named(tx, own, _acts_of(actor, channel))
        if one is None:
            raise NotFound
        return _about_acts(tx, [one])[0]
    found = (
        tx.execute(_query(procedure, actor, channel).where(_named(procedure, search.own_number(key), actor)))
        .scalars()
        .first()
    )
    if found is None:
        raise NotFound
    return _whole(tx, procedure, (found,))[0]


def candidates(tx: Connection, actor: Actor, procedure: Procedure, text: str, channel: str) -> tuple[About, ...]:
    """Return what a search finds to file on, newest first, at most `MOST_FOUND`."""
    wanted = text.strip()
    if not wanted:
        return ()
    if procedure.subject == "case":
        found = search.of_cases(tx, wanted).where
    else:
        found = (search.records if procedure.subject == "record" else search.subjects)(tx, wanted)
    ids = tx.execute(_query(procedure, actor, channel).where(found).limit(MOST_FOUND)).scalars().all()
    found_acts = _acts_found(tx, actor, wanted, channel) if procedure.procedure in ABOUT_ACTS else ()
    return (*_whole(tx, procedure, ids), *found_acts)


def _acts_found(tx: Connection, actor: Actor, text: str, channel: str) -> tuple[About, ...]:
    """Return the acts that a search finds to object to, newest first: of these subjects, or with this number."""
    named = or_(act.c.number == search.own_number(text), act.c.document_number == text, search.subjects(tx, text))
    query = (
        select(*act.c).join(subject, subject.c.id == act.c.subject_id)
        .where(named, act.c.state.in_(OBJECTIONABLE), _acts_of(actor, channel)).order_by(act.c.id.desc())
    )  # fmt: skip
    return _about_acts(tx, all_rows(tx.execute(query.limit(MOST_FOUND)), ActRow))


def _acts_of(actor: Actor, channel: str) -> ColumnElement[bool]:
    if channel == WINDOW and actor.has_role(*CLERKS):
        return true()
    return act.c.subject_id.in_(sorted(actor.subjects))


def _about_acts(tx: Connection, rows: Sequence[ActRow]) -> tuple[About, ...]:
    holders = _rows(tx, subject, SubjectRow, {row.subject_id for row in rows})
    return tuple(_of_act(row, holders[row.subject_id]) for row in rows)


def _of_act(row: ActRow, holder: SubjectRow) -> About:
    return About(row.number, holder.name, f"{row.document_number} · {KINDS[row.kind]}：{row.title}", holder, act=row)


def fits(procedure: Procedure, pack: RulePack, row: RecordRow | ActRow, now: datetime) -> bool:
    """Tell whether a procedure is meant for such a record at all (a list entry, a minor's, one in force): its row is asked."""
    return not unfit(procedure, pack, row, now)


def unfit(procedure: Procedure, pack: RulePack, row: RecordRow | ActRow, now: datetime) -> tuple[str, ...]:
    """Return why a procedure is not meant for such a record, in words; nothing where it is."""
    known = guard_facts.of_filing(procedure, pack, now, row)
    uses = tuple(use for use in procedure.filing_guards if use.guard in OF_THE_RECORD)
    return tuple(answer.text for answer in answer_all(uses, known) if not answer.ok)


def office_choices(tx: Connection) -> tuple[tuple[str, str], ...]:
    """Code and name of every office, for inputs that name one."""
    return tuple((row.code, row.name) for row in tx.execute(select(office.c.code, office.c.name).order_by(office.c.id)))


class HandedTo(NamedTuple):
    """The offices that handle a case which others took in at their window; none where the actor's own does. `hidden`: it sees no
    more of it."""

    offices: tuple[str, ...]
    hidden: bool


def handed_to(tx: Connection, actor: Actor, number: str) -> HandedTo:
    """Return who handles a case that the actor took in, where another office does."""
    case = one_row(tx.execute(select(cases).where(cases.c.number == number)), CaseRow)
    hidden = not may_see(actor, case)
    if case.intake_id is None and not hidden:
        return HandedTo((), hidden=False)
    places = dict.fromkeys((case.receiving_id, case.deciding_id))
    rows = tx.execute(select(office.c.id, office.c.name).where(office.c.id.in_(list(places))))
    names = {row.id: str(row.name) for row in rows}
    return HandedTo(tuple(names[place] for place in places), hidden)


def place_of(tx: Connection, found: About, actor: Actor, code: str) -> int | None:
    """Return the id of the office whose field governs the new case, as filing itself chooses it."""
    if (source := found.source) is not None:
        return source.authority_id
    if found.case is not None:
        return found.case.deciding_id
    named = tx.execute(select(office.c.id).where(office.c.code == code)).scalar() if code else None
    return int(named) if named is not None else min(actor.offices, default=None)


def _at_the_window(procedure: Procedure, actor: Actor) -> bool:
    roles = set(filers(procedure))
    if roles & CITIZEN_ROLES:  # 热线、来信来访: whoever is named in the file enters them
        return actor.has_role(*(roles - SUBJECT_ROLES))
    return bool(roles & SUBJECT_ROLES) and actor.has_role(*CLERKS)


def _by_office(procedure: Procedure, actor: Actor) -> bool:
    roles = set(filers(procedure))
    return not roles & CITIZEN_ROLES and actor.has_role(*(roles & OFFICE_OF_ROLE.keys()))


def _named(procedure: Procedure, key: str, actor: Actor) -> ColumnElement[bool]:
    if procedure.subject == "subject":
        return subject_keys.named(key, actor)
    return (record.c.number if procedure.subject == "record" else cases.c.number) == key


def _query(procedure: Procedure, actor: Actor, channel: str) -> Select[int]:
    if procedure.subject == "record":
        # a window clerk speaks for any subject
        scope = true() if channel == WINDOW and actor.has_role(*CLERKS) else record_scope(actor)
        joined = select(record.c.id).join(subject, subject.c.id == record.c.subject_id)
        return joined.where(scope).order_by(record.c.id.desc())
    if procedure.subject == "case":
        joined = select(cases.c.id).join(subject, subject.c.id == cases.c.subject_id)
        joined = joined.outerjoin(record, record.c.id == cases.c.record_id)
        return joined.where(case_scope(actor)).order_by(cases.c.id.desc())
    everyone = select(subject.c.id).order_by(subject.c.id.desc())
    # an officer and whoever reports may name any organisation, an agent only whom it speaks for
    if actor.kind == "agent":
        return everyone.where(subject.c.id.in_(sorted(actor.subjects)))
    return everyone.where(subject.c.uscc.is_not(None))


def _whole(tx: Connection, procedure: Procedure, keys: Sequence[int]) -> tuple[About, ...]:
    """Return what stands at these keys, in their order: one question for each kind of row, however many they are."""
    if procedure.subject == "subject":
        holders = _rows(tx, subject, SubjectRow, keys)
        return tuple(_of_subject(holders[key]) for key in keys)
    files = _rows(tx, cases, CaseRow, keys) if procedure.subject == "case" else {}
    found = _rows(tx, record, RecordRow, [case.record_id for case in files.values()] if files else keys)
    whose = {case.subject_id for case in files.values()} | {row.subject_id for row in found.values()}
    holders = _rows(tx, subject, SubjectRow, whose)
    if procedure.subject == "case":
        found_acts = _rows(tx, act, ActRow, [case.act_id for case in files.values()])
        return tuple(
            _of_case(case, holders[case.subject_id], found.get(case.record_id or 0), found_acts.get(case.act_id or 0))
            for case in (files[key] for key in keys)
        )
    return tuple(_of_record(row, holders[row.subject_id]) for row in (found[key] for key in keys))


def _rows(tx: Connection, table: Table, row: type[R], keys: Iterable[int | None]) -> dict[int, R]:
    """Return the rows at these keys, by key."""
    wanted = sorted({key for key in keys if key is not None})
    rows = all_rows(tx.execute(select(table).where(table.c.id.in_(wanted))), row) if wanted else ()
    return {one[0]: one for one in rows}


def _of_subject(holder: SubjectRow) -> About:
    return About(subject_keys.key_of(holder), holder.name, holder.uscc or "本人", holder)


def _of_case(case: CaseRow, holder: SubjectRow, row: RecordRow | None, its_act: ActRow | None) -> About:
    its = row if its_act is None else its_act
    more = f"原办件 {case.number}" + (f" · {its.document_number}" if its is not None else "")
    return About(case.number, holder.name, more, holder, row, case, its_act)


def _of_record(row: RecordRow, holder: SubjectRow) -> About:
    return About(row.number, holder.name, f"{row.document_number} · {row.behaviour}", holder, row)
