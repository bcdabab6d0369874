"""A decision is known by the key of its number, however it is spelled; what a delivery leaves in doubt waits for a person.

Revision 0016, after 0015. Records that turn out to be one decision both stay, and are listed for a person.
"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from repairflow.law.document_keys import document_key

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

SEVERITY = "severity IN ('minor', 'ordinary', 'serious')"
STATES = "state IN ('unpublished','published','disputed','masked','held','ceased','sealed','restored')"
STANDS = sa.text("annulled_at IS NULL")
OPEN = sa.text("state IN ('waiting', 'proposed')")
BATCH = 1_000


def upgrade() -> None:
    with op.batch_alter_table("record", table_args=_checks()) as batch:
        batch.drop_constraint(op.f("uq_record_authority_id_document_number_subject_id"), type_="unique")
        batch.add_column(sa.Column("document_key", sa.String(length=320), nullable=False, server_default=""))
        batch.add_column(sa.Column("annulled_at", INSTANT))
    op.create_table(
        "record_spelling",
        sa.Column("id", ID, nullable=False),
        sa.Column("record_id", ID, nullable=False),
        sa.Column("key", sa.String(length=320), nullable=False),
        sa.Column("spelling", sa.String(length=128), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_record_spelling_record_id_record")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_spelling")),
        sa.UniqueConstraint("record_id", "spelling", name=op.f("uq_record_spelling_record_id_spelling")),
    )
    op.create_index(op.f("ix_record_spelling_key"), "record_spelling", ["key"])
    _make_held_rows()
    _fill()
    with op.batch_alter_table("record", table_args=_checks()) as batch:
        batch.alter_column("document_key", server_default=None)
    op.create_index(
        "uq_record_document_key", "record", ["authority_id", "subject_id", "document_key"], unique=True,
        sqlite_where=STANDS, postgresql_where=STANDS,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("held_row")
    op.drop_table("record_spelling")
    op.drop_index("uq_record_document_key", "record")
    # The older program knows one record of a number: an annulled one beside the right one keeps its number with a mark.
    op.execute(
        sa.text(
            "UPDATE record SET document_number = substr(document_number, 1, 110) || '（已撤销' || id || '）' "
            "WHERE annulled_at IS NOT NULL AND EXISTS (SELECT 1 FROM record AS other WHERE other.id <> record.id "
            "AND other.authority_id = record.authority_id AND other.subject_id = record.subject_id "
            "AND other.document_number = record.document_number)"
        )
    )
    with op.batch_alter_table("record", table_args=_checks()) as batch:
        batch.drop_column("annulled_at")
        batch.drop_column("document_key")
        batch.create_unique_constraint(
            op.f("uq_record_authority_id_document_number_subject_id"), ["authority_id", "document_number", "subject_id"]
        )


def _checks() -> tuple[sa.CheckConstraint, ...]:
    """What SQLite, which makes the table anew, would forget."""
    return (
        sa.CheckConstraint(SEVERITY, name=op.f("ck_record_severity")),
        sa.CheckConstraint(STATES, name=op.f("ck_record_state")),
    )


def _make_held_rows() -> None:
    op.create_table(
        "held_row",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("authority_id", ID),
        sa.Column("record_id", ID),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("row", sa.Integer()),
        sa.Column("reasons", JSON, nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("id_sealed", sa.LargeBinary()),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("proposed_by", ID),
        sa.Column("proposed_at", INSTANT),
        sa.Column("decided_by", ID),
        sa.Column("decided_at", INSTANT),
        sa.Column("reason", sa.Text()),
        sa.CheckConstraint("kind IN ('row', 'publish', 'annul', 'clash')", name=op.f("ck_held_row_kind")),
        sa.CheckConstraint(
            "state IN ('waiting', 'proposed', 'accepted', 'refused')", name=op.f("ck_held_row_state")
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_held_row_office_id_office")),
        sa.ForeignKeyConstraint(["authority_id"], ["office.id"], name=op.f("fk_held_row_authority_id_office")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_held_row_record_id_record")),
        sa.ForeignKeyConstraint(["proposed_by"], ["person.id"], name=op.f("fk_held_row_proposed_by_person")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_held_row_decided_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_row")),
    )  # fmt: skip
    op.create_index(op.f("ix_held_row_office_id"), "held_row", ["office_id"])
    op.create_index(op.f("ix_held_row_record_id"), "held_row", ["record_id"])
    op.create_index(
        "uq_held_row_open", "held_row", ["office_id", "digest"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )


def _fill() -> None:
    """Keys and spellings of all records; of records with one key the first that stands keeps it, the others wait."""
    tx = op.get_bind()
    record, event, held = _tables()
    annulled = {
        row.record_id: row.at
        for row in tx.execute(
            sa.select(event.c.record_id, event.c.at, event.c.body)
            .join(record, record.c.id == event.c.record_id)
            .where(record.c.state == "sealed")
            .order_by(event.c.id)
        )
        if b"annul_record" in bytes(row.body)
    }
    now, after = datetime.now(UTC), 0
    seen: dict[tuple[int, int, str], int] = {}
    while rows := tx.execute(sa.select(record).where(record.c.id > after).order_by(record.c.id).limit(BATCH)).all():
        after = rows[-1].id
        spellings, clashes = [], []
        for row in rows:
            key = document_key(row.document_number)
            spellings.append({"record_id": row.id, "key": key, "spelling": row.document_number, "at": row.created_at})
            place = (row.authority_id, row.subject_id, key)
            first = seen.setdefault(place, row.id) if row.id not in annulled else row.id
            if first != row.id:
                clashes.append(_clash(row, first, key, now))
            own = key if first == row.id else f"{key}#{row.id}"
            values = {"document_key": own, "annulled_at": annulled.get(row.id)}
            tx.execute(sa.update(record).where(record.c.id == row.id).values(**values))
        tx.execute(sa.insert(_spelling()), spellings)
        if clashes:
            tx.execute(sa.insert(held), clashes)


def _clash(row: sa.Row, first: int, key: str, now: datetime) -> dict[str, object]:
    told = f"与另一条信息（序号 {first}）是同一决定、同一主体，只是文号写法不同，请核对后撤销多余的一条"
    return {
        "kind": "clash", "office_id": row.authority_id, "authority_id": row.authority_id, "record_id": row.id,
        "file_name": "", "row": None, "reasons": [{"field": "CF_WSH", "label": "行政处罚决定书文号", "reason": told}],
        "content": {"first": first, "key": key}, "digest": f"clash/{first}/{row.id}", "state": "waiting",
        "created_at": now,
    }  # fmt: skip


def _tables() -> tuple[sa.TableClause, sa.TableClause, sa.TableClause]:
    record = sa.table(
        "record", *(sa.column(name) for name in ("id", "authority_id", "subject_id", "document_number", "state")),
        sa.column("document_key"), sa.column("annulled_at", INSTANT), sa.column("created_at", INSTANT),
    )  # fmt: skip
    event = sa.table("event", *(sa.column(n) for n in ("id", "record_id", "body")), sa.column("at", INSTANT))
    held = sa.table(
        "held_row", sa.column("reasons", JSON), sa.column("content", JSON), sa.column("created_at", INSTANT),
        *(sa.column(n) for n in ("kind", "office_id", "authority_id", "record_id", "file_name", "row", "digest", "state")),
    )  # fmt: skip
    return record, event, held


def _spelling() -> sa.TableClause:
    return sa.table(
        "record_spelling", *(sa.column(n) for n in ("record_id", "key", "spelling")), sa.column("at", INSTANT)
    )
