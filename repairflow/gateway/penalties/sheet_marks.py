"""What a sheet shows beside its values: rows hidden or struck out, cells merged downwards, numbers shown in 元.

Read from the parts of the workbook, because its rows are read as a stream that tells nothing of them.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.utils.cell import range_boundaries

HIDDEN = "该行在表格中被隐藏或者筛选掉，请核对是否要报送"
STRUCK = "该行在表格中被划去（删除线），请核对是否已经作废"
IN_FOREIGN = "单元格的数字格式是百分数或者外币，请改为数值格式后填写以万元计的金额"
IN_YUAN = "单元格的数字格式以元为单位，请换算为万元并改正格式"
SHOWN_IN_WAN = "单元格按万元显示而实际数值不是，请改为数值格式后填写以万元计的金额"
_TAG = re.compile(rb"<(?:\w+:)?(row|mergeCell|strike|vertAlign)\b([^>]*)>")
_ROW_NUMBER = re.compile(rb"\br=[\"'](\d{1,7})[\"']")
_IS_HIDDEN = re.compile(rb"\bhidden=[\"'](?:1|true)[\"']|\bht=[\"']0(?:\.0+)?[\"']")
_IS_OFF = re.compile(rb"\bval=[\"'](?:0|false|baseline)[\"']")
_REFERENCE = re.compile(rb"\bref=[\"']([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})[\"']")
_CHUNK = 256 * 1024
_LONGEST_TAG = 4096
MOST_MERGED, MOST_ROWS = 20_000, 1_000
"""Merged ranges looked at, and rows of one of them: beyond that nobody merged them by hand."""
_BUILT_IN = 164  # number formats below are Excel's own
_PERCENT = (9, 10)  # of those: 0%, 0.00%
_FOREIGN = re.compile(r"[%$€£₩美欧]|USD|HKD|EUR|JPY|GBP|港币|日元")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(slots=True)
class Marks:
    """`hidden` rows; `struck` ones with a part of a cell's own text struck out or raised; `above` gives for a cell (row, column from 0)
    the row whose value it shows by merging."""

    hidden: set[int] = field(default_factory=set)
    struck: set[int] = field(default_factory=set)
    above: dict[int, dict[int, int]] = field(default_factory=dict)


def marks_of(package: zipfile.ZipFile, part: str) -> Marks:
    """Hidden rows, rows with struck text, and downward merges of a sheet's part."""
    marks, number, merged = Marks(), 0, 0
    for name, attributes in _tags(package, part):
        if name == b"row":
            found = _ROW_NUMBER.search(attributes)
            number = int(found[1]) if found else number + 1
            if _IS_HIDDEN.search(attributes):
                marks.hidden.add(number)
        elif name in (b"strike", b"vertAlign"):  # of a text that stands in the cell itself
            if not _IS_OFF.search(attributes):
                marks.struck.add(number)
        elif (reference := _REFERENCE.search(attributes)) and merged < MOST_MERGED:
            merged += 1
            _merge(marks, reference[1].decode())
    return marks


def _merge(marks: Marks, reference: str) -> None:
    edges = [int(edge) for edge in range_boundaries(reference) if edge is not None]
    if len(edges) < 4:  # whole columns or rows
        return
    left, top, _, bottom = edges
    if top < bottom <= top + MOST_ROWS:
        for row in range(top + 1, bottom + 1):
            marks.above.setdefault(row, {})[left - 1] = top


def _tags(package: zipfile.ZipFile, part: str) -> Iterator[tuple[bytes, bytes]]:
    rest = b""
    with package.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            window = rest + chunk
            end = 0
            for found in _TAG.finditer(window):
                end = found.end()
                yield found[1], found[2]
            start = max(end, window.rfind(b"<"), len(window) - _LONGEST_TAG)
            rest = window[start:]


class Styles:
    """Which of a workbook's cell styles strike out, or show a number in 元 or in 万元."""

    def __init__(self, workbook: Any) -> None:  # noqa: ANN401  # openpyxl's types leave out styles
        styles = list(enumerate(workbook._cell_styles))  # noqa: SLF001  # openpyxl shows styles cell by cell only: too slow
        fonts, formats = workbook._fonts, workbook._number_formats  # noqa: SLF001  # as above
        self.struck = frozenset(place for place, style in styles if fonts[style.fontId].strike)
        used = {
            place: formats[style.numFmtId - _BUILT_IN]
            for place, style in styles
            if _BUILT_IN <= style.numFmtId < _BUILT_IN + len(formats)
        }
        used |= {place: "0%" for place, style in styles if style.numFmtId in _PERCENT}
        self.unit = {place: reason for place, text in used.items() if (reason := _unit_of(text))}

    def is_struck(self, cell: ReadOnlyCell) -> bool:
        """Tell whether a cell is struck out."""
        return (bool(self.struck) and getattr(cell, "_style_id", 0) in self.struck) or is_struck_text(cell.value)

    def unit_fault(self, cell: ReadOnlyCell) -> str | None:
        """Return why a number is not what it seems; None where it is."""
        return self.unit.get(getattr(cell, "_style_id", 0)) if self.unit else None


def _unit_of(shown: str) -> str | None:
    if "万" in shown:
        return SHOWN_IN_WAN if re.search(r"[!\\]?\.[!\\]?0*,|0,+(?![#0])|!\.|\"\.\"", shown) else None
    if "元" in shown:
        return IN_YUAN
    signs = re.sub(r"\[\$(?:¥|￥|CNY|RMB)?-[0-9A-Fa-f]+\]|\[\$(?:¥|￥|CNY|RMB)\]", "", shown)
    return IN_FOREIGN if _FOREIGN.search(signs) else None


def is_struck_text(value: object) -> bool:
    """Tell whether a part of a cell's text is struck out."""
    return isinstance(value, CellRichText) and any(isinstance(run, TextBlock) and run.font.strike for run in value)


def plain_text(value: CellRichText) -> str:
    """Return the text of a cell written in several ways; a raised figure stays one, so that a note's number is told from the value's."""
    return "".join(_run(run) for run in value)


def _run(run: object) -> str:
    if isinstance(run, TextBlock) and run.font.vertAlign == "superscript":
        return run.text.translate(_RAISED)
    return str(run)
