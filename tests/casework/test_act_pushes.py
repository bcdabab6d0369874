"""What platforms are told of administrative acts that were public before they were told of any, and under a subject's new name."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import delete, select, update

from repairflow.casework.actor import SYSTEM
from repairflow.casework.case_state.record_change import Change
from repairflow.casework.changes import EnterActs, SettleActs
from repairflow.casework.changes.system import TellStandingActs
from repairflow.casework.dispatch import dispatch
from repairflow.casework.outbound import pushes, sync_findings
from repairflow.casework.rows_by_id import record_of
from repairflow.errors import Invalid
from repairflow.gateway.reconcile import Difference
from repairflow.records import outbox, sync_finding, target
from tests.casework.test_succession import NEW, change, code
from tests.support.building import COMPANIES, Town

SHOWS = ["site", "province"]
PERMIT = {"kind": "permit", "name": COMPANIES[0][1], "decision_date": "2026-06-08", "title": "准予取水"}


@pytest.fixture
def public(town: Town) -> list[str]:
    """Numbers of two public acts of 云溪环保."""
    rows = [PERMIT | {"code": code(town), "document_number": f"溪环许〔2026〕{at}号"} for at in (1, 2)]
    with town.db.begin() as tx:
        numbers = dispatch(tx, town.services, EnterActs(town.actor("examiner@ENV"), "ENV", rows), town.now)
    settle(town, numbers, "publish")
    return list(numbers)


def settle(town: Town, numbers: Any, decision: str) -> None:
    with town.db.begin() as tx:
        given = SettleActs(town.actor("reviewer@ENV"), tuple(numbers), decision, "经核实。")
        dispatch(tx, town.services, given, town.now)


def tell(town: Town) -> int:
    with town.db.begin() as tx:
        return int(dispatch(tx, town.services, TellStandingActs(SYSTEM), town.now))


def told(town: Town) -> list[tuple[str, str]]:
    """Lane and change of every message about acts, as they were ordered."""
    rows = town.all(select(outbox).where(outbox.c.kind == "act_changed").order_by(outbox.c.id))
    return [(row.lane, row.payload["change"]) for row in rows]


def test_acts_that_were_public_before_are_told_once(town: Town, public: list[str]) -> None:
    assert tell(town) == 0  # each was told when it became public
    everywhere = {lane for lane, _ in told(town)}
    town.turn(delete(outbox).where(outbox.c.kind == "act_changed"))  # as an earlier version left them
    settle(town, public[1:], "withdraw")
    town.turn(delete(outbox).where(outbox.c.kind == "act_changed"))
    town.turn(update(target).where(target.c.code == "province").values(takes=["record_changed"]))
    mine = {lane for lane in everywhere if lane.endswith(public[0]) and not lane.startswith("province/")}
    assert tell(town) == len(mine) > 0
    assert sorted(told(town)) == sorted((lane, "standing") for lane in mine)  # what was withdrawn, nobody is told of
    assert tell(town) == 0
    town.turn(update(target).where(target.c.code == "province").values(takes=None))
    assert tell(town) == 1  # once it was ticked
    assert told(town)[-1] == (f"province/{public[0]}", "standing")
    assert tell(town) == 0
    settle(town, public[:1], "withdraw")
    assert {lane for lane, what in told(town) if what == "withdrawn"} == {*mine, f"province/{public[0]}"}
    town.sound()


def test_acts_bear_the_new_name_of_their_subject(town: Town, public: list[str]) -> None:
    before = {lane for lane, _ in told(town)}
    change(town, name=NEW)
    rows = town.all(select(outbox).where(outbox.c.kind == "act_changed").order_by(outbox.c.id))
    renamed = [row for row in rows if row.payload["change"] == "renamed"]
    assert {row.lane for row in renamed} == before
    assert {(row.payload["subject"]["name"], row.payload["version"]) for row in renamed} == {(NEW, 3)}
    town.sound()


def test_a_target_gets_the_kinds_of_messages_it_takes(town: Town, public: list[str]) -> None:
    """Of a step, of a list of names to be told, and of a person's 催办."""
    number = town.record()
    town.turn(update(target).where(target.c.code == "site").values(takes=["act_changed"]))
    with town.db.read() as tx:
        row = record_of(tx, town.of_record(number).id)
        names = pushes.target_names(tx, row, Change((), row.state, "ceased", True))
    assert "site" not in names
    assert "province" in names
    town.turn(delete(outbox))
    change(town, name=NEW)
    kinds = {row.kind for row in town.all(select(outbox).where(outbox.c.lane.startswith("site/")))}
    assert kinds == {"act_changed"}
    assert f"province/{number}" in {row.lane for row in town.all(select(outbox))}
    town.turn(update(outbox).values(state="done", ended_at=town.now, next_at=None))
    to = town.one(select(target.c.id).where(target.c.code == "site")).id
    with town.db.begin() as tx:
        sync_findings.keep(tx, to, [Difference(number, "not_shown", "public", None)], town.now)
    finding = town.one(select(sync_finding.c.id)).id
    with town.db.begin() as tx, pytest.raises(Invalid, match="没有登记为接收这类报文"):
        sync_findings.chase(tx, town.services.law, town.actor("supervisor@CREDIT"), finding, town.now)
