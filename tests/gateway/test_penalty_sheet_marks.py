"""What a sheet shows beside its values: hidden and struck-out rows wait for a person, merged cells count for each of their rows."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font

from repairflow.gateway.penalties.file import FileReport
from repairflow.gateway.penalties.grid import UnreadableFile
from repairflow.gateway.penalties.sheet_marks import STRUCK, marks_of
from tests.gateway.penalty_pack import PACK
from tests.gateway.penalty_samples import GOOD, HEADINGS, text
from tests.gateway.test_penalty_files import TODAY, nothing_known
from tests.gateway.whole_files import read_file


def workbook(change: Callable[[Any], object], rows: int = 3) -> bytes:
    """A sheet of sound rows, changed."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(HEADINGS.values()))
    for values in GOOD[:rows]:
        sheet.append(
            [
                values.get(name) if isinstance(values.get(name), (int, float)) else text(values.get(name, ""))
                for name in HEADINGS
            ]
        )
    change(sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(content: bytes) -> FileReport:
    return read_file(content, PACK, TODAY, nothing_known)


def hide(sheet: Any) -> None:
    sheet.row_dimensions[3].hidden = True


def strike(sheet: Any) -> None:
    for cell in sheet[3]:
        cell.font = Font(strike=True)


def strike_the_number(sheet: Any) -> None:
    sheet.cell(3, list(HEADINGS).index("CF_WSH") + 1).font = Font(strike=True)


@pytest.mark.parametrize(("change", "says"), [(hide, "隐藏"), (strike, "划去"), (strike_the_number, "划去")])
def test_a_row_that_is_hidden_or_struck_out_waits_for_a_person(change: Callable[[Any], object], says: str) -> None:
    rows = read(workbook(change)).rows
    assert [len(row.doubts) for row in rows] == [0, 1, 0]
    assert says in rows[1].doubts[0].reason


@pytest.mark.parametrize(
    "row", ['<row r="3" ht="0" customHeight="1">', '<row r="3" hidden="1">', '<x:row r="3" ht="0.0">']
)
def test_a_row_of_no_height_is_hidden(row: str) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("s.xml", f'<sheetData><row r="2" ht="20">{row}<row r="4" ht="10">')
    with zipfile.ZipFile(out) as package:
        assert marks_of(package, "s.xml").hidden == {3}


def merge(sheet: Any) -> None:
    columns = list(HEADINGS)
    for name in ("CF_WSH", "CF_WFXW", "CF_CFLB", "CF_JDRQ", "CF_CFJG"):
        letter = openpyxl.utils.get_column_letter(columns.index(name) + 1)
        sheet[f"{letter}3"] = None
        sheet.merge_cells(f"{letter}2:{letter}3")


def test_one_decision_about_two_companies_in_merged_cells() -> None:
    first, second, third = read(workbook(merge)).rows
    assert (first.decision_number, first.decision_date) == (second.decision_number, second.decision_date)
    assert first.uscc != second.uscc
    assert third.decision_number == GOOD[2]["CF_WSH"]


def test_a_block_merged_over_columns_and_rows_says_its_first_column_in_each_row() -> None:
    def change(sheet: Any) -> None:
        at = list(HEADINGS).index("CF_XDR_MC") + 1
        sheet.cell(3, at).value = sheet.cell(3, at + 1).value = sheet.cell(2, at + 1).value = None
        sheet.merge_cells(start_row=2, end_row=3, start_column=at, end_column=at + 1)

    first, second, _ = read(workbook(change)).rows
    assert first.name == second.name == GOOD[0]["CF_XDR_MC"]


@pytest.mark.parametrize(("shown", "taken"), [
    ('0.00"元"', False), ('#,##0.00"元"', False), ('0.00"万元"', True), ('0!.0,"万"', False), ("0.00", True), ("¥#,##0.00", True),
    ("[$¥-804]#,##0.00", True), ("0%", False), ("0.0%", False), ("[$$-409]#,##0.00", False), ('0.00" 美元"', False),
])  # fmt: skip
def test_a_number_shown_in_yuan_is_not_taken_for_wan(shown: str, taken: bool) -> None:
    def change(sheet: Any) -> None:
        sheet.cell(2, list(HEADINGS).index("CF_NR_FK") + 1).number_format = shown

    report = read(workbook(change, rows=1))
    assert (len(report.rows), report.refused) == ((1, 0) if taken else (0, 1))


def written(field: str, *runs: object) -> FileReport:
    """The first sound row, one of its texts written in several ways."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        ways = {"struck": book.add_format({"font_strikeout": True}), "raised": book.add_format({"font_script": 1}),
                "bold": book.add_format({"bold": True})}  # fmt: skip
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADINGS.values())
        sheet.write_row(1, 0, [text(GOOD[0].get(name, "")) for name in HEADINGS])
        sheet.write_rich_string(1, list(HEADINGS).index(field), *(ways.get(str(run), run) for run in runs))
    return read(out.getvalue())


def test_a_text_of_which_a_part_is_struck_out_waits_for_a_person() -> None:
    (row,) = written("CF_NR", "struck", "处罚款贰万元整。", "bold", "不予处罚。").rows
    assert [doubt.reason for doubt in row.doubts] == [STRUCK]


def test_a_raised_figure_is_a_notes_number_and_no_part_of_a_value() -> None:
    report = written("CF_WSH", "溪环罚〔2026〕2", "raised", "1", "号")
    assert (report.refused, "注号" in report.problems[0].reason) == (1, True)
    (row,) = written("CF_NR", "占地20m", "raised", "2", "，处罚款贰万元整。").rows
    assert row.content == "占地20m²，处罚款贰万元整。"
    (row,) = written("CF_XDR_MC", "bold", "恒拓", "建材有限公司").rows
    assert (row.name, row.doubts) == ("恒拓建材有限公司", ())


def test_text_struck_out_within_its_cell_is_noticed() -> None:
    def change(sheet: Any) -> None:
        runs = (TextBlock(InlineFont(strike=True), "恒拓"), TextBlock(InlineFont(b=True), "建材有限公司"))
        sheet.cell(2, list(HEADINGS).index("CF_XDR_MC") + 1).value = CellRichText(*runs)

    rows = read(workbook(change)).rows
    assert [len(row.doubts) for row in rows] == [1, 0, 0]


def test_yuan_in_the_upper_of_two_heading_rows() -> None:
    def change(sheet: Any) -> None:
        sheet.insert_rows(1)
        fine = list(HEADINGS).index("CF_NR_FK") + 1
        for place, heading in enumerate(HEADINGS.values(), start=1):
            sheet.cell(1, place).value = heading
            sheet.cell(2, place).value = None
        sheet.cell(1, fine).value, sheet.cell(1, fine + 1).value = "金额（元）", None
        sheet.cell(2, fine).value, sheet.cell(2, fine + 1).value = "罚款金额", "没收金额"
        sheet.merge_cells(start_row=1, end_row=1, start_column=fine, end_column=fine + 1)

    with pytest.raises(UnreadableFile, match="元"):
        read(workbook(change))
