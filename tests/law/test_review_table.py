"""The table a lawyer signs holds all a version rests on, in Chinese words, and its limits stand beside those of the articles."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import date
from functools import cache

import pytest

from repairflow.cli.review import review_of
from repairflow.law.guards import GUARDS
from repairflow.law.guards.sentences import SENTENCES
from repairflow.law.reviewing.limits import compared
from repairflow.law.reviewing.rows import Row
from repairflow.law.reviewing.table import Review
from tests.support.shipped import library

TODAY = date(2026, 11, 28)
SHIPPED = sorted(library().procedures)
IN_CODE = re.compile(r"[a-z]+_[a-z_]+|\{|\}|None|True|False")


DIGESTS = """
from datetime import date
from repairflow.cli.review import review_of
from tests.support.shipped import library
for name, version in sorted(library().procedures):
    print(name, version, review_of(library(), name, version, None, date(2026, 11, 28)).digest)
"""


def test_the_same_table_has_the_same_digest_in_every_process() -> None:
    """Who signed it can hold it against the table of another day or machine: no line follows the order of a set."""
    said = {
        subprocess.run(
            [sys.executable, "-c", DIGESTS], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "7")
    }  # fmt: skip
    assert len(said) == 1
    assert len(said.pop().splitlines()) == len(SHIPPED)


def test_each_unread_text_says_which_lines_claim_it_who_reads_it_and_what_to_do() -> None:
    """Every open line stands under each text it rests on, and under no other; what is an office's own choice is no text to be read."""
    found = table("repair")
    by_text = {one.text: one for one in found.missing}
    order36 = by_text["《信用修复管理办法》（国家发展和改革委员会令第36号）"]
    assert "法制审核人员" in order36.who
    assert "第五条至第三十条：没有读到原文" in order36.known
    assert "/admin/rules" in order36.todo
    assert "statutes" in order36.todo
    assert ("步骤：不予修复", True) in [(one.what, one.confirm) for one in order36.claims]
    assert ("期限：办理期限", "7个工作日") in [(one.what, one.said) for one in order36.claims]
    assert "没有文本可读" in by_text["产品默认值，待本地确认"].todo
    assert any("以本地文件写明" in one.todo for one in found.missing)
    claimed = {claim.number for one in found.missing for claim in one.claims}
    assert claimed == {number for number, row in enumerate(found.rows, 1) if row.open and not row.analogy}
    for one in found.missing:
        assert one.text.startswith("产品默认值，没有写明依据") or all(
            one.text in {cited.citation for cited in found.rows[claim.number - 1].cited} for claim in one.claims
        )
    assert {claim.number for claim in order36.claims} <= claimed


@pytest.mark.parametrize(("name", "said"), [
    ("record", "本程序没有写期限"),
    ("interview", "和同一环节的其他期限同时进行、不另计的：整改方案提交期限；到文书写明的日期为止、没有固定天数、"),
    ("interview", "不计入最长办理时间的：约谈日期"),
    ("joint_measure", "不计入最长办理时间的：措施期限"),
])  # fmt: skip
def test_what_the_longest_way_leaves_out_is_said(name: str, said: str) -> None:
    assert said in table(name).limits.explained


@cache
def table(name: str, version: str | None = None) -> Review:
    return review_of(library(), name, version, None, TODAY)


def rows(of: Review, section: str) -> dict[str, Row]:
    return {row.what: row for row in of.rows if row.section == section}


@pytest.mark.parametrize("key", SHIPPED, ids="-".join)
def test_every_version_is_laid_out_whole_and_in_words(key: tuple[str, str]) -> None:
    """Nothing of a file is left out, and no name of a file stands where a lawyer reads."""
    found, procedure = table(*key), library().procedures[key]
    assert len(rows(found, "步骤")) == len({one.label for one in procedure.action.values()})
    assert set(rows(found, "期限")) == {one.label for one in procedure.clock.values()}
    assert len([row for row in found.rows if row.section == "延长"]) == sum(
        one.extends is not None for one in procedure.action.values()
    )
    for action in procedure.action.values():
        row = next(one for one in found.rows if (one.section, one.what) == ("步骤", action.label))
        said = row.condition + row.effect
        assert all(procedure.action[one].label in said for one in action.distinct_from)
        assert all(item.label in said for item in action.inputs.values())
        assert row.way.count("→") == 1
        assert (row.letter != "") == (action.letter is not None)
        assert len(row.cited) == len(set(action.basis))
    for row in found.rows:
        words = f"{row.what} {row.who} {row.way} {row.condition} {row.figure} {row.letter} {row.effect}"
        assert not IN_CODE.search(words), words
        assert row.formal or row.cited or row.open


def test_every_condition_with_parameters_has_its_own_sentence() -> None:
    """What takes a number or the name of a step would otherwise be shown without it."""
    wanted = {name for name, guard in GUARDS.items() if guard.parameters} - {"first_case_was"}
    assert wanted == set(SENTENCES)
    for name in wanted:
        for parameter in set(GUARDS[name].parameters) - {"action", "value"}:
            assert f"{{{parameter}}}" in SENTENCES[name], name


@pytest.mark.parametrize(
    ("section", "what", "part", "words"),
    [
        ("提出", "提出申请或者启动", "condition", "没有正在办理的同类申请"),
        ("提出", "提出申请或者启动", "effect", "决定单位：认定单位"),
        ("提出", "材料：授权委托书", "condition", "由代理人办理的，必需"),
        ("步骤", "移送认定单位", "condition", "“移送认定单位”不满2次"),
        ("步骤", "准予修复", "condition", "不得由办理“提交核查意见”“拟准予修复”“拟不予修复”的人办理"),
        ("步骤", "准予修复", "effect", "终止公示；停止共享和使用；解除惩戒措施"),
        ("步骤", "不予修复", "effect", "告知救济：对修复结果的异议、行政复议、行政诉讼"),
        ("步骤", "不予修复", "way", "待决定 → 不予修复"),
        ("期限", "办理期限", "condition", "在“听取意见”停止计算"),
        ("延长", "延长办理期限：办理期限", "who", "单位负责人"),
        ("延长", "延长办理期限：办理期限", "condition", "“办理期限”未曾延长"),
        ("延长", "延长办理期限：办理期限", "letter", "延期通知书"),
        ("文书", "不予信用修复决定书", "effect", "送当事人；抄送收到申请的单位；盖信用修复专用章；须送达"),
        ("失信程度", "罚款", "condition", "界线没有写明"),
        ("失信程度", "适用简易程序的处罚", "condition", "对公民200元以下，对单位3000元以下"),
        ("失信程度", "适用简易程序的处罚的失信程度", "figure", "轻微"),
        ("失信程度", "吊销许可证件", "figure", "严重"),
        ("公示期", "一般", "figure", "最短3个月，最长1年"),
        ("公示期", "最短公示期满后从哪一天起可以申请", "figure", "届满日的次日"),
        ("修复条件", "行为已纠正、义务已全部履行", "what", "行为已纠正"),
        ("不可修复", "终身禁止从业、终身禁入", "condition", "处罚决定本身没有期限的禁止"),
        ("承诺", "信用承诺书（2026-04）：由单位的法定代表人、负责人签署", "effect", "签署后向社会公开"),
        ("承诺", "信用承诺书（2026-04-监护人）：由监护人签署", "condition", "作为其法定代理人郑重承诺"),
        ("承诺", "信用承诺书（2026-04-自然人的代理人）：由自然人的代理人签署", "effect", "不公开"),
        ("期间", "不适用告知承诺方式的期间", "figure", "3年"),
        ("期间", "期限怎样计算", "condition", "开始的当日不计入"),
        ("送达", "电子送达", "condition", "须有当事人的同意"),
        (
            "送达",
            "电子送达",
            "state",
            "是，参照",
        ),  # 处罚法 61(2) speaks of decisions on penalties, 民诉法 90 of a court's papers
        ("期间", "公告送达的期间", "state", "是，参照"),
        ("救济", "行政诉讼", "condition", "6个月内"),
        ("救济", "行政复议", "way", "“不予受理”“不予修复”"),
    ],
)
def test_what_the_table_of_repair_says(section: str, what: str, part: str, words: str) -> None:
    assert words in getattr(rows(table("repair"), section)[what], part)


@pytest.mark.parametrize(
    ("name", "section", "what", "part", "words"),
    [
        ("objection", "步骤", "异议成立（撤销）", "condition", "“反馈核查意见”的“核查结论”为“信息不应存在，应予撤销”"),
        ("objection", "选项", "异议事由", "condition", "主体混同"),
        ("listing", "名单", "严重失信主体名单", "figure", "最短1年，最长3年"),
        ("joint_measure", "惩戒措施", "限制参加政府采购和工程投标", "figure", "最长3年"),
        (
            "joint_measure",
            "惩戒措施",
            "限制参加政府采购和工程投标",
            "condition",
            "须以法律、行政法规、地方性法规的条款规定",
        ),
        ("review", "提出", "提出申请或者启动", "condition", "结果为不予准许、不予受理、维持"),
        ("review", "期间", "申请复核的期限", "figure", "15个工作日"),
        ("interview", "步骤", "制发约谈通知书", "condition", "约谈时间距通知至少3个工作日"),
        ("rectification", "步骤", "签发限期整改通知书", "condition", "整改天数（3至30，可以不填）"),
    ],
)
def test_what_the_tables_of_others_say(name: str, section: str, what: str, part: str, words: str) -> None:
    found = rows(table(name), section)
    assert what in found, sorted(found)
    assert words in str(getattr(found[what], part)), getattr(found[what], part)


# The longest way of an objection and the sum of what the articles give, by hand from the regulations' own figures:
# 浙江31(1) 5 + 15; 河南41(2) 7 in all; 山东39 7 in all; 上海36 2 + 5 and 22号 1 (unread); 深圳51 1 + 2 + 3, the day of deciding within.
# The product's own: in 浙江 2 to accept (2 more after a transfer), 10 to supply, then 2, 5 and 1 within the 5 + 15; in 深圳 2, 2 and 10
# before those 6.
PLACES = [
    ("2026-04.4", "22个工作日", "20个工作日", {"异议处理期限": "5个工作日", "异议处理期限的延长": "15个工作日"}),
    ("2026-04.1", "7个工作日", "7个工作日", {"异议办结期限": "7个工作日", "协查反馈期限": "3个工作日"}),
    ("2026-04.2", "7个工作日", "7个工作日", {"异议办结期限": "7个工作日"}),
    ("2026-04.3", "8个工作日", "7个工作日；另有条文没有核对的1个工作日", {"协查反馈期限": "5个工作日"}),
    (
        "2026-04.5",
        "21个工作日",
        "6个工作日；另有条文没有核对的1个工作日",
        {"信息提供单位处理并告知期限的延长": "3个工作日"},
    ),
]


@pytest.mark.parametrize(("version", "taken", "allowed", "given"), PLACES)
def test_the_limits_of_a_place_are_its_regulations_own(
    version: str, taken: str, allowed: str, given: dict[str, str]
) -> None:
    """A clock that cites an article somebody read is the law's own figure, not one that nobody wrote down."""
    limits = table("objection", version).limits
    assert (limits.taken, limits.allowed) == (taken, allowed)
    spans = {one.label: one for one in limits.spans}
    for label, figure in given.items():
        assert spans[label].allowed == figure
        assert spans[label].article.startswith("《")
    assert spans["补正期限"].allowed == ""
    # what no line gives a figure for is named below the table, and so is what nobody has read
    assert all(label.removesuffix("的延长") in limits.explained for label, one in spans.items() if not one.allowed)
    assert ("有条文而没有核对的：决定并告知期限" in limits.explained) is ("没有核对" in spans["决定并告知期限"].allowed)
    assert "各项期限都有" not in limits.explained


def test_that_every_limit_has_its_article_is_said_only_where_it_has() -> None:
    procedure, pack = library().procedure("objection", "2026-04.1"), table("objection", "2026-04.1").pack
    whole = {"whole": procedure.clock["whole"], "source_check": procedure.clock["source_check"]}
    sole = procedure.model_copy(update={"clock": whole})
    assert compared(sole, pack).explained == "各项期限都有核对过的条文"
    open_ = sole.model_copy(update={"clock": {**whole, "self_check": procedure.clock["self_check"]}})
    assert "平台核查期限" in compared(open_, pack).explained


def test_an_article_nobody_read_gives_a_place_no_figure() -> None:
    """The mark of a clock and that of its article both have to say that somebody read it."""
    procedure = library().procedure("objection", "2026-04.4")
    unread = procedure.basis["zhejiang"].model_copy(update={"verified": False})
    changed = procedure.model_copy(update={"basis": {**procedure.basis, "zhejiang": unread}})
    spans = {one.label: one for one in compared(changed, table("objection", "2026-04.4").pack).spans}
    assert spans["异议处理期限"].allowed == ""


@pytest.mark.parametrize(("name", "version", "cited", "open_"), [
    ("repair", None, "《信用修复管理办法》", True), ("objection", "2026-04.4", "第三十条第一款", False),
    ("objection", "2026-04.5", "第四十九条", False),
])  # fmt: skip
def test_filing_and_its_material_name_what_they_rest_on(
    name: str, version: str | None, cited: str, open_: bool
) -> None:
    found = [row for row in table(name, version).rows if row.section == "提出" and not row.formal]
    assert len(found) > 2
    for row in found:
        assert cited in row.cited[0].citation
        assert row.cited[0].open is open_


def test_a_step_that_no_own_rule_carries_says_by_what_it_is_confirmed() -> None:
    for name, step, ranks in (
        ("listing", "决定列入", "法律、法规、党中央、国务院文件"), ("rectification", "签发限期整改通知书", "法律、法规、规章"),
    ):  # fmt: skip
        assert f"只能以{ranks}的条款确认" in rows(table(name), "步骤")[step].condition, rows(table(name), "步骤").keys()
    assert "只能以" not in rows(table("repair"), "步骤")["不予修复"].condition


def test_an_effect_with_its_own_articles_has_a_line_of_its_own() -> None:
    row = rows(table("revocation"), "效果")["撤销修复：重新计算公示期"]
    assert (row.open, row.confirm) == (True, True)
    assert "重新计算公示期的条款" in row.cited[0].citation


def test_the_digest_is_over_what_is_read_and_not_over_the_day() -> None:
    found = table("repair")
    assert review_of(library(), "repair", None, None, date(2029, 1, 1)).rows != found.rows  # to be read again by then
    assert review_of(library(), "repair", None, None, date(2029, 1, 1)).digest == found.digest
    first = replace(found.rows[0], condition="另一个条件")
    assert replace(found, rows=(first, *found.rows[1:])).digest != found.digest


def test_what_no_rule_says_stands_there_and_the_place_is_named() -> None:
    found = table("objection", "2026-04.1")
    assert found.place == "河南省异议处理（地区 410000，办理单位为 省级、设区的市）"
    row = next(one for one in found.rows if one.section == "没有写成规则的条文")
    assert (row.cited[0].citation, row.open) == ("《河南省社会信用条例》第四十一条第三款", True)
    assert table("objection").place == ""


def test_a_version_of_a_field_is_laid_out_under_the_fields_pack() -> None:
    assert table("interview", "2026-04.1").pack.pack == "TAX-2026"
    assert table("interview").pack.pack == "CN-2026"


def test_a_limit_that_some_cases_have_is_told_beside_the_sum() -> None:
    """处罚法 48 binds what shows a penalty; every other result has the product's own three and one."""
    found = table("remedy", "2026-04")
    (row,) = [one for one in found.rows if one.section == "期限" and one.what == "撤回处罚决定信息期限"]
    assert "自变更、撤销的生效日期（没有填写的，不适用本期限）起算" in row.condition
    assert not row.open
    assert "第四十八条第二款" in str(row.cited)
    compared = found.limits
    assert "4个工作日" in compared.taken
    assert "“撤回处罚决定信息期限”自变更、撤销的生效日期起3个工作日" in compared.explained
    assert "没有条文写明期限" in compared.explained
