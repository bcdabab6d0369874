"""Layouts as offices print and join their tables: what is no data is passed over, what may be another table or unit is not read."""

from __future__ import annotations

import csv
import io

import pytest

from repairflow.gateway.penalties.file import FileReport
from repairflow.gateway.penalties.grid import UnreadableFile
from tests.gateway import penalty_samples as samples
from tests.gateway.penalty_pack import PACK
from tests.gateway.test_penalty_files import TODAY, nothing_known
from tests.gateway.whole_files import read_file

HEAD = list(samples.HEADINGS.values())
FIRST, SECOND = (
    [samples.text({**samples.GOOD[0], "CF_WSH": f"溪环罚〔2026〕{n}号"}.get(name, "")) for name in samples.HEADINGS]
    for n in (21, 22)
)
FINE = next(heading for heading in HEAD if "罚款" in heading)


def read(*rows: list[str]) -> FileReport:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return read_file(out.getvalue().encode("utf-8-sig"), PACK, TODAY, nothing_known)


def under(unit: str) -> list[str]:
    return [f"罚款金额（{unit}）" if heading == FINE else heading for heading in HEAD]


@pytest.mark.parametrize(("between", "passed_over"), [
    ([HEAD], 3), ([["小计", *[""] * (len(HEAD) - 1)]], 3), ([["（第二页）合计：2条"]], None),
])  # fmt: skip
def test_what_is_no_data_between_rows_is_passed_over(between: list[list[str]], passed_over: int | None) -> None:
    report = read(HEAD, FIRST, *between, SECOND)
    assert [row.key.document_key[-2:] for row in report.rows] == ["21", "22"]
    assert passed_over is None or (report.problems == [] and f"第 {passed_over} 行" in report.notes[-1])


@pytest.mark.parametrize("row", [
    [str(n) for n in range(1, len(HEAD) + 1)], ["文本"] * len(HEAD), ["文本（200）" if n % 3 else "数值型(16,6)" for n in range(len(HEAD))],
    ["必填"] * len(HEAD),
    ["必填" if n % 2 else "选填" for n in range(len(HEAD))],
], ids=["numbers of columns", "types", "types with lengths", "required", "required or not"])  # fmt: skip
def test_a_row_that_explains_the_headings_is_passed_over(row: list[str]) -> None:
    report = read(HEAD, row, FIRST)
    assert (len(report.rows), report.problems) == (1, [])
    assert "第 2 行" in report.notes[-1]


def test_another_table_below_is_not_read_by_the_first_ones_columns() -> None:
    turned = [HEAD[1], HEAD[0], *HEAD[2:]]
    with pytest.raises(UnreadableFile, match="第 3 行是另一个表头"):
        read(HEAD, FIRST, turned, SECOND)


@pytest.mark.parametrize("unit", ["元", "千元", "百元", "百万元", "亿元", "美元", "港元", "角"])
def test_a_unit_other_than_ten_thousand_yuan_is_not_read(unit: str) -> None:
    for rows in ((under(unit), FIRST), ([f"单位：{unit}"], HEAD, FIRST), ([f"（金额单位：{unit}）"], HEAD, FIRST)):
        with pytest.raises(UnreadableFile, match="万元"):
            read(*rows)


def test_a_unit_alone_under_the_name_of_its_column_counts() -> None:
    group = ["行政处罚"] * HEAD.index("罚款金额（万元）") + ["罚款金额"]
    lower = ["（元）" if name == "罚款金额（万元）" else name for name in HEAD]
    with pytest.raises(UnreadableFile, match="以元为单位"):
        read(group, lower, FIRST)
    report = read(group, ["（万元）" if name == "（元）" else name for name in lower], FIRST)
    assert [row.fine_wan for row in report.rows] == [row.fine_wan for row in read(HEAD, FIRST).rows]


@pytest.mark.parametrize("rows", [
    (under("万元"), FIRST), (["单位：万元"], HEAD, FIRST), (["填报单位：云溪县生态环境局"], HEAD, FIRST),
    (["云溪县生态环境局行政处罚信息（2026年度）"], HEAD, FIRST), (["填报单位：云溪县港口局"], HEAD, FIRST),
])  # fmt: skip
def test_what_names_no_other_unit_is_read(rows: tuple[list[str], ...]) -> None:
    assert len(read(*rows).rows) == 1
