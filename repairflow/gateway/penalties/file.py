"""Reading a delivered 双公示 penalty file: opened, its columns found, each row checked, and compared with known ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import TracebackType

from repairflow.errors import Problem
from repairflow.gateway.penalties import heading_rows
from repairflow.gateway.penalties.fields import FIELDS, SHOWN, Named, columns, field_named
from repairflow.gateway.penalties.file_type import open_grid
from repairflow.gateway.penalties.footers import is_footer, is_key, is_sum, tells
from repairflow.gateway.penalties.grid import Cell, CellFault, Grid, Limits, Source
from repairflow.gateway.penalties.packed import Packed
from repairflow.gateway.penalties.row import PenaltyRow, RowProblem
from repairflow.gateway.penalties.row_check import DOUBTFUL_ROW, WHOLE_ROW
from repairflow.gateway.penalties.units import says_unit, says_yuan, unit_fault
from repairflow.gateway.penalties.verdicts import Known, Suspect, Unchanged, Verdicts
from repairflow.gateway.permit_headings import is_of_permits
from repairflow.law.procedure.packs import RulePack

_EVERY = 200
_LONGEST_HEADING = 40
_MOST_OF_A_LINE = 3
"""A line under the table fills so many of its cells."""
Opens = Callable[[Source, Limits], Grid]
"""Takes a file apart: `open_grid` in this process, `limited_parser.open_grid` in one that can do no harm."""


class Table:
    """A file whose columns are known. Close it, or use it in a `with`.

    `headings` as they stand, `notes` for the reader of the report, `total` about how many data rows.
    """

    def __init__(self, source: Source, grid: Grid, limits: Limits, named: Named = field_named) -> None:
        self._source, self._grid, self._limits, self._named = source, grid, limits, named
        first, self.headings = _find_headings(source, grid, limits, named)
        self._first_row = first
        found = columns(self.headings, named)
        self.unread = found.unread
        if found.faults:
            problems = [Problem("表头", fault) for fault in found.faults]
            raise source.unreadable(f"表头有误：{'；'.join(found.faults)}。", problems, found.unread)
        self._names = found.names
        self._day = found.names.index("CF_JDRQ")
        self._amounts = any(name and FIELDS[name].use == "amount" for name in found.names)
        self.footers: set[int] = set()
        self.notes = (*grid.notes, *found.notes)
        self.total = max(grid.total - first + 1, 1)
        if next(self.rows(), None) is None:
            raise source.unreadable("只有表头，没有数据。请填写数据后再导入。")

    def rows(self) -> Iterator[tuple[int, dict[str, Cell]]]:
        """Row number as the spreadsheet counts, and the cells by field name; rows without any content are passed over.

        Raises UnreadableFile where damage comes to light only now, or past the limit of rows.
        """
        width = len(self._names)
        count = 0
        for number, cells in enumerate(self._grid.rows(width + 20), start=1):
            if number < self._first_row or not cells:
                continue
            values = _values(self._names, cells)
            if self._again(number, cells) or (number == self._first_row and is_key(cells)):
                self.footers.add(number)
                continue
            if self._is_below(values, cells):
                self._below(number, cells)
                continue
            count += 1
            if count > self._limits.rows:
                raise self._source.unreadable(f"数据超过 {self._limits.rows} 行，请拆分成几个文件分别导入。")
            if number in self._grid.marks:
                values[DOUBTFUL_ROW] = self._grid.marks[number]
            if len(cells) > width:
                values[WHOLE_ROW] = CellFault(f"共 {len(cells)} 列，多于表头的 {width} 列，请核对是否错列")
            elif (end := self._grid.unfinished) and end[0] == number and end[1] < width:
                values[WHOLE_ROW] = CellFault("文件在本行中间结束，可能没有传完。请重新上传完整的文件")
            yield number, values

    def _is_below(self, values: Mapping[str, Cell], cells: Sequence[Cell]) -> bool:
        """Tell whether a row is a line under the table: of words, of sums, or of the unit in which the table counts."""
        if tells(values):
            return False
        by_place = {str(place): cell for place, cell in enumerate(cells)}
        if is_footer(by_place | dict(values)) or is_sum(values, cells):
            return True
        said = [cell for cell in cells if isinstance(cell, str) and cell.strip()]
        return len(said) <= _MOST_OF_A_LINE and any(says_unit(cell) for cell in said)

    def _below(self, number: int, cells: Sequence[Cell]) -> None:
        """Pass over a line under the table. UnreadableFile where it says that the amounts count something else than 万元."""
        if self._amounts and any(isinstance(cell, str) and says_yuan(cell) for cell in cells):
            fault = "表格下方写明以元为单位（或者不是万元的其他单位），请把金额换算为万元，并改正单位"
            raise self._source.unreadable(f"第 {number} 行：{fault}。", [Problem("表头", fault)])
        self.footers.add(number)

    def _again(self, number: int, cells: Sequence[Cell]) -> bool:
        """Tell whether a row repeats the headings, as each printed page does. UnreadableFile where they are another table's."""
        day = cells[self._day] if self._day < len(cells) else ""
        if not isinstance(day, str) or any("0" <= character <= "9" for character in day):
            return False  # nearly every row of data
        named = heading_rows.texts(cells)
        if not heading_rows.repeats(named, self._named):
            return False
        width = max(len(named), len(self._names))
        filled = [*named, *[""] * (width - len(named))]
        found, own = columns(filled, self._named).names, [*self._names, *[None] * (width - len(self._names))]
        if list(found) != own:
            raise self._source.unreadable(
                f"第 {number} 行是另一个表头，列与前面的不同。请每个表格存为一个文件分别导入。"
            )
        return True

    def all_notes(self) -> tuple[str, ...]:
        """Give the notes and what was passed over; complete once every row has been read."""
        if not self.footers:
            return self.notes
        rows = "、".join(str(number) for number in sorted(self.footers)[:10])
        return (*self.notes, f"第 {rows} 行是合计、填表人、说明等，不是数据，未读取")

    def close(self) -> None:
        self._grid.close()

    def __enter__(self) -> Table:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _values(names: Sequence[str | None], cells: Sequence[Cell]) -> dict[str, Cell]:
    """Cells by field. Columns that say whether a decision is shown may stand twice: then all that they say counts."""
    values: dict[str, Cell] = {}
    for name, cell in zip(names, cells, strict=False):
        if not name:
            continue
        before = values.get(name, "")
        both = name in SHOWN and "" not in (before, cell) and before != cell
        values[name] = f"{before}；{cell}" if both else cell if cell != "" else before
    return values


def open_table(
    data: Path | str | bytes,
    name: str = "",
    limits: Limits = Limits(),  # noqa: B008 - frozen
    opens: Opens = open_grid,
    named: Named = field_named,
) -> Table:
    """Open a CSV or XLSX by its content, whatever its name; `name` is how messages call it, `opens` where it is taken apart, `named`
    how its headings are read.

    Raises UnreadableFile (Chinese text saying what to do) when it is empty, cut off, too large, of another kind,
    without the required columns, with one twice, or without data.
    """
    if isinstance(data, str):
        data = Path(data)
    source = Source(data, name or (data.name if isinstance(data, Path) else "文件"))
    try:
        grid = opens(source, limits)
    except FileNotFoundError as error:
        raise source.unreadable("没有这个文件。请核对路径和文件名。") from error
    except OSError as error:
        raise source.unreadable("文件打不开。请核对它是文件而不是文件夹，并且有权读取。") from error
    try:
        return Table(source, grid, limits, named)
    except BaseException:
        grid.close()
        raise


def _find_headings(source: Source, grid: Grid, limits: Limits, named: Named) -> tuple[int, tuple[str, ...]]:
    """Return the first data row's number, and the headings above it: one row, or several that belong together."""
    head = heading_rows.head_of(grid, limits.columns)
    block = heading_rows.block_of(head, named)
    if any(is_of_permits(row) for row in head):
        raise source.unreadable("这是行政许可数据表，不是行政处罚。请到“行政许可等信息”页报送。")
    if block is None:
        raise source.unreadable(
            "没有找到表头。首行应为“行政相对人名称”“决定书文号”等列名（或 CF_XDR_MC、CF_WSH 等）；"
            "文字显示为乱码的，请用 Excel 另存为 .xlsx 再导入。",
            unread=_most_named(head),
        )
    if fault := unit_fault(head, block.top, block.bottom, block.headings, named):
        raise source.unreadable(f"{fault}。", [Problem("表头", fault)])
    return block.bottom + 2, block.headings


def _most_named(head: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return the texts of the row that is most likely the headings of a table nobody knows; none where it has none."""
    rows = [tuple(dict.fromkeys(cell for cell in row if 1 < len(cell) <= _LONGEST_HEADING)) for row in head]
    rows = [row for row in rows if not any(character.isdigit() for cell in row for character in cell)]
    best = max(rows, key=len, default=())
    return best if len(best) >= 3 else ()


@dataclass(slots=True)
class FileReport:
    """What a file holds: the rows that are new and sound, every fault of the others, notes for the reader.

    `total` counts data rows; new rows, `unchanged` ones and `refused` ones add up to it.
    """

    rows: Packed[PenaltyRow] = field(default_factory=Packed)
    problems: list[RowProblem] = field(default_factory=list)
    warnings: list[RowProblem] = field(default_factory=list)
    notes: tuple[str, ...] = ()
    suspects: list[Suspect] = field(default_factory=list)
    same: Packed[Unchanged] = field(default_factory=Packed)
    total: int = 0
    refused: int = 0

    @property
    def unchanged(self) -> int:
        """How many rows were delivered before with the same content."""
        return len(self.same)


def read_table(
    table: Table,
    pack: RulePack,
    today: date,
    known: Known,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> FileReport:
    """Judge every row of a table; `progress(done, total)` is called every 200 rows and at the end, then exactly.

    Holds the rows, packed: the parts of one decision may stand anywhere. Raises UnreadableFile.
    """
    report, found = FileReport(notes=table.notes), Verdicts(pack, today, known)
    for report.total, (number, values) in enumerate(table.rows(), start=1):
        found.add(number, values)
        if report.total % _EVERY == 0:
            progress(report.total, max(table.total, report.total))
    for verdict in found.settled():
        if isinstance(verdict, PenaltyRow):
            report.rows.append(verdict)
            report.warnings += verdict.warnings
        elif isinstance(verdict, Unchanged):
            report.same.append(verdict)
        elif isinstance(verdict, Suspect):
            report.suspects.append(verdict)
            report.refused += 1
            report.problems += verdict.problems
        else:
            report.refused += 1
            report.problems += verdict
    report.notes = table.all_notes()
    progress(report.total, report.total)
    return report
