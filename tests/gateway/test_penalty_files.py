"""Whole files: every encoding and make gives the same rows; what cannot be read says why; what is known is not doubled."""

from __future__ import annotations

import csv
import io
import struct
import zipfile
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from repairflow import sample
from repairflow.errors import Invalid
from repairflow.gateway.penalties.fields import REQUIRED
from repairflow.gateway.penalties.file import FileReport, open_table
from repairflow.gateway.penalties.grid import Limits, UnreadableFile
from repairflow.gateway.penalties.row import PenaltyKey, Standing
from repairflow.law.classing import Thresholds, classed
from repairflow.law.identifiers import make_uscc
from repairflow.law.procedure.packs import parse_pack
from tests.gateway import penalty_samples as samples
from tests.gateway.penalty_pack import PACK
from tests.gateway.whole_files import read_file

TODAY = date(2026, 6, 10)
CODES = {name: name for name in samples.HEADINGS}
GOOD_CSV = samples.csv_text(samples.GOOD)


def nothing_known(_: PenaltyKey) -> None:
    return None


def read(data: bytes | Path, name: str = "样例.csv") -> FileReport:
    return read_file(data, PACK, TODAY, nothing_known, name=name)


def canonical(report: FileReport) -> list[dict[str, str]]:
    return [row.canonical() for row in report.rows]


EXPECTED = canonical(read(GOOD_CSV.encode()))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("headings", [samples.HEADINGS, CODES], ids=["chinese", "codes"])
def test_every_encoding_and_delimiter_gives_the_same_rows(
    encoding: str, delimiter: str, headings: dict[str, str]
) -> None:
    report = read(samples.csv_text(samples.GOOD, headings, delimiter).encode(encoding))
    assert canonical(report) == EXPECTED
    assert (report.problems, report.notes, report.total) == ([], (), len(samples.GOOD))


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_line_ending(newline: str) -> None:
    text = GOOD_CSV.replace("\r\n", "\x00").replace("\x00", newline)
    assert canonical(read(text.encode())) == EXPECTED


def test_gbk_proper_without_four_byte_characters() -> None:
    rows = [r for r in samples.GOOD if "赟" not in str(r)]
    assert len(read(samples.csv_text(rows).encode("gbk")).rows) == len(rows)


_words = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cs", "Cn", "Co", "Z")), max_size=12)


@settings(max_examples=40)
@given(
    facts=st.lists(
        st.tuples(_words, st.sampled_from(["", "\n", ",", ";", "\t", '"', "，"]), _words), min_size=1, max_size=6
    ),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]),
    delimiter=st.sampled_from(",;\t"),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_any_text_survives_any_encoding(
    facts: list[tuple[str, str, str]], encoding: str, delimiter: str, quoting: int
) -> None:
    told = [f"事{one}{middle}{other}实" for one, middle, other in facts]
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, quoting=quoting)  # type: ignore[arg-type]  # an int in typeshed's past
    writer.writerow(samples.HEADINGS)
    for number, fact in enumerate(told, start=1):
        row = {**samples.GOOD[0], "CF_WSH": f"溪环罚〔2026〕{number}号", "CF_SY": fact}
        writer.writerow([samples.text(row.get(name, "")) for name in samples.HEADINGS])
    report = read(out.getvalue().encode(encoding))
    assert report.problems == []
    assert [row.facts for row in report.rows] == told


def test_a_workbook_with_real_dates_and_numbers_gives_the_same_rows() -> None:
    assert canonical(read(samples.xlsx_bytes(samples.GOOD))) == EXPECTED
    assert canonical(read(samples.xlsx_bytes(samples.GOOD, "样例表"))) == EXPECTED


def workbook(rows: list[list[object]], options: Mapping[str, object] | None = None, sheets: int = 1) -> bytes:
    """A workbook of plain cells; a date gets Excel's date format, text beginning with = becomes a formula."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, **(options or {})}) as book:
        day = book.add_format({"num_format": "yyyy/m/d"})
        for _ in range(sheets):
            sheet = book.add_worksheet()
            for number, row in enumerate(rows):
                for column, value in enumerate(row):
                    if isinstance(value, date):
                        sheet.write_datetime(number, column, datetime(value.year, value.month, value.day), day)
                    else:
                        sheet.write(number, column, value)
    return out.getvalue()


HEADINGS = [
    "行政相对人名称",
    "统一社会信用代码",
    "决定书文号",
    "违法行为类型",
    "处罚类别",
    "处罚决定日期",
    "处罚机关",
    "罚款金额（万元）",
]
FIRST = [
    "云溪恒拓建材有限公司",
    samples.company("HT001"),
    "溪环罚〔2026〕21号",
    "扬尘",
    "罚款",
    date(2026, 1, 14),
    "云溪县生态环境局",
    2,
]


def first(**changes: object) -> list[object]:
    return [changes.get(heading, value) for heading, value in zip(HEADINGS, FIRST, strict=True)]


@pytest.mark.parametrize(
    "written", [date(2026, 1, 14), 46036, 46036.75, "2026-1-14", "2026年1月14日", 20260114, "20260114"]
)
def test_excel_dates(written: object) -> None:
    report = read(workbook([HEADINGS, first(处罚决定日期=written)]))
    assert [row.decision_date for row in report.rows] == [date(2026, 1, 14)]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"处罚决定日期": "=TODAY()"}, "公式"),
        ({"罚款金额（万元）": "=1+1"}, "公式"),
        ({"统一社会信用代码": 913208990000000000}, "数字"),
        ({"罚款金额（万元）": date(2026, 1, 2)}, "日期"),
        ({"处罚决定日期": True}, "日期"),
    ],
)
def test_cells_whose_value_cannot_be_known_are_refused(changes: dict[str, object], says: str) -> None:
    report = read(workbook([HEADINGS, first(**changes)]))
    assert report.rows == []
    assert [says in problem.reason for problem in report.problems] == [True]


def _altered(data: bytes, part: str, old: bytes, new: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for info in before.infolist():
            content = before.read(info)
            after.writestr(info.filename, content.replace(old, new, 1) if info.filename == part else content)
    return out.getvalue()


def test_a_date_beyond_excels_calendar_is_a_fault_of_its_row() -> None:
    data = _altered(
        workbook([HEADINGS, FIRST, first(决定书文号="2号")]),
        "xl/worksheets/sheet1.xml",
        b"<v>46036</v>",
        b"<v>99999999</v>",
    )
    report = read(data)
    assert [(problem.row, problem.field) for problem in report.problems] == [(2, "CF_JDRQ")]
    assert len(report.rows) == 1


def test_titles_merged_headings_and_two_heading_rows() -> None:
    grouped = [
        ["行政处罚公示表"],
        [],
        ["行政相对人名称", "行政相对人代码", *HEADINGS[2:]],
        ["", "统一社会信用代码", *[""] * 6],
        FIRST,
    ]
    both = [
        HEADINGS,
        ["CF_XDR_MC", "CF_XDR_SHXYM", "CF_WSH", "CF_WFXW", "CF_CFLB", "CF_JDRQ", "CF_CFJG", "CF_NR_FK"],
        FIRST,
    ]
    for rows, number in ((grouped, 5), (both, 3)):
        report = read(workbook(rows))  # type: ignore[arg-type]  # lists of either kind of row
        assert [row.row for row in report.rows] == [number], report.problems


def test_the_first_visible_sheet_with_headings_is_read() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.add_worksheet("说明").write(0, 0, "请逐行填写")
        hidden, sheet, other = book.add_worksheet("旧数据"), book.add_worksheet("本月"), book.add_worksheet("上月")
        hidden.hide()
        for target in (hidden, sheet, other):
            target.write_row(0, 0, HEADINGS)
            target.write_row(1, 0, first(行政相对人名称=f"{target.name}公司", 处罚决定日期="2026-01-14"))
    report = read(out.getvalue())
    assert [row.name for row in report.rows] == ["本月公司"]
    assert [("本月" in note, "上月" in note, "旧数据" in note) for note in report.notes] == [(True, True, False)]


def test_empty_rows_keep_their_numbers() -> None:
    rows = [HEADINGS, [], FIRST, ["", "  "], [], first(决定书文号="2号")]
    assert [row.row for row in read(workbook(rows)).rows] == [3, 6]  # type: ignore[arg-type]  # a cell may be anything
    text = ",".join(HEADINGS) + "\n\n" + ",".join(map(samples.text, FIRST)) + "\n , \n\n"
    assert [row.row for row in read(text.encode()).rows] == [3]


def test_quoted_line_breaks_count_as_one_row() -> None:
    rows = [{**samples.GOOD[0], "BZ": "一\n二\r\n三"}, {**samples.GOOD[1], "CF_XDR_MC": ""}]
    report = read(samples.csv_text(rows).encode())
    assert [problem.row for problem in report.problems] == [3]


XLSX = samples.xlsx_bytes(samples.GOOD)
LINES = GOOD_CSV.splitlines(keepends=True)


def _zip(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return out.getvalue()


def _encrypted(data: bytes) -> bytes:
    """The first part's flags say that it is encrypted, in its header and in the directory."""
    changed = bytearray(data)
    directory = data.index(b"PK\x01\x02")
    for place in (6, directory + 8):
        struct.pack_into("<H", changed, place, 1)
    return bytes(changed)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "空的"),
        (b"\xef\xbb\xbf \r\n", "没有内容"),
        (b"%PDF-1.7\n1 0 obj", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "旧版 Excel"),
        (b"\x09\x08\x08\x00\x00\x05\x05\x00" + b"\0" * 600, "旧版 Excel"),  # without a container
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "去掉打开密码"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n<html>", "单个文件网页"),
        (b"\xff\xfe", "没有内容"),
        (b"\xef\xbb\xbf\xef\xbb\xbf\r\n", "没有内容"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 90, "图片"),
        (b"<html><table>", "网页"),
        (b"\x1f\x8b\x08" + b"\0" * 90, "压缩包"),
        (b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff", "不是表格文件"),
        (_zip({"word/document.xml": b"<a/>", "[Content_Types].xml": b"<a/>"}), "不是 Excel 工作簿"),
        (_zip({"xl/workbook.xml": b"<a/>", "[Content_Types].xml": b"<a/>"}), "损坏"),
        (XLSX[: len(XLSX) // 2], "没有传完"),
        (XLSX[:200] + bytes(60) + XLSX[260:], "损坏"),
        (_encrypted(XLSX), "密码"),
        (_altered(XLSX, "xl/worksheets/sheet1.xml", b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet'), "结构异常"),
        (_altered(XLSX, "xl/worksheets/sheet1.xml", b"</sheetData>", b""), "损坏"),
        (_altered(XLSX, "xl/worksheets/sheet1.xml", b'<row r="3"', b'<row r="99999999999"'), "损坏"),
        (workbook([HEADINGS, FIRST], {"date_1904": True}), "1904"),
        (workbook([["姓名", "电话"], ["甲", "1"]]), "没有找到表头"),
        (workbook([HEADINGS]), "只有表头"),
        ("姓名,电话\n甲,1\n".encode(), "没有找到表头"),
        (LINES[0].encode(), "只有表头"),
        (GOOD_CSV.encode("big5", "replace"), "表头"),
        (GOOD_CSV.encode()[:-1][: GOOD_CSV.encode().rindex("秸秆".encode()) + 1], "最后一个字中间断开"),
        (GOOD_CSV.encode().replace("扬尘".encode(), b"\xe6\x89", 1), "第 2 行附近"),
        (GOOD_CSV.encode("utf-16")[:-1], "没有传完"),
        ((GOOD_CSV + '"甲').encode(), "引号没有结束"),
        ((GOOD_CSV + '"甲"乙,1\r\n').encode(), "引号使用有误"),
        (GOOD_CSV.replace("决定书文号", "文书").encode(), "CF_WSH"),
        (GOOD_CSV.replace("备注", "处罚机关").encode(), "出现了2次"),
        (GOOD_CSV.replace("罚款金额（万元）", "罚款金额（元）").encode(), "换算为万元"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_what_to_do(data: bytes, says: str) -> None:
    with pytest.raises(UnreadableFile, match="样例") as caught:
        read(data)
    assert says in caught.value.message
    assert caught.value.message.endswith("。")
    assert isinstance(caught.value, Invalid)


def test_every_missing_column_is_named() -> None:
    with pytest.raises(UnreadableFile) as caught:
        read("CF_XDR_MC,CF_XDR_SHXYM,CF_WSH\n甲,乙,丙\n".encode())
    told = "".join(problem.text for problem in caught.value.problems)
    assert len(caught.value.problems) == 4
    assert all(name in told for name in ("CF_WFXW", "CF_CFLB", "CF_JDRQ", "CF_CFJG"))


@pytest.mark.parametrize(
    ("data", "limits", "says"),
    [
        (GOOD_CSV.encode(), Limits(bytes=100), "超过"),
        (GOOD_CSV.encode(), Limits(line=100), "一行过长"),
        ((GOOD_CSV + "".join(LINES[1:3]) * 20).encode(), Limits(rows=12), "12 行"),
        (GOOD_CSV.encode(), Limits(columns=5), "5 列"),
        (XLSX, Limits(sheet_bytes=500), "解压后过大"),
        (XLSX, Limits(part_bytes=500), "解压后过大"),
        (XLSX, Limits(parts=3), "结构异常"),
        (XLSX, Limits(rows=5), "5 行"),
        (XLSX, Limits(columns=5), "5 列"),
    ],
)
def test_limits_refuse_and_never_cut_off(data: bytes, limits: Limits, says: str) -> None:
    with pytest.raises(UnreadableFile) as caught, open_table(data, "大文件", limits) as table:
        list(table.rows())
    assert says in caught.value.message


FAR = 40
"""A column that no heading names, far to the right."""


@pytest.mark.parametrize(("column", "number"), [(FAR, 2), (FAR, 3), (250, 4), (16_383, 2)])
def test_a_workbooks_cell_far_to_the_right_is_never_passed_over(column: int, number: int) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for place, line in enumerate(csv.reader(LINES[:4])):
            sheet.write_row(place, 0, line)
        sheet.write_blank(1, 300, None, book.add_format({"bold": True}))  # a format is no content
        sheet.write(number - 1, column, "已撤销")
        book.add_worksheet("另一表").write_row(0, 0, ["其他"] * 300)
    if column > FAR:
        with pytest.raises(UnreadableFile, match="200 列"):
            read(out.getvalue())
        return
    report = read(out.getvalue())
    assert [problem.row for problem in report.problems] == [number]
    assert "多于表头" in report.problems[0].reason


@pytest.mark.parametrize("ending", [b"\x1a", b"\r\n\x1a", bytes(64), b"\r\n" + bytes(9000)])
def test_the_mark_by_which_old_systems_end_a_text_is_no_row(ending: bytes) -> None:
    report = read(GOOD_CSV.rstrip().encode("gb18030") + ending)
    assert canonical(report) == EXPECTED
    assert report.problems == []


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_text_with_zero_bytes_says_so(encoding: str) -> None:
    with pytest.raises(UnreadableFile, match="NUL"):
        read(GOOD_CSV.replace("有限", "有\0限", 1).encode(encoding))


@pytest.mark.parametrize(("first", "second"), [("gbk", "utf-8"), ("utf-8", "gbk"), ("utf-8", "utf-16-le")])
def test_lines_of_another_encoding_are_never_taken(first: str, second: str) -> None:
    """Where the bytes of the one are by chance a text of the other, too, its rows are refused."""
    head, *rows = [line for line in LINES if "赟" not in line][:3]
    for row in (*rows, "云溪,云溪,云溪,云溪\r\n"):
        try:
            report = read(head.encode(first) + row.encode(second))
        except UnreadableFile:
            continue
        assert report.rows == []


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = _zip(
        {"xl/workbook.xml": b"<a/>", "[Content_Types].xml": b"<a/>", "xl/sharedStrings.xml": bytes(97 * 1024 * 1024)}
    )
    assert len(bomb) < 200_000
    with pytest.raises(UnreadableFile, match="解压后过大"):
        read(bomb)


def test_a_last_line_cut_off_is_not_taken_for_a_row() -> None:
    text = "".join(LINES[:2]) + LINES[2][:60]
    report = read(text.encode())
    assert len(report.rows) == 1
    assert "没有传完" in report.problems[0].reason
    assert len(read("".join(LINES[:3]).rstrip("\r\n").encode()).rows) == 2  # only the last line break is missing


def test_a_row_with_more_cells_than_headings_is_refused() -> None:
    report = read((LINES[0] + LINES[1] + LINES[2].rstrip() + ",多,出\r\n").encode())
    assert [(problem.row, problem.label) for problem in report.problems] == [(3, "整行")]


def test_unknown_columns_are_a_note() -> None:
    lines = [line.rstrip() for line in LINES[:3]]
    report = read(f"{lines[0]},联系电话,{''}\n{lines[1]},13800000000,\n".encode())
    assert len(report.rows) == 1
    assert ["联系电话" in note for note in report.notes] == [True]
    assert "13800000000" not in str(report)


def test_a_duplicate_in_the_file_names_the_first() -> None:
    twice = {**samples.GOOD[0], "CF_WSH": "溪环罚[2026] 21号", "CF_NR_FK": "一"}
    other_subject = {**samples.GOOD[0], "CF_XDR_SHXYM": samples.company("HT002")}
    report = read(samples.csv_text([samples.GOOD[0], twice, other_subject]).encode())
    assert len(report.rows) == 2
    assert [(problem.row, problem.field) for problem in report.problems] == [(3, "CF_WSH"), (3, "CF_NR_FK")]
    assert "第 2 行" in report.problems[0].reason


def test_what_is_known_is_unchanged_or_refused_never_overwritten() -> None:
    stored = {row.key: Standing((row.canonical(),)) for row in read(GOOD_CSV.encode()).rows}
    again = read_file(GOOD_CSV.encode("gbk", "replace").replace(b"?", b"x"), PACK, TODAY, nothing_known)
    assert again.total == len(samples.GOOD)
    same = read_file(XLSX, PACK, TODAY, stored.get)
    assert (same.rows, same.problems, same.unchanged) == ([], [], len(samples.GOOD))
    as_before = {key: Standing(({**one.forms[0], "CF_GSJZQ": "9999-12-31"},)) for key, one in stored.items()}
    lasting = [{**row, "CF_GSJZQ": "长期"} for row in samples.GOOD]
    assert read_file(samples.csv_text(lasting).encode(), PACK, TODAY, as_before.get).unchanged == len(samples.GOOD)
    changed = [{**samples.GOOD[0], "CF_NR_FK": 3, "BZ": "改"}, *samples.GOOD[1:]]
    report = read_file(samples.csv_text(changed).encode(), PACK, TODAY, stored.get)
    assert (report.rows, report.unchanged, report.refused) == ([], len(samples.GOOD) - 1, 1)
    assert report.problems[0].reason == "已导入且内容不同（罚款金额（万元）、备注），请用更正程序"


def test_progress_is_told_and_ends_exact() -> None:
    rows = [{**samples.GOOD[0], "CF_WSH": f"溪环罚〔2026〕{n}号"} for n in range(1, 451)]
    told: list[tuple[int, int]] = []
    for data in (samples.csv_text(rows).encode(), samples.xlsx_bytes(rows)):
        told.clear()
        report = read_file(data, PACK, TODAY, nothing_known, lambda done, total: told.append((done, total)))
        assert told == [(200, 450), (400, 450), (450, 450)]
        assert (report.total, len(report.rows)) == (450, 450)


def test_a_path_is_read_and_a_missing_one_is_told(tmp_path: Path) -> None:
    path = tmp_path / "处罚.txt"
    path.write_bytes(XLSX)  # the content decides, not the name
    assert len(read(path, "").rows) == len(samples.GOOD)
    for wrong, says in ((tmp_path / "没有.csv", "没有这个文件"), (tmp_path, "文件夹")):
        with pytest.raises(UnreadableFile, match=says):
            read(wrong, "")


@given(st.binary(max_size=400))
def test_no_bytes_whatever_raise_anything_but_unreadable(data: bytes) -> None:
    for start in (b"", b"PK\x03\x04", b"\xff\xfe", LINES[0].encode()):
        try:
            read(start + data)
        except UnreadableFile:
            continue


@settings(max_examples=60)
@given(st.integers(0, len(XLSX) - 1), st.integers(0, 255))
def test_a_damaged_workbook_is_unreadable_or_harmless(place: int, value: int) -> None:
    damaged = bytearray(XLSX)
    damaged[place] = value
    try:
        report = read(bytes(damaged))
    except UnreadableFile:
        return
    assert canonical(report) == EXPECTED  # what is not checked by a sum holds no value


@pytest.mark.parametrize("name", samples.files())
def test_the_sample_files_are_what_the_generator_makes(name: str) -> None:
    stored = (samples.FOLDER / name).read_bytes()
    made = samples.files()[name]
    if name.endswith(".csv"):
        assert stored == made
    else:  # compression differs between versions of zlib
        with zipfile.ZipFile(io.BytesIO(stored)) as one, zipfile.ZipFile(io.BytesIO(made)) as other:
            assert {n: one.read(n) for n in one.namelist()} == {n: other.read(n) for n in other.namelist()}


def test_the_good_samples_are_good_and_each_fault_is_found() -> None:
    assert canonical(read(samples.FOLDER / "penalties.csv")) == EXPECTED
    assert canonical(read(samples.FOLDER / "penalties.xlsx")) == EXPECTED
    report = read(samples.FOLDER / "penalties-with-faults.csv")
    assert (len(report.rows), report.refused) == (1, len(samples.FAULTY) - 1)
    assert {problem.row for problem in report.problems} == set(range(3, len(samples.FAULTY) + 2))


def test_the_samples_fit_the_rule_pack_in_force() -> None:
    path = samples.FOLDER.parent / "packs" / "CN-2026.toml"
    pack = parse_pack(path.read_text("utf-8"), path.name)
    report = read_file(samples.FOLDER / "penalties.csv", pack, TODAY, nothing_known)
    assert report.problems == []
    assert {classed(pack, row.offence, Thresholds(0.3, 100)).severity for row in report.rows} == {
        "minor",
        "ordinary",
        "serious",
    }


def test_the_guide_names_every_required_column() -> None:
    guide = (samples.FOLDER.parents[1] / "docs" / "import.md").read_text(encoding="utf-8")
    assert [name for group in REQUIRED for name in group if name not in guide] == []


def test_the_samples_speak_of_the_demonstrations_offices_and_companies() -> None:
    report = read(samples.FOLDER / "penalties.csv")
    companies = {name: make_uscc(region, serial) for name, (region, serial, _) in sample.COMPANIES.items()}
    theirs = {row.name: row.uscc for row in report.rows if row.name in companies}
    assert theirs
    assert theirs.items() <= companies.items()
    assert {row.authority_name for row in report.rows} <= {name for name, *_ in sample.OFFICES.values()}
