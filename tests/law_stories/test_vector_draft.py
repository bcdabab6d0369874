"""Vectors drafted from a case: they hold, say what the case had, and name nobody."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from repairflow.casework.queries.cases import as_vector
from repairflow.errors import NotFound, RepairFlowError
from repairflow.law.deadlines.count import due
from repairflow.law.vectors.drafting import draft, in_toml
from repairflow.law.vectors.form import Vector, parse_vectors
from repairflow.law.vectors.running import failures
from repairflow.records import cases, person, record, subject
from tests.law_stories.telling import belongs_to, receipts
from tests.support.building import Town

pytestmark = pytest.mark.either_database  # what is drafted of a case; walks and stories run on both


def drafted(town: Town, case: str) -> tuple[str, dict[str, Vector]]:
    with town.db.read() as tx:
        found = draft(town.law, as_vector.vector_source(tx, town.law, case))
    text = in_toml(found)
    file = parse_vectors(text, "draft.toml")
    assert not [one for vector in file.vectors for one in failures(town.law, vector)]
    assert file.author == "RepairFlow project"
    return text, {vector.name: vector for vector in file.vectors}


def personal(town: Town, case: str) -> set[str]:
    """Whatever in the database would tell who the case is about, who handled it, or what was written in it."""
    with town.db.read() as tx:
        found = {str(row.name) for row in tx.execute(select(person.c.name))}
        for row in tx.execute(select(subject.c.name, subject.c.uscc)):
            found |= {str(row.name), str(row.uscc)}
        for row in tx.execute(select(record.c.number, record.c.document_number, record.c.behaviour, record.c.fine_wan)):
            found |= {row.number, row.document_number, row.behaviour}
        found |= {step.reason for step in town.trail(case) if step.reason}
        return {one for one in found | set(tx.execute(select(cases.c.number)).scalars()) if one}


def test_a_case_becomes_vectors_that_hold_and_name_nobody(town: Town) -> None:
    case = town.file_repair()
    town.steps(case, "accept", "report_verification", "propose_grant", "grant")
    receipts(town, case)
    text, vectors = drafted(town, case)
    limit = vectors["受理期限：2026-06-10 起算"]
    assert (limit.expected["届满日"], limit.expected["版本"]) == (town_due(town, case, "acceptance"), "2026-04")
    assert vectors["准予修复"].expected["结果"] == town.procedure(case).state["executing"].label
    assert not {one for one in personal(town, case) if one in text}


def test_a_penalty_becomes_a_vector_with_a_round_fine_of_the_same_class(town: Town) -> None:
    case = town.file_objection(town.record(date(2026, 4, 7), kinds=("fine", "close"), fine="7.654321"))
    text, vectors = drafted(town, case)
    (penalty,) = [vector for vector in vectors.values() if vector.facts.kinds]
    with town.db.read() as tx:
        of = tx.execute(select(record)).one()
    assert (penalty.expected["失信程度"], penalty.expected["申请起日"]) == ("严重", of.apply_from)
    assert penalty.facts.fine_wan == 8.0
    assert not {one for one in personal(town, case) if one in text}


def town_due(town: Town, case: str, clock: str) -> date:
    with town.db.read() as tx:
        told = as_vector.vector_source(tx, town.law, case)
    found = due(told.procedure, clock, told.history, told.calendar)
    assert found is not None
    assert found.due_day is not None
    return found.due_day


def test_a_local_version_is_named_by_its_field_and_a_pause_is_left_to_a_lawyer(town: Town) -> None:
    belongs_to(town, "MARKET", domain="market_regulation")
    case = town.file_repair(town.record(office_code="MARKET"))
    town.steps(case, "request_supplement", "supply", "accept")
    text, vectors = drafted(town, case)
    assert vectors["办理期限：2026-06-10 起算"].facts.domain == "market_regulation"
    assert "# 没有写成案例：受理期限：2026-06-10 起算，期间中止计算过" in text
    assert "# 没有写成案例：补正期限：2026-06-10 起算，届满的日期还没有算出" in text
    assert '"规则文件" = "overlays/repair-market_regulation.toml"' in text


def test_no_such_case(town: Town) -> None:
    with town.db.read() as tx, pytest.raises(NotFound, match="没有编号为 X-1 的办件"):
        as_vector.vector_source(tx, town.law, "X-1")


WALK = 12
"""Steps tried in each case: enough for every procedure to have come past its first limit."""


def walked(town: Town, case: str) -> int:
    """Take whichever steps can be taken, none twice and the ends last; how many were."""
    taken: list[str] = []
    for _ in range(WALK):
        here = town.procedure(case)
        ways = here.actions_from(town.case(case).state)
        for name, action in sorted(ways.items(), key=lambda way: here.state[way[1].to or here.initial].final):
            if name in taken or action.by == ("system",):
                continue
            try:
                town.do(case, name)
            except RepairFlowError:
                continue
            taken.append(name)
            break
        else:
            break
    return len(taken)


def test_a_case_of_every_procedure_becomes_vectors_that_hold_and_name_nobody(town: Town) -> None:
    for name in town.law.names():
        if name == "record":
            continue  # the record's own life has no cases
        case = town.begin(name)
        assert walked(town, case), name
        text, vectors = drafted(town, case)
        assert vectors, name
        assert not {one for one in personal(town, case) if one in text}, name
