"""CSV as offices deliver it: UTF-8 with or without BOM, GB18030 (GBK), UTF-16; comma, semicolon or tab."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence

from repairflow.gateway.penalties.grid import Cell, Limits, Source, trimmed
from repairflow.gateway.penalties.heading_rows import most_known

_CHUNK = 1024 * 1024
_SAMPLE = 64 * 1024
_DELIMITERS = ",;\t|"
_END_OF_FILE = "\x1a\0"
"""With what old systems (DOS, FoxPro) end a text, or fill it up to the end of a block."""
# A GBK text that is valid UTF-8 for this many characters on end does not occur; broken UTF-8 is.
_SURELY_UTF8 = 8
_FEW_ZEROS = 20
"""A text in which fewer than one byte in so many is zero is a damaged text, not another kind of file."""


class CsvGrid:
    """A CSV read through once on opening, so that a broken file is refused before its first row is used."""

    def __init__(self, source: Source, limits: Limits) -> None:
        self.notes: list[str] = []
        self.marks: dict[int, str] = {}  # a text hides nothing
        self._source, self._limits = source, limits
        self._ends_with_newline, self._last_cells = True, 0  # of the latest reading
        self._encoding = _encoding(source)
        self._delimiter = self._find_delimiter()
        self.total = 0
        filled = 0
        for row in self.rows(limits.columns):
            self.total += 1
            filled += bool(row)
            if filled > limits.rows + 10:  # the headings are not counted
                raise source.unreadable(f"数据超过 {limits.rows} 行，请拆分成几个文件分别导入。")
        self.unfinished = None if self._ends_with_newline else (self.total, self._last_cells)

    def rows(self, _width: int) -> Iterator[Sequence[Cell]]:
        """Yield each record as Excel counts rows, line breaks in quotes included; see Grid."""
        number = 0
        reader = csv.reader(self._lines(), delimiter=self._delimiter, strict=True)
        try:
            for number, cells in enumerate(reader, start=1):
                if len(cells) > self._limits.columns and any(cells[self._limits.columns :]):
                    raise self._source.unreadable(f"第 {number} 行超过 {self._limits.columns} 列，请核对分隔符和引号。")
                self._last_cells = len(cells)
                row: list[Cell] = [*cells]
                yield trimmed(row)
        except csv.Error as error:
            raise self._source.unreadable(f"第 {number + 1} 行{_fault(error)}") from error

    def close(self) -> None:
        """Nothing stays open between readings."""

    def _lines(self) -> Iterator[str]:
        limit = self._limits.line
        self._ends_with_newline = True
        with io.TextIOWrapper(self._source.open(), encoding=self._encoding, newline="") as text:
            while line := text.readline(limit + 1):
                if len(line) > limit:
                    raise self._source.unreadable(
                        "有一行过长，不像表格文件。请用 Excel 打开核对后另存为 .xlsx 再导入。"
                    )
                if line.strip(_END_OF_FILE) == "":
                    continue
                line = line.rstrip(_END_OF_FILE)  # the mark is no part of the last cell
                self._ends_with_newline = line.endswith(("\n", "\r"))
                yield line

    def _find_delimiter(self) -> str:
        """Return the delimiter under which the first rows show most headings; a comma where none does."""
        with io.TextIOWrapper(self._source.open(), encoding=self._encoding, newline="") as text:
            sample = text.read(_SAMPLE)

        def score(delimiter: str) -> int:
            try:
                rows = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
                return max((most_known(row) for row, _ in zip(rows, range(10), strict=False)), default=0)
            except csv.Error:
                return 0

        return max(_DELIMITERS, key=score)


def _fault(error: csv.Error) -> str:
    text = str(error)
    if "unexpected end of data" in text:
        return "起的引号没有结束，文件可能被截断。请重新导出，或重新上传完整的文件。"
    if "field larger" in text:
        return "有一格内容过长，可能是引号没有结束。请核对该行的引号。"
    return "的引号使用有误。内容中的引号应写成两个引号，请核对，或用 Excel 另存为 .xlsx 再导入。"


def _encoding(source: Source) -> str:
    """Return the encoding under which the whole file can be read; UnreadableFile naming the line where none can."""
    with source.open() as file:
        head = file.read(4096)
    if head.startswith(codecs.BOM_UTF8):
        return _proved(source, "utf-8-sig")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _proved(source, "utf-16")
    if b"\0" in head.rstrip(b"\0"):
        # Figures and delimiters are ASCII: in UTF-16 their zero bytes stand on one side, rare ones (一 is 4E00) beside.
        even, odd = head[::2].count(0), head[1::2].count(0)
        if max(even, odd) > 4 * min(even, odd) + 2:
            return _proved(source, "utf-16-be" if even > odd else "utf-16-le")
        if head.count(0) * _FEW_ZEROS < len(head):
            raise source.unreadable(
                "文件中夹有空字符（NUL），可能没有传完，或者由旧系统导出。请用 Excel 打开核对后另存为 .xlsx 再导入。"
            )
        raise source.unreadable("这不是表格文件。请上传 .csv 或 .xlsx 文件。")
    fault = _first_fault(source, "utf-8")
    if fault is None:
        return "utf-8"
    if fault.before >= _SURELY_UTF8:
        raise source.unreadable(fault.text)
    return _proved(source, "gb18030")


class _Fault:
    """Where decoding stopped: the line, and how many characters beyond ASCII were read before."""

    def __init__(self, line: int, before: int, at_end: bool) -> None:
        self.before = before
        self.text = (
            "文件在最后一个字中间断开，可能没有传完。请重新上传完整的文件。"
            if at_end
            else f"第 {line} 行附近的文字编码有误（应为 UTF-8 或 GBK）。请用 Excel 打开核对后另存为 .xlsx 再导入。"
        )


def _first_fault(source: Source, encoding: str) -> _Fault | None:
    decoder = codecs.getincrementaldecoder(encoding)()
    line, beyond = 1, 0
    with source.open() as file:
        while True:
            chunk = file.read(_CHUNK)
            pending = decoder.getstate()[0]
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                good = (pending + chunk)[: error.start].decode(encoding, "ignore")
                return _Fault(line + good.count("\n"), beyond + _beyond_ascii(good), at_end=not chunk)
            if not chunk:
                return None
            line += text.count("\n")
            beyond += _beyond_ascii(text) if beyond < _SURELY_UTF8 else 0


def _beyond_ascii(text: str) -> int:
    return 0 if text.isascii() else sum(character > "\x7f" for character in text)


def _proved(source: Source, encoding: str) -> str:
    fault = _first_fault(source, encoding)
    if fault:
        raise source.unreadable(fault.text)
    return encoding
