"""A penalty file read at once, where the program opens it, looks at its columns and reads its rows in turn."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from repairflow.gateway.penalties.file import FileReport, Opens, open_table, read_table
from repairflow.gateway.penalties.file_type import open_grid
from repairflow.gateway.penalties.verdicts import Known
from repairflow.law.procedure.packs import RulePack


def read_file(
    data: Path | str | bytes,
    pack: RulePack,
    today: date,
    known: Known,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    name: str = "",
    opens: Opens = open_grid,
) -> FileReport:
    """Read a whole file; see `read_table`. Raises UnreadableFile."""
    with open_table(data, name, opens=opens) as table:
        return read_table(table, pack, today, known, progress)
