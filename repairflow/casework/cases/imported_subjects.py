"""Subjects of deliveries, penalties and other acts alike: found by code or number, or entered."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from repairflow.gateway.penalties.row import PenaltyRow
from repairflow.law.identifiers import birth_in, is_adult
from repairflow.law.names import initials, plain_name
from repairflow.prepared import Prepared
from repairflow.records import subject
from repairflow.vault import Vault


class _Key(NamedTuple):
    id: int


_OF_CODE = Prepared(select(subject.c.id).where(subject.c.uscc == bindparam("code")), _Key)
_OF_PERSON = Prepared(select(subject.c.id).where(subject.c.id_index == bindparam("person")), _Key)

_NEW = (
    "kind", "name", "plain_name", "initials", "uscc", "id_index", "id_sealed", "legal_representative",
)  # fmt: skip
_SUBJECT = {
    name: Prepared(
        make(subject)
        .values({column: bindparam(column) for column in _NEW})
        .on_conflict_do_nothing()
        .returning(subject.c.id),
        _Key,
    )
    for name, make in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}


class _Sealed(NamedTuple):
    born_sealed: bytes | None


_BORN = Prepared(
    select(subject.c.born_sealed).where(subject.c.id == bindparam("id")).with_for_update(read=True), _Sealed
)
"""Locked: nobody states a birthday between this look and the record that rests on it. Imports do not wait for one another."""


class Named(NamedTuple):
    """A subject as a delivery names it; the number is a natural person's."""

    kind: str
    name: str
    uscc: str | None
    id_number: str | None
    legal_representative: str | None = None


def of_row(tx: Connection, vault: Vault, row: PenaltyRow) -> int:
    """Give the subject of a row, entered when it is new."""
    return find_or_enter(
        tx, vault, Named(row.kind, row.name, row.uscc, row.id_number, row.legal_representative or None)
    )  # fmt: skip


def aged(tx: Connection, vault: Vault, row: PenaltyRow, subject_id: int) -> PenaltyRow:
    """Return the row, of no child where its number tells no birthday and the one that was stated before shows an adult."""
    if row.kind != "natural_person" or not row.minor or birth_in(row.id_number or "", row.decision_date) is not None:
        return row
    (known,) = _BORN.run(tx, id=subject_id).rows
    if known.born_sealed is None:
        return row
    return replace(row, minor=not is_adult(date.fromisoformat(vault.open(known.born_sealed)), row.decision_date))


def find_or_enter(tx: Connection, vault: Vault, one: Named) -> int:
    """Give the subject, entered when it is new; a name that stands is never overwritten by a delivery."""
    index = vault.index(one.id_number) if one.id_number else None
    known = _known(tx, one.uscc, index)
    if known is not None:
        return known
    # Whoever else enters subjects may be quicker between our two statements: then there is one.
    entered = (
        _SUBJECT[tx.dialect.name]
        .run(
            tx,
            kind=one.kind,
            name=one.name,
            plain_name=plain_name(one.name),
            initials=initials(one.name),
            uscc=one.uscc,
            id_index=index,
            id_sealed=vault.seal(one.id_number) if one.id_number else None,
            legal_representative=one.legal_representative,
        )
        .first
    )
    found = entered.id if entered is not None else _known(tx, one.uscc, index)
    assert found is not None  # ours or the quicker one's
    return found


def _known(tx: Connection, uscc: str | None, index: str | None) -> int | None:
    rows = (_OF_CODE.run(tx, code=uscc) if uscc else _OF_PERSON.run(tx, person=index or "")).rows
    return rows[0].id if rows else None
