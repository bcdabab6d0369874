"""One fault a line: names that say the opposite of what they stand for, exchanged entries, fields nobody has, conditions never met."""

from __future__ import annotations

import pytest

from tests.support.shipped import OPEN_GROUNDS, edited, found, part, source, together

pytestmark = pytest.mark.either_database

Edit = tuple[str, str]
CN = "CN-2026"
NEXT: list[Edit] = [
    ('pack = "CN-2026"', 'pack = "CN-2027"'), ("effective = 2026-04-01\nrepair_at", "effective = 2027-01-01\nrepair_at"),
]  # fmt: skip
FULL = 'text = "你单位尚未全部履行行政处罚决定等文书确定的义务"'
OPEN = 'text = "你单位未按规定公开作出信用承诺或者违背承诺"'


def exchange(text: str, one: str, other: str) -> str:
    """The text with two passages in each other's places."""
    assert (text.count(one), text.count(other)) == (1, 1), (text.count(one), text.count(other))
    return text.replace(one, "\0").replace(other, one).replace("\0", other)


LABELS: list[tuple[str, str, list[Edit]]] = [
    ("准予修复", "repair", [part("repair", "action.deny", 'label = "不予修复"', 'label = "准予修复（办结）"')]),
    ("不予修复", "repair", [part("repair", "action.grant", 'label = "准予修复"', 'label = "不予修复决定"')]),
    ("受理", "repair", [part("repair", "action.refuse", 'label = "不予受理"', 'label = "受理申请"')]),
    ("不予受理", "complaint", [part("complaint", "action.accept", 'label = "受理"', 'label = "不予受理了"')]),
    ("不予受理", "repair", [part("repair", "action.accept", 'label = "受理"', 'label = "不予受理本件"')]),
    ("一部分", "objection", [part("objection", "action.uphold_correct", 'label = "异议成立（更正）"', 'label = "异议部分更正"')]),
    ("一部分", "review", [('label = "变更原处理结果", outcome = "upheld"', 'label = "部分变更", outcome = "upheld"')]),
    ("受理通过", "review", [('label = "不予受理", outcome = "refused"', 'label = "受理通过", outcome = "refused"')]),
    ("查实", "complaint", [part("complaint", "action.dismiss", 'label = "未查实"', 'label = "反映查实"')]),
    ("主体一方", "repair", [('"申请人"', '"工作人员"')]),
    ("另一角色 applicant", "repair", [('"批准人"', '"申请人一"')]),
    ("系统", "repair", [('"系统"', '"值班员"')]),
    ("acceptor", "repair", [('"批准人"', '"受理人员"'), ('acceptor   = "受理人员"', 'acceptor   = "收件岗"')]),
]  # fmt: skip


@pytest.mark.parametrize(("named", "name", "edits"), LABELS, ids=[f"{f[1]}-{f[0]}" for f in LABELS])
def test_a_name_that_says_the_opposite_is_found(named: str, name: str, edits: list[Edit]) -> None:
    told = [one for one in found(name, *edits) if one.code == "label_turned"]
    assert any(named in one.text for one in told), [f"{one.code} {one.text}" for one in found(name, *edits)]


EXCHANGED = [
    ("kinds", "remedy", '"行政复议"', '"行政诉讼"'),
    ("state", "repair", '"核查中"', '"待审核"'),
    ("action", "remedy", '"确认维持"', '"执行：撤销信息"'),
    ("actor", "repair", '"审核人员"', '"核查人员"'),
    ("clock", "repair", '"受理期限"', '"办理期限"'),
]


@pytest.mark.parametrize(("table", "name", "one", "other"), EXCHANGED, ids=[e[0] for e in EXCHANGED])
def test_two_names_in_each_others_places_are_found(table: str, name: str, one: str, other: str) -> None:
    text = exchange(source(name), one, other)
    text = edited(text, ('version   = "2026-04"', 'version   = "2027-01"')) if 'version   = "' in text else text
    told = [item for item in together(file=text) if item.code == "label_turned"]
    assert len(told) >= 2, told


PACKS: list[tuple[str, str, str, str]] = [
    ("label_turned", "inaccurate", 'label = "信息准确"', 'label = "信息有误，应予更正"'),
    ("label_turned", "not_adopted", 'label = "予以采纳"', 'label = "不予采纳"'),
    ("label_turned", "watch", 'label = "严重失信主体名单"', 'label = "重点关注名单"'),
    ("label_turned", "litigation", 'label = "行政复议"', 'label = "行政诉讼"'),
    ("label_turned", "fine", 'label = "罚款"', 'label = "警告"'),
    ("label_turned", "no_commitment", FULL, OPEN),
    ("ground_denies", "no_commitment", 'denies = ["commitment"]', 'denies = ["minimum_period"]'),
]


@pytest.mark.parametrize(("code", "named", "one", "other"), PACKS, ids=[f"{p[0]}-{p[1]}" for p in PACKS])
def test_entries_of_a_pack_in_each_others_places_are_found(code: str, named: str, one: str, other: str) -> None:
    text = exchange(edited(source(CN, "packs"), *NEXT), one, other)
    told = [item for item in together(pack=text) if item.code == code and named in item.text]
    assert told, [f"{item.code} {item.text}" for item in together(pack=text)]


GROUNDS: list[tuple[str, str, list[Edit]]] = [
    ("label_turned", "没有提到", [('accurate     = { label = "信息准确"', 'accurate = { label = "照办"')]),
    ("label_turned", "采信", [('adopted     = { label = "予以采纳" }\npartly', 'adopted = { label = "不采信" }\npartly')]),
    ("ground_denies", "空的", [('denies = ["minimum_period"], where', "denies = [], where")]),
    ("ground_denies", "new_ground", [
        ("no_commitment    = {", 'new_ground = { label = "最短公示期不足", text = "最短公示期不足的", basis = ["order36"], '
         'denies = ["commitment"] }\nno_commitment = {'),
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("code", "named", "edits"), GROUNDS, ids=[f"{g[0]}-{g[1]}" for g in GROUNDS])
def test_an_entry_says_what_its_code_stands_for(code: str, named: str, edits: list[Edit]) -> None:
    text = edited(source(CN, "packs"), *NEXT, *edits)
    told = [f"{item.code} {item.text}" for item in together(pack=text)]
    assert any(line.startswith(code) and named in line for line in told), told


FIELD: list[Edit] = [
    ('pack = "SAMR-2026"', 'pack = "MOON-2026"'), ('domain = "market_regulation"', 'domain = "moon"'),
]  # fmt: skip


@pytest.mark.parametrize(
    ("edits", "codes"),
    [
        ([], {"overlay_scope"}),
        ([('domain = "moon"', 'domain = "moon"\nfield = "moon"')], {"label_unreadable"}),
        ([('domain = "moon"', 'domain = "moon"\nfield = "旅游"')], set()),
    ],
    ids=["unknown", "in Latin letters", "brought along"],
)
def test_a_field_nobody_has_is_brought_along_by_its_name(edits: list[Edit], codes: set[str]) -> None:
    text = edited(source("SAMR-2026", "packs"), *FIELD, *OPEN_GROUNDS)
    assert {one.code for one in together(pack=edited(text, *edits)) if one.severity == "error"} == codes


def test_an_overlay_adds_no_condition_that_cases_have_passed_by() -> None:
    lines = source("repair").splitlines()
    guards = next(line for line in lines[lines.index("[action.grant]") :] if line.startswith("guards = ["))
    text = edited(source("interview-tax", "overlays"), ('base = "interview"', 'base = "repair"'))
    head = text[: text.index("[basis")].replace("2026-04.1", "2026-04.8")
    added = guards.replace("[", '[{ guard = "times_done", action = "serve_notice", at_least = 1 }, ', 1)
    told = [one for one in together(overlay=f"{head}\n[action.grant]\n{added}\n") if one.code == "overlay_addition"]
    assert any("serve_notice" in one.text and one.where.startswith("overlay.toml:") for one in told), told
