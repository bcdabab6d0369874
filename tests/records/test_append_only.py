"""Proof only grows: whatever statement tries to change it, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from repairflow.db import Database

AT = datetime(2026, 6, 10, tzinfo=UTC).replace(tzinfo=None).isoformat(" ")
ROWS = (
    "INSERT INTO office (id, code, name, short_name, mark, kind, contact)"
    " VALUES (1, 'A', '某市信用办', '信用办', '某信', 'credit_office', '')",
    "INSERT INTO event (id, stream, seq, at, action, actor_name, actor_role, body, prev, digest)"
    f" VALUES (1, 'case/1', 1, '{AT}', 'file', '张三', 'agent', 'x', '', 'sha256:1')",
    "INSERT INTO event_personal (id, event_id, field, salt, value) VALUES (1, 1, 'phone', 's', 'v')",
    "INSERT INTO log_leaf (position, event_id, leaf) VALUES (0, 1, 'x')",
    f"INSERT INTO checkpoint (id, size, root, note, at) VALUES (1, 1, 'r', 'n', '{AT}')",
    "INSERT INTO definition_used (id, kind, name, version, digest)"
    " VALUES (1, 'procedure', 'repair', '2026-04', 'sha256:2')",
    "INSERT INTO definition_repin (id, kind, name, version, from_digest, digest, cause, reason, at)"
    f" VALUES (1, 'procedure', 'repair', '2026-04', 'sha256:2', 'sha256:3', 'release:0.2.0', 'why', '{AT}')",
    "INSERT INTO letter (id, event_seq, kind, round, number, office_id, title, template_version, content, text_digest,"
    " chain_head, token, state, issued_at)"
    f" VALUES (1, 1, 'decision', 1, '某信〔2026〕1号', 1, '决定书', '1', '{{}}', 'd', 'h', 't', 'in_force', '{AT}')",
)
REFUSED = [
    "UPDATE event SET reason = '改'",
    "UPDATE event SET digest = 'sha256:9'",
    "DELETE FROM event WHERE id = 1",
    "UPDATE log_leaf SET position = 7",
    "DELETE FROM log_leaf",
    "UPDATE checkpoint SET root = 'x'",
    "DELETE FROM checkpoint",
    "UPDATE definition_used SET digest = 'x'",
    "DELETE FROM definition_used",
    "UPDATE definition_repin SET digest = 'x'",
    "DELETE FROM definition_repin",
    "UPDATE letter SET content = '{\"a\": 1}'",
    "UPDATE letter SET number = '某信〔2026〕2号'",
    "UPDATE letter SET issued_at = NULL",
    "DELETE FROM letter",
    "UPDATE event_personal SET value = '另一个'",
    "UPDATE event_personal SET salt = 'x'",
    "DELETE FROM event_personal",
]
REFUSED_BY_SQLITE = [
    "INSERT OR REPLACE INTO checkpoint (id, size, root, note, at) VALUES (1, 1, 'x', 'n', '2026-06-10')",
]
REFUSED_BY_POSTGRESQL = ["TRUNCATE checkpoint, cosignature", "TRUNCATE event CASCADE"]
ALLOWED = [
    "UPDATE event_personal SET value = NULL, salt = ''",
    "UPDATE letter SET state = 'withdrawn', pdf_digest = 'd', pdf_size = 1",
]


@pytest.fixture
def filled(database: Database) -> Database:
    with database.begin() as tx:
        for row in ROWS:
            tx.execute(sa.text(row.replace(":", r"\:")))
    return database


def test_proof_only_grows(filled: Database) -> None:
    for statement in REFUSED + (REFUSED_BY_SQLITE if filled.is_sqlite else REFUSED_BY_POSTGRESQL):
        with pytest.raises(sa.exc.IntegrityError, match="kept as it is"), filled.begin() as tx:
            tx.exec_driver_sql(statement)


@pytest.mark.parametrize("statement", ALLOWED)
def test_what_may_follow_follows(filled: Database, statement: str) -> None:
    with filled.begin() as tx:
        assert tx.exec_driver_sql(statement).rowcount == 1


def test_every_column_of_a_letter_is_either_frozen_or_said_to_move(database: Database) -> None:
    """A new column of the table must be put on one side: in the trigger of a migration, or here."""
    from repairflow import records

    moves = {
        "state",
        "superseded_by",
        "pdf_digest",
        "unsigned_digest",
        "pdf_size",
        "pressed_at",
        "press_error",
        "press_seq",
    }
    if not database.is_sqlite:
        return  # the same list, written in the same migration
    with database.read() as tx:
        trigger = tx.scalar(sa.text("SELECT sql FROM sqlite_master WHERE name = 'letter_fixed'"))
    frozen = set(trigger.split("UPDATE OF ")[1].split(" ON ")[0].split(", "))
    assert frozen | moves == set(records.letter.c.keys())
    assert not frozen & moves
