"""撤回上一步: two presses take back what nothing came of; limits run on as if it had not been, and the trail shows both."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from repairflow.casework.case_state.situation import history_of
from repairflow.casework.changes import AddNote, TakeBackNote, UndoStep
from repairflow.casework.queries.audit.replay.run import replay
from repairflow.casework.queries.cases.notes import notes
from repairflow.errors import Conflict, Forbidden, NotFound, Refused, Stale
from repairflow.records import event
from tests.casework.test_assignment import send
from tests.support.building import Town


def undo(town: Town, case: str, who: str) -> None:
    send(town, UndoStep(town.actor(who), case, town.case(case).version))


def deadlines(town: Town, case: str) -> dict[str, object]:
    return {name: (due.due_day, due.state) for name, due in town.dues(case).items()}


def test_a_proposal_is_taken_back_as_if_it_had_not_been(town: Town) -> None:
    case = town.file_repair()
    town.steps(case, "accept", "report_verification")
    before, stood = deadlines(town, case), town.case(case)
    town.at(timedelta(days=1))
    town.do(case, "propose_grant")
    assert town.case(case).state == "deciding"
    with pytest.raises(Conflict):  # somebody else's step
        undo(town, case, "decider@ENV")
    undo(town, case, "reviewer@ENV")
    row = town.case(case)
    assert (row.state, row.due_day, deadlines(town, case)) == (stood.state, stood.due_day, before)
    # for clocks, guards and four eyes nothing was done: what was counted, asked or decided by it is open again
    with town.db.read() as tx:
        seen = [(step.action, step.state, dict(step.inputs)) for step in history_of(tx, row.id)[-2:]]
    assert seen == [("undone", stood.state, {})] * 2
    with pytest.raises(Conflict):  # once
        undo(town, case, "reviewer@ENV")
    with pytest.raises(Stale):
        send(town, UndoStep(town.actor("reviewer@ENV"), case, row.version - 1))
    assert any("已撤回" in title for title in town.notices("decider@ENV"))
    told = select(event.c.action).where(event.c.case_id == row.id).order_by(event.c.seq)
    assert [one.action for one in town.all(told)][-2:] == ["propose_grant", "undo_step"]
    # who took it back may decide another's proposal no less than before, and the case goes its way
    town.do(case, "propose_grant")
    town.do(case, "grant")
    with town.db.read() as tx:
        assert [one for one in replay(tx, town.law).differences if one.case == case] == []
    town.sound()


def test_what_came_of_a_step_is_not_taken_back(town: Town) -> None:
    case = town.file_repair()
    town.do(case, "accept")
    with pytest.raises(Refused) as told:
        undo(town, case, "acceptor@ENV")
    (issued,) = told.value.refusals
    assert (issued.code, "已制发" in issued.text) == ("issued", True)
    with pytest.raises(NotFound):
        undo(town, case, "examiner@MARKET")


def test_after_service_the_reason_says_so(town: Town) -> None:
    case = town.file_repair()
    town.do(case, "accept")
    town.serve(case)
    with pytest.raises(Refused) as told:
        undo(town, case, "acceptor@ENV")
    assert "送达" in told.value.refusals[0].text


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
