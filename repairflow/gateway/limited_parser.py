"""Parse delivered tables in a child process with limits on memory, processor time, time and output.

What comes back is plain rows in a temporary file, read here as any other grid. A file that exceeds a limit is refused.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from repairflow.errors import Problem
from repairflow.gateway.penalties.grid import Cell, CellFault, Limits, Source
from repairflow.work_folders import WorkFolder

ROWS = "rows"
TOO_MUCH = (
    "读取时超出了允许的内存或者时间，可能已损坏或含有异常内容。请用 Excel 打开后另存为新的 .xlsx，或者拆分后分别导入。"
)
LOOK_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Bounds:
    """The most that taking a file apart may use; a small file gets less time than a large one."""

    memory_mib: int = 1024  # address space
    seconds: int = 120  # of processor, and twice as many by the clock
    output_mib: int = 1024
    place: Path | None = None  # where its work lies; None: among the system's temporary files

    def seconds_for(self, size: int) -> int:
        """Processor seconds for a file of so many bytes: an honest one of 1 MiB takes about five."""
        return min(self.seconds, 10 + 10 * size // (1024 * 1024))


class KeptGrid:
    """A grid whose rows lie in a temporary file, one JSON text a line."""

    def __init__(self, folder: WorkFolder, result: dict[str, Any]) -> None:
        self._folder = folder
        self.notes: list[str] = result["notes"]
        self.total: int = result["total"]
        self.marks: dict[int, str] = dict(result["marks"])
        end = result["unfinished"]
        self.unfinished: tuple[int, int] | None = (end[0], end[1]) if end else None

    def rows(self, _width: int) -> Iterator[Sequence[Cell]]:
        """See Grid."""
        with (Path(self._folder.name) / ROWS).open(encoding="ascii") as lines:
            for line in lines:
                yield [cell_of(value) for value in json.loads(line)]

    def close(self) -> None:
        """Remove the rows."""
        self._folder.cleanup()


def open_grid(
    source: Source,
    limits: Limits,
    bounds: Bounds = Bounds(),
    alive: Callable[[], object] = lambda: None,
) -> KeptGrid:
    """Take a file apart in a child. Raises UnreadableFile, FileNotFoundError; `alive` is called about every second."""
    size = len(source.data) if isinstance(source.data, bytes) else source.data.stat().st_size
    if size > limits.bytes:
        raise source.unreadable(f"文件超过 {limits.bytes // 1024 // 1024} MB。请拆分成几个文件分别导入。")
    folder = WorkFolder("table", bounds.place)
    try:
        path = source.data
        if isinstance(path, bytes):
            content, path = path, Path(folder.name) / "file"
            path.write_bytes(content)
        task = {
            "path": str(path.resolve()), "name": source.name, "limits": asdict(limits), "memory_mib": bounds.memory_mib,
            "output_mib": bounds.output_mib, "seconds": bounds.seconds_for(size),
        }  # fmt: skip
        result = _result(source, folder.name, task, alive)
        return KeptGrid(folder, result)
    except BaseException:
        folder.cleanup()
        raise


def _result(source: Source, folder: str, task: dict[str, Any], alive: Callable[[], object]) -> dict[str, Any]:
    child = subprocess.Popen(
        [sys.executable, "-c", "from repairflow.gateway.limited_parser_child import main; main()", json.dumps(task)],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=folder,
        env={
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "PYTHONDONTWRITEBYTECODE": "1",
            "TMPDIR": folder, "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin",
        },
    )  # fmt: skip
    with child:
        try:
            answer = _wait(child, int(task["seconds"] * 2 / LOOK_SECONDS), alive)
        finally:
            child.kill()
    try:
        result: dict[str, Any] = json.loads(answer)
    except ValueError:  # killed by a bound, by the kernel, or broken: no word of it can be trusted
        raise source.unreadable(TOO_MUCH) from None
    if "refused" in result:
        raise source.unreadable(result["refused"], [Problem(*one) for one in result["problems"]])
    return result


def _wait(child: subprocess.Popen[bytes], looks: int, alive: Callable[[], object]) -> bytes:
    for _ in range(looks):
        try:
            return child.communicate(timeout=LOOK_SECONDS)[0]
        except subprocess.TimeoutExpired:
            alive()
    return b""


def value_of(cell: Cell) -> str | int | float | dict[str, str]:
    """Return a cell as it stands in a line."""
    if isinstance(cell, CellFault):
        return {"fault": cell.reason}
    return {"day": cell.isoformat()} if isinstance(cell, date) else cell


def cell_of(value: str | int | float | dict[str, str]) -> Cell:
    """Return the cell again."""
    if isinstance(value, dict):
        return CellFault(value["fault"]) if "fault" in value else date.fromisoformat(value["day"])
    return value
