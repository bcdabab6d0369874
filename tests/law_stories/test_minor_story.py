"""未成年人: never before the public, repaired lightly with the supervisor's consent, filed by a guardian."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from repairflow.casework.case_state import record_events
from repairflow.casework.credit_records import lifecycle
from repairflow.casework.credit_records.lifecycle import RecordStep
from repairflow.casework.event_log import NewEvent
from repairflow.records import outbox, record, target
from tests.law_stories.telling import letters, receipts, refused, words
from tests.support.building import Town

pytestmark = pytest.mark.either_database  # the procedure's law alone; walks and stories run on both

PAPERS = ("guardianship", "correction_proof")


def of_minor(town: Town, measured: bool = False) -> str:
    number = town.record(kind="natural_person", measured=measured)
    with town.db.begin() as tx:
        row = tx.execute(select(record).where(record.c.number == number)).one()
        record_events.append(tx, row, NewEvent(action="minor", at=town.now, reason="行为时未满十八周岁"))
        tx.execute(update(record).where(record.c.number == number).values(minor=True))
    assert town.of_record(number).state == "unpublished"
    return number


def test_the_light_way(town: Town) -> None:
    number = of_minor(town, measured=True)
    case = town.file("minor_repair", number, kinds=PAPERS)
    with refused("wrong_state"):
        town.do(case, "accept")  # not before the supervisor consents
    town.steps(case, "consent", "accept", "report_verification", "grant")
    kinds = {row.kind for row in town.all(select(target.c.kind).join(outbox, outbox.c.target_id == target.c.id))}
    assert kinds == {"partner"}  # no platform that shows records hears of it
    receipts(town, case)
    assert (town.case(case).outcome, town.of_record(number).state) == ("granted", "sealed")
    assert letters(town, case) == ["case_receipt", "case_result"]
    town.sound()


@pytest.mark.parametrize("effect", ["publish"])
def test_no_step_brings_a_minors_record_before_the_public(town: Town, effect: str) -> None:
    number = of_minor(town)
    with refused("minor_never_public"), town.db.begin() as tx:
        row = tx.execute(select(record).where(record.c.number == number)).one()
        lifecycle.change(tx, town.services, row, RecordStep(names=(effect,), at=town.now, reason="试"))
    assert town.of_record(number).state == "unpublished"


def test_restoring_one_shows_nothing(town: Town) -> None:
    number = of_minor(town)
    case = town.file("minor_repair", number, kinds=PAPERS)
    town.steps(case, "consent", "accept", "report_verification", "grant")
    receipts(town, case)
    revocation = town.file("revocation", None, who=town.actor("examiner@ENV"), case=case)
    town.steps(revocation, "serve_notice", "state_defence", "propose_revocation")
    town.do(revocation, "revoke")
    row = town.of_record(number)
    assert (row.state, row.max_until) == ("unpublished", town.today.replace(year=town.today.year + 1))
    assert not town.pushes(revocation)
    assert "公示期重新计算" not in words(town, revocation, "revocation")
    town.sound()


def test_refusals(town: Town) -> None:
    with refused("subject_is_minor"):
        town.file("minor_repair", town.record(), kinds=PAPERS)
    number = of_minor(town)
    with refused("materials_complete"):
        town.file("minor_repair", number, kinds=("correction_proof",))
    with refused("record_is_public_or_of_person"):  # the track of grown-ups is not theirs
        town.file_repair(number)
    case = town.file("minor_repair", number, kinds=PAPERS)
    with refused("no_duplicate_pending"):
        town.file("minor_repair", number, kinds=PAPERS)
    town.steps(case, "consent", "accept")
    both = town.actor("examiner@ENV", "decider@ENV")
    town.do(case, "report_verification", both)
    with refused("four_eyes"):
        town.do(case, "grant", both)
    town.do(case, "deny")
    assert "改正" in words(town, case, "case_result")


@pytest.mark.parametrize(("steps", "outcome"), [(("refuse",), "refused"), (("consent", "withdraw"), "withdrawn")])
def test_other_ends(town: Town, steps: tuple[str, ...], outcome: str) -> None:
    case = town.file("minor_repair", of_minor(town), kinds=PAPERS)
    town.steps(case, *steps)
    assert town.case(case).outcome == outcome


def test_a_late_office_is_reported(town: Town) -> None:
    case = town.file("minor_repair", of_minor(town), kinds=PAPERS)
    town.at(town.dues(case)["consent"].due_day + timedelta(days=7))
    assert "escalate:3" in town.sweep()
    assert town.case(case).state == "submitted"
