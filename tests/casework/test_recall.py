"""撤回未送达的决定: what a letter tells is taken back while nobody was served with it and nothing else came of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from repairflow.casework import deadline_table
from repairflow.casework.actor import SYSTEM
from repairflow.casework.case_state.situation import situation
from repairflow.casework.cases.recall import last_letter, obstacles
from repairflow.casework.changes import ErasePersonal, RecallDecision
from repairflow.casework.documents.service import arrival
from repairflow.casework.queries.audit import case_events
from repairflow.casework.queries.audit.replay.run import replay
from repairflow.casework.queries.cases import timeline
from repairflow.errors import Conflict, Invalid, NotFound, Refused, Stale
from repairflow.law.procedure.unserved import issues_to_be_served, lasting
from repairflow.records import cases, event, letter, material, office, record
from repairflow.records.rows import CaseRow, first_row
from tests.casework.test_assignment import send
from tests.casework.test_serving import agree, make_all, take_back
from tests.casework.test_undo import removal, standing
from tests.support.building import Town
from tests.support.shipped import library

WHY = "送达前发现适用的情形有误，撤回后重新决定。"
HEARD = ("serve_notice", "state_defence")
PROPOSED = ("accept", "report_verification", "propose_denial")

# procedure, version, the steps before, the step that issues the letter
RECALLED: list[tuple[str, str, tuple[str, ...], str]] = [
    ("accountability", "2026-04", (), "refuse"),
    ("commitment", "2026-04", (), "decline"),
    ("complaint", "2026-04", (), "refuse"),
    ("complaint", "2026-04", ("accept", "report_finding"), "uphold"),
    ("complaint", "2026-04", ("accept", "report_finding"), "dismiss"),
    ("complaint", "2026-04", ("accept", "report_finding"), "refer"),
    ("list_removal", "2026-04", (), "refuse"),
    ("minor_repair", "2026-04", (), "refuse"),
    ("objection", "2026-04", (), "request_supplement"),
    ("objection", "2026-04", (), "refuse"),
    ("reorganisation", "2026-04", (), "request_supplement"),
    ("reorganisation", "2026-04", (), "refuse"),
    ("review", "2026-04", (), "refuse"),
    ("review", "2026-04", ("accept", "report_review"), "maintain"),
    ("revocation", "2026-04", (*HEARD, "propose_drop"), "maintain"),
    ("tip_off", "2026-04", (), "refuse"),
    ("voluntary", "2026-04", (), "refuse"),
    *((name, version, before, step) for name, version in (("repair", "2023-05"), ("repair", "2026-04")) for before, step in (
        ((), "request_supplement"), ((), "refuse"), (("accept", "report_verification"), "serve_notice"), (PROPOSED, "deny"),
    )),
]  # fmt: skip

# procedure, the steps before, the step that stands, a word of why
STANDING: list[tuple[str, tuple[str, ...], str, str]] = [
    ("repair", ("accept", "report_verification", "propose_grant"), "grant", "信用信息、名单或者措施发生变化"),
    ("review", ("accept", "report_review"), "change", "产生的办件"),
    ("revocation", (), "serve_notice", "才看到办件"),
]


def recall(town: Town, case: str, who: str, reason: str = WHY) -> None:
    send(town, RecallDecision(town.actor(who), case, town.case(case).version, reason))


def told(town: Town, case: str, who: str) -> list[str] | None:
    """What the page says against it; None where it says nothing of it to this person."""
    actor = town.actor(who)
    with town.db.read() as tx:
        row = first_row(tx.execute(select(cases).where(cases.c.number == case)), CaseRow)
        assert row is not None
        at = situation(tx, town.law, row, town.today)
        found = last_letter(tx, at, actor)
        return None if found is None else [one.code for one in obstacles(tx, at, found)]


@pytest.mark.either_database
@pytest.mark.parametrize(("procedure", "version", "before", "step"), RECALLED)
def test_every_kind_that_may_be(town: Town, procedure: str, version: str, before: tuple[str, ...], step: str) -> None:
    case = removal(town) if procedure == "list_removal" else town.begin(procedure, version)
    if before:
        town.steps(case, *before)
    stood, row = standing(town, case), town.case(case)
    action = town.procedure(case).action[step]
    who = town.who(action.by[-1] if procedure == "minor_repair" else action.by[0], case)
    town.at(timedelta(minutes=5))
    town.do(case, step, who)
    assert standing(town, case)[0] != stood[0]
    issued = town.one(select(letter).where(letter.c.case_id == row.id).order_by(letter.c.id.desc()).limit(1))
    send(town, RecallDecision(who, case, town.case(case).version, WHY))
    assert standing(town, case) == stood
    now = town.case(case)
    assert (now.outcome, now.closed_at) == (None, None)
    assert town.one(select(letter.c.state).where(letter.c.id == issued.id)).state == "withdrawn"
    town.do(case, step, who)
    again = town.one(select(letter).where(letter.c.case_id == row.id).order_by(letter.c.id.desc()).limit(1))
    assert again.number != issued.number
    with town.db.read() as tx:
        assert [one for one in replay(tx, town.law).differences if one.case == case] == []
    town.sound()


@pytest.mark.either_database
@pytest.mark.parametrize(("procedure", "before", "step", "why"), STANDING)
def test_what_came_of_it_stands(town: Town, procedure: str, before: tuple[str, ...], step: str, why: str) -> None:
    case = town.begin(procedure)
    if before:
        town.steps(case, *before)
    who = town.who(town.procedure(case).action[step].by[0], case)
    came_from = town.case(case).state
    town.do(case, step)
    stood = standing(town, case)
    with pytest.raises(Refused) as refused:
        send(town, RecallDecision(who, case, town.case(case).version, WHY))
    assert any(why in one.text for one in refused.value.refusals)
    assert any(why in text for text in lasting(town.procedure(case), step, came_from))
    assert standing(town, case) == stood


@pytest.mark.either_database
def test_no_step_that_changes_a_record_or_begins_a_limit_of_its_own_is_among_them() -> None:
    for key, p in library().procedures.items():
        for name, step in p.action.items():
            if not issues_to_be_served(p, name):
                continue
            free = [state for state in step.from_ if state in p.state and not lasting(p, name, state)]
            assert not (free and (step.effects or step.opens or step.extends)), (key, name)


@pytest.fixture
def denied(town: Town) -> str:
    return town.ended()


def test_after_service_it_is_refused_and_the_page_says_why(town: Town, denied: str) -> None:
    assert told(town, denied, "decider@ENV") == []
    town.serve(denied)
    stood = standing(town, denied)
    with pytest.raises(Refused) as refused:
        recall(town, denied, "decider@ENV")
    assert [one.code for one in refused.value.refusals] == ["served"]
    assert "已于" in refused.value.refusals[0].text
    assert standing(town, denied) == stood
    assert told(town, denied, "decider@ENV") == ["served"]


def test_who_decided_and_the_head_of_the_office_and_nobody_else(town: Town, denied: str) -> None:
    for stranger, error in (("reviewer@ENV", Conflict), ("examiner@MARKET", NotFound), ("yunxi", Conflict)):
        with pytest.raises(error):
            recall(town, denied, stranger)
    assert told(town, denied, "reviewer@ENV") is None
    version = town.case(denied).version
    recall(town, denied, "head@ENV")
    assert town.case(denied).state == "deciding"
    with pytest.raises(Conflict):  # once
        recall(town, denied, "head@ENV")
    with pytest.raises(Stale):
        send(town, RecallDecision(town.actor("head@ENV"), denied, version, WHY))


def test_it_needs_a_reason_that_its_trail_and_its_people_read(town: Town, denied: str) -> None:
    with pytest.raises(Invalid) as faulty:
        recall(town, denied, "decider@ENV", "  ")
    assert [one.where for one in faulty.value.problems] == ["recall-reason"]
    recall(town, denied, "decider@ENV")
    kept = select(event.c.action, event.c.reason, event.c.actor_role).where(event.c.case_id == town.case(denied).id)
    assert [tuple(one) for one in town.all(kept.order_by(event.c.seq))][-2:] == [
        ("letter_withdrawn", WHY, "decider"), ("undo_step", WHY, "decider"),
    ]  # fmt: skip
    with town.db.read() as tx:
        row = first_row(tx.execute(select(cases).where(cases.c.number == denied)), CaseRow)
        assert row is not None
        subjects = timeline.of_case(tx, town.procedure(denied), town.law.packs[row.pack], row.id, told_only=True)
        auditors = case_events.history(tx, town.law, row)
    for read in (subjects, auditors):
        assert [one.label for one in read if one.action == "undo_step"] == [deadline_table.RECALLED]
    assert any("文书撤回" in title for title in town.notices("yunxi"))
    assert any("已撤回" in title for title in town.notices("decider@ENV"))


def test_papers_that_came_with_it(town: Town) -> None:
    case = town.file_repair()
    town.steps(case, *PROPOSED)
    paper = town.material("other", town.actor("decider@ENV"))
    town.do(case, "deny", materials=(paper,))
    assert town.one(select(material.c.id).where(material.c.case_id == town.case(case).id, material.c.token == paper))
    assert told(town, case, "decider@ENV") == ["materials"]


def _review(town: Town, case: str) -> None:
    town.turn(office.update().where(office.c.code == "ENV").values(parent_id=town.offices["MARKET"]))
    town.file("review", None, town.actor("yunxi"), case=case)


def _correction(town: Town, case: str) -> None:
    row = town.one(
        select(letter.c.id).where(letter.c.case_id == town.case(case).id).order_by(letter.c.id.desc()).limit(1)
    )
    town.turn(letter.update().where(letter.c.id == row.id).values(state="withdrawn"))


def _again(town: Town, case: str) -> None:
    row = town.case(case)
    number = town.one(select(record.c.number).where(record.c.id == row.record_id)).number
    town.file_repair(number)


def _annulment(town: Town, case: str) -> None:
    town.turn(record.update().where(record.c.id == town.case(case).record_id).values(annulled_at=town.now))


def _struck_out(town: Town, case: str) -> None:
    """It arrived in the account of who agreed to that; the head strikes the entry out."""
    make_all(town)
    row = town.one(select(letter).where(letter.c.case_id == town.case(case).id).order_by(letter.c.id.desc()).limit(1))
    agree(town)
    with town.db.begin() as tx:
        assert arrival.arrive(tx, town.services, row.id, town.now) is not None
    assert told(town, case, "decider@ENV") == ["served"]
    take_back(town, row.token)


def _erased(town: Town, case: str) -> None:
    send(town, ErasePersonal(SYSTEM, case, "本人申请"))


@pytest.mark.parametrize(
    ("happens", "code"),
    [
        (_review, "linked"), (_correction, "not_in_force"), (_again, "filed_anew"), (_annulment, "annulled"),
        (_struck_out, "reached"), (_erased, "erased"),
    ],
)  # fmt: skip
def test_what_others_did_with_it(town: Town, denied: str, happens: Callable[[Town, str], None], code: str) -> None:
    happens(town, denied)
    assert told(town, denied, "decider@ENV") == [code]
    with pytest.raises(Refused):
        recall(town, denied, "decider@ENV")


def test_where_a_limit_of_the_state_before_is_over_it_is_not_offered(town: Town) -> None:
    """The system would end at once what the recall opens again."""
    case = town.begin("voluntary")
    town.steps(case, "pass_on")
    town.do(case, "verify", inputs={"promised_day": (town.today + timedelta(days=30)).isoformat()})
    town.do(case, "find_untrue")
    assert told(town, case, "decider@ENV") == []
    town.at(timedelta(days=31))
    assert told(town, case, "decider@ENV") == ["over"]
    with pytest.raises(Refused) as refused:
        recall(town, case, "decider@ENV")
    assert "已经届满" in refused.value.refusals[0].text
