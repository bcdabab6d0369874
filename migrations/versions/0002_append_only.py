"""What is proof cannot be changed by any statement: triggers on both databases.

Revision 0002, after 0001. The trail, the log over it, its checkpoints and the definitions in use only grow; an issued
letter keeps its content; a personal value beside the trail may be erased, never altered.
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

GROW_ONLY = ("event", "log_leaf", "checkpoint", "definition_used")
LETTER_CONTENT = (
    "id, case_id, record_id, event_seq, kind, round, number, office_id, title, template_version, content, text_digest, "
    "chain_head, token, issued_at"
)
# (trigger, table, what it stands before, under which condition)
RULES = (
    *((f"{table}_kept", table, "DELETE", None) for table in (*GROW_ONLY, "letter", "event_personal")),
    *((f"{table}_fixed", table, "UPDATE", None) for table in GROW_ONLY),
    ("letter_fixed", "letter", f"UPDATE OF {LETTER_CONTENT}", None),
    ("event_personal_fixed", "event_personal", "UPDATE OF id, event_id, field", None),
    # without its salt, what is left in the chain of an erased value cannot be guessed back
    ("event_personal_erased", "event_personal", "UPDATE OF value, salt", "NEW.value IS NOT NULL OR NEW.salt <> ''"),
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name, table, change, condition in RULES:
            when = f" WHEN {condition}" if condition else ""
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {change} ON {table}{when} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is kept as it is'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION keep_as_it_is() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is kept as it is', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; "
        "END $$"
    )
    for name, table, change, condition in RULES:
        when = f" WHEN ({condition})" if condition else ""
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {change} ON {table} FOR EACH ROW{when} EXECUTE FUNCTION keep_as_it_is()"
        )
        if change == "DELETE":  # which TRUNCATE would go round
            op.execute(
                f"CREATE TRIGGER {name}_whole BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION keep_as_it_is()"
            )


def downgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    for name, table, change, _ in RULES:
        on = f" ON {table}" if postgresql else ""
        op.execute(f"DROP TRIGGER {name}{on}")
        if postgresql and change == "DELETE":
            op.execute(f"DROP TRIGGER {name}_whole{on}")
    if postgresql:
        op.execute("DROP FUNCTION keep_as_it_is()")
