"""投诉、举报: who reports stays unknown to those who handle it, and whom it is about knows of nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from repairflow.casework.actor import Actor
from repairflow.casework.cases import sealed_inputs
from repairflow.casework.permissions import case_scope
from repairflow.errors import Forbidden, Invalid, NotFound
from repairflow.records import cases, event, sealed_input
from tests.law_stories.chaining import uscc
from tests.law_stories.telling import belongs_to, letters, refused, words
from tests.support.building import Town

VISITOR = Actor(None, "访客", "public")
SECRETS = {
    "complaint": {"complainant_name": "钱来也", "complainant_contact": "13800001234"},
    "tip_off": {"informant_name": "钱来也", "informant_contact": "13800001234"},
}
BOTH = pytest.mark.parametrize("procedure", ["complaint", "tip_off"])


def report(town: Town, procedure: str, who: Actor = VISITOR, **inputs: Any) -> str:
    given = {"source": "portal", **SECRETS[procedure], **inputs}
    return town.file(procedure, None, who, kinds=(), subject=uscc(), inputs=given)


@BOTH
@pytest.mark.parametrize("who", ["visitor", "agent", "registrar"])
def test_who_reports_stays_unknown(town: Town, procedure: str, who: str) -> None:
    actor = {"visitor": VISITOR, "agent": town.actor("hengtuo"), "registrar": town.actor("registrar@CREDIT")}[who]
    case = report(town, procedure, actor, source="hotline12312")
    looked = ("record_step",) if procedure == "tip_off" else ()
    town.steps(case, "accept", *looked, "report_finding", "uphold")
    row = town.case(case)
    bodies = "".join(entry.body.decode() for entry in town.all(select(event)))
    shown = bodies + str(row.inputs) + "".join(words(town, case, kind) for kind in letters(town, case))
    for secret in SECRETS[procedure].values():
        assert secret not in shown
    if who != "registrar":
        assert row.filed_by is None
        assert "蒋一舟" not in shown
    assert (row.outcome, letters(town, case)) == ("upheld", ["intake_receipt", "intake_result"])
    assert len(town.all(select(sealed_input))) == 2
    town.sound()


@BOTH
def test_only_an_auditor_with_a_reason_sees_who(town: Town, procedure: str) -> None:
    case = report(town, procedure)
    key = town.case(case).id
    with town.db.begin() as tx:
        for who in ("registrar@CREDIT", "checker@CREDIT", "decider@CREDIT"):
            with pytest.raises(Forbidden):
                sealed_inputs.reveal(tx, town.vault, key, case, town.actor(who), "想知道", town.now)
        auditor = town.actor("auditor@CREDIT")
        with pytest.raises(Invalid):
            sealed_inputs.reveal(tx, town.vault, key, case, auditor, " ", town.now)
        assert sealed_inputs.reveal(tx, town.vault, key, case, auditor, "核对奖励", town.now) == SECRETS[procedure]


@BOTH
def test_whom_it_is_about_knows_of_nothing(town: Town, procedure: str) -> None:
    before = town.notices("yunxi")
    case = report(town, procedure)
    town.steps(case, "accept", "report_finding", "dismiss")
    subject = town.actor("yunxi")
    with town.db.read() as tx:
        assert tx.execute(select(cases.c.id).where(case_scope(subject))).all() == []
    assert town.notices("yunxi") == before
    assert "云溪环保" not in words(town, case, "intake_result")
    with pytest.raises(NotFound):
        town.do(case, "withdraw", subject)


@BOTH
def test_four_eyes_and_refusals(town: Town, procedure: str) -> None:
    case = report(town, procedure)
    both = town.actor("checker@CREDIT", "decider@CREDIT")
    town.do(case, "accept")
    town.do(case, "report_finding", both)
    for action in ("uphold", "dismiss", "refer", "return_to_check"):
        with refused("four_eyes"):
            town.do(case, action, both)
    town.steps(case, "return_to_check", "report_finding", "refer")
    assert town.case(case).outcome == "referred"
    belongs_to(town, "CREDIT", parent_id=town.offices["MARKET"])
    other = report(town, procedure)
    town.do(other, "refuse")
    assert "复核" in words(town, other, "intake_not_accepted")


def test_a_complaint_needs_a_name_and_a_tip_off_does_not(town: Town) -> None:
    with pytest.raises(Invalid):
        report(town, "complaint", complainant_name=None)
    case = report(town, "tip_off", informant_name=None, informant_contact=None)
    town.steps(case, "accept", "record_step", "report_finding", "note_reward", "uphold_reward", "pay_reward")
    assert not town.all(select(sealed_input))


def test_a_reward_nobody_fetched_and_a_subject_nobody_knows(town: Town) -> None:
    case = report(town, "tip_off", informant_name=None, informant_contact=None)
    town.steps(case, "accept", "record_step", "report_finding", "note_reward", "uphold_reward")
    town.do(case, "forgo_reward", inputs={"forgone": "unreachable"})
    assert "举报人没有留下联系方式，奖励没有领取。" in words(
        town, case, "intake_result"
    )  # no notice of it was published
    given = {"source": "portal", **SECRETS["tip_off"]}
    with pytest.raises(NotFound, match="没有找到这个信用主体，请核对统一社会信用代码或者本人编号。"):
        town.file("tip_off", None, VISITOR, kinds=(), subject="ZRR-ABCD2345", inputs=given)


@BOTH
def test_withdrawal_extension_and_lateness(town: Town, procedure: str) -> None:
    case = report(town, procedure)
    town.do(case, "accept")
    due = town.dues(case)["handling"].due_day
    town.do(case, "extend_handling")
    assert town.dues(case)["handling"].due_day > due
    with refused("clock_not_yet_extended"):
        town.do(case, "extend_handling")
    town.at(timedelta(days=60))
    assert "escalate:3" in town.sweep()
    assert town.case(case).state == "checking"
    town.do(case, "withdraw")
    assert town.case(case).outcome == "withdrawn"
