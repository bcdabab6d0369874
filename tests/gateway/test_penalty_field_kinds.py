"""Cells of every kind as offices were seen to write them: what is taken, what waits, what is refused, what is kept from the public."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from stdnum.cn import uscc

from repairflow.gateway.penalties.fields import field_named
from repairflow.gateway.penalties.grid import Cell, UnreadableFile
from repairflow.gateway.penalties.row import PenaltyRow
from repairflow.gateway.penalties.row_check import read_penalty
from repairflow.gateway.penalties.units import says_yuan
from repairflow.law.document_keys import alike, same_figures
from tests.gateway.penalty_pack import PACK
from tests.gateway.penalty_samples import GOOD, HEADINGS, company, csv_text
from tests.gateway.test_penalty_files import nothing_known
from tests.gateway.test_penalty_rows import ORGANISATION, TODAY
from tests.gateway.whole_files import read_file

pytestmark = pytest.mark.either_database
FINE_ALONE = {"CF_CFLB": "罚款", "CF_NR": "责令改正", "CF_NR_WFFF": ""}


def whole(code: str) -> str:
    """A credit code of 17 characters with its check digit."""
    return code + uscc.calc_check_digit(code)


def fate(field: str, cell: Cell, **more: Cell) -> str:
    """What becomes of the sound row with this cell: taken, withheld, held or refused."""
    read = read_penalty(7, {**ORGANISATION, field: cell, **more}, PACK, TODAY)
    if not isinstance(read, PenaltyRow):
        return "refused"
    return "held" if read.doubts else "withheld" if read.withheld else "taken"


FATES = {
    ("CF_WSH", "held"): (
        "溪环罚〔2026〕21号（溪环罚〔2026〕20号撤销）", "溪环罚〔2026〕21号等", "溪环罚〔2026〕21号等2件", "溪环罚〔〕21号",
        "溪环罚〔20266〕21号",
        "溪环罚〔226〕21号", "溪环罚〔2026〕21号（作废）", "溪环罚〔2026〕21号（已撤销）", "溪环罚〔2026〕21号（内部）",
        "溪环罚〔2026〕21号（密）",
        "溪环罚密〔2026〕21号", "溪环听〔2026〕21号", "溪环强〔2026〕21号", "溪环许〔2026〕21号", "溪环复〔2026〕21号",
        "溪环撤罚〔2026〕21号",
        "溪环罚撤〔2026〕21号", "溪环撤〔2026〕21号", "溪环罚〔2026〕21号撤", "溪环罚更〔2026〕21号", "溪环移〔2026〕21号",
        "溪环信修〔2026〕21号",
        "编号：21", "21-1-2026", "溪环罚〔2026〕21至22号", "溪环罚〔2026〕1至3号", "溪环罚〔2026〕001~003号",
        "溪环罚〔2026〕21号（溪环罚〔2026〕22号）",
        "溪环罚〔2026〕21号（22号）", "溪环罚〔2026〕一号、二号",
    ),
    ("CF_WSH", "refused"): (
        "溪环罚〔2026〕21号¹", "溪环罚〔2026〕21①号", "二〇二六年一月二十一日", "######", "溪环罚〔2026〕〇号", "溪环罚〔2026〕000号",
        "%E6%BA%AA21",
        "溪环罚〔2026〕21号(样表)", "test-01", company("HT001"), "320899198504120019", "溪环罚〔2026〕21号+22号", "溪环罚〔2026〕1,006号",
        "溪环罚〔2026〕2 1号", "溪环罚〔2026〕21·22号", "溪环罚〔2026〕21号之一、之二", "溪环罚〔2026〕21〔2026〕22",
        "溪环罚〔2026〕21|22", "例如溪环罚〔2026〕21号", "如：溪环罚〔2026〕21号",
    ),
    ("CF_WSH", "taken"): (
        "溪公（治）行罚决字〔2026〕21号", "许环罚〔2026〕21号", "密环罚〔2026〕21号", "溪环罚（简）〔2026〕21号",
        "溪税稽罚〔2026〕21号", "溪市监处罚〔2026〕21号", "溪环罚〔2026〕1-3号", "溪环罚 〔 2026 〕 21 号", "溪环罚 2026 21号",
    ),
    ("CF_XDR_MC", "held"): (
        "甲有限公司 乙有限公司", "甲有限公司和乙有限公司", "甲有限公司与乙有限公司", "甲有限公司及乙有限公司",
        "甲有限公司+乙有限公司", "甲有限公司乙有限公司",
        "甲厂 乙厂", "甲有限公司（张三）", "甲有限公司法定代表人张三", "张三（甲有限公司）", "张三", "张三、李四", "张三、甲有限公司",
        "甲有限公司1",
        "甲有限公司2家", "甲有限公司①", "1.甲有限公司", "(1)甲有限公司", "甲有限公司-已注销", "甲有限公司  曾用名：乙有限公司",
        "甲有限公司电话13800138000", f"甲有限公司 {company('QH001')}", "甲商行（经营者：张三）", "甲商行经营者张三", "+甲有限公司",
        "甲有限公司 张三", "甲有限公司张三", "甲专业合作社李四四", "__公司", "……有限公司", "△△公司", "#公司", "123公司", "甲┉公司", "ABCD",
    ),
    ("CF_XDR_MC", "refused"): (
        "<script>甲公司</script>", "=甲有限公司", "@甲有限公司", "甲有限公司|乙有限公司", "合计", "小计", "填表人：张三", "备注：",
        "统一社会信用代码",
        "行政相对人名称", "当事人", "法人", "企业", "匿名", "甲", "%E7%94%B2%E5%8E%82",
        "云溪某有限公司", "例：甲有限公司", "如:甲有限公司", "待填", "请填写名称", "必填", "（填写企业全称）", "企业全称",
        "公司名称", "甲公司", "A公司",
        "浜戞邯",
    ),
    ("CF_XDR_MC", "taken"): (
        "甲建材有限公司\n云溪分公司", "甲 有 限 公 司", "甲(上海)有限公司", "甲和顺粮油店", "甲有限公司乙加油站",
        "甲（集团）有限公司", "甲有限公司（江苏）",
        "云溪县和平商行", "甲有限合伙企业（有限合伙）", "甲有限公司金山店", "甲有限公司方圆分部", "联通有限公司", "模范母婴有限公司",
    ),
    ("CF_WFXW", "refused"): ("示例", "样例", "XXX", "违法行为类型", "示例：超标排放", "瓒呮爣鎺掓斁"),
    ("CF_NR", "refused"): ("示例：罚款2万元", "例：责令改正"),
    ("CF_NR", "taken"): ("罚款", "未按示例操作", "例外情形不予罚款"),
    ("CF_XDR_SHXYM", "held"): tuple(whole(code) for code in ("91990000MA0HT0027", "90320899MA0HT0027", "9H320899MA0HT0027")),
    ("CF_XDR_SHXYM", "refused"): (
        "9.13E+17", "９．１３Ｅ＋１７", "9.13,E+17",
        *map(whole, (
            "01320899MA0HT0027", "91000000MA0HT0027", "91320899000000000", "91320899111111111", "91320899MA0000000", "91320899MA9999999",
            "91320899MA1234567", "99999999999999999",
        )),
    ),
    ("CF_NR_FK", "refused"): (
        "2\n3", "1 2", "2①", "2²", "②", "1,2", "2，5", "2.5万元（25000元", "3万元（20000元）", "贰万元（30000元）", "罚款2", "2千",
        "5000元", "2万美元",
    ),
    ("CF_NR_FK", "held"): ("0", "0.00", "零元", "500", "200", "2000", "20,000", "12 000"),
    ("CF_JDRQ", "refused"): ("2026-3-1①", "4-Mar-26", "3/4/2026", "2026~03~04", "2026年3月四日", "1772553600", "2026/3-4"),
    ("SFGS", "withheld"): ("否", "0", "不公示", "暂不公示", "N", "否，内部"),
    ("SFGS", "taken"): ("是", "1", "公示", "Y", "", "/"),
    ("GSZT", "withheld"): ("未公示", "内部共享", "依申请公开", "不予公开", "已下架", "1", "0"),
    ("GSZT", "taken"): ("公示", "已公示", "主动公开", "公示中", ""),
    ("SFCX", "refused"): ("是", "1", "已撤销", "撤销"),
    ("SFCX", "withheld"): ("部分", "不详情况"),
    ("SFCX", "taken"): ("否", "0", "未撤销", "", "无"),
    ("CXRQ", "withheld"): ("2026-05-01", "法院判决"),
    ("XFZT", "withheld"): ("已修复", "修复中", "是", "1", "已终止公示"),
    ("XFZT", "taken"): ("未修复", "否", "0", "0.0", ""),
    ("XFRQ", "withheld"): ("2026-05-01",),
    ("SFYX", "withheld"): ("无效", "否", "0"),
    ("SFYY", "withheld"): ("是", "异议中"),
    ("SFBM", "withheld"): ("是", "秘密"),
    ("SFBM", "taken"): ("否", "非密", "公开"),
    ("BZ", "withheld"): (
        "该处罚已被法院撤销", "内部使用，不公开", "不予公示", "已修复", "本决定作废", "暂缓公示", "复议机关予以撤销", "涉密",
        "已完成信用修复",
    ),
    ("BZ", "taken"): ("当事人已缴纳罚款", "未撤销", "案件撤案", "行政复议维持", "未修复", "公示期满自动停止"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("field", "becomes", "cell"),
    [(field, becomes, cell) for (field, becomes), cells in FATES.items() for cell in cells],
)
def test_what_becomes_of_a_cell(field: str, becomes: str, cell: str) -> None:
    more: dict[str, Cell] = dict(FINE_ALONE) if field == "CF_NR_FK" else {}
    assert fate(field, cell, **more) == becomes


@pytest.mark.parametrize(("cell", "amount"), [
    ("2（万元）", "2"), ("2 (单位：万元)", "2"), ("2.5万元（大写：贰万伍仟元）", "2.5"), ("贰万伍仟元整（25000元）", "2.5"),
    ("2万元(20000元)", "2"),
    ("2万5千元", "2.5"), ("罚款2万元", "2"), ("人民币：2万元", "2"), ("大写：贰万元整", "2"), ("2万\n元", "2"), ("2，", "2"), ("2。",
    "2"),
])  # fmt: skip
def test_an_amount_said_in_more_words_is_taken(cell: str, amount: str) -> None:
    read = read_penalty(7, {**ORGANISATION, **FINE_ALONE, "CF_NR_FK": cell}, PACK, TODAY)
    assert isinstance(read, PenaltyRow)
    assert read.fine_wan == Decimal(amount)


@pytest.mark.parametrize("cell", [
    "04-MAR-2026", "4 March 2026", "Mar 4, 2026", "Wed Mar 04 2026", "Wed Mar 04 00:00:00 CST 2026", "2026-03-04+08:00", "2026-03-04Z",
    "2026年3月4日上午", "2026年3月4日 下午3时", "2026年3月4日。", "1772553600000", "202603041530", "2026年3月4日；",
])  # fmt: skip
def test_days_of_programs_and_sentences(cell: str) -> None:
    read = read_penalty(7, {**ORGANISATION, "CF_JDRQ": cell}, PACK, TODAY)
    assert isinstance(read, PenaltyRow)
    assert read.decision_date == date(2026, 3, 4)


@pytest.mark.parametrize(("cell", "kinds"), [
    ("1.罚款 2.警告", 2), ("①罚款②警告", 2), ("（1）罚款（2）警告", 2), ('["罚款","警告"]', 2), ("【罚款】【警告】", 2), ("罚款、无",
    1), ("罚款;null", 1),
    ("罚款\\n警告", 2), ("1、罚款2、警告", 2),
])  # fmt: skip
def test_kinds_in_a_list(cell: str, kinds: int) -> None:
    read = read_penalty(7, {**ORGANISATION, "CF_CFLB": cell, "CF_NR_WFFF": ""}, PACK, TODAY)
    assert isinstance(read, PenaltyRow)
    assert read.penalty_kinds == ("fine", "warning")[:kinds]


@pytest.mark.parametrize("content", ["罚款25万元，并处罚款5000元", "没收违法所得1000元，罚款24.9万元"])
def test_a_sum_of_the_content_shows_a_slip_too(content: str) -> None:
    assert (
        fate("CF_NR", content, CF_NR_FK="2.55" if "25万" in content else "2.5", CF_NR_WFFF="", CF_CFLB="罚款") == "held"
    )


@pytest.mark.parametrize(("heading", "field"), [
    ("行政相对人名称【必填】", "CF_XDR_MC"), ("行政相对人名称[必填]", "CF_XDR_MC"), ("一、行政相对人名称", "CF_XDR_MC"),
    ("（一）行政相对人名称", "CF_XDR_MC"), ("1行政相对人名称", "CF_XDR_MC"), ("罚款金额【万元】", "CF_NR_FK"), ("罚款金额/元",
    "CF_NR_FK"),
    ("罚款金额元", "CF_NR_FK"), ("社会统一信用代码", "CF_XDR_SHXYM"), ("行政决定文书号", "CF_WSH"), ("处罚下达日期", "CF_JDRQ"),
    ("是否公开", "SFGS"), ("公开属性", "GSZT"), ("信用修复状态", "XFZT"), ("撤销日期", "CXRQ"), ("密级", "SFBM"),
    ("作出处罚决定机关名称", "CF_CFJG"), ("公示", "SFGS"), ("是否纳入公示", "SFGS"), ("公示方式", "GSZT"), ("撤销", "SFCX"),
    ("是否失效（是或否）", "SFQT"),
    ("决定书状态", "SFCX"), ("涉密", "SFBM"), ("信用修复", "XFZT"), ("是否失效", "SFQT"), ("不公示原因", "SFQT"), ("操作标识", "SFQT"),
])  # fmt: skip
def test_headings_of_the_field(heading: str, field: str) -> None:
    assert field_named(heading) == field


@pytest.mark.parametrize("heading", [
    "公示日期", "公示期限（天）", "公示网址", "公示单位", "修复机关", "异议联系电话", "密码", "处罚时间戳编号", "公开内容", "履行情况",
])  # fmt: skip
def test_a_heading_of_something_else_about_showing_is_not_read(heading: str) -> None:
    """When, where and by whom it was shown keeps no decision from the public."""
    assert field_named(heading) is None


@pytest.mark.parametrize("unit", [
    "元", "圆", "RMB元", "Yuan", "¥", "万美元", "人民币元", "以元为单位", "单位：元", "元/人", "人民币",
])  # fmt: skip
@pytest.mark.parametrize(
    "shape", ["罚款金额（{}）", "罚款金额【{}】", "罚款金额[{}]", "罚款金额〈{}〉", "罚款金额“{}”"]
)
def test_no_heading_in_another_unit_is_read(unit: str, shape: str) -> None:
    head = {**HEADINGS, "CF_NR_FK": shape.format(unit)}
    with pytest.raises(UnreadableFile, match="元"):
        read_file(csv_text(GOOD[:1], head).encode(), PACK, TODAY, nothing_known)


@pytest.mark.parametrize("heading", ["罚款金额/元", "罚款金额元", "罚款金额-元", "罚款金额，元", "罚款金额_元"])
def test_yuan_after_a_sign_is_yuan(heading: str) -> None:
    with pytest.raises(UnreadableFile, match="元"):
        read_file(csv_text(GOOD[:1], {**HEADINGS, "CF_NR_FK": heading}).encode(), PACK, TODAY, nothing_known)


@pytest.mark.parametrize(
    "line",
    [
        "单位：元",
        "（金额单位：人民币元）",
        "2026年第一季度（单位：元、件）",
        "表内金额单位均系元",
        "注：金额单位为元",
        "说明：本表金额均为元",
        "注：以人民币元计",
        "备注：金额以“元”为单位",
    ],
)
def test_yuan_below_the_table_is_noticed(line: str) -> None:
    assert says_yuan(line)
    with pytest.raises(UnreadableFile, match="表格下方写明以元为单位"):
        read_file(f"{csv_text(GOOD[:1])}{line}\r\n".encode(), PACK, TODAY, nothing_known)


@pytest.mark.parametrize("line", ["填报单位：元江县局", "单位：万元", "注：金额单位为万元", "制表单位：元一公司"])
def test_what_is_no_unit_is_none(line: str) -> None:
    assert not says_yuan(line)


def test_two_columns_that_say_whether_it_is_shown_both_count() -> None:
    head = {**HEADINGS, "CF_SJLY": "是否公示", "CF_SJLYDM": "是否公开"}
    for said in (("是", "否"), ("否", "是"), ("", "否")):
        row = {**GOOD[0], "CF_SJLY": said[0], "CF_SJLYDM": said[1]}
        [read] = read_file(csv_text([row], head).encode(), PACK, TODAY, nothing_known).rows
        assert read.withheld, said


@pytest.mark.parametrize("number", ["溪环罚202601006号", "溪环罚〔2026〕1千零6号", "溪环罚〔2026〕1〇〇6号"])
def test_figures_run_together_or_mixed_are_alike(number: str) -> None:
    assert alike(number, "溪环罚〔2026〕1006号")


def test_the_same_figures_are_noticed_whatever_the_day() -> None:
    assert same_figures("溪环罚决〔2026〕8号", "溪环罚〔2026〕8号")
    assert not same_figures("溪环罚〔2026〕8号", "溪环罚[2026]008号")  # that is the same number
    assert not same_figures("溪环罚〔2025〕8号", "溪环罚决〔2026〕8号")
    assert not same_figures("溪环罚〔2026〕8号之一", "溪环罚〔2026〕8号之二")
