"""A file of a version in use says what it said; forms, posts and papers of a new version do not change quietly."""

from __future__ import annotations

import re

import pytest

from repairflow.law.checks import Diagnostic
from tests.support.shipped import source, together

pytestmark = pytest.mark.either_database


def changed(text: str, old: str, new: str) -> str:
    """The text with the first place of a passage replaced."""
    assert old in text
    return text.replace(old, new, 1)


def next_version(text: str) -> str:
    """A shipped procedure or pack as the version that follows it."""
    text = re.sub(r'^((?:version|pack) *= "(?:\w+-)?)2026(-04)?"', _named, text, count=1, flags=re.MULTILINE)
    return changed(text, "effective = 2026-04-01", "effective = 2027-01-01")


def _named(found: re.Match[str]) -> str:
    return f'{found[1]}2027{"-01" if found[2] else ""}"'


def errors(found: list[Diagnostic]) -> list[str]:
    return [f"{f.code} {f.text}" for f in found if f.severity == "error"]


IN_USE = [
    ("procedures", "repair", 'label = "待审核", ', 'label = "待审查", ', "名称由“待审核”改为“待审查”"),
    ("procedures", "repair", 'hint = "法定代表人或受托人姓名"', 'hint = "姓名"', "填写提示由"),
    ("procedures", "interview", "remind = [5, 1]", "remind = [5]", "“约谈后整改期限”的提醒由"),
    ("procedures", "record", 'undo = "unmask_record"', 'undo = "annotate_record"', "撤回它的动作由"),
    ("procedures", "joint_measure", 'label = "待响应", ', 'label = "待响应", todo = "请答复", ', "给主体的提示由“无”改为"),
    ("overlays", "interview-tax", 'head     = "认定失信行为的税务机关负责人"', 'head = "所长"', "名称由"),
    ("packs", "WATER-2026", '"water_black", "warning"]', '"water_black"]', "可以使用的名单由"),
    ("packs", "CN-2026", 'where_to_go = "请向作出认定的单位提出申请"', 'where_to_go = "无"', "去处由“请向作出认定的单位提出申请”"),
]  # fmt: skip


@pytest.mark.parametrize(("folder", "name", "old", "new", "says"), IN_USE)
def test_a_version_in_use_that_says_something_else_is_told_in_labels(
    folder: str, name: str, old: str, new: str, says: str
) -> None:
    found = [f for f in together(draft=changed(source(name, folder), old, new)) if f.code == "version_changed"]
    assert any(says in f.text and "另立文件" in f.text for f in found), found
    assert all(f.severity == "error" and re.fullmatch(r"draft.toml:\d+", f.where) for f in found)


def test_a_file_as_it_is_in_use_and_one_that_is_only_ended_differ_in_nothing() -> None:
    text = source("repair")
    for one in (text, changed(text, "effective =", "until = 2027-01-01\neffective ="), f"{text}\n# 说明\n"):
        assert "version_changed" not in {f.code for f in together(draft=one)}


FAULTS = [
    ("input_kind", "要的是 plea_answers", "repair", 'choices = "plea_answers"', 'choices = "responsible_capacities"'),
    ("input_kind", "remedy_outcomes", "objection", 'choices = "findings"', 'choices = "remedy_outcomes"'),
    ("input_dropped", "past = true", "remedy", 'label = "文书日期", past = true', 'label = "文书日期"'),
    ("input_dropped", "told = true", "interview", 'label = "被约谈人员", told = true', 'label = "被约谈人员"'),
    ("bounds_crossed", "3 至 30改为 3 至 90", "interview", "maximum = 30", "maximum = 90"),
    ("material_dropped", "签字的约谈记录", "interview", 'materials = ["signed_record"]\n', ""),
    ("step_widened", "批准人", "repair", 'label = "陈述、申辩"\nby = [', 'label = "陈述、申辩"\nby = ["decider", '),
    ("step_widened", "系统也可以办理", "tip_off", 'label = "受理"\nby = [', 'label = "受理"\nby = ["system", '),
    ("step_other_post", "核查人员", "repair", 'label = "拟不予修复"\nby = ["reviewer"]', 'label = "拟不予修复"\nby = ["examiner"]'),
    ("filing_narrowed", "举报人联系方式", "tip_off", '联系方式", required = false', '联系方式", required = true'),
    ("outcome_turned", "名称没有变", "revocation", 'outcome = "revoked"', 'outcome = "listed"'),
    ("stage_mixed", "同为“办结”", "repair", 'label = "待审核", stage = "审核"', 'label = "待审核", stage = "办结"'),
    ("stage_mixed", "同为“受理”", "tip_off", 'outcome = "referred", stage = "办结"', 'outcome = "referred", stage = "受理"'),
]  # fmt: skip


@pytest.mark.parametrize(("code", "named", "name", "old", "new"), FAULTS)
def test_a_new_version_does_not_change_these_quietly(code: str, named: str, name: str, old: str, new: str) -> None:
    text = source(name)
    found = [f.text for f in together(draft=next_version(changed(text, old, new))) if f.code == code]
    clean = {f.text for f in together(draft=next_version(text)) if f.code == code}
    assert any(named in said for said in found if said not in clean), found


PACKS = [
    (', where_to_go = "最短公示期届满后可以再次提出申请" }', " }", "pack_turned", "去处"),
    ('拒不履行行政处罚决定", severity = "serious"', '拒不履行行政处罚决定", severity = "ordinary"', "pack_turned", "失信程度"),
    ('keeps = ["serious", "watch", "warning", ', 'keeps = ["serious", "watch", ', "pack_less", "可以使用的名单"),
    ("minimum_period = {", 'other = { label = "其他情形", basis = ["order36"] }\nminimum_period = {', "pack_list_open", "其他情形"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "code", "says"), PACKS)
def test_the_next_pack_keeps_ways_on_classes_and_lists(old: str, new: str, code: str, says: str) -> None:
    found = together(pack=next_version(changed(source("CN-2026", "packs"), old, new)))
    assert any(f.code == code and says in f.text for f in found), errors(found)


FILES = [
    ("calendars", "2026", "work = [2026-05-09]", "work = []", "法定为 12 天"),
    ("calendars", "2024", "to   = 2024-06-10", "to   = 2024-06-11", "法定为 10 天"),
    ("calendars", "2007", "work = [2007-04-28, 2007-04-29]", "work = [2007-04-28]", "法定为 9 天"),
    ("calendars", "2012", "to   = 2012-01-03", "to   = 2012-01-02", "2012 年元旦"),
    ("calendars", "2007", "work = [2007-12-29]", "work = []", "2008 年元旦"),
    ("calendars", "2020", "amends =", "# amends =", "后来有通知改动的写 amends"),
    ("calendars", "2021", "published = true", "published = false", "早已公布"),
    ("statutes", "fuyi", 'digest = "', '# digest = "', "没有所读文本的摘要"),
    ("statutes", "fuyi", "recheck_by = ", "# recheck_by = ", "再次核对的日期"),
    ("statutes", "fuyi", 'article = "第十一条"', 'article = "第十二条"', "核对日期却没有变"),
]


@pytest.mark.parametrize(("folder", "name", "old", "new", "says"), FILES)
def test_years_and_statutes_are_held_to_what_is_known_of_them(
    folder: str, name: str, old: str, new: str, says: str
) -> None:
    found = together(file=changed(source(name, folder), old, new))
    assert any(says in f.text and f.severity == "error" for f in found), errors(found)
    assert errors(together(file=source(name, folder))) == []


def test_an_article_whose_digest_is_another_articles_is_told() -> None:
    text = source("susong", "statutes")
    first, second = re.findall(r'digest = "(sha256:\w+)"', text)[:2]
    assert any("不是同一条" in said for said in errors(together(file=text.replace(second, first))))


@pytest.mark.parametrize(("name", "state"), [("listing", "proposed"), ("objection", "source_check")])
def test_a_state_that_is_gone_is_told_and_breaks_no_check(name: str, state: str) -> None:
    text = re.sub(rf"^{state} .*\n", "", source(name), count=1, flags=re.MULTILINE)
    assert any("state_unknown" in said for said in errors(together(draft=text)))
