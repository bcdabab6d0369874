"""A newer text beside what was read: what differs is named with the rules and letters that rest on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from repairflow.errors import Invalid
from repairflow.law.freshness.recheck import to_read_again
from repairflow.law.freshness.texts import ActText, article_digest, read_act, read_folder, same_act
from repairflow.law.freshness.watch import watch
from tests.support.shipped import library

FUYI = "中华人民共和国行政复议法"
TEXT = (
    "# 某市信用办法\n\n2020年1月1日 施行\n\n## 第一章 总则\n\n第一条 甲。\n\n乙第二条 所称丙。\n\u200b\n"
    "第二条 丁。\n\n## 第二章\n\n前言。\n"
)


def as_read() -> dict[str, str]:
    """The articles of 行政复议法 as they were read."""
    known = library().statutes.items()
    return {basis.article.split("条")[0] + "条": basis.digest for name, basis in known if name.startswith("fuyi.")}


def test_a_text_is_cut_into_its_articles_without_headings() -> None:
    act = read_act(TEXT, "a.md")
    assert act is not None
    assert (act.name, list(act.articles)) == ("某市信用办法", ["第一条", "第二条"])
    assert act.articles["第一条"] == article_digest("第一条甲。乙第二条所称丙。")
    assert act.articles["第二条"] == article_digest("第二条\u3000丁。")
    assert act.articles["第二条"] != article_digest("第二条 戊。")


@pytest.mark.parametrize("text", ["", "# 只有名称\n", "第一条 没有名称。\n"])
def test_what_is_no_act_is_none(text: str) -> None:
    assert read_act(text, "a.md") is None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("关于适用〈行政诉讼法〉的解释", "关于适用《行政诉讼法》的解释", True),
        ("行政复议法", "行政 复议法", True),
        ("行政复议法", "行政复议法实施条例", False),
    ],
)
def test_an_act_is_known_by_its_name_whatever_the_brackets(one: str, other: str, same: bool) -> None:
    assert same_act(one, other) is same


def test_the_same_text_changes_nothing() -> None:
    found = watch(library(), [ActText("new.md", FUYI, as_read())])
    assert found.changed == ()
    assert found.same == len(as_read())
    assert "中华人民共和国行政处罚法" in found.missing
    assert FUYI not in found.missing


@pytest.mark.parametrize(("articles", "gone"), [({"第二十条": "sha256:other"}, False), ({}, True)])
def test_another_text_names_the_rules_and_letters_that_rest_on_it(articles: dict[str, str], gone: bool) -> None:
    newer = {name: digest for name, digest in as_read().items() if name != "第二十条"} | articles
    (one,) = watch(library(), [ActText("new.md", FUYI, newer)]).changed
    assert (one.act, one.article, one.file, one.gone) == (FUYI, "第二十条", "new.md", gone)
    remedy = next(use for use in one.uses if use.rule.endswith("救济“行政复议”") and use.pack == "CN-2026")
    assert ("repair", "2026-04") in remedy.versions
    assert "repair_denied" in remedy.letters


def test_an_act_in_two_files_is_compared_with_each() -> None:
    older = ActText("old.md", FUYI, as_read())
    newer = ActText("new.md", FUYI, {**as_read(), "第二十条": "sha256:other"})
    assert [one.file for one in watch(library(), [older, newer]).changed] == ["new.md"]


def test_what_cannot_be_compared_is_said() -> None:
    acts = [ActText("h.md", "河南省社会信用条例", {"第四十一条": "sha256:any"}), ActText("x.md", "某市信用办法", {})]
    unlisted = {name: basis.model_copy(update={"digest": ""}) for name, basis in library().statutes.items()}
    packs = {
        name: pack.model_copy(update={"basis": {**pack.basis, **unlisted}}) for name, pack in library().packs.items()
    }
    found = watch(replace(library(), statutes=unlisted, packs=packs), acts)
    assert found.changed == ()
    assert "《河南省社会信用条例》第四十一条" in found.unlisted
    assert found.unnamed == ("x.md（某市信用办法）",)


@pytest.mark.parametrize(("act", "article", "versions"), [
    ("河南省社会信用条例", "第四十一条", {("objection", "2026-04.1")}),
    ("山东省社会信用条例", "第三十九条", {("objection", "2026-04.2")}),
    ("上海市社会信用条例", "第三十六条", {("objection", "2026-04.3")}),
    ("浙江省公共信用信息管理条例", "第三十一条", {("objection", "2026-04.4"), ("review", "2026-04.1")}),
    ("深圳经济特区社会信用条例", "第五十一条", {("objection", "2026-04.5")}),
    ("深圳经济特区社会信用条例", "第八十二条", {("repair", "2026-04.2")}),
])  # fmt: skip
def test_an_article_of_a_place_that_changed_names_the_rules_of_that_place(
    act: str, article: str, versions: set[tuple[str, str]]
) -> None:
    found = watch(library(), [ActText("t.md", act, {article: "sha256:another"})])
    (changed,) = (one for one in found.changed if one.article == article)
    assert found.unlisted == ()
    assert {one for use in changed.uses for one in use.versions} == versions


def test_every_article_of_a_statute_has_the_digest_of_its_text() -> None:
    assert [name for name, basis in library().statutes.items() if basis.verified and not basis.digest] == []


def test_a_folder_gives_acts_and_names_what_is_none(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(TEXT, encoding="utf-8")
    (tmp_path / "b.txt").write_text("说明\n", encoding="utf-8")
    (tmp_path / "c.toml").write_bytes(b"\xff")
    acts, others = read_folder(tmp_path)
    assert ([one.file for one in acts], others) == (["a.md"], ("b.txt",))
    (tmp_path / "d.md").write_bytes(b"\xff\xfe")
    with pytest.raises(Invalid) as refused:
        read_folder(tmp_path)
    assert "d.md 读不出来" in refused.value.problems[0].text


def test_articles_to_read_again_are_found_in_packs_too() -> None:
    law = library()
    assert to_read_again(law, date(2026, 11, 28)) == ()
    later = {one.citation: one for one in to_read_again(law, date(2027, 11, 29))}
    assert later[f"《{FUYI}》第二十条第一款"].why == "应当在 2027-11-28 以前再次核对"
    pack = law.packs["CN-2026"]
    ended = {
        name: one.model_copy(update={"valid_to": date(2026, 9, 30)}) for name, one in list(pack.basis.items())[-1:]
    }
    changed = replace(law, packs={"CN-2026": pack.model_copy(update={"basis": {**pack.basis, **ended}})})
    assert "到 2026-09-30 已经失效" in [one.why for one in to_read_again(changed, date(2026, 11, 28))]
