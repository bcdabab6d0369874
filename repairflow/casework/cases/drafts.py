"""Drafts (草稿): answers and materials kept on the server until they are handed in, so that no page loses anything.

A draft belongs to one person. It becomes one command: its `command_id` is drawn when it begins, so pressing twice hands
it in once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, insert, select, update

from repairflow import vault
from repairflow.casework.actor import Actor
from repairflow.casework.case_state.materials import unused
from repairflow.casework.cases.filing import FILE
from repairflow.errors import Conflict, Invalid, NotFound
from repairflow.records import cases, draft, material, record
from repairflow.records.rows import CaseRow, DraftRow, all_rows, first_row

MOST_MATERIALS = 30


class DraftFile(NamedTuple):
    """A material of a draft."""

    token: str
    kind: str
    file_name: str
    media_type: str
    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class Draft:
    """One draft. `case` is the number of the case a step is prepared for; `made` that of the case it was handed in to."""

    token: str
    procedure: str
    record: str  # empty for a step in a case about no record
    record_id: int | None
    case: str | None
    action: str
    command_id: str
    answers: Mapping[str, object]
    materials: tuple[DraftFile, ...]
    updated_at: datetime
    made: str | None

    @property
    def tokens(self) -> tuple[str, ...]:
        """Tokens of its materials, for the command."""
        return tuple(row.token for row in self.materials)

    def of_kind(self, kind: str) -> tuple[DraftFile, ...]:
        """Its materials of one kind."""
        return tuple(row for row in self.materials if row.kind == kind)


def begin(
    tx: Connection, actor: Actor, *, procedure: str, record_id: int | None, now: datetime, case_id: int | None = None,
    action: str = FILE,
) -> str:  # fmt: skip
    """Return the token of the person's open draft for this, begun now if there is none."""
    known = tx.execute(select(draft.c.token).where(_same(actor, procedure, record_id, case_id, action))).scalar()
    if known is not None:
        return str(known)
    token = vault.token()
    tx.execute(
        insert(draft).values(
            token=token,
            person_id=actor.id,
            procedure=procedure,
            record_id=record_id,
            case_id=case_id,
            action=action,
            command_id=f"draft-{vault.token()}",
            answers={},
            materials=[],
            created_at=now,
            updated_at=now,
        )
    )
    return token


def read(tx: Connection, actor: Actor, token: str) -> Draft:
    """Return the person's own draft; NotFound for any other."""
    row = first_row(tx.execute(_drafts(actor).where(draft.c.token == token)), _DraftLine)
    if row is None:
        raise NotFound("没有找到这份草稿。它可能已经删除，请从信用档案重新开始。")
    return _of(tx, row)


def prepared(tx: Connection, actor: Actor, case: CaseRow, action: str) -> Draft | None:
    """Return the person's open draft for a step in a case, or None."""
    mine = _drafts(actor).where(_same(actor, case.procedure, case.record_id, case.id, action))
    row = first_row(tx.execute(mine), _DraftLine)
    return None if row is None else _of(tx, row)


def unfinished(tx: Connection, actor: Actor, subject_id: int | None = None) -> tuple[Draft, ...]:
    """Return the person's filings that are begun and not handed in, newest first; those for one subject where it is named."""
    whose = sorted(actor.subjects if subject_id is None else actor.subjects & {subject_id})
    begun = (
        _drafts(actor)
        .where(draft.c.ended_at.is_(None), draft.c.case_id.is_(None), record.c.subject_id.in_(whose))
        .order_by(draft.c.id.desc())
    )
    return tuple(_of(tx, row) for row in all_rows(tx.execute(begun), _DraftLine))


def answer(tx: Connection, actor: Actor, token: str, values: Mapping[str, object], now: datetime) -> None:
    """Ensure that the draft holds these answers beside its others, as they were typed: right or not."""
    row = _open(tx, actor, token)
    _keep(tx, row, now, answers={**row.answers, **values})


def add(tx: Connection, actor: Actor, token: str, material_token: str, now: datetime) -> None:
    """Ensure that the draft holds the uploaded material. Invalid when it holds the most it may."""
    row = _open(tx, actor, token)
    if len(row.materials) >= MOST_MATERIALS:
        raise Invalid(f"一次最多提交 {MOST_MATERIALS} 件材料，请先移除不需要的。")
    _keep(tx, row, now, materials=[*row.materials, material_token])


def remove(tx: Connection, actor: Actor, token: str, material_token: str, now: datetime) -> tuple[str, ...]:
    """Ensure that the draft no longer holds the material, and its row is gone; removing it again changes nothing.

    Gives the digests of files for `materials.clear`.
    """
    row = _open(tx, actor, token)
    if material_token not in row.materials:
        return ()
    _keep(tx, row, now, materials=[name for name in row.materials if name != material_token])
    return _forget(tx, actor, [material_token])


def discard(tx: Connection, actor: Actor, token: str) -> tuple[str, ...]:
    """Ensure that the draft is gone, with the materials uploaded for it. Gives the digests of files for `materials.clear`."""
    row = _open(tx, actor, token)
    tx.execute(delete(draft).where(draft.c.id == row.id))
    return _forget(tx, actor, row.materials)


def _forget(tx: Connection, actor: Actor, tokens: Sequence[str]) -> tuple[str, ...]:
    return tuple(tx.execute(delete(material).where(_loose(tokens, actor)).returning(material.c.digest)).scalars())


def end(tx: Connection, actor: Actor, token: str, made: str, now: datetime) -> None:
    """Ensure that the draft counts as handed in to the case `made`: in the transaction of the command it became."""
    tx.execute(
        update(draft)
        .where(draft.c.token == token, draft.c.person_id == actor.id, draft.c.ended_at.is_(None))
        .values(ended_at=now, updated_at=now, made=made)
    )


def _same(actor: Actor, procedure: str, record_id: int | None, case_id: int | None, action: str) -> ColumnElement[bool]:
    row = draft.c
    of_case = row.case_id.is_(None) if case_id is None else row.case_id == case_id
    return and_(
        row.person_id == actor.id, row.procedure == procedure, row.record_id == record_id, of_case,
        row.action == action, row.ended_at.is_(None),
    )  # fmt: skip


class _DraftLine(NamedTuple):
    """A draft, with the record and the case it is about."""

    token: str
    procedure: str
    record_id: int | None
    action: str
    command_id: str
    answers: Mapping[str, object]
    materials: Sequence[str]
    updated_at: datetime
    made: str | None
    record_number: str | None
    case_number: str | None


def _drafts(actor: Actor) -> Select[Any]:
    return (
        select(
            *(draft.c[name] for name in _DraftLine._fields[:-2]),
            record.c.number.label("record_number"),
            cases.c.number.label("case_number"),
        )
        .outerjoin(record, record.c.id == draft.c.record_id)
        .outerjoin(cases, cases.c.id == draft.c.case_id)
        .where(draft.c.person_id == actor.id)
    )


def _open(tx: Connection, actor: Actor, token: str) -> DraftRow:
    row = first_row(
        tx.execute(select(draft).where(draft.c.token == token, draft.c.person_id == actor.id).with_for_update()),
        DraftRow,
    )
    if row is None:
        raise NotFound("没有找到这份草稿。它可能已经删除，请从信用档案重新开始。")
    if row.ended_at is not None:
        raise Conflict(f"这份申请已经提交，办件编号 {row.made}，不能再修改。")
    return row


def _keep(tx: Connection, row: DraftRow, now: datetime, **values: object) -> None:
    tx.execute(update(draft).where(draft.c.id == row.id).values(updated_at=now, **values))


def _loose(tokens: Sequence[str], actor: Actor) -> ColumnElement[bool]:
    return and_(material.c.token.in_(tokens), *unused(actor))


def _of(tx: Connection, row: _DraftLine) -> Draft:
    found = {}
    if row.materials:
        files = select(*(material.c[name] for name in DraftFile._fields)).where(material.c.token.in_(row.materials))
        found = {file.token: file for file in all_rows(tx.execute(files), DraftFile)}
    return Draft(
        token=row.token,
        procedure=row.procedure,
        record=row.record_number or "",
        record_id=row.record_id,
        case=row.case_number,
        action=row.action,
        command_id=row.command_id,
        answers=row.answers,
        materials=tuple(found[name] for name in row.materials if name in found),
        updated_at=row.updated_at,
        made=row.made,
    )
