"""The auditor's search in the trail: by subject, case or record, person, office, action, days and article, in any combination."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import CompoundSelect, Connection, Select, and_, func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from repairflow import plain
from repairflow.auditing import chain
from repairflow.auditing.row_proof import STREAM as ROWS
from repairflow.casework import search
from repairflow.casework.access_audit import SIGN_INS, VIEWS
from repairflow.casework.case_state.record_life import life
from repairflow.casework.cases.filing import FILE
from repairflow.casework.queries.audit.event_labels import LABELS, about
from repairflow.errors import Invalid, Problem
from repairflow.law.names import plain_words
from repairflow.law.procedure.basis import Basis
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.packs import RulePack
from repairflow.law.procedure.paths import first_label
from repairflow.records import cases, event, office, person, record, subject
from repairflow.records.rows import all_rows
from repairflow.times import at

SIZE = 50
MOST = 5_000
"""Events that one page goes through where the article or the name of an action is compared; then it says where to go on."""
ELSEWHERE = (ROWS, VIEWS, SIGN_INS)
"""Streams that are no step of anybody's: lines of rows; views and sign-ins have a page of their own."""


class Wanted(NamedTuple):
    """What is looked for; whatever is empty does not matter. `since` and `until` are days, both counted."""

    text: str = ""  # a subject, case, record or letter, as in every search box
    person: str = ""  # part of a name, or a login
    office: str = ""  # part of the name of an office of the case or record
    action: str = ""  # part of what a step is called, or its code
    since: date | None = None
    until: date | None = None
    basis: str = ""  # part of an article as it is cited


class _Row(NamedTuple):
    id: int
    stream: str
    seq: int
    at: datetime
    action: str
    actor_name: str
    actor_role: str
    body: bytes
    case: str | None
    procedure: str | None
    procedure_version: str | None
    pack: str | None
    record: str | None
    subject: str | None
    office: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """One event: `case` and `record` are numbers, empty where it is about none; `basis` its articles as they are cited."""

    id: int
    stream: str
    seq: int
    at: datetime
    label: str
    actor: str
    role: str
    case: str
    record: str
    subject: str
    office: str
    basis: tuple[str, ...]

    @property
    def about(self) -> str:
        """What it is about where that is no case and no record, as auditors read it."""
        return about(self.stream)


@dataclass(frozen=True, slots=True)
class Page:
    """Events, newest first; `next` begins the next page, empty at the end. A page may be short and still have a next."""

    lines: tuple[Found, ...]
    next: str


def page(tx: Connection, law: Library, wanted: Wanted, after: str = "", size: int = SIZE, most: int = MOST) -> Page:
    """Return the newest events that fit, from those before `after`. Invalid when `after` is no place, or the days are the wrong way
    round.
    """
    asked = _asked(tx, law, wanted)
    if after:
        try:
            asked = asked.where(event.c.id < plain.whole(after, 1))
        except ValueError:
            raise Invalid("没有这一页，请从第一页重新查看。") from None
    found: list[Found] = []
    compared = most if wanted.action or wanted.basis else size  # else the columns alone tell, and each row is a line
    rows = all_rows(tx.execute(asked.order_by(event.c.id.desc()).limit(compared + 1)), _Row)
    for place, row in enumerate(rows):
        if len(found) == size or place == compared:
            return Page(tuple(found), str(rows[place - 1].id))
        one = _found(law, row)
        if _fits(one, row.action, wanted):
            found.append(one)
    return Page(tuple(found), "")


def everything(tx: Connection, law: Library, wanted: Wanted, most: int) -> tuple[Found, ...]:
    """Return all that fit, newest first. Invalid where there are more than `most`."""
    found: list[Found] = []
    after = ""
    while True:
        part = page(tx, law, wanted, after)
        found += part.lines
        after = part.next
        if len(found) > most:
            raise Invalid(f"符合条件的留痕超过 {most} 条，请缩短起止时间或者增加条件。")
        if not after:
            return tuple(found)


def cases_of(tx: Connection, law: Library, wanted: Wanted, most: int) -> tuple[str, ...]:
    """Return the numbers of the cases whose events fit, by number. Invalid where there are none or more than `most`."""
    numbers: set[str] = set()
    after = ""
    while len(numbers) <= most:
        part = page(tx, law, wanted, after)
        numbers |= {one.case for one in part.lines if one.case}
        after = part.next
        if not after:
            break
    if not 0 < len(numbers) <= most:
        raise Invalid(f"一次可以取 1 至 {most} 个办件的证据包，请换一个查找条件。")
    return tuple(sorted(numbers))


def _asked(tx: Connection, law: Library, wanted: Wanted) -> Select[Any]:
    if wanted.since and wanted.until and wanted.until < wanted.since:
        raise Invalid("请按提示修改后再查找。", [Problem("until", "止日不能早于起日")])
    columns = (event.c[name] for name in _Row._fields[:8])
    asked = (
        select(
            *columns, cases.c.number.label("case"), cases.c.procedure, cases.c.procedure_version, cases.c.pack,
            record.c.number.label("record"), subject.c.name.label("subject"), office.c.name.label("office"),
        )
        .outerjoin(cases, cases.c.id == event.c.case_id)
        .outerjoin(record, record.c.id == func.coalesce(event.c.record_id, cases.c.record_id))
        .outerjoin(subject, subject.c.id == func.coalesce(cases.c.subject_id, record.c.subject_id))
        .outerjoin(office, office.c.id == func.coalesce(cases.c.deciding_id, record.c.authority_id))
        .where(event.c.stream.not_in(ELSEWHERE))
    )  # fmt: skip
    return asked.where(*_conditions(tx, law, wanted))


def _conditions(tx: Connection, law: Library, wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.text:
        yield _about(tx, wanted.text)
    if wanted.person:
        yield event.c.id.in_(_done_by(tx, wanted.person))
    if wanted.office:
        yield _of_office(wanted.office)
    if wanted.since:
        yield event.c.at >= at(wanted.since, time.min)
    if wanted.until:
        yield event.c.at < at(wanted.until + timedelta(days=1), time.min)
    if wanted.action:
        yield event.c.action.in_(sorted(_actions_called(law, wanted.action)))
    if wanted.basis:
        yield event.c.action.in_(sorted(_actions_resting_on(law, wanted.basis)))


def _done_by(tx: Connection, text: str) -> CompoundSelect[Any]:
    """Return the events of people called so now, and of whoever was called so then; platforms and the system, too.

    Each half is answered by an index of its own: names are few beside events, and are gone through one by one.
    """
    called = or_(person.c.name.contains(text, autoescape=True), person.c.login == text)
    now = select(event.c.id).where(event.c.actor_id.in_(select(person.c.id).where(called)))
    then = [name for name in tx.scalars(_NAMES) if name and text.lower() in name.lower()]
    return now.union(select(event.c.id).where(event.c.actor_name.in_(then)))


def _names() -> Select[Any]:
    """Return every name that an event was done by: the next after each, so that an index is asked once for each of them."""
    first = select(func.min(event.c.actor_name).label("name")).cte("names", recursive=True)
    after = select(func.min(event.c.actor_name)).where(event.c.actor_name > first.c.name).scalar_subquery()
    names = first.union_all(select(after).where(first.c.name.is_not(None)))
    return select(names.c.name).where(names.c.name.is_not(None))


_NAMES = _names()


def _about(tx: Connection, text: str) -> ColumnElement[bool]:
    of_case = (
        select(cases.c.id)
        .join(subject, subject.c.id == cases.c.subject_id)
        .outerjoin(record, record.c.id == cases.c.record_id)
        .where(search.of_cases(tx, text).where)
    )
    streams = (  # by their streams, since no index has the records of events
        select(chain.record_stream("") + record.c.number)
        .join(subject, subject.c.id == record.c.subject_id)
        .where(search.records(tx, text))
    )
    # each half by an index of its own: of the two joined by "or" PostgreSQL would go through all events
    of_cases = select(event.c.id).where(event.c.case_id.in_(of_case))
    return event.c.id.in_(
        of_cases.union(
            select(event.c.id).where(event.c.stream.in_(streams)), select(event.c.id).where(event.c.stream == text)
        )
    )


def _of_office(text: str) -> ColumnElement[bool]:
    named = select(office.c.id).where(office.c.name.contains(text, autoescape=True))
    parts = (cases.c.deciding_id, cases.c.receiving_id, cases.c.provider_id)
    of_record = and_(event.c.case_id.is_(None), or_(record.c.authority_id.in_(named), record.c.provider_id.in_(named)))
    return or_(*(one.in_(named) for one in parts), of_record)


def _actions_called(law: Library, text: str) -> set[str]:
    """Codes of steps that any procedure, or the record's life, calls so; what a case begins with is compared row by row."""
    wanted = plain_words(text)
    named = {
        (code, spec.label) for procedure in law.procedures.values() for code, spec in procedure.action.items()
    } | set(LABELS.items())
    return {FILE, text} | {code for code, label in named if wanted and wanted in plain_words(label)}


def _actions_resting_on(law: Library, text: str) -> set[str]:
    """Codes of steps that may rest on an article so cited: by themselves, or by a ground that is chosen with them."""
    wanted, found = plain_words(text), set[str]()
    grounds = {
        name
        for pack in law.packs.values()
        for name, listed in pack.lists.items()
        if any(_holds(one, wanted) for item in listed.values() for one in _cited(item.basis, pack))
    }
    of_packs = {name for pack in law.packs.values() for name, one in pack.basis.items() if _holds(_shown(one), wanted)}
    for procedure in law.procedures.values():
        own = {name for name, one in procedure.basis.items() if _holds(_shown(one), wanted)} | of_packs
        found |= {
            code
            for code, spec in procedure.action.items()
            if own & set(spec.basis) or procedure.ground_list(code) in grounds
        }
    return found


def _cited(names: Iterable[str], *sources: Procedure | RulePack) -> tuple[str, ...]:
    """Articles as they are cited, each once; one that nobody has compared with its text says so: an auditor sees it, no letter
    cites it."""
    found = (next((source.basis[name] for source in sources if name in source.basis), None) for name in names)
    return tuple(dict.fromkeys(_shown(one) for one in found if one is not None))


def _shown(basis: Basis) -> str:
    return basis.citation + ("" if basis.verified else "（待核实）")


def _holds(citation: str, wanted: str) -> bool:
    return bool(wanted) and wanted in plain_words(citation)


def _fits(one: Found, code: str, wanted: Wanted) -> bool:
    """Return what the columns alone do not tell: how its own procedure calls the step, and what it rests on."""
    if wanted.action and wanted.action != code and not _holds(one.label, plain_words(wanted.action)):
        return False
    article = plain_words(wanted.basis)
    return not wanted.basis or any(_holds(citation, article) for citation in one.basis)


def _found(law: Library, row: _Row) -> Found:
    said = _said(row.body)
    procedure = law.procedures.get((row.procedure or "", row.procedure_version or ""))
    of_step = procedure if procedure is not None else life(law)
    spec = of_step.action.get(row.action)
    if spec is not None:
        label = spec.label
    elif procedure is not None and row.action == FILE:
        label = first_label(procedure, said.get("channel"))
    else:
        label = LABELS.get(row.action, row.action)
    pack = law.packs.get(row.pack or "")
    sources: list[Procedure | RulePack] = [of_step, *([pack] if pack is not None else [])]
    ground = (
        pack.lists.get(of_step.ground_list(row.action), {}).get(said.get("ground", "")) if pack is not None else None
    )
    basis = _cited([*said.get("basis", ()), *(ground.basis if ground is not None else ())], *sources)
    return Found(
        row.id, row.stream, row.seq, row.at, label, row.actor_name, of_step.actor.get(row.actor_role, ""), row.case or "",
        row.record or "", row.subject or "", row.office or "", basis,
    )  # fmt: skip


def _said(body: bytes) -> dict[str, Any]:
    """Return what an event says; nothing of one whose bytes can no longer be read, which verification then names."""
    try:
        return dict(chain.content(body))
    except (ValueError, LookupError, TypeError):
        return {}
