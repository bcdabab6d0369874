"""Which offices sign their letters: once an office does, none of its letters is issued unsigned."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from repairflow.auditing import chain
from repairflow.casework.offices_lookup import office_by_code
from repairflow.records import office, office_seal


def require(tx: Connection, code: str, required: bool, now: datetime) -> None:
    """Afterwards letters of the office wait for its key (or, not `required`, are issued without). NotFound for a code
    that no office has."""
    row = office_by_code(tx, code)
    known = tx.execute(select(office_seal.c.required).where(office_seal.c.office_id == row.id)).scalar()
    if known is required:
        return
    if known is None:
        tx.execute(insert(office_seal).values(office_id=row.id, required=required, changed_at=now))
    else:
        tx.execute(
            update(office_seal).where(office_seal.c.office_id == row.id).values(required=required, changed_at=now)
        )
    seq, head = chain.heads(tx, "system")
    chain.append(
        tx, stream="system", prev_seq=seq, prev_digest=head, case_id=None, record_id=None, at=now,
        action="require_signature", from_state=None, to_state=None, actor_id=None, actor_name="系统管理员",
        actor_role="system", reason=None, command_id=None, content={"office": code, "required": required},
    )  # fmt: skip


def signing_offices(tx: Connection) -> list[tuple[str, str, bool]]:
    """Code, name and whether it signs, of every office."""
    rows = tx.execute(
        select(office.c.code, office.c.name, office_seal.c.required)
        .outerjoin(office_seal, office_seal.c.office_id == office.c.id)
        .order_by(office.c.id)
    )
    return [(row.code, row.name, bool(row.required)) for row in rows]
