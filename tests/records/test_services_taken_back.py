"""Going back before services could be taken back keeps those that stand, and their protection."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from repairflow.db import Database
from repairflow.records import schema

AT = "2026-06-10 02:00:00"
ROWS = (
    "INSERT INTO office (id, code, name, short_name, mark, kind, contact)"
    " VALUES (1, 'A', '某市信用办', '信用办', '某信', 'credit_office', '')",
    "INSERT INTO letter (id, event_seq, kind, round, number, office_id, title, template_version, content, text_digest,"
    " chain_head, token, state, issued_at)"
    f" VALUES (1, 1, 'decision', 1, '某信〔2026〕1号', 1, '决定书', '1', '{{}}', 'd', 'h', 't', 'in_force', '{AT}')",
    *(
        "INSERT INTO service (id, letter_id, mode, recipient, served_at, effective_day, place, witness, note, recorded_at,"
        f" withdrawn_at) VALUES ({key}, 1, 'direct', '某人', '{AT}', '2026-06-10', '', '', '', '{AT}', {gone})"
        for key, gone in ((1, f"'{AT}'"), (2, "NULL"))
    ),
)

GONE = {
    "definition_used": "first_used_at", "interview_entry": "entered_at", "service": "withdrawn_by", "reissue": "decided_by",
}  # fmt: skip


def test_what_stands_survives_both_ways(bare_database: Database) -> None:
    db = bare_database
    schema.upgrade(db)
    with db.engine.begin() as tx:
        for row in ROWS:
            tx.execute(sa.text(row.replace(":", r"\:")))
    with pytest.raises(sa.exc.IntegrityError), db.engine.begin() as tx:
        tx.exec_driver_sql(ROWS[-1].replace("VALUES (2", "VALUES (3"))  # a letter is served once
    schema.downgrade(db, "0013")
    assert services(db) == [2]
    kept(db)
    schema.upgrade(db)
    assert services(db) == [2]
    kept(db)


def services(db: Database) -> list[int]:
    with db.read() as tx:
        return list(tx.execute(sa.text("SELECT id FROM service ORDER BY id")).scalars())


def kept(db: Database) -> None:
    for statement in ("UPDATE service SET mode = 'post'", "DELETE FROM service"):
        with pytest.raises(sa.exc.IntegrityError, match="kept as it is"), db.engine.begin() as tx:
            tx.exec_driver_sql(statement)


def test_columns_that_nobody_read_come_back_with_their_days(bare_database: Database) -> None:
    db = bare_database
    schema.upgrade(db)
    with db.engine.begin() as tx:
        tx.exec_driver_sql(
            "INSERT INTO definition_used (kind, name, version, digest) VALUES ('pack', 'CN-2026', '1', 'sha256:1')"
        )
    schema.downgrade(db, "0029")
    with db.read() as tx:
        assert tx.exec_driver_sql("SELECT first_used_at FROM definition_used").scalar() is not None
    with pytest.raises(sa.exc.IntegrityError, match="kept as it is"), db.engine.begin() as tx:
        tx.exec_driver_sql("UPDATE definition_used SET digest = 'x'")
    schema.upgrade(db)
    columns = {table: {c["name"] for c in sa.inspect(db.engine).get_columns(table)} for table in GONE}
    assert [column for table, column in GONE.items() if column in columns[table]] == []
    with pytest.raises(sa.exc.IntegrityError, match="kept as it is"), db.engine.begin() as tx:
        tx.exec_driver_sql("UPDATE definition_used SET digest = 'x'")
