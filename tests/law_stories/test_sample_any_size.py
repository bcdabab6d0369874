"""A town of any size: what stands in it beyond real steps is as sound as what they made."""

from __future__ import annotations

from datetime import date, time

import pytest
from sqlalchemy import func, select

from repairflow import times
from repairflow.app.program import Program
from repairflow.auditing.verify import verify
from repairflow.casework.queries.audit import file_proof
from repairflow.casework.queries.audit.replay.run import replay
from repairflow.file_store.folder import FolderFiles
from repairflow.records import cases, letter, number_series, record, row_change, subject
from repairflow.sample import any_size, names
from repairflow.sample.chance import Chance
from repairflow.sample.town import OFFICES
from repairflow.settings import Settings
from tests.conftest import Clock

TODAY = date(2026, 11, 20)
CASES, BY_STEPS = 12, 4


def test_copies_are_as_sound_as_what_steps_made(settings: Settings, clock: Clock) -> None:
    clock.travel(times.at(TODAY, time(10)))
    program = Program.at(settings)
    heard: list[int] = []
    any_size.make(program, any_size.Wanted(CASES, seed=7, by_steps=BY_STEPS), heard.append)
    with program.db.read() as tx:
        report = verify(tx, FolderFiles(settings.home / "anchors"), program.signer.verifier)
        assert [finding.text for finding in report.findings] == []
        assert (report.events, report.waiting) == (report.leaves, 0)
        assert (
            tx.execute(
                select(func.count()).where(row_change.c.batch.is_(None), row_change.c.tbl != "checkpoint")
            ).scalar()
            == 0
        )
        assert (tx.execute(select(func.count()).select_from(cases)).scalar(), heard[-1]) == (CASES, CASES)
        for table, column in ((subject, "name"), (subject, "uscc"), (record, "document_key"), (letter, "number")):
            values = list(tx.execute(select(table.c[column])).scalars())
            assert len(set(values)) == len(values), column
        # a letter names the company and the number of its own case, and its words are those of its digest
        rows = select(letter.c.content, letter.c.text_digest, cases.c.number, subject.c.name, subject.c.uscc)
        rows = rows.join(cases, cases.c.id == letter.c.case_id).join(subject, subject.c.id == cases.c.subject_id)
        for row in tx.execute(rows):
            assert file_proof._words_hold(row.content, row.text_digest), row.number
            assert row.content["case_number"] == row.number
            assert row.content["addressee"] in {row.name, *(name for name, *_ in OFFICES.values())}
        assert replay(tx, program.law).differences == []
        last = dict(
            tx.execute(
                select(number_series.c.year, number_series.c.last).where(number_series.c.series == "record")
            ).all()
        )
        numbers = list(tx.execute(select(record.c.number)).scalars())
        assert all(int(number[8:]) <= last[int(number[3:7])] for number in numbers)  # the next one drawn is a new one


@pytest.mark.either_database
def test_chance_comes_again() -> None:
    """The same seed decides the same on every machine, or two figures could not stand beside each other."""
    chance, again, other = Chance(4), Chance(4), Chance(5)
    drawn = [chance.between(1, 6) for _ in range(12)]
    assert drawn == [again.between(1, 6) for _ in range(12)] != [other.between(1, 6) for _ in range(12)]
    assert set(drawn) <= set(range(1, 7))


@pytest.mark.either_database
def test_no_two_companies_have_one_name_or_code() -> None:
    many = range(0, 200_000, 37)
    assert len({names.company(one, 3) for one in many}) == len({names.serial(one) for one in many}) == len(many)
