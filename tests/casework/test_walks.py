"""Random runs through every procedure: whatever people try in whatever order, some things always hold."""

from __future__ import annotations

import random
from contextlib import suppress
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import Connection, select

from repairflow.casework.case_state.materials import MOST_PER_STEP
from repairflow.errors import RepairFlowError
from repairflow.law.guards import PUBLIC_STATES
from repairflow.records import cases, deadline, event, letter, outbox, record
from tests.support.building import Town, law

NAMES = [name for name in law().names() if name != "record"]
STEPS = 30
RUNS, MANY = 6, 400


def check(town: Town) -> None:
    """What an auditor would notice were it otherwise."""
    with town.db.read() as tx:
        for case in tx.execute(select(cases)).all():
            trail = tx.execute(select(event).where(event.c.case_id == case.id).order_by(event.c.seq)).all()
            assert case.version == len(trail) == trail[-1].seq
            assert case.chain_head == trail[-1].digest
            moves = [row for row in trail if row.to_state is not None]
            assert case.state == moves[-1].to_state
            assert all(one.to_state == two.from_state for one, two in pairwise(moves))
            state = town.law.procedure(case.procedure, case.procedure_version).state
            assert not any(state[row.to_state].final for row in moves[:-1]), "a final state moved"
            ended = state[case.state].final
            assert (case.closed_at is not None, case.outcome) == (ended, state[case.state].outcome)
            clocks = tx.execute(select(deadline).where(deadline.c.case_id == case.id)).all()
            assert not (ended and clocks), "a closed case has no limits"
            running = [row.due_day for row in clocks if row.state == "running" and row.due_day is not None]
            assert case.due_day == min(running, default=None)
        _letters(tx)
        for row in tx.execute(select(record)).all():
            _publicity(tx, row)
    town.sound()


def _letters(tx: Connection) -> None:
    said = tx.execute(select(letter.c.number, letter.c.chain_head)).all()
    assert len({row.number for row in said}) == len(said)
    heads = set(tx.execute(select(event.c.digest)).scalars())
    assert {row.chain_head for row in said} <= heads
    pressed = tx.execute(select(outbox.c.letter_id).where(outbox.c.topic == "press")).scalars().all()
    assert len(pressed) == len(said)


def _publicity(tx: Connection, row: Any) -> None:
    """A public record has an end of publicity in sight; others none."""
    limits = tx.execute(select(deadline).where(deadline.c.record_id == row.id)).all()
    assert len(limits) == (1 if row.state in PUBLIC_STATES and row.max_until is not None else 0)
    told = tx.execute(
        select(outbox.c.payload)
        .where(outbox.c.record_id == row.id, outbox.c.kind == "record_changed")
        .order_by(outbox.c.id.desc())
        .limit(1)
    ).scalar()
    if told is not None:
        assert (told["state"] in PUBLIC_STATES) == (row.state in PUBLIC_STATES), "the platforms were told otherwise"


def walk(town: Town, name: str, seed: int) -> None:
    """One history, and what always holds after it."""
    wander(town, name, seed)
    check(town)


def wander(town: Town, name: str, seed: int) -> None:
    """Up to 30 tries: mostly what leaves the state, by the right person; now and then by another, or time passes."""
    dice = random.Random(f"{name}/{seed}")
    number = town.begin(name)
    definition = town.procedure(number)
    for _ in range(STEPS):
        state = town.case(number).state
        if definition.state[state].final and dice.random() < 0.7:
            break
        if dice.random() < 0.15:
            town.at(timedelta(days=dice.choice((1, 3, 12)), hours=dice.randrange(24)))
            town.sweep()
            continue
        leaving = list(definition.actions_from(state)) or list(definition.action)
        action = dice.choice(leaving if dice.random() < 0.9 else list(definition.action))
        who: Any = None
        if dice.random() < 0.15:
            who = town.actor(dice.choice(sorted(town.people)))
        with suppress(RepairFlowError):
            town.do(number, action, who, **({"expected_version": 0} if dice.random() < 0.03 else {}))


@pytest.mark.parametrize("seed", range(RUNS))
@pytest.mark.parametrize("name", NAMES)
def test_a_random_run_keeps_everything_true(town: Town, name: str, seed: int) -> None:
    walk(town, name, seed)


@pytest.mark.soak
@pytest.mark.parametrize("name", NAMES)
def test_many_random_runs_keep_everything_true(town: Town, name: str) -> None:
    for seed in range(RUNS, RUNS + MANY):
        walk(town, name, seed)


def test_no_step_brings_more_files_than_a_person_can_look_at(town: Town) -> None:
    filing = town.filing("repair", town.record(), kinds=["performance_proof"] * (MOST_PER_STEP + 1))
    with pytest.raises(RepairFlowError, match="最多"):
        town.submit(filing)
