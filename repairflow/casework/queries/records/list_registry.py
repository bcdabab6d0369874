"""The register of lists (名单): each kind with its rules, who stands on it and who left, and what is published before a
designation. Staff see every list, whoever keeps it (内部名单全局共享; each look is kept in the trail); the public sees public ones.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, false, func, literal, or_, select, union_all

from repairflow.casework import kept_figures, search
from repairflow.casework.actor import Actor
from repairflow.casework.case_state.publicity_objections import ANNOUNCED, WINDOW
from repairflow.casework.cases.designation_objections import LISTING, NO_OBJECTION, OBJECT
from repairflow.casework.queries import paging
from repairflow.casework.queries.records.credit_inquiry import shown_on
from repairflow.casework.told_periods import Dated, told_of
from repairflow.errors import Forbidden, Invalid, NotFound
from repairflow.law.identifiers import without_personal_numbers
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.packs import ListKind, RulePack
from repairflow.law.publicity import list_days, oldest_standing
from repairflow.law.sectors import sectors
from repairflow.records import cases, deadline, list_entry, office, record, stays_from, subject
from repairflow.records.rows import all_rows

SIZE, EXPORTED = 30, 5000
COUNTED = 2000
"""How far the entries of a list are counted at each look."""
FIGURE = "standing_on_lists"
STANDING, LEFT = "standing", "left"
HOW: Mapping[str, str] = {"removed": "已移出", "expired": "期满移出", "annulled": "列入已撤销"}
HOW_HONOUR: Mapping[str, str] = {**HOW, "removed": "已退出", "expired": "期满退出"}


def how_left(kind: ListKind) -> Mapping[str, str]:
    """Return what leaving a list is called, by how it was left: one is taken off a bad list (移出) and leaves a good one (退出)."""
    return HOW_HONOUR if kind.favourable else HOW


@dataclass(frozen=True, slots=True)
class Kept:
    """One list: its rules as the field that keeps it has them, and the fields that may."""

    code: str
    kind: ListKind
    pack: RulePack
    domains: tuple[str, ...]
    standing: int = 0
    counted_at: datetime | None = None  # where it is not counted at this look

    @property
    def removal(self) -> tuple[str, ...]:
        """How one comes off it, as people read it."""
        return self.pack.removal_of(self.kind)


class Entry(NamedTuple):
    """A subject's entry, with who decided it."""

    id: int
    name: str
    uscc: str | None
    office: str
    case: str
    listed_on: date
    until: date | None
    left_on: date | None
    left_how: str | None
    record: str | None
    basis: str | None
    office_id: int
    pack: str  # of the case that listed it
    since: date  # from which day its stay counts: a review that it passed (考评合格) begins it anew


class Proposal(NamedTuple):
    """A designation that is being published: whom it is about, by whom, until when one may object."""

    number: str
    name: str
    uscc: str | None
    office: str
    inputs: Mapping[str, object]
    procedure_version: str
    until: date | None
    open: bool  # whether one may still object: its time runs, and its procedure hears objections in it
    label: str  # the list it would be put on

    @property
    def facts(self) -> str:
        """What is said of the subject, without numbers of persons."""
        return without_personal_numbers(str(self.inputs.get("facts") or ""))


@dataclass(frozen=True, slots=True)
class Page:
    """Entries, newest first, and where the next page begins; `next` is empty on the last."""

    rows: tuple[Entry, ...]
    next: str


def kinds(law: Library, today: date) -> dict[str, Kept]:
    """Return every list that some field may keep on this day, in the order of the general rules, then of the fields."""
    found: dict[str, Kept] = {}
    for one in sectors(law, today):
        for code, kind in one.lists.items():
            before = found.get(code)
            if before is None:
                found[code] = Kept(code, kind, one.pack, (one.domain,))
            else:
                found[code] = Kept(code, before.kind, before.pack, (*before.domains, one.domain))
    return found


def registry(tx: Connection, law: Library, today: date, *, public: bool) -> tuple[Kept, ...]:
    """Return the lists there are, with how many stand on each; public ones alone for the public.

    A list of more than `COUNTED` shows what the worker counted last, with the moment of the count.
    """
    found = {code: one for code, one in kinds(law, today).items() if one.kind.public or not public}
    few = _counted_to(tx, found)
    many = {code for code, number in few.items() if number > COUNTED}
    figure = kept_figures.kept(tx, FIGURE).get(FIGURE) if many else None
    known = {} if figure is None else figure.content
    told = {}
    for code, one in found.items():
        large = code in many
        at = figure.counted_at if large and figure is not None and code in known else None
        number = (int(known[code]) if at else _count(tx, code)) if large else few[code]
        told[code] = Kept(code, one.kind, one.pack, one.domains, number, at)
    return tuple(told.values())


def counted(tx: Connection) -> dict[str, dict[str, int]]:
    """Return how many stand on each list, for the figures that the worker keeps."""
    rows = tx.execute(
        select(list_entry.c.list_kind, func.count())
        .where(list_entry.c.left_on.is_(None), list_entry.c.principal_id.is_(None))
        .group_by(list_entry.c.list_kind)
    )
    return {FIGURE: {str(code): int(number) for code, number in rows}}


def _counted_to(tx: Connection, codes: Iterable[str]) -> dict[str, int]:
    """Return how many stand on each of these lists, counted no further than one beyond `COUNTED`."""
    each = []
    for code in codes:
        few = select(list_entry.c.list_kind).where(*_stands_on(code)).limit(COUNTED + 1).subquery()
        each.append(select(literal(code), select(func.count()).select_from(few).scalar_subquery()))
    return {str(code): int(number) for code, number in tx.execute(union_all(*each))} if each else {}


def _count(tx: Connection, code: str) -> int:
    return int(tx.execute(select(func.count()).select_from(list_entry).where(*_stands_on(code))).scalar_one())


def _stands_on(code: str) -> tuple[ColumnElement[bool], ...]:
    return list_entry.c.list_kind == code, list_entry.c.left_on.is_(None), list_entry.c.principal_id.is_(None)


def kept(law: Library, today: date, code: str, *, public: bool) -> Kept:
    """Return one list; NotFound for one that there is not, and for an internal one before the public."""
    found = kinds(law, today).get(code)
    if found is None or (public and not found.kind.public):
        raise NotFound("没有这种名单。")
    return found


def demand_staff(actor: Actor) -> None:
    """Forbidden for whoever holds no post in an office: internal lists are shared among offices, with nobody else."""
    if actor.kind != "staff" or not actor.roles:
        raise Forbidden("名单由各单位的工作人员查阅。")


def entries(
    tx: Connection, of: Kept, *, public_on: date | None = None, show: str = STANDING, text: str = "", after: str = "",
    size: int = SIZE,
) -> Page:  # fmt: skip
    """Return one page of a list. The public sees organisations that stand on it on that day, whether or not the worker has come to
    end what is over; linked persons stand in no list of names.

    Invalid when `after` is no place of ours or `show` is neither of the two.
    """
    query = _wanted(tx, of, show, text)
    if public_on is not None:
        query = query.where(stands_before_public((of,), public_on))
    return _page(tx, of, query, after, size)


def told(tx: Connection, law: Library, of: Kept, rows: Iterable[Entry]) -> frozenset[int]:
    """Ids of these entries whose last day may be told: somebody has read what the stay rests on, or their office has confirmed it."""
    return told_of(tx, law, (Dated(one.id, one.pack, of.kind.severity, of.code, one.office_id, None) for one in rows))


def stood_on(tx: Connection, of: Kept, day: date, *, after: str, size: int) -> Page:
    """Return one page of the organisations that stood on a list of the trustworthy on a day, whenever it is asked: `left_on` is the
    first day on which one stood no more. Invalid when `after` is no place of ours.
    """
    return _page(tx, of, _entries(of.code).where(*_stood(of, day)), after, size)


def stood_count(tx: Connection, of: Kept, day: date) -> int:
    """Return how many `stood_on` a list on a day."""
    query = select(func.count()).select_from(list_entry).join(subject, subject.c.id == list_entry.c.subject_id)
    return int(tx.execute(query.where(list_entry.c.list_kind == of.code, *_stood(of, day))).scalar_one())


def _stood(of: Kept, day: date) -> tuple[ColumnElement[bool], ...]:
    return (
        list_entry.c.listed_on <= day, stays_from >= oldest_standing(of.kind, day),
        or_(list_entry.c.left_on.is_(None), list_entry.c.left_on > day), *never_undone(),
    )  # fmt: skip


def never_undone() -> tuple[ColumnElement[bool], ...]:
    """State that a published entry, with its subject, may still be read: it was not annulled, rests on no record of dishonesty (which is
    repaired, annulled or ends), and is of an organisation itself."""
    return (
        func.coalesce(list_entry.c.left_how, "") != "annulled", list_entry.c.record_id.is_(None),
        list_entry.c.principal_id.is_(None), subject.c.kind != "natural_person",
    )  # fmt: skip


def _page(tx: Connection, of: Kept, query: Select[tuple[object, ...]], after: str, size: int) -> Page:
    rows, following = paging.page(tx, query, list_entry.c.id, Entry, after, size)
    said = (one if one.until else one._replace(until=list_days(of.kind, one.since).max_until) for one in rows)
    return Page(tuple(said), following)


def stands_before_public(lists: Collection[Kept], day: date) -> ColumnElement[bool]:
    """State that an entry of these lists, with its subject and its record where it has one, is shown to everybody on this day."""
    lasts = or_(
        false(),
        *(and_(list_entry.c.list_kind == one.code, stays_from >= oldest_standing(one.kind, day)) for one in lists),
    )  # fmt: skip
    shown = shown_on([one.code for one in lists if one.kind.no_new], day)
    return and_(
        list_entry.c.list_kind.in_([one.code for one in lists]), subject.c.kind != "natural_person",
        list_entry.c.left_on.is_(None), list_entry.c.principal_id.is_(None),
        or_(and_(list_entry.c.record_id.is_(None), lasts), shown),
    )  # fmt: skip


def exceeds(tx: Connection, of: Kept, *, show: str, text: str, size: int) -> bool:
    """Tell whether a list's export needs more than one file; reads one file's rows at most. Invalid as `entries` is."""
    beyond = _wanted(tx, of, show, text).with_only_columns(list_entry.c.id).order_by(list_entry.c.id.desc())
    return tx.execute(beyond.limit(1).offset(size)).scalar() is not None


def parts(tx: Connection, of: Kept, *, show: str, text: str, size: int) -> tuple[str, ...]:
    """Return where each file of a list's export begins, as `entries` takes it; the first at its beginning. Invalid as `entries` is."""
    place = func.row_number().over(order_by=list_entry.c.id.desc()).label("place")
    counted = _wanted(tx, of, show, text).with_only_columns(list_entry.c.id, place, func.count().over().label("total"))
    found = counted.subquery()
    ends = select(found.c.id).where(found.c.place % size == 0, found.c.place < found.c.total).order_by(found.c.place)
    return ("", *(str(one) for one in tx.execute(ends).scalars()))


def announced(tx: Connection, law: Library, today: date, code: str = "") -> tuple[Proposal, ...]:
    """Designations that are being published (认定前公示), for everybody: of one list, or of all that are public."""
    until = select(func.max(deadline.c.due_day)).where(deadline.c.case_id == cases.c.id, deadline.c.clock == WINDOW)
    rows = tx.execute(
        select(
            cases.c.number, subject.c.name, subject.c.uscc, office.c.name.label("office"), cases.c.inputs,
            cases.c.procedure_version, until.correlate(cases).scalar_subquery().label("until"), false().label("open"),
            literal("").label("label"),
        )
        .join(subject, subject.c.id == cases.c.subject_id)
        .join(office, office.c.id == cases.c.deciding_id)
        .where(
            cases.c.procedure == LISTING, cases.c.state == ANNOUNCED, cases.c.closed_at.is_(None),
            subject.c.kind != "natural_person",
        ).order_by(cases.c.id.desc())
    )  # fmt: skip
    known = kinds(law, today)
    found = all_rows(rows, Proposal)
    return tuple(
        one._replace(open=_hears(law, one, today), label=chosen.kind.label)
        for one in found
        if (chosen := known.get(str(one.inputs.get("list_kind")))) is not None
        and chosen.kind.public
        and code in ("", chosen.code)
    )


def _hears(law: Library, of: Proposal, today: date) -> bool:
    """Tell whether the case still takes an objection: its window, which ends by `no_objection`, has not run out."""
    procedure = law.procedure(LISTING, of.procedure_version)
    window = procedure.clock.get(WINDOW)
    hears = window is not None and window.overdue == NO_OBJECTION and OBJECT in procedure.actions_from(ANNOUNCED)
    return hears and of.until is not None and today <= of.until


def domain_of(tx: Connection, actor: Actor) -> str:
    """Return the field of the actor's first office; the general one without an office."""
    if not actor.offices:
        return "general"
    found = select(office.c.domain).where(office.c.id == min(actor.offices))
    return str(tx.execute(found).scalar_one())


def _wanted(tx: Connection, of: Kept, show: str, text: str) -> Select[tuple[object, ...]]:
    if show not in (STANDING, LEFT):
        raise Invalid("只能查看在列的或者已经离开名单的，请重新选择。")
    query = _entries(of.code)
    query = query.where(list_entry.c.left_on.is_(None) if show == STANDING else list_entry.c.left_on.is_not(None))
    wanted = text.strip()
    return query.where(search.subjects(tx, wanted)) if wanted else query


def _entries(code: str) -> Select[tuple[object, ...]]:
    return (
        select(
            list_entry.c.id, subject.c.name, subject.c.uscc, office.c.name.label("office"), cases.c.number.label("case"),
            list_entry.c.listed_on, record.c.max_until.label("until"), list_entry.c.left_on, list_entry.c.left_how,
            record.c.number.label("record"), record.c.penalty_basis.label("basis"),
            office.c.id.label("office_id"), cases.c.pack, stays_from.label("since"),
        )
        .join(subject, subject.c.id == list_entry.c.subject_id)
        .join(cases, cases.c.id == list_entry.c.case_id)
        .join(office, office.c.id == cases.c.deciding_id)
        .outerjoin(record, record.c.id == list_entry.c.record_id)
        .where(list_entry.c.list_kind == code, list_entry.c.principal_id.is_(None))
    )  # fmt: skip
