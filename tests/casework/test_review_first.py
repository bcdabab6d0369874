"""Reconsideration first or a free choice (复议前置): letters and notices follow one rule of the pack, by situation."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from repairflow.casework.context import Services
from repairflow.errors import DefinitionError
from repairflow.law.procedure.packs import RulePack, parse_pack
from repairflow.law.remedies_of_acts import burdening, court_of, refuses
from repairflow.records import letter
from repairflow.settings import asset
from tests.casework.test_office_silence import late
from tests.casework.test_office_silence import told as notified
from tests.support.building import Town
from tests.support.shipped import library

pytestmark = pytest.mark.either_database

FIRST = "认为本机关未履行法定职责的，依法应当先申请行政复议，直接起诉的，人民法院裁定不予立案"
CHOICE = "也可以自收到本文书之日起6个月内依法向云溪县人民法院提起行政诉讼"
SITUATIONS = [
    # procedure, step, whether it refuses what was applied for
    ("repair", "deny", True), ("repair", "refuse", True), ("repair", "lapse", True), ("objection", "dismiss", True),
    ("objection", "annotate", True), ("objection", "uphold_partly", True), ("list_removal", "deny", True),
    ("complaint", "dismiss", True), ("review", "maintain", True),
    ("listing", "decide_listing", False), ("revocation", "revoke", False), ("reorganisation", "unmask", False),
    ("rectification", "issue", False), ("joint_measure", "respond", False), ("commitment", "breach", False),
    ("interview", "serve_notice", False), ("repair", "grant", False), ("objection", "uphold_correct", False),
]  # fmt: skip


@pytest.mark.parametrize(("procedure", "step", "refused"), SITUATIONS)
def test_what_refuses_an_application_and_what_lays_a_burden(procedure: str, step: str, refused: bool) -> None:
    spec = library().newest[procedure]
    assert refuses(spec, spec.action[step]) is refused


def test_a_correction_that_burdens_refuses_nothing() -> None:
    spec = library().newest["objection"]
    assert not refuses(spec, burdening(spec.action["uphold_correct"]))


def paragraphs(town: Town, kind: str) -> str:
    row = town.one(select(letter).where(letter.c.kind == kind).order_by(letter.c.id.desc()).limit(1))
    return "\n".join(row.content["fields"]["remedy_paragraphs"])


def test_a_denial_says_when_review_comes_first_and_a_listing_leaves_the_choice(town: Town) -> None:
    town.ended()
    denied = paragraphs(town, "repair_denied")
    assert f"{FIRST}；不属于这一情形的，{CHOICE}" in denied
    assert denied.index("申请行政复议") < denied.index("对复议决定不服的") < denied.index(FIRST)
    for article in ("第二十三条第一款第三项", "第十一条第十一项", "第五十六条第一款", "第四十四条第一款"):
        assert article in denied
    town.listed()
    listed = paragraphs(town, "listing_decision")
    assert CHOICE in listed
    assert FIRST not in listed
    assert "第二十三条" not in listed


def test_the_notice_of_silence_takes_its_words_from_the_same_table(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    case = town.file_repair()
    pack = town.law.packs[town.case(case).pack]
    rule = pack.review_first["inaction"]
    changed = rule.model_copy(update={"text": "先申请复议，{after_review}内向{court}起诉。"})
    with_it(town, monkeypatch, pack.model_copy(update={"review_first": {**pack.review_first, "inaction": changed}}))
    late(town, case)
    (body,) = notified(town, case)
    assert "先申请复议，15日内向云溪县人民法院起诉（" in body
    assert "第二十三条第一款第三项" in body


def test_without_the_rule_a_letter_leaves_the_choice_and_nothing_is_said_of_silence(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = town.file_repair()
    pack = town.law.packs[town.case(case).pack]
    bare = pack.model_copy(update={"review_first": {}})
    assert court_of(bare, refused=True) == court_of(pack, refused=False)
    unread = {
        name: one.model_copy(update={"verified": False}) for name, one in pack.basis.items() if name == "fuyi.a23_1"
    }
    assert court_of(pack.model_copy(update={"basis": {**pack.basis, **unread}}), refused=True) == court_of(
        bare, refused=True
    )
    with_it(town, monkeypatch, bare)
    late(town, case)
    assert notified(town, case) == []


def with_it(town: Town, monkeypatch: pytest.MonkeyPatch, pack: RulePack) -> None:
    """The town's law with this pack in place of the one of its name."""
    law = replace(town.law, packs={**town.law.packs, pack.pack: pack})
    monkeypatch.setattr(town, "services", Services.of(law, town.vault, town.settings))
    monkeypatch.setattr(town, "law", law)


WRONG = [
    ("{after_review}", "15日", "须写明对复议决定不服的"),
    ("对机关不履行职责", "60日内对机关不履行职责", "直接写了“60日”"),
    ("{court}", "{reviewer}", "不认识的占位符：reviewer"),
]


@pytest.mark.parametrize(("old", "new", "says"), WRONG)
def test_a_rule_that_does_not_say_where_and_when_is_refused(old: str, new: str, says: str) -> None:
    text = (asset("workflows") / "packs" / "CN-2026.toml").read_text(encoding="utf-8")
    before, mark, rule = text.partition("[review_first.inaction]")
    with pytest.raises(DefinitionError) as caught:
        parse_pack(before + mark + rule.replace(old, new, 1), "CN-2026.toml")
    assert any(says in one.text for one in caught.value.problems)
