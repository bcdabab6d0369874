"""Write migrations/versions/NUMBER_title.py from what the tables say and the migrations before it do not.

    .venv/bin/python scripts/new_migration.py 0003 "who may see a material"

Read what comes out: a renamed column looks like one dropped and one added.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.runtime.migration import MigrationContext
from mako.template import Template
from sqlalchemy import JSON, BigInteger

from repairflow import records
from repairflow.db import Database
from repairflow.records import base, schema

FOLDER = Path(__file__).parent.parent / "migrations"


def main(number: str, title: str) -> None:
    before = None if number == "0001" else f"{int(number) - 1:04}"
    with tempfile.TemporaryDirectory() as folder:
        db = Database(f"sqlite:///{folder}/empty.db")
        if before:
            schema.upgrade(db, before)
        with db.read() as tx:
            code = produce_migrations(MigrationContext.configure(tx, opts={"compare_type": True}), records.metadata)
        db.dispose()
    assert code.upgrade_ops
    assert code.downgrade_ops
    options = {"render_item": _plain_type, "render_as_batch": before is not None}
    text = Template(filename=str(FOLDER / "script.py.mako")).render(
        message=title,
        up_revision=number,
        down_revision=before,
        upgrades=render_python_code(code.upgrade_ops, **options),
        downgrades=render_python_code(code.downgrade_ops, **options),
        imports="",
    )
    path = FOLDER / "versions" / f"{number}_{re.sub(r'[^a-z0-9]+', '_', title.lower())}.py"
    path.write_text(re.sub(r"^ *# ###.*\n", "", text, flags=re.MULTILINE), encoding="utf-8")
    subprocess.run([Path(sys.executable).with_name("ruff"), "format", "--quiet", path], check=True)
    print(path)


def _plain_type(kind: str, item: Any, _context: Any) -> str | bool:
    """A migration must not depend on today's code: our types are written by the names its template gives them."""
    if kind != "type":
        return False
    ours: dict[type, str] = {base.Instant: "INSTANT", BigInteger: "ID", JSON: "JSON"}
    return next((name for of, name in ours.items() if isinstance(item, of)), False)


if __name__ == "__main__":
    main(*sys.argv[1:])
