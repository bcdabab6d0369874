"""Tables of administrative acts are read by the rules of tables of penalties: what would be held there is refused here."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

import pytest
import xlsxwriter

from repairflow.gateway import act_table
from repairflow.gateway.act_table import ActTable
from repairflow.gateway.penalties.file_type import open_grid
from repairflow.gateway.penalties.grid import UnreadableFile

HEAD = ("行政行为种类", "行政相对人名称", "统一社会信用代码", "决定文书号", "决定日期", "决定内容")
ROW = ("行政奖励", "云溪环保", "91230500MA1B3N1N2M", "溪环奖〔2026〕1号", "2026-05-06", "绿色工厂奖励")
NEXT = ("行政确认", "云溪环保", "91230500MA1B3N1N2M", "溪环确〔2026〕9号", "2026年6月9日", "资源综合利用认定")


def read(content: bytes, name: str = "表") -> ActTable:
    return act_table.read(content, name, open_grid)


def csv_of(*rows: Sequence[str], end: str = "\n", between: str = ",") -> bytes:
    return ("\n".join(between.join(row) for row in rows) + end).encode()


def workbook(
    sheets: Mapping[str, Sequence[Sequence[str]]], hidden: int | None = None, struck: int | None = None
) -> bytes:
    """An Excel file; `hidden` and `struck` are rows of each sheet, from 0."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        line = book.add_format({"font_strikeout": True})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row, line if number == struck else None)
            if hidden is not None:
                sheet.set_row(hidden, None, None, {"hidden": True})
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        csv_of(HEAD, ROW, NEXT), csv_of(HEAD, ROW, NEXT, end=""), csv_of(HEAD, ROW, NEXT, between="\t"),
        csv_of(("云溪县行政奖励信息",), HEAD, ("文本",) * 6, ROW, HEAD, NEXT, ("合计：2",), ("填表人：张三",)),
        workbook({"表": (HEAD, ROW, NEXT)}), workbook({"说明": (("一、填写说明",),), "数据": (HEAD, ROW, NEXT)}),
    ],
    ids=["csv", "no last break", "tabs", "title, types, headings again, sum", "xlsx", "second sheet"],
)  # fmt: skip
def test_the_rows_of_a_table(content: bytes) -> None:
    table = read(content)
    assert table.faults == ()
    assert [(row["document_number"], row["decision_date"]) for row in table.rows] == [
        (ROW[3], "2026-05-06"), (NEXT[3], "2026-06-09"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (workbook({"表": (HEAD, ROW, NEXT)}, hidden=2), "第 3 行：该行在表格中被隐藏"),
        (workbook({"表": (HEAD, ROW, NEXT)}, struck=1), "第 2 行：该行在表格中被划去"),
        (csv_of(HEAD, ROW, NEXT[:4], end=""), "文件在本行中间结束"),
        (csv_of(HEAD, (*ROW, "多出的一格")), "第 2 行共 7 列，多于表头的 6 列"),
    ],
    ids=["hidden", "struck out", "cut off", "beyond the headings"],
)
def test_a_row_that_a_person_must_look_at_is_refused(content: bytes, says: str) -> None:
    assert says in "；".join(fault.text for fault in read(content).faults)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (
            csv_of((*HEAD, "文书号", "文号"), (*ROW, "甲", "乙")).replace("决定文书号".encode(), "备注".encode()),
            "出现了2次",
        ),
        (csv_of((*HEAD, "决定日期"), (*ROW, "2026-05-07")), "“决定日期”一列出现了2次"),
        (csv_of(HEAD[:4] + HEAD[5:], ROW[:4] + ROW[5:]), "缺少必需的列：决定日期"),
        (
            csv_of(HEAD, ROW, ("决定文书号", "决定日期", "统一社会信用代码", "决定内容"), NEXT[:4]),
            "第 3 行是另一个表头",
        ),
        (csv_of(HEAD), "只有表头"),
    ],
    ids=["two words for one column", "one column twice", "one missing", "another table below", "no data"],
)
def test_a_table_whose_columns_cannot_be_told_is_refused(content: bytes, says: str) -> None:
    with pytest.raises(UnreadableFile, match=says):
        read(content)


def test_the_layout_of_permits_names_what_was_decided_by_its_content_or_its_document() -> None:
    head = ("XK_XDR_MC", "XK_XDR_SHXYM", "XK_XKWS", "XK_WSH", "XK_JDRQ", "XK_NR", "XK_XKJG")
    chinese = (
        "行政相对人名称",
        "统一社会信用代码",
        "行政许可决定文书名称",
        "决定文书号",
        "决定日期",
        "许可内容",
        "许可机关",
    )
    rows = (
        ("云溪环保", ROW[2], "取水许可决定书", "溪水许〔2026〕1号", "2026-05-06", "准予取水", "水务局"),
        ("云溪环保", ROW[2], "取水许可决定书", "溪水许〔2026〕2号", "2026-05-06", "", "水务局"),
    )
    table = read(workbook({"说明": (("填写说明",),), "许可": (head, chinese, *rows)}))
    assert [(row["kind"], row["title"]) for row in table.rows] == [("permit", "准予取水"), ("permit", "取水许可决定书")]
    assert table.notes == ("不认识的列，未读取：许可机关",)


def test_where_the_label_stands_beside_another_word_for_it_the_label_counts() -> None:
    (row,) = read(csv_of((*HEAD, "文号"), (*ROW, "内部 7"))).rows
    assert row["document_number"] == ROW[3]
