"""自愿申报: what a company says of itself is used only once another person verified it, and only while the company agrees."""

from __future__ import annotations

import re
from datetime import date

from tests.stories.town_life import TownLife
from tests.support.building import png

MATTER = "道路货物运输经营许可"
TOLD = {
    "种类": "资质、许可、认证", "受理单位": "云溪县生态环境局", "申报的事项": MATTER,
    "申报的内容": "云溪县交通运输局 2025 年 3 月 1 日核发，证号 320830000123。",
    "同意怎样使用": "供各单位查阅，并向社会公开", "有效期至": "2026-09-30",
}  # fmt: skip
PROOF = {"申报事项的证明": ("证书.png", png())}
CHECK = "下一步：核对"


def declared(life: TownLife, **changed: str) -> str:
    """What the company files, from the page of its credit file to the receipt; the number of the case."""
    company = life.company
    company.opens("/my/credit-file")
    company.follows("自愿申报信息")
    company.sends(CHECK, TOLD | changed, PROOF)
    form = company.page.form("提交")
    assert form is not None
    company.posts(company.where, form.filled({}) | {"step": "file"})
    return str(re.search(r"ZY-\d{4}-\d{6}", company.page.text).group(0))  # type: ignore[union-attr]  # the receipt names it


def seen(life: TownLife) -> tuple[bool, bool]:
    """Whether another office's clerk and whether everybody reads of it."""
    other, anybody = life.market.examiner, life.stranger
    return MATTER in other.opens(f"/desk/subjects/{life.uscc()}"), MATTER in anybody.opens(f"/credit?q={life.uscc()}")


def verified(life: TownLife, **changed: str) -> str:
    case = declared(life, **changed)
    life.env.acceptor.presses(case, "初核通过")
    life.env.examiner.presses(case, "核验属实")
    return case


def test_what_is_verified_is_seen_until_the_consent_is_taken_back(life: TownLife) -> None:
    case = declared(life)
    life.env.acceptor.finds_waiting(case)
    assert seen(life) == (False, False)
    life.env.acceptor.presses(case, "初核通过")
    assert seen(life) == (False, False)
    life.env.examiner.finds_waiting(case)
    life.env.examiner.presses(case, "核验属实")
    assert seen(life) == (True, True)
    life.company.opens("/my/credit-file")
    life.company.reads(MATTER, "已核验，在使用", "有效期至2026年9月30日")
    assert life.market.examiner.program.gets(f"/subjects/{life.uscc()}")["voluntary"][0]["matter"] == MATTER
    life.company.presses(case, "撤回同意")
    assert seen(life) == (False, False)
    assert life.state(case) == "已撤回同意"
    life.sound()


def test_what_is_shared_with_offices_alone_is_not_public(life: TownLife) -> None:
    verified(life, 同意怎样使用="供各单位查阅")
    assert seen(life) == (True, False)


def test_what_is_over_is_shown_no_longer(life: TownLife) -> None:
    case = verified(life)
    life.it_is(date(2026, 6, 12))
    life.long_after(date(2026, 10, 1))
    assert (seen(life), life.state(case)) == ((False, False), "有效期届满")


def test_what_is_found_untrue_is_told_with_remedies_and_used_no_longer(life: TownLife) -> None:
    never = declared(life)
    life.env.acceptor.presses(never, "初核通过")
    life.env.examiner.presses(never, "核验不实，不予采用", {"理由（写入文书）": "证号查不到。"})
    assert (seen(life), life.letters(never)) == ((False, False), ["自愿申报信息处理决定书"])
    case = verified(life)
    life.env.decider.presses(case, "核实不实，停止使用", {"理由（写入文书）": "许可已被注销。"})
    assert seen(life) == (False, False)
    life.company.opens_case(case)
    life.company.reads("核实不实，不再使用", "许可已被注销", "行政复议")
    life.sound()


def test_what_is_wrong_is_refused_at_its_field(life: TownLife) -> None:
    company = life.company
    for changed, says in (
        ({"申报的事项": ""}, "请填写“申报的事项”"), ({"有效期至": "2026-02-30"}, "有效期至"), ({"有效期至": "2026-06-09"}, "须晚于今天"),
        ({"同意怎样使用": ""}, "同意怎样使用"), ({"受理单位": ""}, "受理单位"),
    ):  # fmt: skip
        before = life.town.counts()
        company.opens("/my/credit-file")
        company.follows("自愿申报信息")
        answers = {label: given for label, given in (TOLD | changed).items() if given}
        assert says in company.sends(CHECK, answers, PROOF, status=422)
        assert life.town.counts()["cases"] == before["cases"]
    case = declared(life)
    life.env.acceptor.presses(case, "初核通过")
    assert "晚于" in life.env.examiner.is_refused(case, "核验属实", {"有效期至（以证书、合同为准）": "2026-06-09"})
    assert seen(life) == (False, False)
