"""Entries of a list whose year is over, all in one night: each leaves once, with its case, its letter and its pushes once."""

from __future__ import annotations

import json
import time
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select

from repairflow.db import Database
from repairflow.law.identifiers import make_uscc
from repairflow.records import case_link, cases, event, letter, list_entry, outbox, subject
from repairflow.settings import Settings
from repairflow.worker import chores
from tests.conftest import Clock
from tests.law_stories.test_designation_story import honoured
from tests.support.building import Town

ENTRIES = 10_000
CHUNK = 500


@pytest.fixture
def town(database: Database, settings: Settings, clock: Clock) -> Town:
    return Town(database, settings)


def stand(town: Town, count: int) -> None:
    """So many organisations on the list that one real designation was made for: copies of its case, written past the door."""
    number = honoured(town, "honour")
    (model,) = town.all(select(cases).where(cases.c.number == number))
    (paper,) = town.all(select(letter).where(letter.c.case_id == model.id).order_by(letter.c.id.desc()).limit(1))
    (entry,) = town.all(select(list_entry).where(list_entry.c.case_id == model.id))
    first = 1_000_000
    for start in range(0, count - 1, CHUNK):
        keys = range(first + start, first + min(start + CHUNK, count - 1))
        holders = [
            {
                "id": n,
                "kind": "organisation",
                "name": f"云溪县第{n}商行",
                "uscc": make_uscc("320830", f"MH{n % 1_000_000:06d}"),
            }
            for n in keys
        ]
        town.turn(insert(subject).values(holders))
        copies = [dict(model._mapping) | {"id": n, "number": f"LR-2026-{n}", "subject_id": n} for n in keys]
        town.turn(insert(cases).values(copies))
        papers = [
            dict(paper._mapping)
            | {"id": n, "case_id": n, "number": f"{paper.number}-{n}", "token": f"{n}-{paper.token}"[:40]}
            for n in keys
        ]
        town.turn(insert(letter).values(papers))
        stays = [dict(entry._mapping) | {"id": n, "subject_id": n, "case_id": n} for n in keys]
        town.turn(insert(list_entry).values(stays))


def holds(town: Town, count: int) -> None:
    left = town.all(select(list_entry.c.left_how, func.count()).group_by(list_entry.c.left_how))
    assert [tuple(row) for row in left] == [("expired", count)]
    ended = select(cases.c.id).where(cases.c.procedure == "honour_exit")
    assert len(town.all(ended)) == count
    assert len(town.all(select(cases.c.id).where(cases.c.procedure == "honour_exit", cases.c.closed_at.is_(None)))) == 0
    parents = Counter(row.from_id for row in town.all(select(case_link.c.from_id)))
    assert set(parents.values()) == {1}
    assert len(parents) == count
    letters = Counter(row.case_id for row in town.all(select(letter.c.case_id).where(letter.c.case_id.in_(ended))))
    assert (len(letters), set(letters.values())) == (count, {1})
    steps = Counter(row.case_id for row in town.all(select(event.c.case_id).where(event.c.action == "expire")))
    assert (len(steps), set(steps.values())) == (count, {1})
    sent = town.all(
        select(
            outbox.c.case_id, func.count(func.distinct(outbox.c.target_id)).label("targets"), func.count().label("rows")
        )
        .where(outbox.c.topic == "push", outbox.c.kind == "honour_change", outbox.c.case_id.in_(ended))
        .group_by(outbox.c.case_id)
    )
    assert len(sent) == count
    assert all(row.targets == row.rows > 0 for row in sent)


def night(town: Town, count: int) -> None:
    stand(town, count)
    town.at(town.today.replace(year=town.today.year + 1) + timedelta(days=1))
    began = time.monotonic()
    assert chores.end_honours(town.db, town.services, town.now) == count
    spent = time.monotonic() - began
    kind = town.db.engine.dialect.name
    line = {
        "name": f"{count} entries end in one night, {kind}",
        "seconds": round(spent, 1),
        "each_ms": round(1000 * spent / count, 1),
    }
    print(json.dumps(line, ensure_ascii=False))
    assert chores.end_honours(town.db, town.services, town.now) == 0
    holds(town, count)


def test_a_few_end_once(town: Town) -> None:
    night(town, 25)


@pytest.mark.soak
def test_ten_thousand_end_once(town: Town) -> None:
    night(town, ENTRIES)
