"""撤回上一步: the steps a procedure names, taken back by who took them and still holds the post; everything else stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Connection, select

from repairflow.casework import clock_guard, heartbeats
from repairflow.casework.case_state import case_events
from repairflow.casework.case_state.case_events import Move
from repairflow.casework.case_state.situation import Situation, history_of, law_of, situation
from repairflow.casework.cases.undo import last_step
from repairflow.casework.changes import AddNote, TakeBackNote, UndoStep
from repairflow.casework.context import Services
from repairflow.casework.dispatch import dispatch
from repairflow.casework.event_log import NewEvent
from repairflow.casework.queries.audit.replay.run import replay
from repairflow.casework.queries.cases.notes import notes
from repairflow.casework.queries.cases.similar import similar
from repairflow.casework.queries.oversight.monthly_results import monthly_results
from repairflow.casework.queries.oversight.statistics import closed
from repairflow.errors import Conflict, Forbidden, NotFound, Refused, Stale
from repairflow.law.checks.undoable_steps import reasons
from repairflow.records import cases, event
from repairflow.records.rows import CaseRow, first_row
from tests.casework.test_assignment import send
from tests.casework.test_calendars import load
from tests.law_stories.test_list_removal_story import apply, on_list
from tests.law_stories.test_listing_story import to_decision
from tests.support.building import Town
from tests.support.shipped import found, library, part

ACCEPTED = ("accept", "report_verification")
HEARD = ("serve_notice", "state_defence")

# procedure, version, the steps before, the step that is taken back
UNDOABLE: list[tuple[str, str, tuple[str, ...], str]] = [
    ("complaint", "2026-04", ("accept",), "report_finding"),
    ("complaint", "2026-04", ("accept", "report_finding"), "return_to_check"),
    ("correction", "2026-04", (), "propose"),
    ("correction", "2026-04", ("serve_notice", "state_defence"), "propose_heard"),
    ("minor_repair", "2026-04", ("consent", "accept"), "report_verification"),
    ("reorganisation", "2026-04", ("accept",), "report_check"),
    ("reorganisation", "2026-04", ("accept", "report_check", "mask", "report_completion"), "confirm_completion"),
    ("list_removal", "2026-04", ("accept", "report_verification"), "return_to_verification"),
    ("review", "2026-04", ("accept",), "report_review"),
    ("review", "2026-04", ("accept", "report_review"), "return_to_review"),
    ("revocation", "2026-04", HEARD, "propose_revocation"),
    ("revocation", "2026-04", HEARD, "propose_drop"),
    ("tip_off", "2026-04", ("accept", "record_step"), "report_finding"),
    ("tip_off", "2026-04", ("accept", "record_step", "report_finding"), "return_to_check"),
    *(("repair", version, before, step) for version in ("2023-05", "2026-04") for before, step in (
        (("accept",), "report_verification"), (ACCEPTED, "return_to_verification"), (ACCEPTED, "propose_grant"),
        (ACCEPTED, "propose_denial"), ((*ACCEPTED, "propose_grant"), "return_to_review"),
    )),
]  # fmt: skip

# procedure, the steps before, the step that stands, who took it, a word of why no file may call it undoable
STANDING: list[tuple[str, tuple[str, ...], str, str | None, str]] = [
    ("repair", (), "accept", None, "制发文书"),
    ("repair", (*ACCEPTED, "propose_grant"), "grant", None, "制发文书"),
    ("list_removal", (), "accept", None, "期限由此起算"),
    ("listing", ("heard",), "announce", None, "向社会公示"),
    ("listing", ("heard", "announce"), "object_in_window", "registrar", "当事人、群众"),
    ("listing", ("review_pass",), "state_consent", None, "外部事实"),
    ("revocation", HEARD, "refer_crime", None, "没有把办件转给另一环节"),
    ("interview", ("approve", "serve_notice"), "mark_no_show", None, "期限由此起算"),
    ("joint_measure", ("request", "respond"), "feed_back", None, "其他单位办理"),
    ("tip_off", ("accept",), "record_step", None, "外部事实"),
    ("accountability", ("accept",), "report_finding", None, "外部事实"),  # it rests on papers that come with it
]  # fmt: skip


def removal(town: Town) -> str:
    """Asked for by who has been on a list for its shortest stay."""
    number = on_list(town, linked=True)
    town.at(timedelta(days=366))
    return apply(town, number)


def undo(town: Town, case: str, who: str) -> None:
    send(town, UndoStep(town.actor(who), case, town.case(case).version))


def standing(town: Town, case: str) -> tuple[object, ...]:
    row = town.case(case)
    return row.state, row.due_day, row.internal, {n: (due.due_day, due.state) for n, due in town.dues(case).items()}


def offered(town: Town, case: str, who: str) -> bool:
    """Whether the page offers it."""
    actor = town.actor(who)
    with town.db.read() as tx:
        return last_step(tx, read(town, tx, case), actor) is not None


def read(town: Town, tx: Connection, case: str) -> Situation:
    row = first_row(tx.execute(select(cases).where(cases.c.number == case)), CaseRow)
    assert row is not None
    return situation(tx, town.law, row, town.today)


def undone_before(town: Town, case: str, action: str, to: str, said: Mapping[str, object] | None = None) -> None:
    """A step and its taking back, as trails have them of when any step without a letter could be taken back."""
    who, seq = town.actor("examiner@ENV"), 0
    with town.db.begin() as tx:
        for name, there in ((action, to), ("undo_step", town.case(case).state)):
            at = read(town, tx, case)
            content: dict[str, object] = {"step": seq} if seq else dict(said or {})
            new = NewEvent(
                action=name, at=town.now, by=who, role="examiner", content=content, reason="这一步撤回了。", to_state=there,
                law=law_of(at),
            )  # fmt: skip
            seq = case_events.advance(tx, at.case, new, Move(there, None, at.case.due_day, None)).seq


@pytest.mark.either_database
def test_the_shipped_files_name_these_steps_and_no_other() -> None:
    named = {
        (*key, name) for key, p in library().procedures.items() for name, step in p.action.items() if step.undoable
    }
    assert {one for one in named if "." not in one[1]} == {(name, version, step) for name, version, _, step in UNDOABLE}


@pytest.mark.either_database
@pytest.mark.parametrize(("procedure", "version", "before", "step"), UNDOABLE)
def test_every_undoable_step(town: Town, procedure: str, version: str, before: tuple[str, ...], step: str) -> None:
    case = removal(town) if procedure == "list_removal" else town.begin(procedure, version)
    if before:
        town.steps(case, *before)
    stood = standing(town, case)
    who = town.who(town.procedure(case).action[step].by[0], case)
    town.at(timedelta(minutes=5))
    town.do(case, step)
    assert standing(town, case)[0] != stood[0]
    send(town, UndoStep(who, case, town.case(case).version))
    assert standing(town, case) == stood
    town.do(case, step)
    town.sound()


@pytest.mark.either_database
@pytest.mark.parametrize(("procedure", "before", "step", "post", "why"), STANDING)
def test_every_other_step_stands(
    town: Town, procedure: str, before: tuple[str, ...], step: str, post: str | None, why: str
) -> None:
    if before[:1] == ("heard",):  # about a list whose entries are made public before they are decided
        case, before = to_decision(town, "maritime_black"), before[1:]
    elif procedure == "list_removal":
        case = removal(town)
    else:
        case = town.begin(procedure)
    if before:
        town.steps(case, *before)
    if step == "mark_no_show":
        town.at(timedelta(days=30))
    action = town.procedure(case).action[step]
    who = town.who(post or action.by[0], case)
    town.do(case, step, who)
    stood = standing(town, case)
    with pytest.raises(Conflict):
        send(town, UndoStep(who, case, town.case(case).version))
    assert standing(town, case) == stood
    with town.db.read() as tx:
        assert last_step(tx, read(town, tx, case), who) is None
    assert any(why in text for text in reasons(town.procedure(case), action))


@pytest.mark.either_database
@pytest.mark.parametrize(("procedure", "edit", "why"), [
    ("repair", part("repair", "action.accept", 'to = "verifying"\n', 'to = "verifying"\nundoable = true\n'), "制发文书"),
    ("correction", part("correction", "action.propose", 'to = "deciding"\n', 'to = "executing"\n'), "主体才看得到"),
    ("complaint", ('deciding = "credit_office"', 'deciding = "authority"'), "一个单位转给另一个单位"),
    ("list_removal", part("list_removal", "action.report_verification", "label = ", "undoable = true\nlabel = "), "外部事实"),
    ("record", part("record", "action.publish", "label = ", "undoable = true\nlabel = "), "不是办理步骤"),
])  # fmt: skip
def test_a_file_that_names_another_step_is_refused(procedure: str, edit: tuple[str, str], why: str) -> None:
    assert why in "".join(one.text for one in found(procedure, edit) if one.code == "undoable_step")


def test_a_proposal_is_taken_back_as_if_it_had_not_been(town: Town) -> None:
    case = town.file_repair()
    town.steps(case, *ACCEPTED)
    stood = standing(town, case)
    town.at(timedelta(days=1))
    town.do(case, "propose_grant")
    colleague = replace(town.actor("decider@ENV"), roles=town.actor("reviewer@ENV").roles)
    with pytest.raises(Conflict):  # somebody else's step, though of the same post
        send(town, UndoStep(colleague, case, town.case(case).version))
    undo(town, case, "reviewer@ENV")
    row = town.case(case)
    assert standing(town, case) == stood
    # for clocks, guards and four eyes nothing was done: what was counted, asked or decided by it is open again
    with town.db.read() as tx:
        seen = [(step.action, step.state, dict(step.inputs)) for step in history_of(tx, row.id)[-2:]]
    assert seen == [("undone", "reviewing", {})] * 2
    with pytest.raises(Conflict):  # once
        undo(town, case, "reviewer@ENV")
    with pytest.raises(Stale):
        send(town, UndoStep(town.actor("reviewer@ENV"), case, row.version - 1))
    with pytest.raises(NotFound):
        undo(town, case, "examiner@MARKET")
    assert any("已撤回" in title for title in town.notices("decider@ENV"))
    told = select(event.c.action, event.c.actor_role).where(event.c.case_id == row.id).order_by(event.c.seq)
    assert [tuple(one) for one in town.all(told)][-2:] == [("propose_grant", "reviewer"), ("undo_step", "reviewer")]
    # who took it back may decide another's proposal no less than before, and the case goes its way
    town.do(case, "propose_grant")
    town.do(case, "grant")
    with town.db.read() as tx:
        assert [one for one in replay(tx, town.law).differences if one.case == case] == []
    town.sound()


@pytest.fixture
def proposed(town: Town) -> str:
    """A repair that the reviewer has just proposed to grant."""
    case = town.file_repair()
    town.steps(case, *ACCEPTED, "propose_grant")
    assert offered(town, case, "reviewer@ENV")
    assert not offered(town, case, "decider@ENV")
    return case


@pytest.mark.parametrize("posts", ["auditor@CREDIT", "acceptor@ENV"])
def test_a_post_that_is_no_longer_held_takes_nothing_back(town: Town, proposed: str, posts: str) -> None:
    moved = replace(town.actor("reviewer@ENV"), roles=town.actor(posts).roles)  # still sees the case
    with pytest.raises(Conflict):
        send(town, UndoStep(moved, proposed, town.case(proposed).version))
    with town.db.read() as tx:
        assert last_step(tx, read(town, tx, proposed), moved) is None


def test_only_on_the_day_it_was_taken(town: Town, proposed: str) -> None:
    town.at(timedelta(days=1))
    assert not offered(town, proposed, "reviewer@ENV")
    with pytest.raises(Conflict):
        undo(town, proposed, "reviewer@ENV")


def test_papers_that_came_with_the_step_stay_in_the_file(town: Town) -> None:
    case = town.file_repair()
    town.do(case, "accept")
    paper = town.material("other", town.actor("examiner@ENV"))
    town.do(case, "report_verification", materials=(paper,))
    with pytest.raises(Refused) as told:
        undo(town, case, "examiner@ENV")
    assert [one.code for one in told.value.refusals] == ["materials"]


def test_a_clock_that_went_ahead_takes_nothing_back(town: Town, proposed: str) -> None:
    with town.db.begin() as tx:
        heartbeats.put(tx, clock_guard.AHEAD, town.now - timedelta(hours=7))
    with pytest.raises(Refused) as told:
        undo(town, proposed, "reviewer@ENV")
    assert [one.code for one in told.value.refusals] == ["clock"]


def test_limits_are_counted_with_a_year_that_another_node_loaded(town: Town) -> None:
    town.at(date(2026, 12, 28))
    case = town.file_repair()
    town.do(case, "accept")
    town.at(timedelta(days=1))
    town.do(case, "report_verification")
    before, other = standing(town, case), Services.of(town.law, town.vault, town.settings)
    load(town)
    moved = standing(town, case)
    assert moved != before
    with town.db.begin() as tx:
        dispatch(tx, other, UndoStep(town.actor("examiner@ENV"), case, town.case(case).version), town.now)
    assert standing(town, case)[1:] == moved[1:]


# what is counted and shown leaves out what was taken back


def test_grounds_of_closed_cases(town: Town) -> None:
    def counted() -> dict[str, int]:
        with town.db.read() as tx:
            told = closed(tx, town.law, town.actor("supervisor@CREDIT"), town.today)
        return {one.label: one.count for one in told.grounds}

    town.ended()
    once = counted()
    case = town.file_repair()
    town.steps(case, *ACCEPTED)
    ground = next(iter(town.law.pack_on(town.today).lists["repair_deny_grounds"]))
    undone_before(town, case, "deny", "denied", {"ground": ground})
    town.steps(case, "return_to_verification", "report_verification", "propose_denial", "deny")
    assert once
    assert counted() == {label: 2 * count for label, count in once.items()}


def test_a_feedback_taken_back_is_no_result(town: Town) -> None:
    case = town.begin("joint_measure")
    town.steps(case, "request", "respond")
    told = {"carried_out_on": town.today.isoformat(), "occasion": "城南管网工程投标"}
    undone_before(town, case, "feed_back", "in_force", {"inputs": told})
    town.do(case, "feed_back", inputs=told)
    with town.db.read() as tx:
        assert len(monthly_results(tx, town.law, town.actor("auditor@CREDIT"), town.today.year, town.today.month)) == 1


def test_a_case_is_not_decided_by_what_was_taken_back(town: Town) -> None:
    """The system ended it when a limit was over: the last step that led it on is the order."""
    case, alike = town.begin("rectification"), town.begin("rectification")
    town.do(case, "issue")
    undone_before(town, case, "return_for_more", "checking")
    town.serve(case)
    town.at(timedelta(days=60))
    town.sweep()
    assert town.case(case).outcome == "failed"
    with town.db.read() as tx:
        (one,) = similar(tx, town.law, town.actor("examiner@ENV"), town.case(alike)).cases
    assert "撤回" not in one.reason


def test_an_answer_taken_back_leaves_the_request_open(town: Town) -> None:
    case = town.begin("interview")
    town.steps(case, "approve", "serve_notice", "request_reschedule")
    undone_before(town, case, "mark_no_show", "absent")
    town.do(case, "refuse_reschedule")


def test_a_note_is_taken_back_by_its_writer(town: Town) -> None:
    case, writer = town.file_repair(), town.actor("examiner@ENV")
    seq = send(town, AddNote(writer, case, "写错了办件", ()))
    assert isinstance(seq, int)
    with pytest.raises(Forbidden):
        send(town, TakeBackNote(town.actor("acceptor@ENV"), case, seq))
    with pytest.raises(NotFound):
        send(town, TakeBackNote(town.actor("yunxi"), case, seq))
    assert (send(town, TakeBackNote(writer, case, seq)), send(town, TakeBackNote(writer, case, seq))) == (True, False)
    with town.db.read() as tx:
        (note,) = notes(tx, writer, town.case(case))
    assert (note.text, note.taken_back, note.own) == (None, True, True)
    kept = town.all(select(event.c.action).where(event.c.stream == f"notes/{case}").order_by(event.c.id))
    assert [row.action for row in kept] == ["note_case", "take_back_note"]
