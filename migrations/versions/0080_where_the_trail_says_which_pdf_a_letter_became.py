"""Where the trail says which PDF a letter became: the place of that event in the stream `press`, found at once by its letter.

Revision 0080, after 0079. Letters that are made already get the last event that names them with the digest they bear.
"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0080"
down_revision = "0079"
branch_labels = None
depends_on = None

PART = 500
_LETTER = sa.table("letter", *map(sa.column, ("number", "pdf_digest", "press_seq")))
_EVENT = sa.table("event", *map(sa.column, ("stream", "seq", "action", "body")))


def upgrade() -> None:
    op.add_column("letter", sa.Column("press_seq", sa.Integer(), nullable=True))
    tx = op.get_bind()
    made = sa.select(_EVENT.c.seq, _EVENT.c.body).where(
        _EVENT.c.stream == "press", _EVENT.c.action == "pressed", _EVENT.c.seq > sa.bindparam("after")
    )
    place = sa.update(_LETTER).where(
        _LETTER.c.number == sa.bindparam("letter"), _LETTER.c.pdf_digest == sa.bindparam("pdf")
    )
    after = 0
    while rows := tx.execute(made.order_by(_EVENT.c.seq).limit(PART), {"after": after}).all():
        after = int(rows[-1].seq)
        said = [(row.seq, json.loads(bytes(row.body))["content"]) for row in rows]
        named = [{"letter": one["letter"], "pdf": one["pdf"], "press_seq": seq} for seq, one in said]
        tx.execute(place.values(press_seq=sa.bindparam("press_seq")), named)


def downgrade() -> None:
    op.drop_column("letter", "press_seq")
