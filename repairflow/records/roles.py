"""Four roles of PostgreSQL: migration, application, auditor, subject. The program itself has no right to change the trail, and
the role by which companies read has none to see rows of others (`row_policies`)."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, inspect, text

from repairflow.errors import Invalid
from repairflow.records import row_policies

MIGRATION, APPLICATION, AUDITOR, SUBJECT = "migration", "application", "auditor", "subject"
GROWS_ONLY = ("event", "log_leaf", "checkpoint", "cosignature", "definition_used", "definition_repin")
"""The application reads these and adds to them."""
MOVES: Mapping[str, str] = {"event_personal": "value, salt", "row_change": "batch, salt"}
"""It adds to these, and may change these columns: values are erased, lines are bound."""
NO_DELETE = ("letter", "service")
UNREAD = ("web_session", "credential_link", "draft", "attempt", "command_claim")
"""What opens doors or is nobody's business yet: the auditor does not read it."""
NAME = "一至四十个小写字母、数字或下划线，以字母开头"


def statements(tx: Connection, prefix: str) -> list[str]:
    """Return the words that make the roles `prefix_migration`, `prefix_application`, `prefix_auditor` and `prefix_subject`, and give
    them their rights.

    They may be said again, and must be after each upgrade: a new table has no rights yet. Invalid for SQLite, which has no
    roles, and for a prefix that is no plain name.
    """
    if tx.dialect.name != "postgresql":
        raise Invalid("SQLite 没有角色。请限制数据库文件的读写权限，或者改用 PostgreSQL。")
    if not (prefix.isascii() and prefix.replace("_", "a").isalnum() and prefix[0].islower() and prefix.islower()):
        raise Invalid(f"角色名前缀应为{NAME}。")
    named = [f"{prefix}_{one}" for one in (MIGRATION, APPLICATION, AUDITOR, SUBJECT)]
    migration, application, auditor, subject = named
    there = set(tx.scalars(text("SELECT rolname FROM pg_roles")))
    said = [f"CREATE ROLE {one} NOLOGIN" for one in named if one not in there]
    said += [f"GRANT {subject} TO {application}"]  # whose transactions take that role
    said += [
        f"GRANT USAGE ON SCHEMA public TO {application}, {auditor}, {subject}",
        f"GRANT ALL ON SCHEMA public TO {migration}",
    ]
    tables = sorted(inspect(tx).get_table_names(schema="public"))
    for table in tables:
        said.append(f'ALTER TABLE public."{table}" OWNER TO {migration}')
        said.append(f'REVOKE ALL ON public."{table}" FROM {application}, {auditor}')
        said += [f'GRANT {right} ON public."{table}" TO {application}' for right in _rights(table)]
        if table not in UNREAD:
            said.append(f'GRANT SELECT ON public."{table}" TO {auditor}')
    said += row_policies.statements(tables, subject, (application, auditor))
    said += [
        f"ALTER FUNCTION public.{one}() OWNER TO {migration}"
        for one in tx.scalars(
            text("SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND pronargs = 0 ORDER BY 1")
        )
    ]
    return [*said, f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {application}"]


def make(tx: Connection, prefix: str) -> list[str]:
    """Ensure that the roles are there with their rights; what was said. Raises as `statements`, and DBAPIError when the
    connection's own role may not make roles."""
    said = statements(tx, prefix)
    for one in said:
        tx.exec_driver_sql(one)
    return said


def _rights(table: str) -> list[str]:
    if table == "alembic_version":
        return ["SELECT"]
    if table in GROWS_ONLY:
        return ["SELECT, INSERT"]
    if table in MOVES:
        return ["SELECT, INSERT", f"UPDATE ({MOVES[table]})"]
    return ["SELECT, INSERT, UPDATE" if table in NO_DELETE else "SELECT, INSERT, UPDATE, DELETE"]
