"""Statutes are refused where they claim more than somebody read; the table for the lawyer shows what is open."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from repairflow.cli.review import as_html, review_of
from repairflow.errors import DefinitionError
from repairflow.law.checks.at_start import FIGURES
from repairflow.law.procedure.packs import parse_pack
from repairflow.law.procedure.statutes import parse_statute
from repairflow.law.reviewing.rows import overdue
from tests.support.shipped import edited, library, source, together

TODAY = date(2026, 11, 28)
FUYI = ("fuyi", "statutes")
BAD = [
    ('article = "第二十条第一款"', 'article = "20"', "article"),
    ('says = "自知道或者应当知道行政行为之日起六十日内申请"', 'says = ""', "还缺 says"),
    ('says = "自知道或者应当知道行政行为之日起六十日内申请"', 'says = " "', "还缺 says"),
    ('source = "行政复议法 2023年9月1日修订 全文"', 'source = ""', "还缺 source"),
    ('read_by = "RepairFlow project"\n', "", "还缺 read_by"),
    ("read_on = 2026-11-28\n", "", "还缺 read_on"),
]


@pytest.mark.parametrize(("old", "new", "named"), BAD)
def test_verified_needs_the_article_and_who_read_it(old: str, new: str, named: str) -> None:
    with pytest.raises(DefinitionError) as refused:
        parse_statute(edited(source(*FUYI), (old, new)), "fuyi.toml")
    assert any(named in one.text and one.where.startswith("fuyi.toml:") for one in refused.value.problems)


def test_a_day_of_reading_that_is_still_to_come_is_found() -> None:
    found = together(statute=edited(source(*FUYI), ("read_on = 2026-11-28", "read_on = 2999-01-01")))
    assert [(one.code, "2999-01-01" in one.text) for one in found if one.code == "basis_future"] == [
        ("basis_future", True)
    ]


NO_DAYS = [  # of a statute: what is written, under which code and words it is found
    ("read_on = 2026-11-28", "read_on = 0001-01-01", "basis_too_early", "0001-01-01 早于 2000-01-01"),
    ("read_on = 2026-11-28", "read_on = 2023-08-31", "basis_too_early", "早于所读文本通过、公布的日期 2023-09-01"),
    ("adopted = 2023-09-01\n", "adopted = 2999-01-01\n", "basis_future", "2999-01-01 晚于今天"),
    ("recheck_by = 2027-11-28", "recheck_by = 2026-11-28", "basis_recheck", "不晚于核对日期"),
    ("recheck_by = 2027-11-28", "recheck_by = 9999-11-28", "basis_recheck", "超过 10 年"),
]


@pytest.mark.parametrize(("old", "new", "code", "said"), NO_DAYS)
def test_a_day_on_which_nobody_can_have_read_the_text_is_found(old: str, new: str, code: str, said: str) -> None:
    text = edited(source(*FUYI), (old, new))
    line = text[: text.index(new.split("\n")[0])].count("\n") + 1
    found = [one for one in together(statute=text) if one.code == code and said in one.text]
    assert [(one.where, one.severity) for one in found] == [(f"statute.toml:{line}", "error")]
    assert code in FIGURES  # a node does not start with it


OF_AN_ARTICLE = [  # of the act and of its first article: what is written, and how it is found on the article's own line
    ("recheck_by = 2026-11-29", "2026-11-30", "basis_recheck", "不早于该法再次核对的日期 2026-11-29"),
    ("recheck_by = 2027-11-28\nvalid_to = 2026-11-29", "2026-11-30", "form", "早于核对日期 read_on（2026-11-30）"),
    ("recheck_by = 2027-11-28", "0001-01-01", "basis_too_early", "0001-01-01 早于 2000-01-01"),
    ("recheck_by = 2027-11-28", "2999-01-01", "basis_future", "2999-01-01 晚于今天"),
]


@pytest.mark.parametrize(("act", "day", "code", "said"), OF_AN_ARTICLE)
def test_an_article_read_on_a_day_of_its_own_is_held_to_the_days_of_its_act(
    act: str, day: str, code: str, said: str
) -> None:
    text = edited(source(*FUYI), ("recheck_by = 2027-11-28", act))
    text = text.replace("verified = true\n", f"verified = true\nread_on = {day}\n", 1)
    line = text[: text.index(f"read_on = {day}")].count("\n") + 1
    found = [one for one in together(statute=text) if one.code == code and said in one.text]
    assert [(one.where, one.severity) for one in found] == [(f"statute.toml:{line}", "error")]


def test_an_act_that_says_no_day_of_adoption_is_as_old_as_its_number() -> None:
    text = edited(source(*FUYI), ("adopted = 2023-09-01\n", ""), ("read_on = 2026-11-28", "read_on = 2022-12-31"))
    assert ["2023-01-01" in one.text for one in together(statute=text) if one.code == "basis_too_early"] == [True]


@pytest.mark.parametrize(("day", "code"), [("2999-01-01", "basis_future"), ("2019-11-28", "basis_too_early")])
def test_so_is_one_in_the_file_of_a_place_with_its_line(day: str, code: str) -> None:
    """河南's regulation was adopted on 29 November 2019: its statute says so for every file that cites it."""
    text = source("objection-henan", "overlays").replace("read_on = 2026-11-28", f"read_on = {day}", 1)
    line = text[: text.index(day)].count("\n") + 1
    found = [one for one in together(place=text) if one.code == code]
    assert [(one.where, one.severity) for one in found] == [(f"place.toml:{line}", "error")]


def test_every_shipped_act_says_when_it_was_adopted() -> None:
    assert {basis.adopted is not None for basis in library().statutes.values()} == {True}


PACK = [
    ('untold_basis = ["fuyi.a20_3"]\n', "", "untold_basis"),
    ("自收到本文书之日起{limit}内向{organs}申请行政复议。", "自收到本文书之日起60日内申请行政复议。", "{limit}"),
    ("可以{review_limit}向{reviewer}申请复核", "可以自收到之日起十五个工作日内向{reviewer}申请复核", "十五个工作日"),
    ("或者直接向本机关提出异议。", "或者在三十日内直接向本机关提出异议。", "三十日"),
    ("内向{organs}申请", "内向{organ}申请", "organ"),
    ('fine                 = { label = "罚款"', 'fine = { serious_from_wan = -1, label = "罚款"', "不能小于 0"),
]


@pytest.mark.parametrize(("old", "new", "named"), PACK)
def test_a_remedy_or_threshold_that_cannot_stand_is_refused(old: str, new: str, named: str) -> None:
    with pytest.raises(DefinitionError) as refused:
        parse_pack(edited(source("CN-2026", "packs"), (old, new)), "CN-2026.toml")
    assert any(named in one.text for one in refused.value.problems), refused.value.problems


def test_an_article_is_read_again_when_its_day_has_come() -> None:
    basis = library().statutes["fuyi.a20_1"]
    assert basis.citation == "《中华人民共和国行政复议法》第二十条第一款"
    assert basis.recheck_by is not None
    assert not overdue(basis, basis.recheck_by)
    assert overdue(basis, basis.recheck_by.replace(year=basis.recheck_by.year + 1))
    assert overdue(basis.model_copy(update={"valid_to": date(2026, 1, 1)}), TODAY)


def test_nobody_signs_for_an_offices_lawyer() -> None:
    assert {basis.signed_by for basis in library().statutes.values()} == {""}


def test_the_table_shows_steps_figures_articles_and_what_is_open() -> None:
    found = review_of(library(), "repair", "2026-04", "general", TODAY)
    rows = {(row.section, row.what): row for row in found.rows}
    remedy = rows["救济", "行政复议"]
    assert (remedy.figure, remedy.effect, remedy.open) == ("60日", "没有告知的，最长1年", False)
    assert remedy.cited[0].read == "RepairFlow project，2026-11-28"
    deny = rows["步骤", "不予修复"]
    assert (deny.open, deny.state) == (True, "是，须单位确认")  # nobody has read the articles of Order 36
    assert found.limits.taken
    assert "产品默认值" in found.limits.explained
    assert any(one.allowed == "" for one in found.limits.spans)


def test_the_page_to_sign_names_both_digests_and_escapes_what_it_prints() -> None:
    found = review_of(library(), "repair", "2026-04", "general", TODAY)
    page = as_html(found, TODAY)
    for words in (found.procedure.digest, found.pack.digest, found.digest, "法律顾问签名", "第二十条第一款", "待核"):
        assert words in page
    row = replace(found.rows[0], what="<script>")
    assert "<script>" not in as_html(replace(found, rows=(row,)), TODAY)
