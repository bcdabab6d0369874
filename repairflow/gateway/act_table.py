"""Reading a delivered table of administrative acts beside penalties: its columns found, its cells as text, nothing judged.

The rules are those of tables of penalties: what a penalty would be held or refused for is refused here, for acts are entered
all or none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from repairflow.errors import Problem
from repairflow.gateway.penalties import heading_rows
from repairflow.gateway.penalties.clean import clean
from repairflow.gateway.penalties.footers import is_footer, is_key
from repairflow.gateway.penalties.grid import Cell, CellFault, Grid, Limits, Source
from repairflow.gateway.penalties.values import BadValue, day_of, text_of
from repairflow.gateway.permit_headings import LABELS, field_named, is_of_permits, is_own

MOST = 1000
"""Rows of one table: they are entered together or not at all."""
DAYS = ("decision_date", "valid_from", "valid_until")
_PENALTY_NAMES = {"code": "CF_XDR_SHXYM", "id_number": "CF_XDR_ZJHM", "decision_date": "CF_JDRQ"}
"""What the rules for lines under a table call the columns of which a row of data fills some."""


@dataclass(frozen=True, slots=True)
class ActTable:
    """Rows by the names of `LABELS`, each with its number as the spreadsheet counts; `notes` say what was not read."""

    rows: tuple[Mapping[str, str], ...]
    faults: tuple[Problem, ...]
    notes: tuple[str, ...] = ()


class _Columns(NamedTuple):
    """The names of the columns, the number of the first row below them, and the headings that are not read."""

    names: tuple[str | None, ...]
    first: int
    unread: tuple[str, ...]


def read(data: bytes | Path, name: str, opens: Callable[[Source, Limits], Grid]) -> ActTable:
    """Return the rows of a table. Raises UnreadableFile where it has not the columns, has one twice, no data or more rows than MOST."""
    source, limits = Source(data, name), Limits(rows=MOST + 20)
    grid = opens(source, limits)
    try:
        columns = _columns(source, grid, limits)
        rows, faults, passed = list[Mapping[str, str]](), list[Problem](), list[int]()
        for number, cells in _data(source, grid, columns, passed):
            if len(rows) >= MOST:
                raise source.unreadable(f"数据超过 {MOST} 行，请拆分成几个文件分别报送。")
            if fault := _whole(number, cells, grid, len(columns.names)):
                faults.append(Problem(str(number), f"第 {number} 行{fault}"))
            rows.append({"row": str(number), **_row(number, columns.names, cells, faults)})
        notes = tuple(grid.notes)
    finally:
        grid.close()
    if not rows:
        raise source.unreadable("只有表头，没有数据。请填写数据后再报送。")
    permits = "kind" not in columns.names
    if columns.unread:
        notes += (f"不认识的列，未读取：{'、'.join(columns.unread)}",)
    if passed:
        notes += (f"第 {'、'.join(map(str, passed[:10]))} 行是重复的表头、合计、填表人、说明等，不是数据，未读取",)
    return ActTable(tuple({"kind": "permit", **row} if permits else row for row in rows), tuple(faults), notes)


def _columns(source: Source, grid: Grid, limits: Limits) -> _Columns:
    head = heading_rows.head_of(grid, limits.columns)
    block = heading_rows.block_of(head, field_named)
    if block is None:
        raise source.unreadable("没有找到表头。首行应为“行政行为种类”“行政相对人名称”“决定文书号”等列名。")
    headings = block.headings
    if "行政处罚" in "".join(headings):
        raise source.unreadable("这是行政处罚数据表，请到“导入”页报送。")
    names = tuple(field_named(heading) if heading else None for heading in headings)
    own = {name for heading, name in zip(headings, names, strict=True) if name and is_own(heading)}
    # Where the label of a field stands beside another word for it, the other is not read.
    names = tuple(
        None if name in own and not is_own(heading) else name for heading, name in zip(headings, names, strict=True)
    )
    twice = [name for name, count in Counter(name for name in names if name).items() if count > 1]
    faults = [f"“{_label(name)}”一列出现了{names.count(name)}次，请只保留一列" for name in twice]
    if missing := _missing(names, of_permits=any(is_of_permits(row) for row in head)):
        faults.append(f"缺少必需的列：{'、'.join(missing)}")
    if faults:
        raise source.unreadable(f"{'；'.join(faults)}。请改好表头后再报送。", [Problem("file", one) for one in faults])
    unread = [heading for heading, name in zip(headings, names, strict=True) if heading and not name]
    return _Columns(names, block.bottom + 2, tuple(dict.fromkeys(unread)))


def _missing(names: Sequence[str | None], *, of_permits: bool) -> list[str]:
    missing = [LABELS[one] for one in ("name", "document_number", "decision_date") if one not in names]
    if not {"title", "document"} & set(names):
        missing.append(LABELS["title"])
    if not {"code", "id_number"} & set(names):
        missing.append(LABELS["code"])
    if "kind" not in names and not of_permits:
        missing.append(LABELS["kind"])
    return missing


def _data(source: Source, grid: Grid, columns: _Columns, passed: list[int]) -> Iterator[tuple[int, Sequence[Cell]]]:
    """Yield the rows of data with their numbers; what is none is noted in `passed`. UnreadableFile for another table below."""
    for number, cells in enumerate(grid.rows(len(columns.names) + 20), start=1):
        if number < columns.first or not any(cell != "" for cell in cells):
            continue
        texts = heading_rows.texts(cells)
        if heading_rows.repeats(texts, field_named):
            named = [field_named(text) for text in texts]
            if any(new and old and new != old for new, old in zip(named, columns.names, strict=False)):
                raise source.unreadable(f"第 {number} 行是另一个表头，列与前面的不同。请每个表格存为一个文件分别报送。")
        elif not (number == columns.first and is_key(cells)) and not _is_below(columns.names, cells):
            yield number, cells
            continue
        passed.append(number)


def _is_below(names: Sequence[str | None], cells: Sequence[Cell]) -> bool:
    telling = {_PENALTY_NAMES[name]: cell for name, cell in zip(names, cells, strict=False) if name in _PENALTY_NAMES}
    return is_footer({str(place): cell for place, cell in enumerate(cells)} | telling)


def _whole(number: int, cells: Sequence[Cell], grid: Grid, width: int) -> str:
    """Return what is wrong with a row as such; empty where nothing is."""
    if number in grid.marks:
        return f"：{grid.marks[number]}；不报送的请删去，要报送的请恢复显示"
    if len(cells) > width:
        return f"共 {len(cells)} 列，多于表头的 {width} 列，请核对是否错列"
    if (end := grid.unfinished) and end[0] == number and end[1] < width:
        return "：文件在本行中间结束，可能没有传完。请重新上传完整的文件"
    return ""


def _row(number: int, names: Sequence[str | None], cells: Sequence[Cell], faults: list[Problem]) -> dict[str, str]:
    values: dict[str, str] = {}
    for name, cell in zip(names, cells, strict=False):
        if name is None:
            continue
        try:
            values[name] = _text(name, cell)
        except BadValue as error:
            faults.append(Problem(f"{number}.{name}", f"第 {number} 行“{_label(name)}”{error}"))
    document = values.pop("document", "")
    return values if values.get("title") or not document else values | {"title": document}


def _label(name: str) -> str:
    return LABELS.get(name, "行政许可决定文书名称")


def _text(name: str, cell: Cell) -> str:
    cleaned = clean(cell, "date" if name in DAYS else "line", name)
    if isinstance(cleaned, CellFault):
        raise BadValue(cleaned.reason)
    if name in DAYS:
        day = day_of(cleaned)
        return day.isoformat() if day is not None else ""
    return text_of(cleaned)
