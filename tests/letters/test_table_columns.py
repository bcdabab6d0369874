"""In no table of a letter does a line break inside a number, a day, an amount, a code or a set term, as narrow as its columns are."""

from __future__ import annotations

import pytest

from repairflow.letters.layout.columns import SIZES, fitted, keeping_last
from repairflow.letters.model import LetterData
from repairflow.letters.pdf.render import press_here
from repairflow.letters.text.templates import Paragraph
from tests.letters.letter_samples import fields, letter
from tests.letters.printed_lines import printed, torn

LISTS = ("严重失信主体名单", "海事守信红名单", "重点关注名单", "拖欠农民工工资失信联合惩戒对象名单")
OFFICES = ("云溪县生态环境局", "云溪县市场监督管理局", "云溪县住房和城乡建设局", "局")
CLASSES = ("轻微失信（暂定）", "一般失信", "严重失信")
MARKS = ("溪环信列", "溪市监综执罚", "云溪住建罚决字", "溪罚")


def extract(count: int = 12) -> LetterData:
    """An extract of so many records and lists."""
    rows = [
        (
            f"SX-2026-{n:06}",
            f"{MARKS[n % 4]}〔2026〕{n * 37}号，2026年{n % 12 + 1}月{n % 28 + 1}日",
            OFFICES[n % 4],
            f"{CLASSES[n % 3]}，2026年11月{n % 28 + 1}日起，最长至2029年11月{n % 28 + 1}日",
            "异议处理中" if n % 5 == 0 else "无",
        )
        for n in range(1, count + 1)
    ]  # fmt: skip
    lists = [
        (LISTS[n % 4], "", OFFICES[n % 4], f"2026年12月{n}日", "无" if n % 2 else f"2029年12月{n}日")
        for n in range(1, 9)
    ]
    return letter("status_extract", fields(rows=rows, list_rows=lists))


def index() -> LetterData:
    """The index of a case whose papers have long names and numbers."""
    rows = [
        (
            str(n),
            f"{'云溪环保' * (n % 4)}列入名单决定书（{MARKS[n % 4]}〔2026〕{n * 37}号），严重失信主体名单，罚款{n}2,000.5万元",
            OFFICES[n % 4] if n % 3 else "云溪环保科技有限公司",
            f"2026年12月{n}日",
            f"第{n}00至{n}12页" if n % 2 else "办件编号XF-2026-001284",
        )
        for n in range(1, 29)
    ]  # fmt: skip
    return letter("case_index", fields(rows=rows))


def correction() -> LetterData:
    return letter(
        "letter_correction",
        fields(
            corrections=[
                ("CF_NR_FK", "罚款金额（万元）", "1,234,567.89元", "罚款1,234,567.98万元"),
                ("CF_WSH", "行政处罚决定书文号", "溪市监综执罚〔2026〕1234号", "溪市监综执罚〔2026〕1243号"),
                ("CF_XDR_SHXYM", "统一社会信用代码", "91320830MA1X2Y3T4C", "91320830MA1X2Y3T5C"),
                ("CF_JDRQ", "处罚决定日期", "2026年11月24日", "2026年12月24日"),
                ("", "列入的名单", "拖欠农民工工资失信联合惩戒对象名单", "严重失信主体名单"),
            ]
        ),
    )


@pytest.mark.parametrize("data", [extract(), index(), correction()], ids=["extract", "index", "correction"])
def test_nothing_that_is_one_breaks_in_a_table(data: LetterData) -> None:
    file = press_here(data).pdf
    assert torn(file) == []
    said = {line.text for line in printed(file)}
    for rows in (data.fields.get("rows") or (), data.fields.get("list_rows") or ()):
        assert isinstance(rows, (list, tuple))
        for row in rows:
            for whole in (row[0], *(part for part in row[1].split("，") if part.endswith("号"))):
                assert any(whole in one for one in said), whole


def test_tables_of_a_letter_are_in_one_size_the_largest_that_holds_them() -> None:
    plain = [["项目", "内容"], ["罚款", "已经缴清"]]
    wide = [
        ["编号", "文书", "机关", "期限", "标注"],
        ["SX-2026-000001", "溪环信列〔2026〕3号，", "局", "2026年11月24日起，", "无"],
    ]
    widest = [[*line, line[1], line[1]] for line in wide]
    assert [fitted(rows).size for rows in (plain, wide, widest)] == list(SIZES)
    rows = tuple(
        Paragraph(level=level, text="\t".join(cells))
        for table in (plain, wide)
        for level, cells in zip(("row_head", "row"), table, strict=True)
    )
    heights = {
        line.height for line in printed(press_here(letter(paragraphs=rows)).pdf) if line.text in ("已经缴清", "局")
    }
    assert {round(height) for height in heights} == {12}


def test_what_fits_in_no_size_stays_inside_the_rules() -> None:
    """It breaks anywhere, rather than run over its cell and the page."""
    row = tuple("A1B2C3D4E5-" * 4 for _ in range(5))
    file = press_here(letter("case_index", fields(rows=[row]))).pdf
    assert max(line.left for line in printed(file)) < (28 + 156) / 25.4 * 72
    assert sum(fitted([list(row)]).shares) == pytest.approx(100, abs=0.1)


def test_where_no_size_holds_all_the_widest_breaks_alone_and_before_its_year() -> None:
    mark = "云溪县住房和城乡建设局罚决字"
    row = (
        "SX-2026-000001",
        f"{mark}〔2026〕11118号，（91320830MA1X2Y3T4C）",
        "办件编号XF-2026-001284",
        "2026年12月24日",
        "无",
    )
    said = {line.text for line in printed(press_here(letter("case_index", fields(rows=[row]))).pdf)}
    assert {"SX-2026-000001", "〔2026〕11118号，", "（91320830MA1X2Y3T4C）", "2026年12月24日", "无"} <= said
    assert any(one.endswith("XF-2026-001284") for one in said)


@pytest.mark.parametrize(
    ("parts", "kept"),
    [
        ([("本机关决定不予受理。", False)], [("本机关决定不予", False), ("受理。", True)]),
        ([("于", False), ("2026年8月4日", True), ("前。", False)], [("于", False), ("2026年8月4日前。", True)]),
        ([("至", False), ("2026年8月4日", True)], [("至", False), ("2026年8月4日", True)]),
        ([("见https://xinyong.example/a", False)], [("见https://xinyong.example/a", False)]),
        ([("受理。", False)], [("受理。", False)]),
    ],
)
def test_a_last_character_is_no_line_by_itself(parts: list[tuple[str, bool]], kept: list[tuple[str, bool]]) -> None:
    assert keeping_last(parts) == kept
