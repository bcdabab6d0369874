"""Subjects of imported rows: found by code or number, or entered."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from repairflow.gateway.penalties.row import PenaltyRow
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


def of_row(tx: Connection, vault: Vault, row: PenaltyRow) -> int:
    """Give the subject of a row, entered when it is new; its name is never overwritten by a delivery."""
    known = _known(tx, vault, row)
    if known is not None:
        return known
    # Whoever else enters subjects may be quicker between our two statements: then there is one.
    entered = (
        _SUBJECT[tx.dialect.name]
        .ask(
            tx,
            kind=row.kind,
            name=row.name,
            plain_name=plain_name(row.name),
            initials=initials(row.name),
            uscc=row.uscc,
            id_index=vault.index(row.id_number) if row.id_number else None,
            id_sealed=vault.seal(row.id_number) if row.id_number else None,
            legal_representative=row.legal_representative or None,
        )
        .first
    )
    found = entered.id if entered is not None else _known(tx, vault, row)
    assert found is not None  # ours or the quicker one's
    return found


def _known(tx: Connection, vault: Vault, row: PenaltyRow) -> int | None:
    if row.uscc:
        found = _OF_CODE.ask(tx, code=row.uscc).rows
        return found[0].id if found else None
    found = _OF_PERSON.ask(tx, person=vault.index(row.id_number or "")).rows
    return found[0].id if found else None
