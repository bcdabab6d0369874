"""To whom letters go, with copies to whom, under which seal: as the definition declares and the office has set."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from repairflow.errors import Refused
from repairflow.letters.issue.compose import together
from repairflow.records import cases, office
from tests.casework.test_letter_voice import a_sole_trader, denied, objection_accepted, objection_maintained
from tests.casework.test_letter_words import newest, words
from tests.law_stories.chaining import opened
from tests.support.building import Town

# The words of letters; the steps that lead to them are taken on both databases by walks and stories.
pytestmark = pytest.mark.either_database


def granted(town: Town) -> None:
    town.granted()


def granted_by_the_centre(town: Town) -> None:
    """Where the deciding office is the one that received the case, nobody gets a copy."""
    case = town.file_repair()
    town.steps(case, "accept", "report_verification", "propose_grant")
    row = town.case(case)

    town.turn(update(cases).where(cases.c.id == row.id).values(receiving_id=row.deciding_id))
    town.do(case, "grant")


def transferred(town: Town) -> None:
    town.do(town.file_repair(), "transfer")


def asked(town: Town) -> None:
    town.steps(town.file_objection(), "accept", "consult")


CASES: list[tuple[Any, str, str, list[str], str]] = [
    # what happens, the letter, its addressee, copies, how its foot ends
    (granted, "repair_granted", "云溪环保科技有限公司", ["云溪县信用中心"],
     "（本决定书一式三份，一份送达你单位，一份抄送云溪县信用中心，一份存档。）"),
    (granted_by_the_centre, "repair_granted", "云溪环保科技有限公司", [], "（本决定书一式两份，一份送达你单位，一份存档。）"),
    (objection_maintained, "objection_result", "云溪环保科技有限公司", ["云溪县生态环境局"],
     "（本告知书一式三份，一份送达你单位，一份抄送云溪县生态环境局，一份存档。）"),
    (transferred, "transfer_letter", "云溪县市场监督管理局", ["云溪环保科技有限公司"], ""),
    (asked, "consultation", "云溪县生态环境局", [], ""),
    (objection_accepted, "objection_accepted", "云溪环保科技有限公司", [], ""),
]  # fmt: skip


@pytest.mark.parametrize(("drive", "kind", "to", "copies", "foot"), CASES, ids=lambda v: getattr(v, "__name__", None))
def test_letters_go_where_their_definition_says(
    town: Town, drive: Any, kind: str, to: str, copies: list[str], foot: str
) -> None:
    drive(town)
    row = newest(town, kind)
    assert (row.content["addressee"], list(row.content["cc"])) == (to, copies)
    assert words(row).endswith(foot)
    assert ("一式" in words(row)) is bool(foot)


@pytest.mark.parametrize(("drive", "kind", "kept", "seal"), [
    (a_sole_trader, "repair_receipt", {"repair_seal": "云溪县信用修复专用章"}, "云溪县信用修复专用章"),
    (a_sole_trader, "repair_receipt", {"repair_seal": ""}, ""),
    (objection_accepted, "objection_accepted", {"objection_seal": "异议处理专用章"}, "异议处理专用章"),
    (objection_accepted, "objection_accepted", {"repair_seal": "信用修复专用章"}, ""),
])  # fmt: skip
def test_an_office_says_what_stands_in_its_seals(
    town: Town, drive: Any, kind: str, kept: dict[str, str], seal: str
) -> None:
    town.turn(update(office).values(**kept))
    drive(town)
    assert newest(town, kind).content["seal_purpose"] == seal


def test_an_office_may_say_from_when_its_decisions_hold(town: Town) -> None:
    town.turn(update(office).values(service_note="自送达之日起生效"))
    denied(town)
    assert words(newest(town, "repair_denied")).endswith(
        "（本决定书自送达之日起生效，一式三份，一份送达你单位，一份抄送云溪县信用中心，一份存档。）"
    )


def test_who_takes_a_measure_tells_it_in_its_own_name_and_names_its_own_remedies(town: Town) -> None:
    case = opened(town, "joint_measure", record=town.record(), inputs={"measure": "bidding"})
    town.do(case, "request")
    market = office.c.code == "MARKET"
    town.turn(update(office).values(court="").where(market))
    with pytest.raises(Refused, match="云溪县市场监督管理局的单位设置中没有填写“管辖法院”"):
        town.do(case, "respond")
    town.turn(update(office).values(court="云溪县第二人民法院").where(market))
    town.do(case, "respond")
    row = newest(town, "joint_measure_notice")
    assert (row.office_id, row.number) == (town.offices["MARKET"], "溪市监信惩告〔2026〕1号")
    assert (row.content["signer"], list(row.content["cc"])) == ("云溪县市场监督管理局", ["云溪县生态环境局"])
    text = words(row)
    for said in (
        "因云溪县生态环境局于",
        "本机关决定自2026年6月10日起对你单位实施下列失信惩戒措施",
        "向云溪县第二人民法院提起",
    ):
        assert said in text
    town.do(case, "lift")
    lifted = words(newest(town, "joint_measure_lifted"))
    assert lifted.startswith("本机关因云溪县生态环境局于2026年")
    assert "对你单位实施的失信惩戒措施" in lifted


@pytest.mark.parametrize(("cites", "said"), [
    (("《甲法》第一条", "《甲法》第二条第一款", "《乙法》第三条"), ["《甲法》第一条", "第二条第一款", "《乙法》第三条"]),
    (("《甲法》第一条", "《乙法》第三条", "《甲法》第二条"), ["《甲法》第一条", "《乙法》第三条", "《甲法》第二条"]),
    (("《甲办法》", "《甲办法》第一条"), ["《甲办法》", "《甲办法》第一条"]),
])  # fmt: skip
def test_an_act_is_named_once_before_its_articles(cites: tuple[str, ...], said: list[str]) -> None:
    assert together(cites) == said
