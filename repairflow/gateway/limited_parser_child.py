"""The process that parses one delivered file: it limits itself, writes the rows, and prints a short summary as JSON."""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path
from typing import Any

from repairflow.gateway.limited_parser import ROWS, TOO_MUCH, value_of
from repairflow.gateway.penalties.file_type import open_grid
from repairflow.gateway.penalties.grid import Limits, Source, UnreadableFile


def main() -> None:
    """Answer on standard output: notes, total and end of the table, or why it is refused."""
    task = json.loads(sys.argv[1])
    bind(task)
    try:
        result = take_apart(Source(Path(task["path"]), task["name"]), Limits(**task["limits"]))
    except UnreadableFile as error:
        result = {"refused": error.reason, "problems": [[p.where, p.text] for p in error.problems]}
    except (MemoryError, OSError):
        result = {"refused": TOO_MUCH, "problems": []}
    sys.stdout.write(json.dumps(result))


def bind(task: dict[str, Any]) -> None:
    """From here on this process can use no more than the task allows; beyond its seconds the kernel ends it."""
    for what, most in (
        (resource.RLIMIT_AS, task["memory_mib"] * 1024 * 1024),
        (resource.RLIMIT_FSIZE, task["output_mib"] * 1024 * 1024),
        (resource.RLIMIT_CPU, task["seconds"]),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def take_apart(source: Source, limits: Limits) -> dict[str, object]:
    """Write every row of the file; what is to be known of the whole."""
    grid = open_grid(source, limits)
    with Path(ROWS).open("w", encoding="ascii") as out:
        out.writelines(json.dumps([value_of(cell) for cell in row]) + "\n" for row in grid.rows(limits.columns))
    marks = list(grid.marks.items())
    return {"notes": grid.notes, "total": grid.total, "unfinished": grid.unfinished, "marks": marks}
