"""Which kind of table a file is, by its first bytes: a workbook, a CSV, or something to be refused with advice."""

from __future__ import annotations

from repairflow.gateway.penalties.csv_file import CsvGrid
from repairflow.gateway.penalties.grid import Grid, Limits, Source

_SAVE_AS = "请用 Excel 打开后另存为 .xlsx 或 .csv 再导入。"
_OTHER_KINDS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "这是 PDF 文件，不是表格。请导入原来的 Excel 或 CSV 文件。"),
    (b"\xd0\xcf\x11\xe0", f"这是旧版 Excel（.xls）或有密码的工作簿。{_SAVE_AS}"),
    (b"\x89PNG", "这是图片，不是表格。请导入原来的 Excel 或 CSV 文件。"),
    (b"\xff\xd8\xff", "这是图片，不是表格。请导入原来的 Excel 或 CSV 文件。"),
    (b"Rar!", "这是压缩包。请解压后导入其中的表格文件。"),
    (b"7z\xbc\xaf", "这是压缩包。请解压后导入其中的表格文件。"),
    (b"\x1f\x8b", "这是压缩包。请解压后导入其中的表格文件。"),
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
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    for magic, reason in _OTHER_KINDS:
        if start.startswith(magic):
            raise source.unreadable(reason)
    if not start:
        raise source.unreadable("文件没有内容。请重新导出后再导入。")
    return CsvGrid(source, limits)
