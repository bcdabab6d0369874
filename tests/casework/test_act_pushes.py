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
from repairflow.casework.outbound import act_pushes, pushes, sync_findings, told_targets
from repairflow.casework.queries.oversight import pushes as push_queries
from repairflow.casework.rows_by_id import record_of
from repairflow.casework.worker_pulse import Pulse
from repairflow.errors import Invalid
from repairflow.gateway.reconcile import Difference
from repairflow.law.identifiers import make_uscc
from repairflow.records import act, outbox, subject, sync_finding, target
from repairflow.records.rows import all_rows
from tests.casework.test_succession import NEW, change, code
from tests.law_stories.telling import belongs_to
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


def test_an_office_sees_what_its_acts_wait_to_be_told_and_nobody_elses(town: Town, public: list[str]) -> None:
    lanes = sum(lane.endswith(tuple(public)) for lane, _ in told(town))
    town.turn(update(outbox).where(outbox.c.kind == "act_changed").values(state="dead", next_at=None))
    with town.db.read() as tx:
        for who, seen in (
            ("examiner@ENV", lanes), ("head@ENV", lanes), ("head@MARKET", 0), ("examiner@MARKET", 0),
            ("supervisor@CREDIT", lanes),
        ):  # fmt: skip
            actor = town.actor(who)
            rows = push_queries.dead(tx, actor)
            assert [row.record_number in public for row in rows] == [True] * seen, who
            assert push_queries.standing(tx, Pulse(), actor, town.now).dead == seen, who


@pytest.mark.parametrize("place", ["320000", "330000", "440000", None])
@pytest.mark.parametrize("region", ["320830", "330100"])
def test_an_authority_elsewhere_is_told_of_standing_acts_as_of_new_ones(
    town: Town, public: list[str], place: str | None, region: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By one rule, asked for one act or for all; and no more acts are read than are told."""
    belongs_to(town, "ENV", division_code="320830")
    belongs_to(town, "MARKET", division_code=place)
    for change_of in (
        update(subject).where(subject.c.id == town.subjects["yunxi"]).values(uscc=make_uscc(region, "MA1X2Y3T")),
        update(target).where(target.c.code == "market").values(kind="authority"),
        update(target).where(target.c.code != "market").values(active=False),
        delete(outbox).where(outbox.c.kind == "act_changed"),
    ):
        town.turn(change_of)
    of = town.one(select(act).where(act.c.number == public[0]))
    with town.db.read() as tx:
        expected = [goal.code for goal in told_targets.told_of(tx, of.subject_id, of.office_id)]
    monkeypatch.setattr(act_pushes, "MOST", 1)
    read: list[int] = []
    monkeypatch.setattr(act_pushes, "all_rows", lambda *given: read.append(len(found := all_rows(*given))) or found)
    told_now = [tell(town) for _ in range(3)]
    assert told_now == ([1, 1, 0] if expected else [0, 0, 0])
    assert max(read) <= 1
    assert expected == (["market"] if place in (None, "320000") or place[:2] == region[:2] else [])
