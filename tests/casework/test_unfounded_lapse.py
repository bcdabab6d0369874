"""A subject's limit leads to nothing by itself while nobody has read, and no office has confirmed, what carries it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import select

from repairflow.casework.admin.own_rules import ROLE
from repairflow.casework.case_state.situation import situation
from repairflow.casework.cases import unfounded_lapse
from repairflow.casework.changes import ChangeOffice, ConfirmRules, SucceedOffice, WithdrawRules
from repairflow.casework.confirmed_rules import Rule
from repairflow.casework.dispatch import dispatch
from repairflow.errors import Refusal
from repairflow.records import cases, deadline, letter, office
from repairflow.records.rows import CaseRow, DeadlineRow, one_row
from tests.support.building import OWN_RULES, Town

pytestmark = pytest.mark.either_database

LAPSE = Rule("repair", "2026-04", "lapse")
SAID = "终止办理"
NUMBER = "云政办规〔2026〕5号"


def unconfirm(town: Town, rule: Rule = LAPSE) -> None:
    given = WithdrawRules(town.actor(f"{ROLE}@ENV"), town.offices["ENV"], (rule,), "没有文件依据")
    with town.db.begin() as tx:
        dispatch(tx, town.services, given, town.now)


def confirm(town: Town, rule: Rule) -> None:
    given = ConfirmRules(town.actor(f"{ROLE}@ENV"), town.offices["ENV"], (rule,), OWN_RULES, date(2026, 5, 1))
    given = replace(
        given, rank="normative", issuer="云溪县人民政府办公室", issuer_level="county", document_number=NUMBER
    )
    with town.db.begin() as tx:
        dispatch(tx, town.services, given, town.now)


def asked(town: Town) -> str:
    number = town.file_repair()
    town.do(number, "request_supplement")
    town.serve(number)
    return number


def swept_after(town: Town, number: str) -> list[str]:
    due = town.dues(number)["supplement"].due_day
    assert due is not None
    town.at(due + timedelta(days=1), time(0, 5))
    return list(town.sweep())


def words(town: Town, kind: str) -> str:
    content = town.one(select(letter).where(letter.c.kind == kind)).content
    return "".join(one["text"] for one in content["text"]["paragraphs"]) if "text" in content else str(content)


def held(town: Town) -> list[str]:
    with town.db.read() as tx:
        return [one.case for one in unfounded_lapse.waiting(tx, town.law)]


def test_a_lapse_nobody_confirmed_is_neither_announced_nor_happens_until_it_is(town: Town) -> None:
    unconfirm(town)
    number = asked(town)
    assert SAID not in words(town, "supplement_required")
    swept_after(town, number)
    assert (town.case(number).state, held(town)) == ("supplement", [number])
    for who in ("head@ENV", "legal_reviewer@ENV", "supervisor@CREDIT"):
        assert town.notices(who, unfounded_lapse.KIND) == [f"{number}：补正期限已届满，到期处理没有执行"], who
    town.at(timedelta(days=2))
    assert "due" not in town.sweep()  # told once, and not tried in vain
    assert len(town.notices("head@ENV", unfounded_lapse.KIND)) == 1
    confirm(town, LAPSE)
    assert "due" in town.sweep()
    assert (town.case(number).state, held(town)) == ("lapsed", [])
    said = words(town, "repair_lapsed")
    assert [
        one
        for one in (f"》（{NUMBER}）第三条", "云溪县人民政府申请行政复议", "云溪县人民法院提起行政诉讼")
        if one not in said
    ] == []
    town.sound()


TERM = Rule("repair", "2026-04", "clock.supplement")


def test_a_term_nobody_confirmed_is_not_told_and_leads_to_nothing(town: Town) -> None:
    """Ten working days for what is lacking stand in no article that was read: the office states them, or the letter names none."""
    unconfirm(town, TERM)
    number = asked(town)
    text = words(town, "supplement_required")
    assert ("请尽快补正" in text, "10个工作日" in text, SAID in text) == (True, False, False)
    swept_after(town, number)
    assert (town.case(number).state, held(town)) == ("supplement", [number])
    confirm(town, TERM)
    town.sweep()
    assert held(town) == [number]
    with town.db.read() as tx:
        row = one_row(tx.execute(select(deadline).where(deadline.c.clock == "supplement")), DeadlineRow)
        (why,) = unfounded_lapse.obstacles(tx, situation(tx, town.law, town.case(number), town.today), row)
    assert why.text == "文书没有写明补正期限，请重新出具文书"


def test_a_confirmed_term_is_told_with_the_document_that_carries_it(town: Town) -> None:
    """Also where the step itself is confirmed by nothing: the letter cites what its ten working days rest on."""
    unconfirm(town, Rule("repair", "2026-04", "request_supplement"))
    asked(town)
    fields = town.one(select(letter).where(letter.c.kind == "supplement_required")).content["fields"]
    assert fields["supplement_time"] == "自收到本文书之日起10个工作日内（收到当日不计入）"
    assert any(OWN_RULES.partition("》")[0] in one for one in fields["legal_bases"])


def test_a_confirmed_lapse_is_announced_with_the_document_that_carries_it(town: Town) -> None:
    number = asked(town)
    assert f"逾期未补正的，依据{OWN_RULES}，终止办理" in words(town, "supplement_required")
    swept_after(town, number)
    assert town.case(number).state == "lapsed"


def test_a_lapse_waits_for_the_review_organ_its_letter_has_to_name(town: Town) -> None:
    with town.db.engine.begin() as tx:
        tx.execute(sa.update(office).where(office.c.code == "ENV").values(review_organs=""))
    number = asked(town)
    swept_after(town, number)
    assert held(town) == [number]
    town.at(timedelta(days=1))
    change = ChangeOffice(town.actor("system_admin@CREDIT"), "ENV", {"review_organs": "云溪县人民政府"})
    with town.db.begin() as tx:
        dispatch(tx, town.services, change, town.now)
    town.sweep()
    assert town.case(number).state == "lapsed"


def test_what_is_supplied_while_the_lapse_waits_is_in_time(town: Town) -> None:
    unconfirm(town)
    number = asked(town)
    swept_after(town, number)
    town.do(number, "supply")
    assert (town.case(number).state, held(town)) == ("submitted", [])


def test_a_lapse_that_waits_is_looked_at_again_where_its_case_goes(town: Town) -> None:
    """The successor of the office has confirmed the rule: what waited for the other happens at the next sweep."""
    unconfirm(town)
    number = asked(town)
    swept_after(town, number)
    assert held(town) == [number]
    words = {"successor": "MARKET", "day": town.today.isoformat(), "document": "溪编〔2026〕3号"}
    with town.db.begin() as tx:
        dispatch(tx, town.services, SucceedOffice(town.actor("system_admin@CREDIT"), "ENV", words), town.now)
    assert held(town) == []
    assert "due" in town.sweep()
    assert town.case(number).state == "lapsed"


def test_the_office_whose_letter_it_is_is_told(town: Town) -> None:
    """The end of a joint measure is told by the office that takes it: that one has to confirm, and nobody else."""
    number = town.begin("joint_measure")
    town.steps(number, "request", "respond")
    town.turn(sa.update(cases).where(cases.c.number == number).values(provider_id=town.offices["MARKET"]))
    with town.db.begin() as tx:
        case = one_row(tx.execute(select(cases).where(cases.c.number == number)), CaseRow)
        limit = select(deadline).where(deadline.c.case_id == case.id, deadline.c.clock == "term")
        row = one_row(tx.execute(limit), DeadlineRow)
        at = situation(tx, town.law, case, town.today)
        unfounded_lapse.hold(tx, at, row, [Refusal("own_rule", "规则没有确认")], town.now)
        waits = unfounded_lapse.waiting(tx, town.law)
    assert [one.office for one in waits] == ["云溪县市场监督管理局"]
    assert len(town.notices("legal_reviewer@MARKET", unfounded_lapse.KIND)) == 1
    assert town.notices("legal_reviewer@ENV", unfounded_lapse.KIND) == []
