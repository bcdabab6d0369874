"""Which kind of table a file is, by its first bytes: a workbook, a CSV, or something to be refused with advice."""

from __future__ import annotations

import codecs
import re

from repairflow.gateway.penalties.csv_file import CsvGrid
from repairflow.gateway.penalties.grid import Grid, Limits, Source

_SAVE_AS = "请用 Excel 打开后另存为 .xlsx 或 .csv 再导入。"
_OLD = "这是旧版 Excel（.xls）工作簿，不读取：旧格式中分不清公式和数值。请用 Excel 或者 WPS 打开，“另存为”Excel 工作簿（.xlsx）后再导入。"
_LOCKED = "工作簿有密码，无法读取。请用 Excel 或者 WPS 打开，去掉打开密码，另存为 .xlsx 后再导入。"
_COMPOUND = b"\xd0\xcf\x11\xe0"
"""How .xls begins, and a workbook with a password, which lies in a stream of such a file."""
_LOCKED_STREAM = "EncryptedPackage".encode("utf-16-le")
_BARE_SHEET = re.compile(rb"\x09[\x00\x02\x04\x08][\x04-\x10]\x00")
"""How the oldest workbooks begin (BIFF 2 to 5 without a container)."""
_OTHER_KINDS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "这是 PDF 文件，不是表格。请导入原来的 Excel 或 CSV 文件。"),
    (b"\x89PNG", "这是图片，不是表格。请导入原来的 Excel 或 CSV 文件。"),
    (b"\xff\xd8\xff", "这是图片，不是表格。请导入原来的 Excel 或 CSV 文件。"),
    (b"Rar!", "这是压缩包。请解压后导入其中的表格文件。"),
    (b"7z\xbc\xaf", "这是压缩包。请解压后导入其中的表格文件。"),
    (b"\x1f\x8b", "这是压缩包。请解压后导入其中的表格文件。"),
    (b"MIME-Version:", f"这是单个文件网页（有些系统导出的“.xls”即是如此）。{_SAVE_AS}"),
    (b"<", f"这是网页或 XML 文件（有些系统导出的“.xls”即是如此）。{_SAVE_AS}"),
)


def open_grid(source: Source, limits: Limits) -> Grid:
    """Take a file apart in this process. Raises UnreadableFile, OSError where it is absent or no file."""
    size = len(source.data) if isinstance(source.data, bytes) else source.data.stat().st_size
    if size == 0:
        raise source.unreadable("文件是空的。请重新导出后再导入。")
    if size > limits.bytes:
        raise source.unreadable(f"文件超过 {limits.bytes // 1024 // 1024} MB，请拆分成几个文件分别导入。")
    with source.open() as file:
        head = file.read(512)
    if head.startswith(b"PK"):
        from repairflow.gateway.penalties.xlsx_file import XlsxGrid

        return XlsxGrid(source, limits)
    if _BARE_SHEET.match(head):
        raise source.unreadable(_OLD)
    if head.startswith(_COMPOUND):
        raise source.unreadable(_LOCKED if _is_locked(source) else _OLD)
    start = _without_mark(head).lstrip()
    for magic, reason in _OTHER_KINDS:
        if start.startswith(magic):
            raise source.unreadable(reason)
    if not start:
        raise source.unreadable("文件没有内容。请重新导出后再导入。")
    return CsvGrid(source, limits)


def _without_mark(head: bytes) -> bytes:
    """Return the first bytes behind a mark of byte order, of which some programs write two."""
    for mark in (codecs.BOM_UTF8, codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        head = head.removeprefix(mark)
    return head


def _is_locked(source: Source) -> bool:
    """Tell whether a compound file holds a workbook with a password: the name of its stream stands in the directory."""
    with source.open() as file:
        before = b""
        while chunk := file.read(1024 * 1024):
            if _LOCKED_STREAM in before + chunk:
                return True
            before = chunk[-len(_LOCKED_STREAM) :]
    return False
