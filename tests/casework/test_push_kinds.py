"""Who is named as told of a record's change, and who is told again after an annulment: only who takes that kind of message."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select, update

from repairflow.casework.case_state.record_change import Change
from repairflow.casework.outbound import pushes, repeat_pushes
from repairflow.casework.outbound.push_cause import Cause
from repairflow.casework.rows_by_id import record_of
from repairflow.records import measure, outbox, target
from tests.support.building import Town

EVENT = "sha256:" + "1" * 64


@pytest.fixture
def number(town: Town) -> str:
    """A record with a measure of the market office, a partner; everybody has heard of it."""
    number = town.record(measured=True)
    one, partner = town.of_record(number), town.one(select(target.c.id).where(target.c.code == "market")).id
    push = town.one(select(outbox).where(outbox.c.record_id == one.id, outbox.c.topic == "push").limit(1))._asdict()
    del push["id"]
    town.turn(outbox.insert().values(**push | {"key": "told once", "target_id": partner, "kind": "measure_impose"}))
    town.turn(update(outbox).values(state="done", ended_at=town.now, next_at=None))
    return number


@pytest.mark.parametrize(("takes", "lifted", "restored"), [
    (None, True, True), (["measure_lift"], True, False), (["measure_restore"], False, True), (["measure_impose"], False, False),
])  # fmt: skip
def test_a_letter_names_a_partner_only_where_it_is_told(
    town: Town, number: str, takes: list[str] | None, lifted: bool, restored: bool
) -> None:
    town.turn(update(target).where(target.c.code == "market").values(takes=takes))
    row = town.of_record(number)
    ids = tuple(item.id for item in town.all(select(measure.c.id)))
    unmoved = Change((), row.state, row.state, True)
    with town.db.read() as tx:
        for change, told in ((replace(unmoved, lifted=ids), lifted), (replace(unmoved, restored=ids), restored)):
            names = pushes.target_names(tx, record_of(tx, row.id), change)
            assert ("market" in names) is told, (takes, change)


@pytest.mark.parametrize(("takes", "measure_ends", "told"), [
    (None, False, True), (["record_changed"], False, True), (["measure_lift"], False, False),
    (None, True, False), (["record_changed"], True, True),  # of the measure's end it hears by another message, if it takes it
])  # fmt: skip
def test_who_was_told_once_is_told_again_and_named_only_where_it_takes_the_message(
    town: Town, number: str, takes: list[str] | None, measure_ends: bool, told: bool
) -> None:
    town.turn(update(target).where(target.c.code == "market").values(takes=takes))
    row = town.of_record(number)
    ids = tuple(item.id for item in town.all(select(measure.c.id))) if measure_ends else ()
    with town.db.begin() as tx:
        change = Change(("annul_record",), row.state, "sealed", True, lifted=ids)
        waits, names = repeat_pushes.push_to_all_informed(
            tx, town.law, record_of(tx, row.id), change, Cause(EVENT, town.now)
        )
    assert waits == told
    named = told or (measure_ends and takes is None)
    assert ("market" in names) is named
