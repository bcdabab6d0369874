"""Forms to print and sign: in the words of the subject that signs them, and signed by who signs for it."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from repairflow.casework.queries import printables, rectification_report
from repairflow.law.procedure.packs import Commitment
from repairflow.records import subject
from tests.law_stories.chaining import opened
from tests.support.building import Town

TEXT = "信用修复承诺书\n本单位（本人）郑重承诺：\n本单位依法诚信经营。"


@pytest.mark.parametrize(
    ("kind", "says", "never"),
    [
        ("organisation", ("本单位", "法定代表人或者代理人签名", "单位盖章"), ("本人", "本户")),
        ("sole_trader", ("本户", "经营者或者代理人签名"), ("本单位", "本人", "单位盖章")),
        ("natural_person", ("本人", "本人或者监护人、代理人签名"), ("本单位", "盖章", "法定代表人")),
    ],
)
@pytest.mark.parametrize("form", ["repair_commitment", "objection_commitment"])
def test_a_commitment_speaks_for_who_signs_it(
    town: Town, form: str, kind: str, says: tuple[str, ...], never: tuple[str, ...]
) -> None:
    number = town.record()
    town.turn(update(subject).values(kind=kind))
    with town.db.read() as tx:
        paper = printables.record_form(tx, town.services, town.actor("examiner@ENV"), number, form, town.now)
    text = "\n".join(part.text for part in paper.paragraphs)
    assert "作出的《行政处罚决定书》（溪罚〔2026〕1号）对应的行政处罚信息，作出下列承诺" in text
    assert [one for one in says if one not in text] == []
    assert [one for one in never if one in text.replace(paper.addressee, "")] == []


@pytest.mark.parametrize(
    ("kind", "first"),
    [("organisation", "本单位"), ("sole_trader", "本户"), ("natural_person", "本人"), ("", "本单位（本人）")],
)
def test_the_words_of_a_commitment_by_kind(kind: str, first: str) -> None:
    lines = Commitment(text=TEXT, version="1").lines(kind)
    assert lines == ["信用修复承诺书", f"{first}郑重承诺：", f"{first}依法诚信经营。"]


def test_a_form_for_anybody_names_every_signature(town: Town) -> None:
    text = "\n".join(
        part.text for part in printables.blank_form(town.services, "repair_commitment", town.now).paragraphs
    )
    assert ("本单位（本人）" in text, "自然人不盖" in text) == (True, True)


def test_a_report_says_whose_it_is_and_has_room(town: Town) -> None:
    case = opened(town, "rectification", record=town.record(), inputs={"demands": ["拆除暗管", "补办手续"]})
    town.do(case, "issue", inputs={"term": 20})
    with town.db.read() as tx:
        paper = rectification_report.report(tx, town.actor("examiner@ENV"), case, town.now)
    text = "\n".join(part.text for part in paper.paragraphs)
    assert "云溪环保科技有限公司（91320830" in text
    assert rectification_report.ROOM in text
