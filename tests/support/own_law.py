"""An installation's own law in tests: read into this process for as long as a test runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from repairflow.app.law import read_law
from repairflow.db import Database
from repairflow.law.procedure import roles
from repairflow.law.procedure.library import Library
from repairflow.letters.text import templates
from repairflow.settings import Settings


@contextmanager
def own_law(settings: Settings, database: Database, folder: Path) -> Iterator[tuple[Settings, Library]]:
    """Settings that name the folder, and the law as a node reads it with them; afterwards the shipped law alone counts."""
    here = replace(settings, law=str(folder))
    try:
        yield here, read_law(here, database)
    finally:
        roles.use(None)
        templates.lay_over({})
