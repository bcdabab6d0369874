"""Files as offices, loaders and spreadsheets deliver them, each with the answer a credit office needs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from repairflow.casework.case_state import record_events
from repairflow.casework.credit_records import effects, lifecycle
from repairflow.casework.credit_records.effects import Wanted
from repairflow.casework.credit_records.lifecycle import RecordStep
from repairflow.casework.event_log import NewEvent
from repairflow.errors import Invalid
from repairflow.records import held_row, record
from tests.casework.test_intake import bring
from tests.support.building import Town

pytestmark = pytest.mark.either_database

FOLDER = Path(__file__).parent / "field_cases"


def delivered(town: Town, name: str) -> Any:
    (path,) = FOLDER.glob(f"{name}-*")
    return bring(town, path)


@pytest.mark.parametrize(("name", "new", "refused", "held"), [
    ("02", 1, 1, 0), ("05", 1, 8, 0), ("09", 0, 1, 1), ("10", 0, 1, 1), ("12", 0, 3, 3), ("15", 3, 0, 0), ("16", 5, 0, 0), ("17", 3, 0, 0),
    ("19", 3, 0, 0), ("21", 1, 0, 0), ("22", 1, 0, 0), ("23", 2, 0, 0), ("24", 1, 0, 0), ("26", 1, 1, 0), ("36", 3, 4, 0), ("48", 5, 1, 0),
])  # fmt: skip
def test_what_becomes_of_each_file(town: Town, name: str, new: int, refused: int, held: int) -> None:
    outcome = delivered(town, name)
    assert (outcome.new, outcome.refused, outcome.held) == (new, refused, held), outcome.problems
    assert len(town.all(select(record))) == new
    again = delivered(town, name)
    assert again.new == 0
    assert len(town.all(select(record))) == new


def test_a_file_that_counts_in_yuan_is_not_read(town: Town) -> None:
    with pytest.raises(Invalid, match="元"):
        delivered(town, "14a")


@pytest.mark.parametrize(("name", "expected"), [
    ("16", {"2026-03-04"}), ("17", {"2026-03-04"}),
])  # fmt: skip
def test_days_are_those_of_the_decisions(town: Town, name: str, expected: set[str]) -> None:
    delivered(town, name)
    assert {row.decision_date.isoformat() for row in town.all(select(record))} == expected


def test_amounts_are_those_of_the_cells(town: Town) -> None:
    delivered(town, "48")
    assert [float(row.fine_wan) for row in town.all(select(record).order_by(record.c.id))] == [2, 2, 2, 0.5, 2]


def test_a_disputed_one_is_not_public(town: Town) -> None:
    delivered(town, "02")
    assert town.one(select(record)).state == "unpublished"


@pytest.mark.parametrize("later", ["04b", "04c"])
def test_a_published_penalty_that_is_revoked_opens_a_task(town: Town, later: str) -> None:
    delivered(town, "04a")
    assert town.one(select(record)).state == "published"
    delivered(town, later)
    assert [row.kind for row in town.all(select(held_row))] == ["annul"]


def test_an_annulled_record_is_no_obstacle_to_the_right_one(town: Town) -> None:
    delivered(town, "07a")
    with town.db.begin() as tx:
        row = tx.execute(select(record)).one()
        lifecycle.change(tx, town.services, row, RecordStep(names=("annul_record",), at=town.now, reason="录错日期"))
    assert delivered(town, "07b").new == 1
    assert delivered(town, "07a").new == 0


def test_a_wrong_day_is_corrected_and_the_right_row_is_no_other_content(town: Town) -> None:
    delivered(town, "07a")
    with town.db.begin() as tx:
        row = tx.execute(select(record)).one()
        form = {"corrections": {"decision_date": "2025-03-04"}}
        effects.apply(tx, town.law, row, Wanted(("correct_record",), town.now, form, "更正"))
        record_events.append(tx, row, NewEvent(action="correct_record", at=town.now))
    for name in ("07a", "07b"):
        found = delivered(town, name)
        assert (found.new, found.unchanged, found.refused) == (0, 1, 0), (name, found.problems)
    assert town.one(select(record)).decision_date.isoformat() == "2025-03-04"
