"""The guide page says what the file and the pack say, in words, and shows no unread figure as law."""

from __future__ import annotations

import pytest

from repairflow.law.guards import PREDICATES
from repairflow.law.guide import (
    WHEN,
    Guide,
    GuideLimit,
    GuideMaterial,
    GuidePeriod,
    GuideRemedy,
    GuideStep,
    guide,
    length,
)
from repairflow.law.procedure.model import Days, parse
from tests.support.procedures import GOOD, PACK, good, spoilt


@pytest.fixture
def page() -> Guide:
    return guide(good(), PACK, {"电话": "12345"})


def test_who_may_apply_and_what_it_costs(page: Guide) -> None:
    assert (page.title, page.who, page.fee) == ("样例程序", ("申请人",), "不收取任何费用")
    assert page.contact == {"电话": "12345"}
    assert page.questions == ("事由",)


def test_without_filed_by_the_subjects_own_roles_may_apply() -> None:
    assert guide(parse(spoilt('filed_by = ["applicant"]\n', ""), "x.toml"), PACK).who == ("申请人",)


def test_nobody_applies_for_what_an_office_opens() -> None:
    assert guide(parse("opened_only = true\n" + GOOD, "x.toml"), PACK).who == ()


def test_conditions_are_those_of_filing_and_acceptance(page: Guide) -> None:
    assert page.conditions == ("没有正在办理的同类申请", "申请材料齐全", "信息仍在公示")


@pytest.mark.parametrize(("text", "conditions", "materials"), [
    (GOOD, True, True),
    (GOOD.replace('filing_basis = ["law"]', 'filing_basis = ["habit"]'), False, False),
    (GOOD.replace('filing_basis = ["law"]\n', ""), False, False),
    (GOOD.replace("read_on = 2026-01-05\nverified = true", "verified = false").replace('read_by = "样例"\n', ""), False, False),
], ids=["read", "a habit", "nothing named", "an article nobody read"])  # fmt: skip
def test_conditions_and_materials_say_whether_what_they_rest_on_was_read(
    text: str, conditions: bool, materials: bool
) -> None:
    page = guide(parse(text, "x.toml"), PACK)
    assert (page.conditions_verified, page.materials_verified) == (conditions, materials)


def test_materials_say_when_they_are_needed(page: Guide) -> None:
    assert page.materials == (
        GuideMaterial("证明材料", "必需", ""),
        GuideMaterial("授权委托书", "由代理人办理的，必需", ""),
    )
    fetched = parse(spoilt('label = "证明材料"', 'label = "证明材料"\nsource = "auto"'), "x.toml")
    assert guide(fetched, PACK).materials[0].when == "由办理机关自行获取，无需提交"


def test_every_condition_of_a_material_can_be_said() -> None:
    assert set(WHEN) == set(PREDICATES)


def test_steps_are_the_stages_of_the_usual_way(page: Guide) -> None:
    assert page.steps[0] == GuideStep("受理", "受理人员", ("受理", "一次性告知补正", "不予受理"))
    assert [step.label for step in page.steps] == ["受理", "核查中", "待决定", "同步中", "办结"]


def test_limits_in_words_and_no_unread_figure_shown_as_law(page: Guide) -> None:
    by_label = {limit.label: limit for limit in page.limits}
    assert by_label["受理期限"] == GuideLimit(
        "受理期限", "3 个工作日", "受理人员", "机关逾期的，由信用主管部门督办", ("《样例办法》第三条",), True
    )
    assert by_label["补正期限"].overdue == "逾期未补正，终止办理"
    assert by_label["会面期限"].length == "到文书写明的日期为止"
    unread = by_label["同步期限"]
    assert (unread.length, unread.verified, unread.basis) == ("30 日（可在文书中另定）", False, ())
    unsure = parse(GOOD.replace("verified = true\n\n[clock.supplement]", "verified = false\n\n[clock.supplement]"), "x")
    assert guide(unsure, PACK).limits[0].basis == ()


def test_results_remedies_and_periods(page: Guide) -> None:
    assert page.results == ("准予", "不予准许", "不予受理", "已撤回")
    assert page.remedies == (GuideRemedy("行政复议", "可以申请行政复议。"),)
    assert page.periods == (
        GuidePeriod("一般", "3 个月", "1 年", True),
        GuidePeriod("轻微", "无", "原则上不公示，确需公示的 3 个月", True),
    )
    assert guide(parse(spoilt('subject = "record"', 'subject = "subject"'), "x.toml"), PACK).periods == ()


def test_only_verified_bases_are_cited(page: Guide) -> None:
    assert page.basis == ("《样例办法》第三条",)


@pytest.mark.parametrize(
    ("days", "text"),
    [
        (Days(working=3), "3 个工作日"),
        (Days(calendar=30), "30 日"),
        (Days(months=6), "6 个月"),
        (Days(years=1), "1 年"),
    ],
)
def test_lengths_in_words(days: Days, text: str) -> None:
    assert length(days) == text
