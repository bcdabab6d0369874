"""Keys of decisions' numbers by the reading of today: figures in Chinese, traditional characters, a year before the mark.

Revision 0033, after 0032. Records that turn out to be one decision both stay, and are listed for a person.
"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from repairflow.law.document_keys import document_key

INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

BATCH = 1_000
RECORD = sa.table(
    "record", *(sa.column(name) for name in ("id", "authority_id", "subject_id", "document_number", "document_key")),
    sa.column("annulled_at", INSTANT),
)  # fmt: skip
SPELLING = sa.table("record_spelling", *(sa.column(name) for name in ("id", "key", "spelling")))
HELD = sa.table(
    "held_row", sa.column("reasons", JSON), sa.column("content", JSON), sa.column("created_at", INSTANT),
    *(sa.column(n) for n in ("kind", "office_id", "authority_id", "record_id", "file_name", "row", "digest", "state")),
)  # fmt: skip


def upgrade() -> None:
    """Afterwards every spelling and every record has the key of today; of two that stand with one key the later waits."""
    tx, now = op.get_bind(), datetime.now(UTC)
    for row in _rows(tx, SPELLING):
        if (key := document_key(row.spelling)) != row.key:
            tx.execute(sa.update(SPELLING).where(SPELLING.c.id == row.id).values(key=key))
    for row in _rows(tx, RECORD):
        if "#" in row.document_key or (key := document_key(row.document_number)) == row.document_key:
            continue  # with a sign: it is listed already, and keeps its own key
        same = (RECORD.c.authority_id == row.authority_id, RECORD.c.subject_id == row.subject_id)
        stands = sa.select(RECORD.c.id).where(*same, RECORD.c.document_key == key, RECORD.c.annulled_at.is_(None))
        other = tx.execute(stands.where(RECORD.c.id != row.id)).scalar() if row.annulled_at is None else None
        own = key if other is None else f"{key}#{row.id}"
        tx.execute(sa.update(RECORD).where(RECORD.c.id == row.id).values(document_key=own))
        if other is not None:
            tx.execute(sa.insert(HELD).values(_clash(row, other, key, now)))


def downgrade() -> None:
    """Nothing: the older program finds a record by any key that its spellings have."""


def _rows(tx: sa.Connection, table: sa.TableClause) -> list[sa.Row]:
    """All rows by id, read in batches before any is changed: on SQLite a change would disturb the reading."""
    found: list[sa.Row] = []
    while batch := tx.execute(
        sa.select(table).where(table.c.id > (found[-1].id if found else 0)).order_by(table.c.id).limit(BATCH)
    ).all():
        found += batch
    return found


def _clash(row: sa.Row, first: int, key: str, now: datetime) -> dict[str, object]:
    told = f"与另一条信息（序号 {first}）是同一决定、同一主体，只是文号写法不同，请核对后撤销多余的一条"
    return {
        "kind": "clash", "office_id": row.authority_id, "authority_id": row.authority_id, "record_id": row.id,
        "file_name": "", "row": None, "reasons": [{"field": "CF_WSH", "label": "行政处罚决定书文号", "reason": told}],
        "content": {"first": first, "key": key}, "digest": f"clash/{first}/{row.id}", "state": "waiting",
        "created_at": now,
    }  # fmt: skip
