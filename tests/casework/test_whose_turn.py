"""The queue: cases in whose state an actor holds an awaited role, for every state of every version."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import create_engine, insert, select, text

from repairflow.casework.actor import Actor
from repairflow.casework.permissions import OFFICE_OF_ROLE
from repairflow.casework.queries import inbox
from repairflow.casework.queries.cases.turn import my_turn
from repairflow.casework.queries.people.link_numbers import Numbers
from repairflow.law.procedure.roles import SUBJECT_ROLES
from repairflow.law.procedure.turns import awaited, waits_for_subject
from repairflow.records import cases
from tests.support.building import Town, law

OFFICES = {"receiving_id": 1, "deciding_id": 2, "provider_id": 3}


def actor(*posts: tuple[str, int], mandates: tuple[tuple[int, str], ...] = ()) -> Actor:
    return Actor(1, "许知行", "staff", frozenset(posts), frozenset(mandates))


@pytest.mark.parametrize(
    "whose",
    [
        actor(("acceptor", 2)),
        actor(("acceptor", 2), ("decider", 2), ("credit_handler", 3), ("reviewer", 1)),
        actor(("decider", 9)),
        actor(mandates=((4, "agent"), (5, "representative"))),
        actor(("auditor", 2)),
    ],
    ids=["one post", "posts in three offices", "another office", "a subject's", "nobody's turn"],
)
def test_the_queue_has_the_cases_whose_state_awaits_the_actor(whose: Actor) -> None:
    lines = [(one, state) for one in law().procedures.values() for state in one.state]
    mine = set()
    for number, (procedure, state) in enumerate(lines):
        roles = awaited(procedure, state)
        at_work = any(
            OFFICES[OFFICE_OF_ROLE[role]] == place for role, place in whose.roles if role in roles - SUBJECT_ROLES
        )
        if at_work or (roles & SUBJECT_ROLES and waits_for_subject(procedure, state) and 4 in whose.subjects):
            mine.add(number)
    engine = create_engine("sqlite://")
    with engine.begin() as tx:
        tx.execute(text(f"CREATE TABLE cases ({', '.join(cases.c.keys())})"))
        about = [
            {
                "id": n,
                "procedure": p.procedure,
                "procedure_version": p.version,
                "state": state,
                "subject_id": 4,
                **OFFICES,
            }
            for n, (p, state) in enumerate(lines)
        ]
        tx.execute(insert(cases), about)
        assert set(tx.execute(select(cases.c.id).where(my_turn(law(), whose))).scalars()) == mine
        tx.execute(text("UPDATE cases SET closed_at = '2026-06-10 02:00:00'"))
        assert not tx.execute(select(cases.c.id).where(my_turn(law(), whose))).all()
    engine.dispose()


def test_the_numbers_beside_the_links_are_of_the_law_in_force(town: Town) -> None:
    """What asks for them is kept for each person, and composed anew for other law."""
    case = town.file_repair()
    acceptor, numbers = town.actor("acceptor@ENV"), Numbers()
    nothing = replace(town.law, procedures={})
    with town.db.read() as tx:
        assert [numbers.of(tx, law, acceptor)[0] for law in (town.law, nothing, town.law)] == [1, 0, 1]
        assert numbers.of(tx, town.law, acceptor)[1] == inbox.unread(tx, acceptor) > 0
        assert numbers.of(tx, town.law, town.actor("examiner@MARKET")) == (0, 0)
    town.do(case, "accept")
    with town.db.read() as tx:
        assert numbers.of(tx, town.law, acceptor)[0] == 0
