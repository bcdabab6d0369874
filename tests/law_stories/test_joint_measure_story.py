"""联合惩戒: asked for, answered, fed back, lifted: at the end of its term, by hand, or with the record."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from repairflow.casework.cases.transition import try_system
from repairflow.casework.queries.oversight.monthly_results import monthly_results
from repairflow.errors import Forbidden, Invalid
from repairflow.records import letter, measure, outbox
from tests.law_stories.chaining import opened
from tests.law_stories.telling import letters, receipts, refused, told, words
from tests.support.building import Town

pytestmark = pytest.mark.either_database  # the procedure's law alone; walks and stories run on both


def asked(town: Town, code: str = "bidding", number: str | None = None) -> str:
    return opened(town, "joint_measure", record=number or town.record(), inputs={"measure": code})


def in_force(town: Town, code: str = "bidding", number: str | None = None, **inputs: Any) -> str:
    case = asked(town, code, number)
    town.do(case, "request")
    town.do(case, "respond", inputs=inputs or {"term_end": "2026-07-10"})
    return case


def standing(town: Town) -> list[str]:
    return [row.code for row in town.all(select(measure).where(measure.c.lifted_at.is_(None)))]


def test_the_usual_path(town: Town) -> None:
    case = in_force(town)
    assert letters(town, case) == ["joint_measure_request", "joint_measure_notice"]
    request, notice = (words(town, case, kind) for kind in letters(town, case))
    for said in ("云溪县市场监督管理局", "限制参加政府采购", "云溪环保"):
        assert said in request
    listed = town.one(select(letter.c.title).where(letter.c.kind == "joint_measure_request")).title
    assert "关于对云溪环保科技有限公司实施失信惩戒措施的函" in request
    assert listed == "关于实施失信惩戒措施的函"  # lists, messages and the public's page name no subject
    for said in ("云溪县市场监督管理局", "2026年7月10日", "行政复议"):
        assert said in notice
    row = town.one(select(measure))
    assert (row.office_id, row.until) == (town.offices["MARKET"], date(2026, 7, 10))
    town.do(case, "feed_back", inputs={"carried_out_on": "2026-06-09", "occasion": "城南管网工程投标"})
    town.do(case, "lift")
    assert (standing(town), town.case(case).state) == ([], "lifting")
    imposed, lifted = told(town, case)
    assert (imposed["imposed_on"], imposed["until"]) == (row.imposed_on.isoformat(), "2026-07-10")
    assert (imposed["measure_code"], lifted["measure_code"], "lifted_at" in lifted) == ("bidding", "bidding", True)
    receipts(town, case)
    assert (town.case(case).outcome, letters(town, case)[-1]) == ("lifted", "joint_measure_lifted")
    town.sound()


def test_the_monthly_result_row(town: Town) -> None:
    case = in_force(town)
    with pytest.raises(Invalid, match="填写的内容有误") as told_so:  # nothing was carried out yet
        town.do(case, "feed_back", inputs={"carried_out_on": "2026-06-11", "occasion": "城南管网工程投标"})
    assert [one.text for one in told_so.value.problems] == [
        "“实施日期”还没有到：今天是2026年6月10日。请填写已经发生的日期"
    ]
    town.do(case, "feed_back", inputs={"carried_out_on": "2026-06-09", "occasion": "城南管网工程投标"})
    town.do(case, "feed_back", inputs={"carried_out_on": "2026-05-31", "occasion": "补报"})
    with town.db.read() as tx:
        for who, rows in (("decider@ENV", 1), ("partner@MARKET", 1), ("decider@CREDIT", 0), ("auditor@CREDIT", 1)):
            assert len(monthly_results(tx, town.law, town.actor(who), 2026, 6)) == rows
        (found,) = monthly_results(tx, town.law, town.actor("decider@ENV"), 2026, 6)
        assert len(monthly_results(tx, town.law, town.actor("decider@ENV"), 2026, 5)) == 1
    assert (found.carried_out_by, found.measure, found.department, found.day, found.matter) == (
        "云溪县市场监督管理局", "限制参加政府采购和工程投标", "云溪县生态环境局", date(2026, 6, 9),
        "云溪环保科技有限公司：城南管网工程投标",
    )  # fmt: skip


def test_it_ends_by_itself_at_its_term(town: Town) -> None:
    case = in_force(town)
    town.at(date(2026, 7, 10))
    town.sweep()
    assert standing(town) == ["bidding"]
    town.at(date(2026, 7, 11))
    town.sweep()
    assert (standing(town), letters(town, case)[-1]) == ([], "joint_measure_lifted")
    receipts(town, case)
    assert town.case(case).outcome == "lifted"


def test_it_ends_with_its_record(town: Town) -> None:
    number = town.record()
    case, proposed = in_force(town, number=number), asked(town, "funding", number)
    receipts(town, case)  # its office has taken note of the measure
    repair = town.file_repair(number)
    town.steps(repair, "accept", "report_verification", "propose_grant", "grant")
    assert standing(town) == []  # the grant lifts every measure and tells its office
    woken = town.all(select(outbox).where(outbox.c.topic == "follow", outbox.c.kind == "record_changed"))
    assert {row.case_id for row in woken} == {town.case(case).id, town.case(proposed).id}
    with town.db.begin() as tx:
        for other in (case, proposed):
            try_system(tx, town.services, other, "record_changed", f"woken/{other}", town.now)
    assert (town.case(case).outcome, town.case(proposed).outcome) == ("lifted", "dropped")
    assert [row.kind for row in town.pushes(case)] == ["measure_impose"]  # the end is told once, by the repair


def test_a_ban_for_life_outlasts_the_repair_of_its_record(town: Town) -> None:
    number = town.record()
    case = asked(town, "lifelong_ban", number)
    town.do(case, "request")
    command = town.command(case, "respond")
    given = {name: value for name, value in command.inputs.items() if name != "term_end"}
    town.perform(type(command)(**{f: getattr(command, f) for f in command.__slots__} | {"inputs": given}))
    proposed = asked(town, "lifelong_ban", number)
    repair = town.file_repair(number)
    town.steps(repair, "accept", "report_verification", "propose_grant", "grant")
    with town.db.begin() as tx:
        for other in (case, proposed):
            try_system(tx, town.services, other, "record_changed", f"woken/{other}", town.now)
    assert standing(town) == ["lifelong_ban"]
    assert (town.case(case).state, town.case(proposed).outcome) == ("in_force", "dropped")


@pytest.mark.parametrize(("code", "inputs", "ok"), [
    ("bidding", {"term_end": None}, False), ("bidding", {"term_end": "2029-06-11"}, False),
    ("bidding", {"term_end": "2029-06-10"}, True), ("bidding", {"term_end": "2026-06-10"}, False),
    ("inspection", {"term_end": None}, True), ("lifelong_ban", {"term_end": None}, True),
])  # fmt: skip
def test_no_longer_than_the_list_allows(town: Town, code: str, inputs: dict[str, Any], ok: bool) -> None:
    case = asked(town, code)
    town.do(case, "request")
    command = town.command(case, "respond", inputs=inputs)
    given = {name: value for name, value in command.inputs.items() if value is not None}
    command = type(command)(**{f: getattr(command, f) for f in command.__slots__} | {"inputs": given})
    if ok:
        town.perform(command)
        assert standing(town) == [code]
    else:
        with refused("measure_term_lawful"):
            town.perform(command)


@pytest.mark.parametrize("said", ["《云溪县信用工作规则》", "有关规定", "政府采购法第二十二条"])
def test_a_measure_names_the_article_it_rests_on(town: Town, said: str) -> None:
    case = asked(town)
    town.do(case, "request")
    with refused("measure_names_its_law"):
        town.do(case, "respond", inputs={"measure_law": said})
    assert letters(town, case) == ["joint_measure_request"]
    with pytest.raises(Invalid) as empty:
        town.do(case, "respond", inputs={"measure_law": ""})
    assert [one.where for one in empty.value.problems] == ["measure_law"]
    town.do(case, "respond", inputs={"measure_law": "《招标投标条例（虚构）》第十条"})
    assert "依据《招标投标条例（虚构）》第十条、" in words(town, case, "joint_measure_notice")


def test_a_mandatory_measure_is_not_declined(town: Town) -> None:
    must, may = asked(town), asked(town, "funding")
    for case in (must, may):
        town.do(case, "request")
    with refused("measure_is_recommended"):
        town.do(must, "decline")
    town.do(may, "decline")
    assert town.case(may).outcome == "ended"


def test_only_listed_measures_by_known_offices_on_standing_records(town: Town) -> None:
    number = town.record()
    with pytest.raises(Invalid):
        asked(town, "shaming", number)
    with refused("no_such_office"):
        opened(town, "joint_measure", record=number, inputs={"partner": "NOBODY"})
    repair = town.file_repair(number)
    town.steps(repair, "accept", "report_verification", "propose_grant", "grant")
    with refused("record_in_force"):
        asked(town, number=number)


def test_who_asks_does_not_approve_and_others_do_not_answer(town: Town) -> None:
    both = town.actor("examiner@ENV", "decider@ENV")
    case = town.file("joint_measure", town.record(), both, kinds=())
    with refused("not_the_filer"):
        town.do(case, "request", both)
    town.do(case, "request")
    with pytest.raises(Forbidden):
        town.do(case, "respond", town.actor("partner@ENV"))


def test_dropped_and_late(town: Town) -> None:
    case = asked(town)
    town.at(timedelta(days=14))
    assert "escalate:3" in town.sweep()
    town.do(case, "drop")
    assert (town.case(case).outcome, "joint_measure_request" in letters(town, case)) == ("dropped", False)
