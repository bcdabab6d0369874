"""What is looked at again once it is ours: a deadline somebody else fired meanwhile, and who did a step the last time round."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import date, datetime, time

import pytest
from sqlalchemy import Connection, select

from repairflow.casework.case_state.situation import situation
from repairflow.casework.cases import deadline_firing, four_eyes
from repairflow.law.guards import Done
from repairflow.records import cases, rung_fired
from repairflow.worker.sweeps import Due, Summary, find_due, sweep
from tests.support.building import Town


def rungs(town: Town, number: str) -> list[str]:
    case = town.case(number).id
    return [row.rung for row in town.all(select(rung_fired).where(rung_fired.c.case_id == case))]


def test_a_deadline_is_looked_at_again_when_it_is_claimed(town: Town) -> None:
    """Whoever found it due before somebody else fired it fires nothing: its next rung is days away."""
    number = town.file_repair()
    town.at(date(2026, 6, 12), time(9))
    with town.db.read() as tx:
        ((_, row),) = find_due(tx, town.now, 10)
    fired = []
    for _ in range(3):
        with town.db.begin() as tx:
            fired.append(deadline_firing.fire(tx, town.services, row, town.now))
    assert [one and one.rung for one in fired] == ["remind:1", None, None]
    assert rungs(town, number) == ["remind:1"]


def test_sweeps_that_found_the_same_deadline_fire_one_rung(town: Town) -> None:
    number = town.file_repair()
    # The clock is looked at before anything is due, so that each of the sweeps below begins with a look and no write.
    sweep(town.db, find_due, lambda tx, row, now: None, town.at(date(2026, 6, 12), time(8, 59, 30)))
    town.at(date(2026, 6, 12), time(9))
    all_found, done, problems = threading.Barrier(3), [], []

    def find(tx: Connection, now: datetime, limit: int) -> Sequence[Due]:
        found = find_due(tx, now, limit)
        all_found.wait(20)
        return found

    def work() -> None:
        try:
            done.append(
                sweep(town.db, find, lambda tx, row, now: deadline_firing.fire(tx, town.services, row, now), town.now)
            )
        except BaseException as error:  # noqa: BLE001  # a thread's failure is the test's
            problems.append(error)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not problems
    assert sorted(done, key=lambda one: one.fired) == [Summary(skipped=1), Summary(skipped=1), Summary(fired=1)]
    assert rungs(town, number) == ["remind:1"]


@pytest.mark.parametrize(
    ("rounds", "decides", "refused"),
    [
        ((), 1, False),
        ((1,), 1, True),
        ((1,), 2, False),
        ((1, 2), 1, False),  # another did it anew: what the first one did no longer counts
        ((1, 2), 2, True),
        ((2, 1), 1, True),
        ((1, 2, 1), 2, False),
        ((1, 2, 2), 1, False),
        ((None, 1), 1, True),
        ((1, None), 1, False),  # the system did it the last time
        ((1,), None, False),  # the system is nobody's pair of eyes
    ],
)
def test_four_eyes_ask_who_did_it_the_last_time_round(
    town: Town, rounds: tuple[int | None, ...], decides: int | None, refused: bool
) -> None:
    number = town.file_repair()
    with town.db.read() as tx:
        at = situation(tx, town.law, tx.execute(select(cases).where(cases.c.number == number)).one(), town.today)
    action = at.procedure.action["grant"]
    before = "report_verification"
    assert before in action.distinct_from
    steps = [Done(town.now, before, "reviewing", {}, n + 2, who, "某人") for n, who in enumerate(rounds)]
    other = Done(
        town.now, "accept", "verifying", {}, 9, decides, "某人"
    )  # another step of the same person is no matter
    found = four_eyes.refusals(at.procedure, (*at.history, *steps, other), action, decides)
    assert [one.code for one in found] == (["four_eyes"] if refused else [])
