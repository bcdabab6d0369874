"""On PostgreSQL the application has no right to change the trail, whatever triggers say; the auditor only reads, a company its rows."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from repairflow.db import Database
from repairflow.errors import Invalid
from repairflow.records import roles

REFUSED = [
    ("application", "UPDATE event SET reason = 'x'"),
    ("application", "DELETE FROM event"),
    ("application", "DELETE FROM log_leaf"),
    ("application", "UPDATE checkpoint SET root = 'x'"),
    ("application", "UPDATE row_change SET fields = '{}'"),
    ("application", "DELETE FROM row_change"),
    ("application", "UPDATE event_personal SET field = 'x'"),
    ("application", "DELETE FROM letter"),
    ("application", "ALTER TABLE event DISABLE TRIGGER ALL"),
    ("application", "TRUNCATE event CASCADE"),
    ("auditor", "UPDATE cases SET state = 'x'"),
    ("auditor", "INSERT INTO office_name (office_id, name) VALUES (1, 'x')"),
    ("auditor", "SELECT * FROM web_session"),
    ("subject", "SELECT * FROM web_session"),
    ("subject", "SELECT * FROM search_part"),
    ("subject", "SELECT password_hash FROM person"),
    ("subject", "SELECT secret FROM target"),
    ("subject", "SELECT sealed FROM exchange_key"),
    ("subject", "UPDATE cases SET state = 'x'"),
]
ALLOWED = [
    ("application", "UPDATE event_personal SET value = NULL, salt = ''"),
    ("application", "UPDATE row_change SET batch = 1"),
    ("application", "UPDATE letter SET state = 'withdrawn'"),
    ("application", "DELETE FROM draft"),
    ("application", "INSERT INTO number_series (series, year, last) VALUES ('x', 2026, 1)"),
    ("auditor", "SELECT * FROM event"),
    ("auditor", "SELECT * FROM cases"),
    ("subject", "SELECT * FROM cases"),
    ("subject", "SELECT name FROM person"),
    ("subject", "SELECT name FROM target"),
]


def test_each_role_may_what_it_must_and_no_more(bare_database: Database) -> None:
    if bare_database.is_sqlite:
        with bare_database.begin() as tx, pytest.raises(Invalid, match="没有角色"):
            roles.make(tx, "rf")
        return
    from repairflow.records import schema

    schema.upgrade(bare_database)
    for _ in range(2):  # again after an upgrade
        with bare_database.begin() as tx:
            roles.make(tx, "rf_test")
    with bare_database.engine.connect() as tx, pytest.raises(Invalid):
        roles.statements(tx, "x; DROP TABLE event")
    for role, statement in REFUSED:
        with pytest.raises(sa.exc.ProgrammingError, match=r"permission denied|must be owner"):
            _as(bare_database, role, statement)
    for role, statement in ALLOWED:
        _as(bare_database, role, statement)
    with bare_database.engine.begin() as tx:
        tx.exec_driver_sql(
            "DROP OWNED BY rf_test_migration, rf_test_application, rf_test_auditor, rf_test_subject CASCADE"
        )
        tx.exec_driver_sql("DROP ROLE rf_test_migration, rf_test_application, rf_test_auditor, rf_test_subject")


def _as(db: Database, role: str, statement: str) -> None:
    with db.engine.connect() as tx, tx.begin() as whole:
        tx.exec_driver_sql(f"SET LOCAL ROLE rf_test_{role}")
        tx.exec_driver_sql(statement)
        whole.rollback()
