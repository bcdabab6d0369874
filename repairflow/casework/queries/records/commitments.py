"""Public commitments (信用承诺公示): what organisations promised before an office, and what became of it.

Shown are registered commitments while they stand, and for a year after their end; and those that go with a repair, as long as
the repair is handled: once it is granted nothing about the record is public any more. Natural persons are never shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select, union_all

from repairflow.casework import search
from repairflow.casework.own_signature import COMMITTED
from repairflow.casework.queries import paging
from repairflow.errors import NotFound
from repairflow.law.identifiers import without_personal_numbers
from repairflow.law.procedure.library import Library
from repairflow.prepared import constant
from repairflow.records import cases, deadline, office, subject
from repairflow.records.rows import all_rows, first_row
from repairflow.times import end_of_day, local_day

SIZE = 20
KEPT = timedelta(days=365)
"""How long a commitment that ended is shown."""
COMMITMENT, REPAIR = "commitment", "repair"
SHOWN = ("standing", "checking", "performed", "breached")
"""States of a commitment from its registration on."""
NOT_YET = ("submitted", "supplement", "transferred")
"""States of a repair that no office has accepted: nobody has looked at its commitment."""
PROMISE, PERSON = "promise", "natural_person"
REPAIR_KIND, REPAIR_MATTER, REPAIR_STATE = "信用修复承诺", "申请信用修复时作出的承诺", "修复办理中"


class _Row(NamedTuple):
    id: int
    number: str
    procedure: str
    procedure_version: str
    pack: str
    kind: str | None
    state: str
    inputs: dict[str, object]
    filed_at: datetime
    closed_at: datetime | None
    name: str
    uscc: str | None
    whose: str
    office_name: str
    promised: date | None


@dataclass(frozen=True, slots=True)
class Commitment:
    """One commitment as everybody may read it; `side` says how it stands: ok, late or nothing."""

    number: str
    name: str
    uscc: str
    kind: str
    matter: str
    text: str
    office: str
    given_on: date
    promised: date | None
    state: str
    side: str
    ended_on: date | None
    trader: bool = False  # of a 个体工商户, whose name may be that of the person who runs it


@dataclass(frozen=True, slots=True)
class Page:
    """Commitments, newest first, and where the next page begins; `next` is empty on the last."""

    rows: tuple[Commitment, ...]
    next: str


def public(tx: Connection, law: Library, today: date, text: str = "", after: str = "", size: int = SIZE) -> Page:
    """Return one page of the public commitments, of subjects that a search finds. Invalid when `after` is no place of ours."""
    place, wanted = paging.place_of(after), text.strip()
    narrowed = [search.subjects(tx, wanted)] if wanted else []
    if place is not None:
        narrowed.append(cases.c.id < place)
    newest = [
        _shown(kind).where(*narrowed).order_by(cases.c.id.desc()).limit(size + 1).subquery() for kind in _kinds(today)
    ]
    query = _all().where(cases.c.id.in_(union_all(*(select(one.c.id) for one in newest))))
    rows, following = paging.page(tx, query, cases.c.id, _Row, after, size)
    return Page(tuple(_said(law, row) for row in rows), following)


def of_subject(tx: Connection, law: Library, subject_id: int) -> tuple[Commitment, ...]:
    """Return those of one subject, newest first, as its credit file shows them: all that were registered, however long ago."""
    query = _all().where(cases.c.subject_id == subject_id, or_(_registered(), _repairing()))
    return tuple(_said(law, row) for row in all_rows(tx.execute(query.order_by(cases.c.id.desc())), _Row))


def one(tx: Connection, law: Library, today: date, number: str) -> Commitment:
    """Return one public commitment; NotFound for any other case alike."""
    asked = _all().where(subject.c.kind != PERSON, or_(*_kinds(today)), cases.c.number == search.own_number(number))
    row = first_row(tx.execute(asked), _Row)
    if row is None:
        raise NotFound("没有查到这项公示的承诺。")
    return _said(law, row)


def _kinds(today: date) -> tuple[ColumnElement[bool], ...]:
    """Return what is public, by kind: each has an index of its own, newest first."""
    since = end_of_day(today - KEPT)
    recent = or_(cases.c.closed_at.is_(None), cases.c.closed_at >= since)
    return and_(_registered(), recent), _repairing()


def _shown(kind: ColumnElement[bool]) -> Select[Any]:
    """Return the ids of the public cases of one kind."""
    joined = select(cases.c.id).join(subject, subject.c.id == cases.c.subject_id)
    return joined.where(cases.c.confidential.is_(False), subject.c.kind != PERSON, kind)


def _registered() -> ColumnElement[bool]:
    return and_(cases.c.procedure == constant(COMMITMENT), cases.c.state.in_(SHOWN))


def _repairing() -> ColumnElement[bool]:
    return and_(cases.c.procedure == REPAIR, cases.c.closed_at.is_(None), cases.c.state.not_in(NOT_YET))


def _all() -> Select[_Row]:
    promised = select(func.max(deadline.c.due_day)).where(deadline.c.case_id == cases.c.id, deadline.c.clock == PROMISE)
    columns = [cases.c[name] for name in _Row._fields[:10]]
    return (
        select(
            *columns, subject.c.name, subject.c.uscc, subject.c.kind.label("whose"), office.c.name.label("office_name"),
            promised.correlate(cases).scalar_subquery().label("promised"),
        )
        .join(subject, subject.c.id == cases.c.subject_id)
        .join(office, office.c.id == cases.c.deciding_id)
        .where(cases.c.confidential.is_(False))
    )  # fmt: skip


def _words(law: Library, row: _Row) -> str:
    """Return the words that were signed, by their version: never those of another one."""
    version = str(row.inputs.get(COMMITTED) or "")
    signed = law.packs[row.pack].commitment(REPAIR).of_version(version, row.whose)
    return (
        "\n".join(signed.lines)
        if signed is not None
        else f"承诺书（{version} 版）已不再使用，签署时的文字请向办理单位查阅。"
    )


def _said(law: Library, row: _Row) -> Commitment:
    procedure = law.procedure(row.procedure, row.procedure_version)
    if row.procedure == REPAIR:
        kind, matter, text = REPAIR_KIND, REPAIR_MATTER, _words(law, row)
        state, side = REPAIR_STATE, ""
    else:
        kind, state = procedure.kinds.get(row.kind or "", procedure.label), procedure.state[row.state].label
        matter, text = (str(row.inputs.get(name) or "") for name in ("matter", "undertaking"))
        side = {"performed": "ok", "breached": "late"}.get(row.state, "")
    return Commitment(
        row.number, row.name, row.uscc or "", kind, without_personal_numbers(matter), without_personal_numbers(text),
        row.office_name, local_day(row.filed_at), row.promised, state, side,
        local_day(row.closed_at) if row.closed_at is not None else None, row.whose == "sole_trader",
    )  # fmt: skip
