"""Reading a delivered table of administrative acts beside penalties: its columns found, its cells as text, nothing judged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from repairflow.errors import Problem
from repairflow.gateway.penalties.clean import clean
from repairflow.gateway.penalties.grid import Cell, CellFault, Grid, Limits, Source
from repairflow.gateway.penalties.values import BadValue, day_of, text_of
from repairflow.gateway.permit_headings import is_of_permits, plain

MOST = 1000
"""Rows of one table: they are entered together or not at all."""
DAYS = ("decision_date", "valid_from", "valid_until")
LABELS: Mapping[str, str] = {
    "kind": "行为种类", "name": "行政相对人名称", "code": "统一社会信用代码", "subject_kind": "行政相对人类别",
    "id_number": "自然人证件号码", "document_number": "决定文书号", "decision_date": "决定日期", "title": "决定内容",
    "basis": "法律依据", "valid_from": "有效期自", "valid_until": "有效期至",
}  # fmt: skip
_HEADINGS: Mapping[str, Sequence[str]] = {
    "kind": ("行政行为种类", "行政行为类别", "行政行为"),
    "name": ("相对人名称", "XK_XDR_MC"),
    "code": ("行政相对人代码_1(统一社会信用代码)", "信用代码", "XK_XDR_SHXYM"),
    "subject_kind": ("XK_XDR_LB",),
    "id_number": ("证件号码", "身份证号码", "XK_XDR_ZJHM", "XK_XDR_SFZ"),
    "document_number": ("行政许可决定文书号", "许可决定文书号", "文书号", "文号", "决定书文号", "XK_WSH"),
    "decision_date": ("许可决定日期", "作出决定日期", "XK_JDRQ"),
    "title": ("许可内容", "行为内容", "行政许可决定文书名称", "XK_NR", "XK_XKWS"),
    "basis": ("依据", "行为依据"),
    "valid_from": ("XK_YXQZ",),
    "valid_until": ("有效期止", "许可有效期", "XK_YXQZI"),
}


@dataclass(frozen=True, slots=True)
class ActTable:
    """Rows by the names of `LABELS`, each with its number as the spreadsheet counts."""

    rows: tuple[Mapping[str, str], ...]
    faults: tuple[Problem, ...]


def read(data: bytes | Path, name: str, opens: Callable[[Source, Limits], Grid]) -> ActTable:
    """The rows of a table. Raises UnreadableFile where it has not the columns, no data or more rows than MOST."""
    source, limits = Source(data, name), Limits(rows=MOST + 20)
    grid = opens(source, limits)
    try:
        found = iter(enumerate(grid.rows(limits.columns), start=1))
        names = _names(source, found)
        rows, faults = list[Mapping[str, str]](), list[Problem]()
        for number, cells in found:
            if not any(str(cell).strip() for cell in cells):
                continue
            if len(rows) >= MOST:
                raise source.unreadable(f"数据超过 {MOST} 行，请拆分成几个文件分别报送。")
            rows.append({"row": str(number), **_row(number, names, cells, faults)})
    finally:
        grid.close()
    if not rows:
        raise source.unreadable("只有表头，没有数据。请填写数据后再报送。")
    permits = "kind" not in names
    return ActTable(tuple({"kind": "permit", **row} if permits else row for row in rows), tuple(faults))


def _names(source: Source, found: Iterator[tuple[int, Sequence[object]]]) -> tuple[str | None, ...]:
    known = {plain(word): name for name, words in _HEADINGS.items() for word in (*words, LABELS[name])}
    for _, cells in found:
        headings = [str(cell) for cell in cells]
        names = tuple(known.get(plain(heading)) for heading in headings)
        if len({name for name in names if name}) < 3:
            continue
        if "行政处罚" in "".join(headings):
            raise source.unreadable("这是行政处罚数据表，请到“导入”页报送。")
        missing = [LABELS[one] for one in ("name", "document_number", "decision_date", "title") if one not in names]
        if "code" not in names and "id_number" not in names:
            missing.append(LABELS["code"])
        if "kind" not in names and not is_of_permits(headings):
            missing.append(LABELS["kind"])
        if missing:
            raise source.unreadable(f"缺少必需的列：{'、'.join(missing)}。请补上列名后再报送。")
        return names
    raise source.unreadable("没有找到表头。首行应为“行为种类”“行政相对人名称”“决定文书号”等列名。")


def _row(number: int, names: Sequence[str | None], cells: Sequence[Cell], faults: list[Problem]) -> dict[str, str]:
    values: dict[str, str] = {}
    for name, cell in zip(names, cells, strict=False):
        if name is None or values.get(name):
            continue
        try:
            values[name] = _text(name, cell)
        except BadValue as error:
            faults.append(Problem(f"{number}.{name}", f"第 {number} 行“{LABELS[name]}”{error}"))
    return values


def _text(name: str, cell: Cell) -> str:
    cleaned = clean(cell, "date" if name in DAYS else "line", name)
    if isinstance(cleaned, CellFault):
        raise BadValue(cleaned.reason)
    if name in DAYS:
        day = day_of(cleaned)
        return day.isoformat() if day is not None else ""
    return text_of(cleaned)
