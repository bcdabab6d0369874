"""A doubtful row is no record until a person says so: held once, decided with a reason, taken in whole or not at all."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from repairflow.casework.cases import held_rows_decision
from repairflow.casework.queries.records.held_rows import waiting
from repairflow.errors import Conflict
from repairflow.law.identifiers import make_uscc
from repairflow.records import held_row, record, subject
from tests.casework.test_intake import bring, csv, line
from tests.gateway.penalty_samples import resident
from tests.support.building import Town

DOUBTS = {
    "another company's code": line("溪环罚〔2026〕1号").replace("云溪环保科技有限公司", "北岭运输有限公司"),
    "renamed": line("溪环罚〔2026〕1号").replace("云溪环保科技有限公司", "云溪绿色环保股份有限公司"),
    "a slip of the unit": line("溪环罚〔2026〕1号", fine="5000").replace("处罚款。", "罚款5000元。"),
    "a slip of the point": line("溪环罚〔2026〕1号", fine="1.2").replace("处罚款。", "处罚款壹拾贰万元整。"),
    "a number without its office": line("1006"),
}


def decide(town: Town, accept: bool, who: str = "examiner@ENV") -> str:
    waiting = town.one(select(held_row).order_by(held_row.c.id).limit(1))
    with town.db.begin() as tx:
        return held_rows_decision.decide(
            tx, town.services, town.actor(who), waiting.id, accept=accept, reason="已与报送单位核对", now=town.now
        )


def everything(town: Town) -> list[Any]:
    return town.all(select(record))


@pytest.mark.parametrize("row", DOUBTS.values(), ids=DOUBTS)
def test_a_doubtful_row_waits_and_is_published_by_nobody_but_a_person(town: Town, row: str) -> None:
    dry = bring(town, csv(row), dry_run=True)
    assert (dry.new, dry.refused, dry.held, town.all(select(held_row))) == (0, 1, 1, [])
    for _ in range(2):
        outcome = bring(town, csv(row))
        assert (outcome.new, outcome.refused, outcome.held) == (0, 1, 1)
        assert "待核对" in outcome.problems[-1].reason
    assert everything(town) == []
    assert [waiting.kind for waiting in town.all(select(held_row))] == ["row"]
    assert decide(town, True) == "accepted"
    (made,) = everything(town)
    assert (made.state, made.subject_id) == ("published", town.subjects["yunxi"])
    assert bring(town, csv(row)).new == 0
    town.sound()


def test_what_was_refused_never_becomes_a_record(town: Town) -> None:
    bring(town, csv(DOUBTS["a slip of the unit"]))
    assert decide(town, False) == "refused"
    assert everything(town) == []


def test_a_row_that_came_in_meanwhile_is_not_taken_twice(town: Town) -> None:
    bring(town, csv(DOUBTS["a slip of the unit"]))
    bring(town, csv(line("溪环罚[2026]1号", fine="0.5").replace("处罚款。", "罚款5000元。")))
    with pytest.raises(Conflict, match="已经在档"):
        decide(town, True)
    assert len(everything(town)) == 1


def test_two_names_for_one_new_code_in_one_file_are_noticed(town: Town) -> None:
    first, second = line("溪环罚〔2026〕1号"), line("溪环罚〔2026〕2号")
    new = make_uscc("320830", "MA9Y8Y7X")
    rows = [text.replace(text.split(",")[2], new) for text in (first, second)]
    rows = [
        rows[0].replace("云溪环保科技有限公司", "甲有限公司"),
        rows[1].replace("云溪环保科技有限公司", "乙有限公司"),
    ]
    outcome = bring(town, csv(*rows))
    assert (outcome.new, outcome.refused, outcome.held) == (1, 1, 1)


def test_a_persons_number_is_sealed_while_the_row_waits(town: Town) -> None:
    number = resident(date(1985, 4, 12))
    head = (
        "行政相对人名称,行政相对人类别,自然人证件号码,行政处罚决定书文号,违法行为类型,处罚类别,处罚内容,罚款金额（万元）,处罚决定日期,"
        "处罚机关"
    )
    row = f"龙小川,自然人,{number},溪环罚〔2026〕5号,露天焚烧,罚款,罚款500元,500,2026-05-11,云溪县生态环境局"
    assert bring(town, f"{head}\n{row}".encode()).held == 1
    waiting = town.one(select(held_row))
    assert number not in str(waiting.content) + str(waiting.reasons)
    decide(town, True)
    assert len(town.all(select(subject).where(subject.c.kind == "natural_person"))) == 1
    assert everything(town)[0].state == "unpublished"


def test_people_are_told_once_of_many_rows(town: Town) -> None:
    rows = [line(f"溪环罚〔2026〕{n}号", fine="5000").replace("处罚款。", "罚款5000元。") for n in range(1, 6)]
    assert bring(town, csv(*rows)).held == 5
    assert len(town.notices("decider@ENV", "held_row")) == 1


def test_a_row_that_may_be_a_decision_on_file_stands_beside_it(town: Town) -> None:
    bring(town, csv(line("溪环罚〔2026〕1号")))
    (here,) = everything(town)
    like = line("溪环罚〔2026〕1号行政处罚决定书", fine="3")
    assert bring(town, csv(like, line("溪环罚〔2026〕1008号").replace("云溪环保科技", "云溪绿色环保"))).held == 2
    with town.db.read() as tx:
        found, other = waiting(tx, town.vault, town.actor("examiner@ENV"))
    compared = {item.label: item for item in found.lines if item.here}
    number, fine = compared["行政处罚决定书文号"], compared["罚款金额（万元）"]
    assert (number.delivered, number.here, number.differs) == (
        "溪环罚〔2026〕1号行政处罚决定书",
        "溪环罚〔2026〕1号",
        True,
    )
    assert (fine.delivered, fine.here, fine.differs) == ("3", "2", True)
    assert compared["处罚机关"].here == "云溪县生态环境局"
    assert found.row.reasons[0]["beside"] == here.number
    assert not other.here  # a name that differs is no decision on file


def test_of_another_offices_decision_only_the_number_is_told(town: Town) -> None:
    """Else whoever delivers guesses would read what other offices have on file."""
    bring(town, csv(line("溪环罚〔2026〕1号")))
    (theirs,) = everything(town)
    like = line("溪环罚〔2026〕1号行政处罚决定书", office="云溪县市场监督管理局")
    assert bring(town, csv(like), office_code="MARKET").held == 1
    with town.db.read() as tx:
        (found,) = waiting(tx, town.vault, town.actor("examiner@MARKET"))
    assert found.row.reasons[0]["beside"] == theirs.number
    assert [item for item in found.lines if item.here] == []
