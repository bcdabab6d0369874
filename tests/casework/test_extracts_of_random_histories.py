"""An extract at a moment says what a replay at that moment says, over histories that chance makes of records, objections, repairs,
lists and time."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from repairflow.casework.changes import IssueExtract
from repairflow.casework.dispatch import dispatch
from repairflow.casework.queries.records import status_replay
from repairflow.errors import Refused
from repairflow.records import letter
from repairflow.records.rows import LetterRow
from tests.support.building import Town

STEPS = 22
SEEDS = range(5)
PENALTIES = (
    {},
    {"kinds": ("warning",), "fine": None},
    {"kinds": ("stop_business", "fine"), "fine": "25"},
    {"measured": True},
)


def punished(town: Town, chance: random.Random) -> None:
    town.record(**chance.choice(PENALTIES))


def objected(town: Town, chance: random.Random) -> None:
    """An objection is taken up, and in the end perhaps the record is found to be right, or annulled."""
    case = town.file_objection()
    town.steps(case, "accept")
    end = chance.choice(("", "uphold", "annul"))
    if end:
        town.steps(case, "report_finding", end)


def repaired(town: Town, _: random.Random) -> None:
    town.granted()


def listed(town: Town, chance: random.Random) -> None:
    case = town.begin("listing")
    ends = ("link_person", "review_pass", "serve_notice", "waive_defence", "decide_listing")
    town.steps(case, *ends[: chance.randint(3, len(ends))])


def honoured(town: Town, chance: random.Random) -> None:
    case = town.honoured()
    if chance.random() < 0.5:
        out = town.file("honour_exit", None, town.actor("examiner@ENV"), case=case, kind="removal", kinds=())
        town.do(out, "exit")


def later(town: Town, chance: random.Random) -> None:
    town.at(town.today + timedelta(days=chance.choice((1, 9, 40, 190, 400))))
    town.sweep()


OPERATIONS: tuple[Callable[[Town, random.Random], None], ...] = (
    punished,
    objected,
    repaired,
    listed,
    honoured,
    later,
    later,
)


def extract(town: Town) -> str | None:
    try:
        with town.db.begin() as tx:
            return str(dispatch(tx, town.services, IssueExtract(town.actor("yunxi"), town.subjects["yunxi"]), town.now))
    except Refused:  # so many a day
        return None


@pytest.mark.parametrize("seed", SEEDS)
def test_an_extract_says_what_a_replay_says(town: Town, seed: int) -> None:
    chance, tokens, done = random.Random(seed), list[str](), list[str]()
    for _ in range(STEPS):
        operation = chance.choice(OPERATIONS)
        try:
            operation(town, chance)
        except Refused as refused:  # what the law does not allow now
            done.append(f"{operation.__name__}: {refused.refusals[0].code}")
        else:
            done.append(operation.__name__)
        if chance.random() < 0.5 and (token := extract(town)) is not None:
            tokens.append(token)
    assert len(tokens) > STEPS // 5
    assert sum(":" not in one for one in done) > STEPS // 2, done
    said = []
    with town.db.read() as tx:
        for token in tokens:
            row = LetterRow(*tx.execute(select(letter).where(letter.c.token == token)).one())
            said.append(status_replay.extract_of(row))
            assert said[-1] == status_replay.replay(tx, town.law, row), (seed, token, done)
    assert len({str(one) for one in said}) > 1, "nothing became of anything"
