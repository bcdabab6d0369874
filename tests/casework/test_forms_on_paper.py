"""Forms to print and sign: in the words of the subject that signs them, and signed by who signs for it."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from repairflow.casework.queries import printables, rectification_report
from repairflow.law.procedure.commitments import SIGNERS, Commitment, Signer
from repairflow.records import subject
from tests.law_stories.chaining import opened
from tests.support.building import Town

TEXT = "信用修复承诺书\n本单位（本人）郑重承诺：\n本单位依法诚信经营。"


SIGNED = [  # the subject, who prints it, as whom: the words, the place to sign, and what is never said
    (
        "organisation",
        "yunxi",
        ("本单位郑重承诺", "法定代表人（负责人）签名", "单位盖章", "2026-04）"),
        ("监护人", "代理人"),
    ),
    (
        "organisation",
        "yunxi's agent",
        ("本人受承诺主体委托，在委托权限内", "代理人签名", "2026-04-代理人"),
        ("本单位", "单位盖章"),
    ),
    ("sole_trader", "yunxi", ("本户郑重承诺", "经营者签名", "2026-04-个体工商户"), ("本单位", "单位盖章")),
    ("sole_trader", "yunxi's agent", ("承诺主体今后依法诚信经营", "代理人签名", "2026-04-代理人"), ("本户", "本单位")),
    (
        "natural_person",
        "yunxi",
        ("本人是承诺主体的监护人", "监护人签名", "2026-04-监护人"),
        ("诚信经营", "予以公示", "盖章"),
    ),
    ("natural_person", "yunxi's agent", ("代理人签名", "2026-04-自然人的代理人"), ("诚信经营", "予以公示", "盖章")),
    ("itself", "yunxi", ("本人郑重承诺", "本人签名", "2026-04-自然人）"), ("监护人", "诚信经营", "予以公示", "盖章")),
]


@pytest.mark.parametrize(("kind", "who", "says", "never"), SIGNED)
def test_a_commitment_speaks_for_who_signs_it(
    town: Town, kind: str, who: str, says: tuple[str, ...], never: tuple[str, ...]
) -> None:
    number = town.record()
    own = {"kind": "natural_person", "name": town.actor(who).name} if kind == "itself" else {"kind": kind}
    town.turn(update(subject).values(**own))
    with town.db.read() as tx:
        paper = printables.record_form(tx, town.services, town.actor(who), number, "repair_commitment", town.now)
    text = "\n".join(part.text for part in paper.paragraphs)
    assert "作出的《行政处罚决定书》（溪罚〔2026〕1号）对应的行政处罚信息，作出下列承诺" in text
    assert [one for one in says if one not in text] == []
    assert [one for one in never if one in text] == []


@pytest.mark.parametrize("form", ["repair_commitment", "objection_commitment"])
@pytest.mark.parametrize(
    ("kind", "says", "never"),
    [
        (
            "organisation",
            ("由单位的法定代表人、负责人签署的：", "由单位、个体工商户的代理人签署的：", "单位盖章"),
            ("监护人", "本户"),
        ),
        ("sole_trader", ("由个体工商户的经营者签署的：", "代理人签署的："), ("本单位", "监护人", "单位盖章")),
        (
            "natural_person",
            ("由自然人本人签署的：", "由监护人签署的：", "由自然人的代理人签署的："),
            ("本单位", "盖章"),
        ),
    ],
)
def test_what_an_office_prints_leaves_the_choice_to_who_signs(
    town: Town, form: str, kind: str, says: tuple[str, ...], never: tuple[str, ...]
) -> None:
    number = town.record()
    town.turn(update(subject).values(kind=kind))
    with town.db.read() as tx:
        paper = printables.record_form(tx, town.services, town.actor("examiner@ENV"), number, form, town.now)
    text = "\n".join(part.text for part in paper.paragraphs)
    assert [one for one in ("选择一种，其余的划去", *says) if one not in text] == []
    assert [one for one in never if one in text.replace(paper.addressee, "")] == []


@pytest.mark.parametrize(
    ("signer", "first"),
    [
        ("organisation", "本单位"), ("agent", "本单位"), ("sole_trader", "本户"), ("natural_person", "本人"), ("guardian", "本人"),
        ("agent_of_person", "本人"),
    ],
)  # fmt: skip
def test_a_pack_with_one_text_says_it_as_each_calls_itself(signer: Signer, first: str) -> None:
    lines = Commitment(text=TEXT, version="1").signed_by(signer).lines
    assert lines == ("信用修复承诺书", f"{first}郑重承诺：", f"{first}依法诚信经营。")


def test_a_form_for_anybody_names_every_signature(town: Town) -> None:
    text = "\n".join(
        part.text for part in printables.blank_form(town.services, "repair_commitment", town.now).paragraphs
    )
    assert [who for who in SIGNERS.values() if f"由{who}签署的：" not in text] == []
    assert "自然人不盖" in text


def test_a_report_says_whose_it_is_and_has_room(town: Town) -> None:
    case = opened(town, "rectification", record=town.record(), inputs={"demands": ["拆除暗管", "补办手续"]})
    town.do(case, "issue", inputs={"term": 20})
    with town.db.read() as tx:
        paper = rectification_report.report(tx, town.actor("examiner@ENV"), case, town.now)
    text = "\n".join(part.text for part in paper.paragraphs)
    assert "云溪环保科技有限公司（91320830" in text
    assert rectification_report.ROOM in text
