"""XLSX read as a stream: values only, within limits; what a formula would say is not guessed."""

from __future__ import annotations

import math
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from itertools import islice
from typing import Any
from xml.etree.ElementTree import ParseError
from xml.parsers import expat

from openpyxl import load_workbook
from openpyxl.cell.read_only import EMPTY_CELL
from openpyxl.cell.rich_text import CellRichText
from openpyxl.utils.datetime import CALENDAR_WINDOWS_1900
from openpyxl.utils.exceptions import InvalidFileException

from repairflow.gateway.penalties.fields import Named
from repairflow.gateway.penalties.grid import Cell, CellFault, Limits, Source, trimmed
from repairflow.gateway.penalties.heading_rows import HEAD, LEAST, READERS, known, texts
from repairflow.gateway.penalties.sheet_marks import HIDDEN, STRUCK, Styles, is_struck_text, marks_of, plain_text

_BATCH = 500
_LAST_ROW = 1_048_576  # Excel has no more
_NO_MEMORY = 1  # expat's XML_ERROR_NO_MEMORY
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_ROW = re.compile(rb"<(?:\w+:)?row[ />]")
_FORGED_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]{0,200}?\br=[\"']\d{8}")
# What openpyxl lets escape on a damaged workbook: it was written for sound ones.
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, EOFError, ParseError, InvalidFileException, KeyError, IndexError, ValueError,
    TypeError, AttributeError, OverflowError, NotImplementedError, OSError,
)  # fmt: skip
_BROKEN = "文件不完整或已损坏（可能没有传完）。请重新上传；仍不能读取时，请用 Excel 打开后另存为 .xlsx。"


# Any for sheets and cells below: openpyxl's types know the sheets one writes, not those it reads.


class XlsxGrid:
    """The first visible sheet of a workbook that has known headings."""

    def __init__(self, source: Source, limits: Limits) -> None:
        self.notes: list[str] = []
        self.unfinished: tuple[int, int] | None = None
        self.marks: dict[int, str] = {}
        self._source, self._limits = source, limits
        self.total = _inspect(source, limits)
        self._file = source.open()  # openpyxl would judge a path by its ending
        try:
            with self._damage_reported():
                self._workbook: Any = load_workbook(self._file, read_only=True, keep_links=False, rich_text=True)
                self._styles = Styles(self._workbook)
            self._sheet = self._choose()
            with self._damage_reported(), source.open() as file, zipfile.ZipFile(file) as package:
                self._marks = marks_of(package, str(self._sheet._worksheet_path))  # noqa: SLF001  # nothing else names its part
            self.marks = dict.fromkeys(sorted(self._marks.struck), STRUCK) | dict.fromkeys(
                sorted(self._marks.hidden), HIDDEN
            )
            self._find_struck()
        except BaseException:
            self._file.close()
            raise

    def rows(self, _width: int) -> Iterator[Sequence[Cell]]:
        """Return each row of the sheet, to its last cell: what stands far to the right may say 已撤销; see Grid."""
        return self._filled(self._rows(self._sheet, whole=True))

    def _find_struck(self) -> None:
        texts_struck = any(map(is_struck_text, self._sheet._shared_strings))  # noqa: SLF001  # a cell is asked only where some are
        if self._styles.struck or texts_struck:
            for number, row in enumerate(self._raw(self._sheet), start=1):
                if any(cell.value not in (None, "") and self._styles.is_struck(cell) for cell in row):
                    self.marks.setdefault(number, STRUCK)

    def _filled(self, rows: Iterator[Sequence[Cell]]) -> Iterator[Sequence[Cell]]:
        """Cells merged downwards say in each of their rows what the first says."""
        wanted = {top for places in self._marks.above.values() for top in places.values()}
        tops: dict[int, Sequence[Cell]] = {}
        for number, row in enumerate(rows, start=1):
            if number in wanted:
                tops[number] = list(row)
            above = self._marks.above.get(number)
            yield row if above is None or not row else _with(list(row), above, tops)

    def close(self) -> None:
        self._workbook.close()
        self._file.close()

    def _choose(self) -> Any:  # noqa: ANN401  # as said above
        if self._workbook.epoch != CALENDAR_WINDOWS_1900:
            raise self._source.unreadable(
                "工作簿使用 1904 日期系统，日期会相差四年。请在 Excel 选项中取消该设置后另存。"
            )
        visible = [sheet for sheet in self._workbook.worksheets if sheet.sheet_state == "visible"]
        heads = {id(sheet): list(islice(self._rows(sheet), HEAD)) for sheet in visible}
        fitting = next(filter(None, (_with_headings(visible, heads, named) for named in READERS)), [])
        if not visible:
            raise self._source.unreadable("工作簿中没有可见的工作表。")
        if len(fitting) > 1:
            others = "、".join(sheet.title for sheet in fitting[1:])
            self.notes.append(f"只读取了工作表“{fitting[0].title}”；“{others}”也有表头，如需导入请另存为单独的文件。")
        return (fitting or visible)[0]

    def _rows(self, sheet: Any, *, whole: bool = False) -> Iterator[Sequence[Cell]]:  # noqa: ANN401  # as said above
        """Yield the cells of each row; UnreadableFile where the `whole` of a row passes the limit of columns."""
        most = self._limits.columns
        for number, cells in enumerate(self._raw(sheet), start=1):
            if whole and len(cells) > most and any(cell.value not in (None, "") for cell in cells[most:]):
                raise self._source.unreadable(f"第 {number} 行超过 {most} 列，请核对是否错列，或者删去多余的列。")
            yield _cells(cells[:most], self._styles)

    def _raw(self, sheet: Any) -> Iterator[Sequence[Any]]:  # noqa: ANN401  # as said above
        sheet.reset_dimensions()  # the size a sheet states is often wrong
        rows = sheet.iter_rows()
        number = 0
        while True:
            with self._damage_reported():
                batch = list(islice(rows, _BATCH))
            if not batch:
                return
            number += len(batch)
            if number > _LAST_ROW:  # a forged row number would count empty rows without end
                raise self._source.unreadable(_BROKEN)
            yield from batch

    @contextmanager
    def _damage_reported(self) -> Iterator[None]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl's remarks on styles and extensions concern nobody here
            try:
                yield
            except _DAMAGE as error:
                if isinstance(error, ParseError) and error.code == _NO_MEMORY:
                    raise MemoryError from error  # the file is not to blame for what the parser says then
                raise self._source.unreadable(_BROKEN) from error


def _with_headings(sheets: Sequence[Any], heads: Mapping[int, Sequence[Sequence[Cell]]], named: Named) -> list[Any]:
    """Return those sheets that have headings of one kind of table."""
    return [sheet for sheet in sheets if any(known(texts(row), named) >= LEAST for row in heads[id(sheet)])]


def _with(row: list[Cell], above: Mapping[int, int], tops: Mapping[int, Sequence[Cell]]) -> list[Cell]:
    for place, top in sorted(above.items()):
        cells = tops.get(top, ())
        row += [""] * (place + 1 - len(row))
        if row[place] == "" and place < len(cells):
            row[place] = cells[place]
    return trimmed(row)


def _cells(row: Sequence[Any], styles: Styles) -> list[Cell]:
    end = len(row)
    while end and row[end - 1] is EMPTY_CELL:
        end -= 1
    return trimmed([_value(cell, styles) for cell in row[:end]])


def _value(cell: Any, styles: Styles) -> Cell:  # noqa: ANN401  # as said above
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return CellFault("单元格是公式。请在 Excel 中复制后“选择性粘贴”为数值")
    if cell.data_type == "e":
        return CellFault(f"单元格是 Excel 的错误值 {value}，请改正")
    if isinstance(value, CellRichText):
        value = plain_text(value)
    if isinstance(value, str):
        return value.replace("_x000D_", "")  # how Excel writes a carriage return
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if styles.unit and isinstance(value, (int, float)) and (fault := styles.unit_fault(cell)):
        return CellFault(fault)
    if isinstance(value, float) and math.isfinite(value):
        return int(value) if value == int(value) else value
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return str(value)


def _inspect(source: Source, limits: Limits) -> int:
    """Return number of rows in the largest sheet; refuses what is no workbook, too large, encrypted, forged or damaged."""
    rows = 0
    try:
        with source.open() as file, zipfile.ZipFile(file) as package:
            parts = package.infolist()
            names = {part.filename for part in parts}
            if "xl/workbook.xml" not in names or "[Content_Types].xml" not in names:
                raise source.unreadable("这不是 Excel 工作簿（.xlsx）。请用 Excel 打开后另存为 .xlsx 或 .csv。")
            if len(parts) > limits.parts or len(parts) > len(names):
                raise source.unreadable("工作簿内部结构异常。请用 Excel 打开后另存为新的 .xlsx。")
            for part in parts:
                sheet = _SHEET.fullmatch(part.filename)
                # zipfile stops at the stated size, so that it may be believed.
                if part.file_size > (limits.sheet_bytes if sheet else limits.part_bytes):
                    raise source.unreadable("工作簿解压后过大。请删去多余的工作表、图片和格式，或拆分成几个文件。")
                if part.flag_bits & 1:
                    raise source.unreadable("工作簿有密码。请去掉密码后再导入。")
                rows = max(rows, _scan(source, package, part))
    except _DAMAGE as error:
        raise source.unreadable(_BROKEN) from error
    return rows


def _scan(source: Source, package: zipfile.ZipFile, part: zipfile.ZipInfo) -> int:
    """Read a part to its checksum, refuse document types (entities multiply without end), count its rows.

    Any part may be read as XML, whatever its name, and XML may stand in any encoding: only a parser sees a document type.
    """
    rows, tail = 0, b""
    parser = _watcher()
    with package.open(part) as stream:
        while chunk := stream.read(256 * 1024):
            parser = _looked_through(source, parser, chunk)
            window = tail + chunk
            if _FORGED_ROW.search(window):
                raise source.unreadable(_BROKEN)
            rows += len(_ROW.findall(window))
            tail = window[-9:]
            rows -= len(_ROW.findall(tail))
    return rows + len(_ROW.findall(tail))


def _watcher() -> expat.XMLParserType | None:
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = _refuse
    return parser


class _DocumentType(Exception):
    pass


def _refuse(*_: object) -> None:
    raise _DocumentType


def _looked_through(source: Source, parser: expat.XMLParserType | None, chunk: bytes) -> expat.XMLParserType | None:
    """Give the parser for the next piece; None once the part has proved to be no XML."""
    if parser is None:
        return None
    try:
        parser.Parse(chunk)
    except _DocumentType:
        raise source.unreadable("工作簿内部结构异常。请用 Excel 打开后另存为新的 .xlsx。") from None
    except (expat.ExpatError, ValueError, LookupError):
        return None
    return parser
