"""Who sees to which case: claimed, given by hand, by rule and in turn, handed over; the work is ordered, nobody's power moves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from repairflow.auditing import chain
from repairflow.casework import clock_guard
from repairflow.casework.actor import SYSTEM
from repairflow.casework.changes import (
    AssignCase,
    ClaimCase,
    DropAssignmentRule,
    EndAbsence,
    EnterAbsence,
    RerouteCase,
    SetAssignmentRule,
)
from repairflow.casework.changes.system import GiveOut
from repairflow.casework.dispatch import Change, dispatch
from repairflow.casework.queries.cases import queue_filter, workload
from repairflow.casework.queries.cases.queue_filter import QueueFilter
from repairflow.errors import Conflict, Forbidden, Invalid, NotFound, RepairFlowError
from repairflow.records import assignment_rule, case_assignment, cases, event, person, role_grant
from tests.support.building import Town

DAY = timedelta(days=1)


def send(town: Town, command: Change) -> object:
    with town.db.begin() as tx:
        return dispatch(tx, town.services, command, town.now)


def colleague(town: Town, login: str, role: str = "acceptor", office: str = "ENV") -> None:
    """Another person with this post."""
    with town.db.begin() as tx:
        values = {"login": login, "name": login, "kind": "staff", "active": True}
        town.people[login] = tx.execute(insert(person).values(values).returning(person.c.id)).scalar_one()
        tx.execute(insert(role_grant).values(person_id=town.people[login], role=role, office_id=town.offices[office]))


@pytest.fixture
def case(town: Town) -> str:
    """A repair that waits for receipt, in an office with two who receive."""
    colleague(town, "second")
    return town.file("repair", town.record())


def holder(town: Town, case: str, role: str = "acceptor") -> str | None:
    rows = (
        select(person.c.login)
        .join(case_assignment, case_assignment.c.person_id == person.c.id)
        .join(cases, cases.c.id == case_assignment.c.case_id)
        .where(cases.c.number == case, case_assignment.c.role == role)
    )
    found = town.all(rows)
    return found[0].login if found else None


def queue(town: Town, who: str, whose: str) -> list[str]:
    actor = town.actor(who)
    with town.db.read() as tx:
        where = queue_filter.condition(town.law, actor, town.today, QueueFilter(assigned=whose))
        return list(tx.execute(select(cases.c.number).where(where)).scalars())


def test_a_case_is_claimed_once_and_everybody_still_may_act(town: Town, case: str) -> None:
    assert queue(town, "second", "nobody") == [case]
    assert send(town, ClaimCase(town.actor("acceptor@ENV"), case)) == ("acceptor",)
    assert holder(town, case) == "acceptor@ENV"
    with pytest.raises(Conflict, match="已由acceptor@ENV承办"):
        send(town, ClaimCase(town.actor("second"), case))
    assert [queue(town, "acceptor@ENV", one) for one in ("mine", "nobody", "others")] == [[case], [], []]
    assert [queue(town, "second", one) for one in ("mine", "nobody", "others")] == [[], [], [case]]
    stream = select(event.c.action, event.c.case_id).where(event.c.stream == f"assignment/{case}").order_by(event.c.id)
    assert [tuple(row) for row in town.all(stream)] == [("assign_case", None)]
    town.do(case, "accept", town.actor("second"))  # the post decides who may, not the assignment
    assert town.case(case).state != "submitted"
    town.sound()


Given = tuple[str, str, str, type[RepairFlowError] | None]
HANDS: list[Given] = [
    ("head@ENV", "acceptor", "second", None),
    ("acceptor@ENV", "acceptor", "second", None),  # nobody has it, and it could take it on itself
    ("acceptor@ENV", "acceptor", "", None),
    ("head@ENV", "acceptor", "examiner@ENV", Invalid),
    ("head@ENV", "acceptor", "nobody", Invalid),
    ("head@ENV", "decider", "decider@ENV", Conflict),  # it is not its turn
    ("examiner@ENV", "acceptor", "second", Forbidden),
    ("acceptor@MARKET", "acceptor", "second", NotFound),
    ("yunxi", "acceptor", "second", NotFound),
    ("auditor@CREDIT", "acceptor", "second", Forbidden),
]


@pytest.mark.parametrize(("who", "role", "to", "refused"), HANDS)
def test_who_gives_a_case_to_whom(
    town: Town, case: str, who: str, role: str, to: str, refused: type[RepairFlowError] | None
) -> None:
    command = AssignCase(town.actor(who), case, role, to)
    if refused is not None:
        with pytest.raises(refused):
            send(town, command)
        assert holder(town, case) is None
        return
    send(town, command)
    assert holder(town, case) == (to or None)
    assert town.notices("second", "assigned") == ([f"{case} 由您承办"] if to else [])


def test_who_has_a_case_hands_it_on_and_nobody_takes_it_away_but_who_leads(town: Town, case: str) -> None:
    send(town, ClaimCase(town.actor("second"), case))
    take = AssignCase(town.actor("acceptor@ENV"), case, "acceptor", "acceptor@ENV")
    with pytest.raises(Forbidden, match="由本单位负责人改派"):
        send(town, take)
    send(town, AssignCase(town.actor("second"), case, "acceptor", ""))
    assert holder(town, case) is None
    send(town, ClaimCase(town.actor("second"), case))
    send(town, AssignCase(town.actor("head@ENV"), case, "acceptor", "acceptor@ENV"))
    assert holder(town, case) == "acceptor@ENV"


def test_a_closed_case_is_given_to_nobody(town: Town, case: str) -> None:
    town.turn(update(cases).values(closed_at=town.now))
    for command in (
        ClaimCase(town.actor("second"), case),
        AssignCase(town.actor("head@ENV"), case, "acceptor", "second"),
    ):
        with pytest.raises(Conflict, match="已经办结"):
            send(town, command)


def test_cases_go_round_in_turn_and_past_who_is_away(town: Town, case: str) -> None:
    head = town.actor("head@ENV")
    send(town, SetAssignmentRule(head, "ENV", "acceptor", "", ""))
    more = [town.file("repair", town.record()) for _ in range(3)]
    assert send(town, GiveOut(SYSTEM)) == 4
    got = [holder(town, one) for one in (case, *more)]
    assert sorted(got, key=str) == ["acceptor@ENV", "acceptor@ENV", "second", "second"]
    assert got[0] != got[1]
    assert send(town, GiveOut(SYSTEM)) == 0  # and nothing is given twice
    send(town, EnterAbsence(head, "second", town.today, town.today + DAY, ""))
    fresh = [town.file("repair", town.record()) for _ in range(2)]
    assert send(town, GiveOut(SYSTEM)) == 6  # two given back, two of them and two new ones given out
    assert {holder(town, one) for one in (case, *more, *fresh)} == {"acceptor@ENV"}
    with pytest.raises(Forbidden):
        send(town, GiveOut(head))


def test_a_rule_of_one_procedure_comes_before_that_of_all(town: Town, case: str) -> None:
    head = town.actor("head@ENV")
    send(town, SetAssignmentRule(head, "ENV", "acceptor", "", "acceptor@ENV"))
    send(town, SetAssignmentRule(head, "ENV", "acceptor", "repair", "second"))
    send(town, GiveOut(SYSTEM))
    assert holder(town, case) == "second"
    assert town.notices("second", "assigned") == [f"{case} 由您承办"]


def test_a_turn_passes_who_took_another_step_in_the_case(town: Town, case: str) -> None:
    colleague(town, "third", "examiner")
    with town.db.begin() as tx:
        both = {"person_id": town.people["second"], "role": "examiner", "office_id": town.offices["ENV"]}
        tx.execute(insert(role_grant).values(both))
        rule = {"office_id": town.offices["ENV"], "role": "examiner", "procedure": "", "way": "turn"}
        last = min(town.people[one] for one in ("examiner@ENV", "second", "third"))
        tx.execute(insert(assignment_rule).values(**rule, person_id=last))
    town.do(case, "accept", town.actor("second"))
    send(town, GiveOut(SYSTEM))
    assert holder(town, case, "examiner") == "third"


Broken = Callable[[Town], Change]
WRONG: list[tuple[Broken, type[RepairFlowError]]] = [
    (lambda t: SetAssignmentRule(t.actor("acceptor@ENV"), "ENV", "acceptor", "", ""), Forbidden),
    (lambda t: SetAssignmentRule(t.actor("head@ENV"), "MARKET", "acceptor", "", ""), Forbidden),
    (lambda t: SetAssignmentRule(t.actor("head@ENV"), "NONE", "acceptor", "", ""), NotFound),
    (lambda t: SetAssignmentRule(t.actor("head@ENV"), "ENV", "king", "", ""), Invalid),
    (lambda t: SetAssignmentRule(t.actor("head@ENV"), "ENV", "acceptor", "none", ""), Invalid),
    (lambda t: SetAssignmentRule(t.actor("head@ENV"), "ENV", "acceptor", "", "examiner@ENV"), Invalid),
    (lambda t: DropAssignmentRule(t.actor("head@ENV"), 77), NotFound),
    (lambda t: EnterAbsence(t.actor("acceptor@ENV"), "second", t.today, t.today, ""), Forbidden),
    (lambda t: EnterAbsence(t.actor("second"), "nobody", t.today, t.today, ""), Forbidden),
    (lambda t: EnterAbsence(t.actor("head@ENV"), "", t.today, t.today, ""), Invalid),
    (lambda t: EnterAbsence(t.actor("yunxi"), "", t.today, t.today, ""), Forbidden),
    (lambda t: EnterAbsence(t.actor("second"), "second", t.today - DAY, t.today, ""), Invalid),
    (lambda t: EnterAbsence(t.actor("second"), "second", t.today, t.today - DAY, ""), Invalid),
    (lambda t: EnterAbsence(t.actor("second"), "second", None, None, ""), Invalid),
    (lambda t: EnterAbsence(t.actor("second"), "second", t.today, t.today, "second"), Invalid),
    (lambda t: EnterAbsence(t.actor("second"), "second", t.today, t.today, "acceptor@MARKET"), Invalid),
    (
        lambda t: EnterAbsence(t.actor("second"), "second", t.today, t.today, "reviewer@ENV"),
        Invalid,
    ),  # takes over nothing
    (lambda t: EndAbsence(t.actor("second"), 77), NotFound),
]


@pytest.mark.parametrize(("command", "refused"), WRONG)
def test_what_is_refused(town: Town, case: str, command: Broken, refused: type[RepairFlowError]) -> None:
    with pytest.raises(refused):
        send(town, command(town))


def test_who_is_away_hands_over_on_the_first_day(town: Town, case: str) -> None:
    send(town, ClaimCase(town.actor("second"), case))
    entered = EnterAbsence(town.actor("second"), "second", town.today + DAY, town.today + 3 * DAY, "acceptor@ENV")
    absence = send(town, entered)
    with pytest.raises(Conflict, match="已经登记过请假"):
        send(town, entered)
    assert (send(town, GiveOut(SYSTEM)), holder(town, case)) == (0, "second")
    town.at(DAY)
    assert (send(town, GiveOut(SYSTEM)), holder(town, case)) == (1, "acceptor@ENV")
    assert town.notices("acceptor@ENV", "assigned") == [f"{case} 由您承办"]
    to_absent = AssignCase(town.actor("head@ENV"), case, "acceptor", "second")
    with pytest.raises(Invalid) as refused:
        send(town, to_absent)
    assert "请假至" in refused.value.problems[0].text
    assert isinstance(absence, int)
    send(town, EndAbsence(town.actor("second"), absence))
    send(town, to_absent)  # back before the last day
    assert holder(town, case) == "second"
    town.sound()


@pytest.mark.parametrize("how", ["closed", "no post", "post elsewhere"])
def test_what_somebody_had_who_left_is_free_again(town: Town, case: str, how: str) -> None:
    send(town, ClaimCase(town.actor("second"), case))
    who = town.people["second"]
    if how == "closed":
        town.turn(update(person).where(person.c.id == who).values(active=False))
    elif how == "post elsewhere":
        market = {"office_id": town.offices["MARKET"]}
        town.turn(update(role_grant).where(role_grant.c.person_id == who).values(market))
    else:
        town.turn(role_grant.delete().where(role_grant.c.person_id == who))
    assert send(town, GiveOut(SYSTEM)) == 1
    assert holder(town, case) is None
    assert send(town, GiveOut(SYSTEM)) == 0


@pytest.mark.parametrize("how", ["transfer", "pass on"])
def test_who_saw_to_it_in_the_office_that_a_case_leaves_no_longer_does(town: Town, case: str, how: str) -> None:
    send(town, ClaimCase(town.actor("second"), case))
    if how == "transfer":
        town.do(case, "transfer")
    else:
        town.turn(role_grant.delete().where(role_grant.c.office_id == town.offices["ENV"]))
        send(town, RerouteCase(town.actor("supervisor@CREDIT"), case, "MARKET", "该局暂无受理人员"))
    assert (town.case(case).deciding_id, holder(town, case)) == (town.offices["MARKET"], None)
    assert queue(town, "acceptor@MARKET", "nobody") == [case]
    assert [one["to"] for _, one in trail(town, f"assignment/{case}")] == ["second", None]
    town.sound()


def trail(town: Town, stream: str) -> list[tuple[str, Mapping[str, Any]]]:
    """By which post each event of a stream was done, and what it says."""
    rows = town.all(select(event.c.actor_role, event.c.body).where(event.c.stream == stream).order_by(event.c.id))
    return [(row.actor_role, chain.content(row.body)) for row in rows]


def test_the_trail_says_by_which_post_it_was_done(town: Town, case: str) -> None:
    with town.db.begin() as tx:  # posts elsewhere, and others here, that have no say in it
        for who, role, place in (
            ("second", "decider", "MARKET"),
            ("second", "examiner", "ENV"),
            ("head@ENV", "acceptor", "ENV"),
        ):
            grant = {"person_id": town.people[who], "role": role, "office_id": town.offices[place]}
            tx.execute(insert(role_grant).values(grant))
    second, head = town.actor("second"), town.actor("head@ENV")
    send(town, ClaimCase(second, case))
    send(town, AssignCase(head, case, "acceptor", "acceptor@ENV"))
    send(town, AssignCase(town.actor("acceptor@ENV"), case, "acceptor", ""))
    assert [role for role, _ in trail(town, f"assignment/{case}")] == ["acceptor", "head", "acceptor"]
    send(town, EnterAbsence(second, "second", town.today, town.today, ""))
    send(town, EnterAbsence(head, "second", town.today + DAY, town.today + DAY, ""))
    assert [role for role, _ in trail(town, "account/second")] == ["self", "head"]
    send(town, SetAssignmentRule(head, "ENV", "acceptor", "", ""))
    assert trail(town, "office/ENV")[-1][0] == "head"


def test_nobody_is_taken_for_away_by_a_clock_that_waits_to_be_confirmed(town: Town, case: str) -> None:
    send(town, ClaimCase(town.actor("second"), case))
    send(town, EnterAbsence(town.actor("second"), "second", town.today + DAY, town.today + DAY, "acceptor@ENV"))
    with town.db.begin() as tx:
        clock_guard.confirm(tx, town.now)
    town.at(DAY)
    assert (send(town, GiveOut(SYSTEM)), holder(town, case)) == (0, "second")
    with town.db.begin() as tx:
        clock_guard.confirm(tx, town.now)
    assert (send(town, GiveOut(SYSTEM)), holder(town, case)) == (1, "acceptor@ENV")


def test_how_much_each_has(town: Town, case: str) -> None:
    send(town, ClaimCase(town.actor("second"), case))
    town.at(timedelta(days=30))
    with town.db.read() as tx:
        found = workload.shares(tx, town.law, town.offices["ENV"], town.today, 2)
    assert [(one.login, one.cases, one.late, one.soon) for one in found[:2]] == [
        ("second", 1, 1, 0), (found[1].login, 0, 0, 0)
    ]  # fmt: skip


def test_a_case_counts_once_and_only_for_the_office_and_the_post_whose_turn_it_is(town: Town, case: str) -> None:
    with town.db.begin() as tx:
        for role, place in (("decider", "ENV"), ("examiner", "ENV"), ("acceptor", "MARKET")):
            grant = {"person_id": town.people["second"], "role": role, "office_id": town.offices[place]}
            tx.execute(insert(role_grant).values(grant))

    def own(*roles: str, case: str = case) -> None:
        values = {"case_id": town.case(case).id, "person_id": town.people["second"], "way": "claimed", "at": town.now}
        for role in roles:
            town.turn(insert(case_assignment).values(values | {"role": role}))

    def share(place: str) -> tuple[int, int, int]:
        with town.db.read() as tx:
            found = workload.shares(tx, town.law, town.offices[place], town.today, 2)
        return next((one.cases, one.late, one.soon) for one in found if one.login == "second")

    own("acceptor", "decider", "examiner")
    other = town.file("repair", town.record(office_code="MARKET"))
    own("acceptor", case=other)
    town.at(timedelta(days=30))
    assert (share("ENV"), share("MARKET")) == ((1, 1, 0), (1, 1, 0))
    # one case, two posts whose turn it is
    twice = max(town.law.turns, key=lambda turn: len({"acceptor", "examiner", "decider"} & turn[0]))
    procedure, version, state = town.law.turns[twice][0]
    assert len({"acceptor", "examiner", "decider"} & twice[0]) > 1
    stands = {"procedure": procedure, "procedure_version": version, "state": state}
    town.turn(update(cases).where(cases.c.number == case).values(stands))
    assert share("ENV") == (1, 1, 0)
    town.turn(update(cases).where(cases.c.number == case).values(due_day=town.today + DAY))
    assert share("ENV") == (1, 0, 1)


def decides_what_it_proposed(town: Town) -> str:
    """A repair whose reviewer, who decides too, proposed what is to be decided; another decides as well."""
    colleague(town, "other", "decider")
    both = {"person_id": town.people["reviewer@ENV"], "role": "decider", "office_id": town.offices["ENV"]}
    with town.db.begin() as tx:
        tx.execute(insert(role_grant).values(both))
    case = town.file_repair()
    town.steps(case, "accept", "report_verification", "propose_grant")
    return case


def test_nobody_is_given_a_case_in_which_another_must_act(town: Town) -> None:
    """分人办理: by hand, by rule, by hand-over or by claiming, a case never lies with who may not take its step."""
    case = decides_what_it_proposed(town)
    head, proposer = town.actor("head@ENV"), town.actor("reviewer@ENV")
    with pytest.raises(Invalid) as refused:
        send(town, AssignCase(head, case, "decider", "reviewer@ENV"))
    assert "须由另一人办理" in refused.value.problems[0].text
    with pytest.raises(Conflict, match="须由没有办理过前面环节的另一人办理"):
        send(town, ClaimCase(proposer, case))
    send(town, SetAssignmentRule(head, "ENV", "decider", "", "reviewer@ENV"))
    assert (send(town, GiveOut(SYSTEM)), holder(town, case, "decider")) == (0, None)
    send(town, SetAssignmentRule(head, "ENV", "decider", "", ""))
    send(town, AssignCase(head, case, "decider", "other"))
    send(town, EnterAbsence(town.actor("other"), "other", town.today, town.today + DAY, "reviewer@ENV"))
    with town.db.begin() as tx:
        tx.execute(update(assignment_rule).values(way="person", person_id=town.people["reviewer@ENV"]))
    assert send(town, GiveOut(SYSTEM)) == 1
    assert holder(town, case, "decider") is None, "the deputy may not decide it, so it is free for who may"
    send(town, ClaimCase(town.actor("decider@ENV"), case))
    town.do(case, "grant", town.actor("decider@ENV"))
    town.sound()
