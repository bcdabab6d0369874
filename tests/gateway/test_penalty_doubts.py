"""One row against itself: what nobody can have meant is refused, what may be a slip waits for a person, the rest is told."""

from __future__ import annotations

from datetime import date

import pytest

from repairflow.gateway.penalties.file import open_table
from repairflow.gateway.penalties.grid import Cell, UnreadableFile
from repairflow.gateway.penalties.units import unit_fault
from tests.gateway.penalty_pack import PACK
from tests.gateway.penalty_samples import GOOD, company, csv_text
from tests.gateway.test_penalty_files import TODAY, nothing_known
from tests.gateway.test_penalty_rows import ORGANISATION, refused, taken
from tests.gateway.whole_files import read_file


@pytest.mark.parametrize(("changes", "field"), [
    ({"CF_XDR_MC": "示例：某某公司"}, "CF_XDR_MC"), ({"CF_XDR_MC": "××有限公司"}, "CF_XDR_MC"), ({"CF_XDR_MC": "某公司"}, "CF_XDR_MC"),
    ({"CF_XDR_MC": "OOO有限公司"}, "CF_XDR_MC"),
    ({"CF_XDR_MC": "***公司"}, "CF_XDR_MC"), ({"CF_XDR_MC": "XX有限公司"}, "CF_XDR_MC"), ({"CF_WSH": "×环罚〔2026〕×号"}, "CF_WSH"),
    ({"CF_WSH": "XX罚〔2026〕XX号"}, "CF_WSH"), ({"CF_XDR_MC": "样例企业"}, "CF_XDR_MC"), ({"CF_XDR_MC": "○○公司"}, "CF_XDR_MC"),
    ({"CF_WSH": date(2026, 10, 6)}, "CF_WSH"), ({"CF_WSH": "2026/10/6"}, "CF_WSH"), ({"CF_WSH": "2026年10月6日"}, "CF_WSH"),
    ({"CF_WSH": "Oct-06"}, "CF_WSH"),
    ({"CF_WSH": "10月6日"}, "CF_WSH"), ({"CF_WSH": "2026-10-06 00:00:00"}, "CF_WSH"), ({"CF_WSH": "溪环罚〔2026〕1号、2号"}, "CF_WSH"),
    ({"CF_WSH": "溪环罚〔2026〕1号\n溪环罚〔2026〕2号"}, "CF_WSH"), ({"CF_WSH": "溪环罚〔2026〕1、2号"}, "CF_WSH"),
    ({"CF_WSH": "溪环罚〔2026〕1号；溪环罚〔2026〕2号"}, "CF_WSH"), ({"CF_WSH": "溪环罚〔2026〕1号和2号"}, "CF_WSH"),
    ({"CF_XDR_MC": "甲有限公司、乙有限公司"}, "CF_XDR_MC"), ({"CF_XDR_MC": "甲有限公司\n乙经营部"}, "CF_XDR_MC"),
    ({"CF_XDR_MC": "甲厂；乙厂"}, "CF_XDR_MC"),
    ({"CF_XDR_SHXYM": "0" * 18}, "CF_XDR_SHXYM"), ({"CF_XDR_SHXYM": f"{company('HT001')}、{company('QH001')}"}, "CF_XDR_SHXYM"),
    ({"CF_XDR_SHXYM": "123456789012345678"}, "CF_XDR_SHXYM"),
    ({"CF_XDR_MC": "test"}, "CF_XDR_MC"), ({"CF_XDR_MC": "某建材公司"}, "CF_XDR_MC"),
    ({"CF_XDR_MC": "同上"}, "CF_XDR_MC"), ({"CF_WFXW": "〃"}, "CF_WFXW"),
    ({"CF_CFJG": "同上"}, "CF_CFJG"), ({"CF_WSH": "见附件"}, "CF_WSH"),
    ({"CF_XDR_MC": "甲*有限公司"}, "CF_XDR_MC"), ({"CF_XDR_MC": "甲?有限公司"}, "CF_XDR_MC"), ({"CF_XDR_MC": "锟斤拷公司"}, "CF_XDR_MC"),
    ({"CF_WFXW": "烫烫烫"}, "CF_WFXW"), ({"CF_XDR_MC": "æ¾¢公司"}, "CF_XDR_MC"), ({"CF_XDR_MC": "12345"}, "CF_XDR_MC"),
    ({"CF_XDR_MC": "91320830MA1X2Y3T4C"}, "CF_XDR_MC"),
    ({"CF_XDR_MC": "甲有限公司\n张三"}, "CF_XDR_MC"), ({"CF_WSH": "当场处罚"}, "CF_WSH"),
    ({"CF_WSH": "溪环罚〔2026〕号"}, "CF_WSH"), ({"CF_WSH": "溪环罚〔〕号"}, "CF_WSH"), ({"CF_XDR_LB": "法人/自然人"}, "CF_XDR_LB"),
    ({"CF_CFJGDM": "0" * 18}, "CF_CFJGDM"), ({"CF_XDR_SHXYM": "91320830000000000U"}, "CF_XDR_SHXYM"),
])  # fmt: skip
def test_what_nobody_can_have_meant_is_refused(changes: dict[str, Cell], field: str) -> None:
    assert field in [problem.field for problem in refused(ORGANISATION, **changes)]


@pytest.mark.parametrize(("changes", "field"), [
    ({"CF_NR_FK": "5000", "CF_NR": "处罚款人民币伍仟元整（5000元）。"}, "CF_NR_FK"),
    ({"CF_NR_FK": "2000", "CF_NR": "罚款2000元"}, "CF_NR_FK"),
    ({"CF_NR_FK": "1.2", "CF_NR": "处罚款壹拾贰万元整。"}, "CF_NR_FK"), ({"CF_NR_FK": "20", "CF_NR": "罚款2万元"}, "CF_NR_FK"),
    ({"CF_NR_WFFF": "312", "CF_NR": "没收违法所得312元，罚款2万元"}, "CF_NR_WFFF"), ({"CF_CFJGDM": company("HT001")}, "CF_CFJGDM"),
    ({"CF_WSH": "1006"}, "CF_WSH"), ({"CF_WSH": "No.0012345"}, "CF_WSH"), ({"CF_NR_FK": "5000", "CF_NR": "处罚款。"}, "CF_NR_FK"),
    ({"CF_NR_WFFF": "20000", "CF_NR": "没收违法所得"}, "CF_NR_WFFF"), ({"CF_WSH": "溪环罚〔2062〕21号"}, "CF_WSH"),
    ({"CF_WSH": "溪环罚〔2016〕21号"}, "CF_WSH"),
    ({"CF_WSH": "溪环罚〔2026〕21-25号"}, "CF_WSH"), ({"CF_WSH": "溪环罚告〔2026〕21号"}, "CF_WSH"),
    ({"CF_WSH": "溪环不罚〔2026〕21号"}, "CF_WSH"), ({"CF_WSH": "溪环责改〔2026〕21号"}, "CF_WSH"),
    ({"CF_XDR_MC": "甲有限公司等"}, "CF_XDR_MC"),
    ({"CF_XDR_MC": "甲有限公司 等3家"}, "CF_XDR_MC"), ({"CF_XDR_MC": "甲有限公司/张三"}, "CF_XDR_MC"),
    ({"CF_XDR_MC": "甲有限公司及其负责人"}, "CF_XDR_MC"), ({"CF_XDR_MC": "甲有限公司（已注销）"}, "CF_XDR_MC"),
    ({"CF_XDR_MC": "甲有限公司（原乙有限公司）"}, "CF_XDR_MC"),
    ({"CF_XDR_MC": "甲有限公司 法定代表人：柳青"}, "CF_XDR_MC"), ({"CF_XDR_MC": "甲有限公司，负责人柳青"}, "CF_XDR_MC"),
    ({"CF_XDR_MC": "甲有限公司（自然人：李四）"}, "CF_XDR_MC"),
    ({"CF_WSH": "溪环立〔2026〕21号"}, "CF_WSH"), ({"CF_WSH": "溪市监封字〔2026〕21号"}, "CF_WSH"),
    ({"CF_WSH": "溪环罚〔2026〕08-12号"}, "CF_WSH"),
    ({"CF_WSH": "2026-1006"}, "CF_WSH"), ({"CF_WSH": "案卷号2026012"}, "CF_WSH"), ({"CF_XDR_MC": "甲建\u0301材有限公司"}, "CF_XDR_MC"),
])  # fmt: skip
def test_what_may_be_a_slip_waits_for_a_person(changes: dict[str, Cell], field: str) -> None:
    assert [doubt.field for doubt in taken(ORGANISATION, **changes).doubts] == [field]


@pytest.mark.parametrize("changes", [
    {}, {"CF_NR_FK": "2.5", "CF_NR": "罚款2万元，并处罚款5000元", "CF_NR_WFFF": ""}, {"CF_NR": "责令改正"},
    {"CF_NR_FK": ".5", "CF_NR": "处罚款贰万元整"}, {"CF_XDR_MC": "甲有限公司乙分公司"}, {"CF_XDR_MC": "云溪XO咖啡店"},
    {"CF_WSH": "溪环罚〔2026〕1号之一"}, {"CF_WSH": "溪环罚〔2026〕二十一号"},
    {"CF_NR_FK": "5000", "CF_NR": "罚款5000万元", "CF_NR_WFFF": ""},
    {"CF_XDR_MC": "甲建材\n有限公司"}, {"CF_XDR_MC": "甲（中国）有限公司"},
    {"CF_XDR_MC": "“甲有限公司”；"}, {"CF_XDR_MC": "甲&nbsp;有限公司<br>"},
    {"CF_WSH": "溪环罚2026/21号"}, {"CF_WSH": "溪环罚&#12308;2026&#12309;21号"}, {"CF_WSH": "溪市监处罚〔2026〕08-012号"},
    {"CF_WSH": "立市监罚〔2026〕21号"}, {"CF_XDR_MC": "甲财产保险股份有限公司乙支公司"}, {"CF_XDR_LB": "未提供"},
    {"CF_XDR_LB": "企业"}, {"CF_XDR_LB": "非自然人"}, {"CF_GSJZQ": "公示一年"},
    {"CF_JDRQ": "2026年一月十四日"}, {"CF_JDRQ": "20260114093000"},
    {"CF_JDRQ": "贰零贰陆年壹月拾肆日"},
    {"CF_XDR_MC": "云溪检测测试有限公司"}, {"CF_WSH": "溪环罚〔2026〕1-1号"}, {"CF_WSH": "（2026）苏0830行审12号"},
])  # fmt: skip
def test_what_may_well_be_meant_is_taken(changes: dict[str, Cell]) -> None:
    assert taken(ORGANISATION, **changes).doubts == ()


@pytest.mark.parametrize(("changes", "field"), [
    ({"CF_NR_FK": "3", "CF_NR": "罚款2万元"}, "CF_NR_FK"), ({"CF_GSJZQ": "2036-01-14"}, "CF_GSJZQ"),
])  # fmt: skip
def test_what_a_reader_should_look_at_is_told(changes: dict[str, Cell], field: str) -> None:
    assert [warning.field for warning in taken(ORGANISATION, **changes).warnings] == [field]


AMOUNTS = ("行政相对人名称", "罚款金额", "没收金额", "备注")


@pytest.mark.parametrize(("head", "top", "bottom"), [
    ([["行政相对人名称", "金额（元）", "", "备注"], ["", "罚款金额", "没收金额", ""]], 0, 1), ([["单位：元"], list(AMOUNTS)], 1, 1),
    ([["云溪县公示表", "", "金额单位：人民币元"], list(AMOUNTS)], 1, 1), ([["（单位：元）"], list(AMOUNTS)], 1, 1),
    ([list(AMOUNTS), ["", "元", "元", ""]], 0, 0), ([list(AMOUNTS), ["", "（元）", "", ""]], 0, 0),
    ([["以元为单位"], list(AMOUNTS)], 1, 1), ([["unit: RMB yuan"], list(AMOUNTS)], 1, 1), ([["Unit：CNY"], list(AMOUNTS)], 1, 1),
    ([["金額單位：圓"], list(AMOUNTS)], 1, 1), ([list(AMOUNTS), ["", "RMB", "", ""]], 0, 1),
    ([["行政相对人名称", "处罚金额(单位:元)", "", ""], ["", "罚款金额", "没收金额", "备注"]], 0, 1),
])  # fmt: skip
def test_yuan_anywhere_about_the_amounts_is_noticed(head: list[list[str]], top: int, bottom: int) -> None:
    assert unit_fault(head, top, bottom, AMOUNTS)


@pytest.mark.parametrize(
    "above",
    [
        "单位：万元",
        "金额单位：万元",
        "填报单位：云溪县生态环境局",
        "元月份公示表",
        "币种：RMB 单位：万元",
        "處罰單位：RMB公司",
        "",
    ],
)
def test_other_lines_over_the_table_say_nothing_of_yuan(above: str) -> None:
    assert unit_fault([[above], list(AMOUNTS), ["甲公司", "2", "", ""]], 1, 1, AMOUNTS) is None


def test_a_file_in_yuan_is_not_read() -> None:
    with pytest.raises(UnreadableFile, match="元"):
        open_table(f"单位：元\n{csv_text(GOOD[:1])}".encode())


@pytest.mark.parametrize("line", [
    "合计,,,,,,,,,,,,2", "填表人：某甲,,,审核人：某乙", "注：本表由处罚机关填写", "共1条", "以下空白",
    "填报单位（盖章）：云溪县生态环境局", "备注：无",
    "说明:1.金额以万元计", "单位负责人：某甲", "审核人(签字)：", "联系电话：0510-55550100", "制表日期：2026年6月1日", ",合计",
    "总计：2万元", "第1页 共3页", "数据来源：云溪县生态环境局", "云溪县生态环境局（盖章）", "2026年3月10日", "———以下无数据———", "（完）",
    "1.本表由机关填写", "※本表一式两份", "打印时间：2026-03-10", "本页小计", "Total",
    "—,—,—,—", "/,/,/,/,/,/", "无", "共2户", "领导批示：同意公示", "备注,以上为4月数据", "序号", "审核意见：同意", "合计2户,,,,,罚款4万元",
    "特此公示。", "以上内容属实", "单位：万元", ",,,,,,,,,,,,2",
])  # fmt: skip
def test_lines_under_the_table_are_passed_over_with_one_note(line: str) -> None:
    report = read_file(f"{csv_text(GOOD[:1])}{line}\r\n{line}\r\n".encode(), PACK, TODAY, nothing_known)
    assert (report.total, len(report.rows), report.refused) == (1, 1, 0)
    assert [note for note in report.notes if "不是数据" in note] == [
        "第 3、4 行是合计、填表人、说明等，不是数据，未读取"
    ]


def test_a_row_of_data_is_never_taken_for_a_footer() -> None:
    odd = [{**GOOD[0], "CF_XDR_MC": "合计", "CF_WSH": "溪环罚〔2026〕77号"}]
    report = read_file(csv_text([*GOOD[:1], *odd]).encode(), PACK, TODAY, nothing_known)
    assert report.total == 2


def test_one_decision_in_two_rows_is_one() -> None:
    rows = [GOOD[0], {**GOOD[0], "CF_CFLB": "警告", "CF_NR_FK": "", "CF_WSH": "溪环罚[2026]21号"}]
    report = read_file(csv_text(rows).encode(), PACK, TODAY, nothing_known)
    assert (len(report.rows), report.unchanged, report.refused) == (1, 1, 0)
    assert report.rows[0].penalty_labels == ("罚款", "警告")
    assert "合成一条" in report.warnings[0].reason
