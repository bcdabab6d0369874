"""Coverage of statutes: every article of the range is listed, names rules that are there, and says why where none does it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

from repairflow.cli.law import procedures
from repairflow.cli.watch import law
from repairflow.errors import DefinitionError, NotFound
from repairflow.law.coverage import Coverage, lines, not_expressed, parse_coverage
from repairflow.law.vectors.form import VectorFile, parse_vectors
from tests.support.shipped import WORKFLOWS, library

LOCAL = (
    "河南省社会信用条例",
    "山东省社会信用条例",
    "上海市社会信用条例",
    "浙江省公共信用信息管理条例",
    "深圳经济特区社会信用条例",
)


@cache
def shipped() -> dict[str, Coverage]:
    paths = sorted((WORKFLOWS / "coverage").glob("*.toml"))
    found = [parse_coverage(path.read_text(encoding="utf-8"), path.name) for path in paths]
    return {one.statute: one for one in found}


def test_the_five_local_regulations_and_the_national_one_are_listed() -> None:
    assert set(shipped()) == {*LOCAL, "信用修复管理办法"}
    assert {article.state for article in shipped()["信用修复管理办法"].articles} == {"待读"}


@pytest.mark.parametrize("statute", LOCAL)
def test_what_an_article_names_is_there(statute: str) -> None:
    steps = {f"{p.label}.{action.label}" for p in library().procedures.values() for action in p.action.values()}
    for article in shipped()[statute].articles:
        assert all((WORKFLOWS / rule).is_file() for rule in article.rules), article
        assert set(article.touches) <= steps, article


@pytest.mark.parametrize("statute", LOCAL)
def test_every_article_a_local_rule_rests_on_is_listed_and_has_cases(statute: str) -> None:
    cases = [
        parse_vectors(path.read_text(encoding="utf-8"), path.name) for path in (WORKFLOWS / "vectors").glob("*.toml")
    ]
    found = {line.article.article: line for line in lines(shipped()[statute], cases)}
    limits = {
        procedure.basis[name].article
        for procedure in library().procedures.values()
        for clock in procedure.clock.values()
        for name in clock.basis
        if name in procedure.basis and procedure.basis[name].cite == f"《{statute}》"
    }
    assert limits
    for article in limits:
        assert found[article].article.state == "已实现"
        assert found[article].vectors > 0


@pytest.mark.parametrize(("name", "action", "division", "article"), [
    ("listing", "decide_listing", "410102", "第三十三条"), ("listing", "serve_notice", "410102", ""),
    ("review", "maintain", "330106", ""),
    ("review", "maintain", "410102", ""),
    ("remedy", "carry_annulment", "410000", "第四十二条"),
    ("objection", "dismiss", "330100", ""),
    ("objection", "consult", "440300", "第五十一条第一款（将核查结果告知申请人）"), ("objection", "consult", "440305", ""),
    ("objection", "dismiss", "410100", "第四十一条第三款"), ("objection", "dismiss", "410102", ""),
    ("repair", "accept", "330000", "第三十二条第二款"),
    ("repair", "accept", "440300", "第八十一条第一款"),
    ("listing", "decide_listing", "330000", "第二十四条第一款（属于哪一项）、第五款"),
    ("listing", "decide_listing", "310000", "第二十五条第二款"), ("listing", "decide_listing", "370000", "第二十九条"),
    ("joint_measure", "respond", "440300", "第六十七条"), ("record", "publish", "410000", "第二十条第二项"),
    ("remedy", "stay", "440300", "第四十三条第三款"),
    ("repair", "accept", "320000", ""),
    ("repair", "accept", None, ""),
])  # fmt: skip
def test_what_no_rule_expresses_is_told_in_its_place(
    name: str, action: str, division: str | None, article: str
) -> None:
    law = library()
    told = not_expressed(law.coverage, law.procedures[name, "2026-04"], action, division)
    assert any(f"{article}没有写成规则" in one for one in told) if article else told == ()


@pytest.mark.parametrize("version", ["2026-04.1", "2026-04.2", "2026-04.3", "2026-04.4", "2026-04.5"])
def test_in_henan_a_field_of_its_own_is_told_what_its_letters_leave_out(version: str) -> None:
    """河南 28(3), 28(4): the notice of the right to object, and the review, are in the place's own letters alone."""
    law = library()
    listing = law.procedures["listing", version]
    for step, article in (("serve_notice", "第二十八条第三款"), ("decide_listing", "第二十八条第四款")):
        told = not_expressed(law.coverage, listing, step, "410102")
        assert any(article in one and "须另行书面告知" in one for one in told) is (version != "2026-04.5")
        assert not_expressed(law.coverage, listing, step, "320830") == ()


GOOD = """"法规" = "某条例"
"范围" = ["第三条"]
"作者" = "测试"
[["条文"]]
"条" = "第三条第一款"
"状态" = "已实现"
"规则" = ["procedures/repair-2026-04.toml"]
"""


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"规则" = ["procedures/repair-2026-04.toml"]\n', "", "须写明规则"),
        ("已实现", "不适用", "须在说明中写明原因"),
        ('"已实现"', '"不能表达"\n"说明" = "没有事实"', "须写明涉及哪些步骤"),
        ("已实现", "差不多", "状态"),
        ('["第三条"]', '["第三条", "第四条"]', "条文与范围不符：第四条"),
        ("第三条第一款", "第五条", "条文与范围不符：第五条、第三条"),
        ('"作者" = "测试"\n', "", "作者"),
        ('[["条文"]]', '[["条文"', "不是有效的 TOML"),
    ],
)
def test_a_file_of_coverage_that_says_too_little_is_refused(old: str, new: str, says: str) -> None:
    parse_coverage(GOOD, "某条例.toml")
    with pytest.raises(DefinitionError) as refused:
        parse_coverage(GOOD.replace(old, new), "某条例.toml")
    assert any(says in problem.text for problem in refused.value.problems)


def test_the_list_shows_rules_cases_and_reasons() -> None:
    shown = CliRunner().invoke(law, ["coverage", "河南"]).output
    assert "第四十一条第二款　已实现　规则：overlays/objection-henan.toml　案例：4 个" in shown
    assert "第四十一条第三款　不能表达　涉及：异议处理.异议成立（更正）" in shown
    assert "《山东省社会信用条例》已实现 4，不适用 5，不能表达 8" in CliRunner().invoke(law, ["coverage"]).output


@pytest.mark.parametrize(("statute", "article", "touched"), [
    # both count from what this program does not see: the report in writing, the day on which a document was annulled
    ("上海市社会信用条例", "第三十七条", "行政复议、行政诉讼登记.执行：撤销信息"),
    ("山东省社会信用条例", "第四十条", "行政复议、行政诉讼登记.执行：撤销信息"),
    # the letter that follows the check goes to the provider alone
    ("深圳经济特区社会信用条例", "第五十一条第一款（将核查结果告知申请人）", "异议处理.发出协查函"),
])  # fmt: skip
def test_what_no_rule_does_is_not_claimed(statute: str, article: str, touched: str) -> None:
    (found,) = (one for one in shipped()[statute].articles if one.article == article)
    assert (found.state, touched in found.touches) == ("不能表达", True)
    assert isinstance(CliRunner().invoke(law, ["coverage", "月球"]).exception, NotFound)


def test_what_calls_itself_implemented_is_shown_by_a_case_or_a_check() -> None:
    cases = [
        parse_vectors(path.read_text(encoding="utf-8"), path.name) for path in (WORKFLOWS / "vectors").glob("*.toml")
    ]
    for one in shipped().values():
        assert [line.article.article for line in lines(one, cases) if line.unproved] == []
    without = [replaced(file) for file in cases]
    for name, articles in (
        ("上海市社会信用条例", {"第三十六条第一款"}),
        ("浙江省公共信用信息管理条例", {"第三十二条第一款"}),
    ):
        assert articles <= {line.article.article for line in lines(shipped()[name], without) if line.unproved}


def replaced(file: VectorFile) -> VectorFile:
    """The cases without what they say to prove."""
    return file.model_copy(update={"vectors": tuple(one.model_copy(update={"proves": ()}) for one in file.vectors)})


def test_the_check_tells_an_article_without_a_case_at_its_line(tmp_path: Path) -> None:
    folder = tmp_path / "coverage"
    folder.mkdir()
    text = (WORKFLOWS / "coverage" / "shanghai.toml").read_text(encoding="utf-8")
    (folder / "shanghai.toml").write_text(
        text.replace('"条" = "第三十六条第二款"', '"检查" = ["none"]\n"条" = "第三十六条第二款"'), "utf-8"
    )
    (tmp_path / "vectors").mkdir()
    done = CliRunner().invoke(procedures, ["check", str(folder)])
    assert done.exit_code == 1
    told = [line for line in done.output.splitlines() if line.startswith("错误")]
    line = 1 + text[: text.index('"条" = "第三十八条"')].count("\n") + 1
    assert any(f"coverage/shanghai.toml:{line} 《上海市社会信用条例》第三十八条写了已实现" in one for one in told), told
    assert any("检查 none 没有" in one and "[coverage_form]" in one for one in told), told
