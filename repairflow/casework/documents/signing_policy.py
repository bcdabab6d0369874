"""Which offices sign their letters: once an office does, none of its letters is issued unsigned."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from repairflow.casework import event_log
from repairflow.casework.actor import Actor
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.offices_lookup import office_by_code
from repairflow.records import office, office_seal


def require(tx: Connection, code: str, required: bool, now: datetime) -> None:
    """Ensure that letters of the office wait for its key (or, not `required`, are issued without). NotFound for a code
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
    event_log.append(
        tx,
        "system",
        NewEvent(
            action=EventName.REQUIRE_SIGNATURE,
            at=now,
            by=Actor(None, "系统管理员", "system"),
            content={"office": code, "required": required},
        ),
    )


def signing_offices(tx: Connection) -> list[tuple[str, str, bool]]:
    """Code, name and whether it signs, of every office."""
    rows = tx.execute(
        select(office.c.code, office.c.name, office_seal.c.required)
        .outerjoin(office_seal, office_seal.c.office_id == office.c.id)
        .order_by(office.c.id)
    )
    return [(row.code, row.name, bool(row.required)) for row in rows]
