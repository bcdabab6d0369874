"""Alembic's entry: runs the numbered migrations on the connection it is handed, in that connection's transaction."""

from __future__ import annotations

from alembic import context

from repairflow import records

config = context.config


def run(connection: object) -> None:
    """Migrate on an open connection; the caller commits, so a failed migration leaves nothing behind."""
    context.configure(
        connection=connection,
        target_metadata=records.metadata,
        # SQLite alters a table by copying it; the copy keeps constraints only where they are named, and ours all are.
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        compare_server_default=True,
    )
    context.run_migrations()


run(config.attributes["connection"])
