"""Which record a decision is (同一决定书): found by the key of its number, in whatever spelling it was ever delivered or
corrected; and the record named by a new one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from itertools import chain
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, bindparam, exists, func, or_, select, union

from repairflow.casework import party_names
from repairflow.gateway.penalties.row import PenaltyKey, PenaltyRow, RowProblem, Standing, plain_amount
from repairflow.law.document_keys import alike, plain_serial, same_figures
from repairflow.law.guards import day_text
from repairflow.law.identifiers import mask_name
from repairflow.prepared import Prepared
from repairflow.records import office, record, record_spelling, subject, subject_name
from repairflow.records.rows import RecordRow
from repairflow.vault import Vault

_CORRECTED = {"document_number": "CF_WSH", "behaviour": "CF_WFXW", "facts": "CF_SY", "penalty_content": "CF_NR"}
_AMOUNTS = {"fine_wan": "CF_NR_FK", "confiscated_wan": "CF_NR_WFFF"}


class _Known(NamedTuple):
    """A record with the names of its subject and its authority: as much of it as a delivered row says."""

    source: Mapping[str, object]
    document_number: str
    decision_date: date
    behaviour: str
    facts: str
    penalty_content: str
    penalty_kinds: Sequence[str]
    fine_wan: Decimal | None
    confiscated_wan: Decimal | None
    annulled_at: datetime | None
    subject_id: int
    subject_name: str
    renamed: bool
    authority_name: str
    authority_uscc: str | None


_KNOWN: tuple[ColumnElement[Any], ...] = (
    *(record.c[name] for name in _Known._fields[:-4]),
    subject.c.name.label("subject_name"),
    exists().where(subject_name.c.subject_id == subject.c.id).label("renamed"),
    office.c.name.label("authority_name"),
    office.c.uscc.label("authority_uscc"),
)


def _named_so(whose: ColumnElement[bool], so: ColumnElement[bool], *columns: ColumnElement[Any]) -> Select[Any]:
    return (
        select(*columns)
        .select_from(record)
        .join(subject, subject.c.id == record.c.subject_id)
        .join(office, office.c.id == record.c.authority_id)
        .where(whose, record.c.id.in_(select(record_spelling.c.record_id).where(so)))
        .order_by(record.c.id)
    )


_SO = record_spelling.c.key == bindparam("key")
_BY_CODE = Prepared(_named_so(subject.c.uscc == bindparam("code"), _SO, *_KNOWN), _Known)
_ROWS_BY_CODE = Prepared(_named_so(subject.c.uscc == bindparam("code"), _SO, *record.c), RecordRow)
_ROWS_BY_PERSON = Prepared(_named_so(subject.c.id_index == bindparam("person"), _SO, *record.c), RecordRow)
_BY_PERSON = Prepared(_named_so(subject.c.id_index == bindparam("person"), _SO, *_KNOWN), _Known)


def standing(
    tx: Connection, vault: Vault, key: PenaltyKey, kinds: Mapping[str, str] = MappingProxyType({})
) -> Standing | None:
    """Return what stands here of a penalty: what is in force before what was annulled; None where there is nothing. `kinds` are
    the labels of kinds of penalty, for those a correction put right."""
    rows = (
        _BY_CODE.run(tx, key=key.document_key, code=key.uscc)
        if key.uscc
        else _BY_PERSON.run(tx, key=key.document_key, person=vault.index(key.id_number or ""))
    ).rows
    live = [row for row in rows if row.annulled_at is None]
    found = live or rows
    if not found:
        return None
    forms = (form for row in found for form in _under_each_name(tx, row, _forms(row, kinds)))
    return Standing(tuple(forms), annulled=not live)


def named(tx: Connection, vault: Vault, key: PenaltyKey) -> list[RecordRow]:
    """Return all records of a subject that any spelling of this number names, oldest first."""
    if key.uscc:
        return _ROWS_BY_CODE.run(tx, key=key.document_key, code=key.uscc).rows
    return _ROWS_BY_PERSON.run(tx, key=key.document_key, person=vault.index(key.id_number or "")).rows


class _Subject(NamedTuple):
    id: int
    name: str
    ended_on: date | None


class _Code(NamedTuple):
    uscc: str


class _Other(NamedTuple):
    """A decision on file that may be the delivered one: one spelling of its number, and whether it is of the same day."""

    number: str
    subject_id: int
    document_number: str
    key: str
    spelling: str
    dated: bool


_ASKED = (subject.c.id, subject.c.name, subject.c.ended_on)
_OF_CODE = Prepared(select(*_ASKED).where(subject.c.uscc == bindparam("code")), _Subject)
_OF_PERSON = Prepared(select(*_ASKED).where(subject.c.id_index == bindparam("person")), _Subject)
_CALLS: tuple[ColumnElement[Any], ...] = tuple(map(bindparam, ("called", "called_wide", "called_narrow")))
_CALLED_SO = union(
    select(subject.c.id).where(subject.c.name.in_(_CALLS)),
    select(subject_name.c.subject_id).where(subject_name.c.name.in_(_CALLS)),
)
_CALLED = Prepared(
    select(subject.c.uscc).where(subject.c.id.in_(_CALLED_SO), subject.c.uscc.is_not(None)).limit(1), _Code
)
_WIDE, _NARROW = str.maketrans("()", "（）"), str.maketrans("（）", "()")


class _Numbered(NamedTuple):
    subject_id: int
    number: str
    document_number: str
    name: str


_OF_OTHERS = Prepared(
    select(record.c.subject_id, record.c.number, record.c.document_number, subject.c.name)
    .select_from(record_spelling)
    .join(record, record.c.id == record_spelling.c.record_id)
    .join(subject, subject.c.id == record.c.subject_id)
    .where(record_spelling.c.key == bindparam("key"), record.c.subject_id != bindparam("whose"))
    .order_by(record.c.id),
    _Numbered,
)
_dated = or_(
    record.c.decision_date == bindparam("day"), record.c.source["CF_JDRQ"].as_string() == bindparam("said_day")
)
_OF_SUBJECT = (
    select(
        record.c.number,
        record.c.subject_id,
        record.c.document_number,
        record_spelling.c.key,
        record_spelling.c.spelling,
        _dated.label("dated"),
    )
    .join(record_spelling, record_spelling.c.record_id == record.c.id)
    .join(office, office.c.id == record.c.authority_id)
    .where(record.c.subject_id == bindparam("whose"))
    .order_by(record.c.id)
)
_ABOUT = or_(_dated, office.c.name == bindparam("by_name"), office.c.uscc == bindparam("by_code"))
# The key of a number in its proper dress; that of another is something else, or is found by the serial it ends with.
_proper = func.replace(func.replace(func.replace(record_spelling.c.spelling, "〔", ""), "〕", "|"), "号", "")
_MAY_BE = or_(record_spelling.c.key.like(bindparam("ending")), record_spelling.c.key != _proper)
_OTHERS = Prepared(_OF_SUBJECT.where(_ABOUT), _Other)
_OTHERS_OF_SERIAL = Prepared(_OF_SUBJECT.where(_MAY_BE, _ABOUT), _Other)
"""The same, less the many in proper dress whose serial is another: a subject may have thousands of decisions."""


def predecessors(tx: Connection) -> dict[int, list[int]]:
    """Return the subjects that each subject succeeded (合并、分立), by its id; to be asked once for many rows."""
    found: dict[int, list[int]] = {}
    gone = select(subject.c.id, subject.c.successor_id).where(subject.c.successor_id.is_not(None))
    for row in tx.execute(gone):
        found.setdefault(row.successor_id, []).append(row.id)
    return found


def doubted(tx: Connection, vault: Vault, row: PenaltyRow, before: Mapping[int, Sequence[int]]) -> PenaltyRow:
    """Return the row, with a doubt where its subject is on file here under another name (it may be another company's code), and
    where a decision is on file whose number looks like its own: it may be that one in a spelling nobody foresaw.

    `before` are the `predecessors` of all subjects: their decisions are looked at too.
    """
    known = (
        _OF_CODE.run(tx, code=row.uscc) if row.uscc else _OF_PERSON.run(tx, person=vault.index(row.id_number or ""))
    ).first
    if known is None:
        named = _of_another_code(tx, row)
        return named if named.doubts else _under_another_code(tx, 0, row)
    row = _under_another_code(tx, known.id, row)
    return _like_another(tx, known.id, before.get(known.id, ()), _otherwise_named(tx, known, row))


def _under_another_code(tx: Connection, subject_id: int, row: PenaltyRow) -> PenaltyRow:
    """Return a decision whose very number is on file for somebody of the same name and another code: one of the codes is wrong."""
    for other in _OF_OTHERS.run(tx, key=row.key.document_key, whose=subject_id).rows:
        if _is_called(tx, other.subject_id, other.name, row.name):
            field = "CF_XDR_SHXYM" if row.uscc else "CF_XDR_MC"
            like = f"同一文号、同一名称的信息（{other.number}）在档的代码（证件号码）与所填的不同，请核对是否同一决定；是同一决定的，不入库"
            return _doubting(row, field, like, other.number)
    return row


def _of_another_code(tx: Connection, row: PenaltyRow) -> PenaltyRow:
    """Return a body nobody knows by its code, while one of its very name is on file under another: one of the codes is wrong, and a
    decision that was repaired there would be shown anew here."""
    if row.kind != "organisation":
        return row  # traders of one name are many
    if (
        found := _CALLED.run(
            tx, called=row.name, called_wide=row.name.translate(_WIDE), called_narrow=row.name.translate(_NARROW)
        ).first
    ) is None:
        return row
    return _doubting(row, "CF_XDR_SHXYM", f"该名称在档的代码为{found.uscc}，与所填代码不同，请核对代码和名称")


def _is_called(tx: Connection, subject_id: int, name: str, said: str) -> bool:
    """Tell whether a subject of this name is called so, or was before."""
    if party_names.same_name(name, said):
        return True
    return any(party_names.same_name(before, said) for before in party_names.former(tx, subject_id))


def _otherwise_named(tx: Connection, known: _Subject, row: PenaltyRow) -> PenaltyRow:
    if known.ended_on is not None and row.decision_date > known.ended_on:
        ended = f"该主体已于{day_text(known.ended_on)}终止，决定日期在此之后，请核对相对人是否应为承继人"
        return _doubting(row, "CF_XDR_MC", ended)
    if _is_called(tx, known.id, known.name, row.name):
        return row
    what = f"该代码在档名称为{known.name}" if row.uscc else "该证件号码在档的姓名"
    return _doubting(row, "CF_XDR_MC", f"{what}，与所填名称不同，请核对代码和名称；已经更名的，先登记更名")


def _like_another(tx: Connection, subject_id: int, before: Sequence[int], row: PenaltyRow) -> PenaltyRow:
    """Decided on one day, about one subject or one that it succeeded, under figures that are alike; or by one office under
    the very same figures, whatever the day."""
    told = {
        "day": row.decision_date,
        "said_day": row.decision_date.isoformat(),
        "by_name": row.authority_name,
        "by_code": row.authority_uscc or None,
    }
    asked, serial = _OTHERS, plain_serial(row.decision_number)
    if serial is not None:
        asked, told = _OTHERS_OF_SERIAL, told | {"ending": f"%{serial}"}
    found = chain.from_iterable(asked.run(tx, whose=whose, **told).rows for whose in (subject_id, *before))
    for other in found:
        same = other.key == row.key.document_key  # of one subject that is the same record, found before
        if not other.dated:
            before_it = same and other.subject_id != subject_id
            if before_it or same_figures(other.spelling, row.decision_number):
                like = f"与在档的{other.document_number}（{other.number}）文号的年份和序号相同，请核对是否同一决定；是同一决定的，不入库"
                return _doubting(row, "CF_WSH", like, other.number)
        elif (same and other.subject_id != subject_id) or (not same and alike(other.spelling, row.decision_number)):
            like = f"与在档的{other.document_number}（{other.number}）决定日期相同、文号相近，请核对是否同一决定；是同一决定的，不入库"
            return _doubting(row, "CF_WSH", like, other.number)
    return row


_LABELS = {"CF_XDR_MC": "行政相对人名称", "CF_XDR_SHXYM": "统一社会信用代码", "CF_WSH": "行政处罚决定书文号"}


def _doubting(row: PenaltyRow, field: str, reason: str, beside: str = "") -> PenaltyRow:
    shown = row.decision_number
    if field == "CF_XDR_MC":
        shown = row.name if row.uscc else mask_name(row.name)
    doubt = RowProblem(row.row, field, _LABELS[field], shown, reason, beside)
    return replace(row, doubts=(*row.doubts, doubt))


def _forms(row: _Known, kinds: Mapping[str, str]) -> list[Mapping[str, object]]:
    """Return a record as it was delivered, and as it stands after its corrections."""
    delivered: dict[str, object] = dict(row.source)
    corrected = delivered | {name: getattr(row, column) for column, name in _CORRECTED.items()}
    corrected |= {name: plain_amount(getattr(row, column)) for column, name in _AMOUNTS.items()}
    corrected["CF_JDRQ"] = row.decision_date.isoformat()
    labels = [kinds.get(code, "") for code in row.penalty_kinds]
    if all(labels) and set(str(delivered.get("CF_CFLB", "")).split("、")) != set(labels):
        corrected["CF_CFLB"] = "、".join(labels)
    if delivered.get("CF_CFJG") not in (None, row.authority_name):
        corrected["CF_CFJG"] = row.authority_name
        if delivered.get("CF_CFJGDM"):
            corrected["CF_CFJGDM"] = row.authority_uscc or delivered["CF_CFJGDM"]
    # A column of the source may be longer than the record's own (违法行为类型 up to its 500 characters): only what was
    # corrected differs.
    now = {name: value for name, value in corrected.items() if value}
    return [delivered] if now == delivered else [delivered, now]


def _under_each_name(tx: Connection, row: _Known, forms: list[Mapping[str, object]]) -> list[Mapping[str, object]]:
    """Return the forms under every name their subject has or had: a change of name changes no decision."""
    names = (row.subject_name, *(party_names.former(tx, row.subject_id) if row.renamed else ()))
    others = [{**form, "CF_XDR_MC": name} for form in forms for name in names if name != form.get("CF_XDR_MC")]
    return [*others, *forms]
