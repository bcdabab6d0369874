"""One transition: replayed, refused, raced and broken off; what stands together and what never stands alone."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError

from repairflow.auditing import chain
from repairflow.casework import deadline_table
from repairflow.casework.case_state import situation
from repairflow.casework.cases import deadline_firing, transition, transition_parts
from repairflow.casework.commands import Event
from repairflow.casework.notifications import inbox
from repairflow.casework.outbound import pushes
from repairflow.db import Unwitnessed
from repairflow.errors import Conflict, Forbidden, Invalid, NotFound, Refused, RepairFlowError, Stale
from repairflow.letters.issue import compose
from repairflow.records import cases, deadline, event, letter, record, subject
from repairflow.times import local_day
from tests.support.building import Town

PROPOSED = ("accept", "report_verification", "propose_grant")


def test_the_same_command_again_gives_the_same_event(town: Town) -> None:
    number = town.file_repair()
    command = town.command(number, "accept", expected_version=1)
    first = town.perform(command)
    town.do(number, "report_verification")
    before = town.counts()
    again = town.perform(command)
    assert again.replayed
    assert replace(again, replayed=False) == first
    assert town.counts() == before


@pytest.mark.parametrize(
    "other",
    [
        lambda town, command: replace(command, action="withdraw", actor=town.actor("yunxi")),
        lambda town, command: replace(command, case=town.file_repair()),
        lambda town, command: replace(command, actor=town.actor("head@ENV")),
    ],
    ids=["another action", "another case", "another person"],
)
def test_a_command_id_is_used_for_one_thing(town: Town, other: Callable[[Town, Any], Any]) -> None:
    number = town.file_repair()
    command = town.command(number, "accept")
    town.perform(command)
    with pytest.raises(Conflict, match="编号"):
        town.perform(other(town, command))


def test_the_same_filing_again_is_the_same_case(town: Town) -> None:
    filing = town.filing("repair", town.record(), external_serial="QG-1")
    first = town.submit(filing)
    town.do(first.case, "accept")
    assert town.submit(filing).replayed
    assert (
        town.submit(replace(filing, command_id="other", materials=())).case == first.case
    )  # pushed again by the platform
    with pytest.raises(Conflict):
        town.submit(replace(filing, record=town.record()))
    with pytest.raises(Conflict):
        town.submit(replace(town.filing("repair", town.record()), command_id=town.trail(first.case)[1].command_id))


def test_who_looked_at_an_older_version_is_told_the_current_one(town: Town) -> None:
    number = town.file_repair()
    town.do(number, "accept", expected_version=1)
    before = town.counts()
    with pytest.raises(Stale) as stale:
        town.do(number, "report_verification", expected_version=1)
    assert stale.value.current_version == 2
    assert town.counts() == before | {"material": before["material"]}


@pytest.mark.parametrize(
    ("who", "action", "refused"),
    [
        (("examiner@ENV", "decider@ENV"), "grant", "report_verification"),
        (("reviewer@ENV", "decider@ENV"), "grant", "propose_grant"),
        (("reviewer@ENV", "decider@ENV"), "deny", "propose_grant"),
        (("reviewer@ENV", "decider@ENV"), "return_to_review", "propose_grant"),
    ],
)
def test_four_eyes(town: Town, who: tuple[str, ...], action: str, refused: str) -> None:
    number = town.file_repair()
    both = town.actor(*who)
    for step in PROPOSED:
        town.do(number, step, both if step == refused else None)
    with pytest.raises(Refused) as error:
        town.do(number, action, both)
    assert [refusal.code for refusal in error.value.refusals] == ["four_eyes"]
    town.do(number, action)  # the other person may


def test_four_eyes_in_an_objection(town: Town) -> None:
    """Whoever accepted may not decide, though another person reported the finding."""
    number = town.file_objection()
    both = town.actor("registrar@CREDIT", "decider@CREDIT")
    town.do(number, "accept", both)
    town.steps(number, "consult", "report_finding")
    with pytest.raises(Refused, match="须由另一人办理"):
        town.do(number, "dismiss", both)
    assert town.do(number, "dismiss").to_state == "maintained"


def test_all_refusals_come_together_each_with_text_and_basis(town: Town) -> None:
    number = town.file_repair(town.record(town.today - timedelta(days=30)))
    with town.db.begin() as tx:
        tx.execute(update(subject).values(no_commitment_until=town.today + timedelta(days=30)))
        tx.execute(update(record).values(state="masked"))
        _witness(tx)
    with pytest.raises(Refused) as error:
        town.do(number, "accept")
    codes = [refusal.code for refusal in error.value.refusals]
    assert codes == ["record_is_public_or_of_person", "minimum_period_served"]
    assert all(refusal.text for refusal in error.value.refusals)
    assert {refusal.basis for refusal in error.value.refusals} == {()}  # nobody has read an article for them
    both = town.actor("reviewer@ENV", "decider@ENV", "acceptor@ENV")
    with pytest.raises(Refused) as error:
        town.do(number, "grant", both)
    assert error.value.refusals[0].code == "wrong_state"
    assert len(error.value.refusals) == 4


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"reason": "  "}, "reason"),
        ({"reason": "字" * 2001}, "reason"),
        ({"reason": "不可见\x07"}, "reason"),
        ({"ground": "identity"}, "ground"),
        ({"inputs": {"conditions": {}}}, "conditions"),
        ({"inputs": {"unknown": 1}}, "unknown"),
    ],
)
def test_a_faulty_form_is_refused_naming_the_field(town: Town, change: dict[str, Any], where: str) -> None:
    number = town.file_repair()
    town.do(number, "accept")
    before, head = town.counts(), town.case(number)
    with pytest.raises(Invalid) as error:
        town.do(number, "report_verification", **change)
    assert [problem.where for problem in error.value.problems] == [where]
    assert (town.counts(), town.case(number)) == (before, head)


def test_a_ground_from_the_list_must_be_given(town: Town) -> None:
    number = town.file_repair()
    for ground in (None, "unknown"):
        with pytest.raises(Invalid) as error:
            town.do(number, "refuse", ground=ground)
        assert error.value.problems[0].where == "ground"


def test_a_foreign_case_is_absent(town: Town) -> None:
    """Nobody outside learns from the answer that a case with this number exists, nor how far it is."""
    number = town.file_repair()
    absent = _said(town, "XF-2026-999999", town.actor("hengtuo"))
    for name in ("hengtuo", "hengtuo's agent", "acceptor@MARKET", "head@MARKET"):
        for more in ({}, {"expected_version": 9}, {"action": "no_such_action"}):
            assert _said(town, number, town.actor(name), **more) == absent
    assert _said(town, number, town.actor("auditor@CREDIT"))[0] is Forbidden


def test_an_auditor_acts_in_none(town: Town) -> None:
    number = town.file_repair()
    for action in town.procedure(number).action:
        with pytest.raises(Forbidden):
            town.do(number, action, town.actor("auditor@CREDIT"), inputs={}, materials=())


STEPS = [
    (chain, "append"), (deadline_table, "sync"), (deadline_table, "live"), (compose, "compose"), (compose, "write"),
    (pushes, "press"), (pushes, "push_record"), (inbox, "notify_subject"), (inbox, "notify_roles"),
    (transition_parts, "attach"), (transition_parts, "letter_for"),
]  # fmt: skip


@pytest.mark.parametrize("late", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(("room", "name"), STEPS, ids=lambda value: value if isinstance(value, str) else "")
def test_a_step_that_breaks_off_leaves_nothing(
    town: Town, monkeypatch: pytest.MonkeyPatch, room: Any, name: str, late: bool
) -> None:
    number = town.file_repair(town.record(measured=True))
    town.steps(number, *PROPOSED)
    command = town.command(number, "grant")  # a letter, pushes, notices: it comes by every one of them
    before, head, stood = town.counts(), town.case(number), town.of_record(_record_of(town, number))
    works = getattr(room, name)

    def breaks(*given: Any, **named: Any) -> Any:
        if late:
            works(*given, **named)
        raise OSError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(room, name, breaks)
        with pytest.raises(OSError, match="full"):
            town.perform(command)
    assert (town.counts(), town.case(number)) == (before, head)
    assert town.of_record(_record_of(town, number)) == stood
    done = town.perform(command)  # the same press again, once the disk has room
    assert done.letter is not None
    assert done.letter.endswith("1号")
    town.sound()


def test_a_change_without_an_event_is_not_committed(town: Town) -> None:
    number = town.file_repair()
    before = town.case(number)
    for table, values in (
        (cases, {"state": "executing"}),
        (record, {"state": "ceased"}),
        (letter, {"state": "withdrawn"}),
    ):
        with pytest.raises(Unwitnessed, match=str(table)), town.db.begin() as tx:
            tx.execute(update(table).values(values))
    assert town.case(number) == before


def test_numbers_have_no_gaps_though_steps_are_undone(town: Town) -> None:
    numbers = [town.file_repair() for _ in range(3)]
    for number in numbers:
        command = town.command(number, "accept")
        with pytest.raises(ZeroDivisionError):
            _undone(town, command)
        town.perform(command)
    found = town.all(select(letter.c.number).where(letter.c.kind == "repair_accepted").order_by(letter.c.id))
    assert [row.number for row in found] == [f"溪环信受〔2026〕{n}号" for n in (1, 2, 3)]
    assert [int(number[-6:]) for number in numbers] == [1, 2, 3]


@pytest.mark.parametrize("same", [False, True], ids=["eight commands", "one command pressed eight times"])
def test_eight_at_once(town: Town, same: bool) -> None:
    number = town.file_repair()
    command = town.command(number, "accept", expected_version=1)
    commands = [command if same else replace(command, command_id=f"race-{n}") for n in range(8)]
    made, said = _race(town, commands)
    if same:
        assert not said
        assert len({replace(one, replayed=False) for one in made}) == 1
        assert sum(not one.replayed for one in made) == 1
    else:
        assert len(made) == 1
        assert [type(error) for error in said] == [Stale] * 7
        assert {error.current_version for error in said if isinstance(error, Stale)} == {2}
    assert [row.seq for row in town.trail(number)] == [1, 2]
    town.sound()


def test_eight_file_at_once(town: Town) -> None:
    """One case is opened, the others are told of it."""
    number = town.record()
    filings = [town.filing("repair", number) for _ in range(8)]
    made: list[Event] = []
    said: list[Exception] = []
    _together([lambda filing=filing: made.append(town.submit(filing)) for filing in filings], said)
    assert len(made) == 1
    assert [type(error) for error in said] == [Refused] * 7
    assert all("正在办理" in str(error) for error in said)


def test_one_file_is_taken_up_once(town: Town) -> None:
    """The same upload given to two filings at once belongs to one of them."""
    filings = [town.filing("repair", town.record()) for _ in range(2)]
    shared = filings[0].materials
    made: list[Event] = []
    said: list[Exception] = []
    both = [lambda f=f: made.append(town.submit(replace(f, materials=shared))) for f in filings]
    _together(both, said)
    assert len(made) == 1
    assert [type(error) for error in said] == [NotFound]


def test_deadlines_are_a_cache_of_the_history(town: Town) -> None:
    number = town.file_repair()
    for step in ("request_supplement", "supply", "accept", "report_verification", "extend_handling"):
        town.do(number, step)
        town.at(timedelta(days=1))
        stood = town.dues(number)
        with town.db.begin() as tx:
            tx.execute(deadline.delete().where(deadline.c.case_id == town.case(number).id))
            case = tx.execute(select(cases).where(cases.c.number == number)).one()
            at = situation.situation(tx, town.law, case, town.today)
            first = deadline_table.sync(tx, at.procedure, case.id, at.dues, new=True)
        again = town.dues(number)
        plain = [{k: v for k, v in row._mapping.items() if k != "id"} for row in (*stood.values(), *again.values())]
        assert plain[: len(stood)] == plain[len(stood) :]
        assert first == town.case(number).due_day


def test_an_event_says_what_was_seen_and_by_what_law(town: Town) -> None:
    number = town.file_repair()
    made = town.do(number, "accept")
    row = town.trail(number)[-1]
    said = chain.content(row.body)
    procedure = town.procedure(number)
    assert (said["procedure"], said["version"], said["procedure_digest"]) == (
        "repair",
        procedure.version,
        procedure.digest,
    )
    assert [item["guard"] for item in said["answers"]] == [use.guard for use in procedure.action["accept"].guards]
    assert all(item["ok"] and item["text"] for item in said["answers"])
    assert said["letter"]["number"] == made.letter
    assert (row.actor_name, row.actor_role, local_day(row.at)) == ("acceptor@ENV", "acceptor", town.today)


def test_who_signed_stands_in_the_chain_only_as_a_digest(town: Town) -> None:
    number = town.file_repair(
        who=town.actor("acceptor@ENV"), channel="window", inputs={"commitment_signed_by": "签署人"}
    )
    assert "签署人" not in town.trail(number)[0].body.decode()
    with town.db.read() as tx:
        assert chain.personal(tx, town.trail(number)[0].id) == {"commitment_signed_by": "签署人"}


def test_every_step_tells_whose_turn_it_is(town: Town) -> None:
    number = town.file_repair()
    assert town.notices("acceptor@ENV", "turn") == [f"待办：{number} 待受理"]
    assert not town.notices("acceptor@MARKET")
    town.do(number, "accept")
    assert town.notices("examiner@ENV", "turn") == [f"待办：{number} 核查中"]
    assert town.notices("yunxi", "progress") == town.notices("yunxi's agent", "progress") == [f"受理：{number}"]


def test_the_system_needs_no_version_and_a_person_may_name_none(town: Town) -> None:
    number = town.file_repair()
    assert town.do(number, "accept", expected_version=None).version == 2


def test_an_unknown_action_is_named(town: Town) -> None:
    number = town.file_repair()
    command = replace(town.command(number, "accept"), action="no_such_action")
    with pytest.raises(NotFound, match="no_such_action"):
        town.perform(command)


def test_the_database_keeps_one_event_for_one_place(town: Town) -> None:
    """The last guard, should every other fail: two events cannot follow the same one."""
    number = town.file_repair()
    row = town.trail(number)[0]
    values = {k: v for k, v in row._mapping.items() if k not in {"id", "digest", "command_id"}}
    with pytest.raises(IntegrityError), town.db.begin() as tx:
        tx.execute(insert(event).values(**values, digest="sha256:other"))


def test_a_version_that_moved_under_the_lock_is_not_overwritten(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Were the lock to fail, the version in the update would still stop the second step."""
    number = town.file_repair()
    works = chain.append

    def meanwhile(tx: Any, *given: Any, **more: Any) -> Any:
        tx.execute(update(cases).where(cases.c.number == number).values(version=cases.c.version + 1))
        return works(tx, *given, **more)

    monkeypatch.setattr(chain, "append", meanwhile)
    with pytest.raises(Stale):
        town.do(number, "accept")
    assert town.case(number).version == 1


def test_the_sweep_and_an_officer_take_one_case_in_turn(town: Town) -> None:
    """A due rung fires while an officer acts: both stand in one trail, whoever comes first."""
    number = town.file_repair()
    due = town.dues(number)["acceptance"]
    town.at(due.due_day + timedelta(days=1))
    command = town.command(number, "accept")
    said: list[Exception] = []

    def sweep() -> None:
        with town.db.begin() as tx:
            deadline_firing.fire(tx, town.services, due.id, town.now)

    _together([sweep, lambda: town.perform(command)], said)
    assert not said
    assert town.case(number).state == "verifying"
    assert [row.seq for row in town.trail(number)] == list(range(1, town.case(number).version + 1))
    town.sound()


def _undone(town: Town, command: Any) -> None:
    with town.db.begin() as tx:
        transition.perform(tx, town.services, command, town.now)
        raise ZeroDivisionError


def _said(town: Town, number: str, actor: Any, **more: Any) -> Any:
    command = replace(town.command(_any_case(town), "accept"), case=number, actor=actor, **more)
    with pytest.raises(RepairFlowError) as error:
        town.perform(command)
    return type(error.value), error.value.message


def _any_case(town: Town) -> str:
    return str(town.all(select(cases.c.number).order_by(cases.c.id))[0].number)


def _record_of(town: Town, number: str) -> str:
    return str(town.one(select(record.c.number).where(record.c.id == town.case(number).record_id)).number)


def _race(town: Town, commands: list[Any]) -> tuple[list[Event], list[Exception]]:
    made: list[Event] = []
    said: list[Exception] = []
    _together([lambda command=command: made.append(town.perform(command)) for command in commands], said)
    return made, said


def _together(works: list[Callable[[], Any]], said: list[Exception]) -> None:
    """All works at once, each in a thread of its own; what they raise is kept."""
    gate = threading.Barrier(len(works))

    def run(work: Callable[[], Any]) -> None:
        gate.wait(30)
        try:
            work()
        except Exception as error:  # noqa: BLE001 - told to the test, which judges it
            said.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)


def _witness(tx: Any) -> None:
    seq, head = chain.heads(tx, "test")
    chain.append(
        tx,
        chain.Entry(stream="test", at=_now(tx), action="test", actor_name="测试", actor_role="test", content={}),
        chain.Appended(seq, head),
    )


def _now(tx: Any) -> Any:
    return tx.execute(select(func.max(event.c.at))).scalar_one()
