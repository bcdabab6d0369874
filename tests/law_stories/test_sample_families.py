"""The demonstration shows every family of procedures, each case brought to its state by real steps."""

from __future__ import annotations

from datetime import date, time

import pytest
from sqlalchemy import select

from repairflow import sample, times
from repairflow.app.program import Program
from repairflow.auditing.verify import verify
from repairflow.casework.actor import SYSTEM
from repairflow.casework.cases import import_penalties
from repairflow.file_store.folder import FolderFiles
from repairflow.law.guards import PUBLIC_STATES
from repairflow.records import cases, letter, outbox, record, subject
from repairflow.settings import Settings, asset
from repairflow.web.demo.entry import sample_people
from tests.conftest import Clock
from tests.support.town_copies import Fill, taken

pytestmark = pytest.mark.either_database  # what the demonstration shows; samples of any size run on both

FAMILIES = {
    "repair", "objection", "rectification", "interview", "listing", "joint_measure", "review", "reorganisation",
    "revocation", "remedy", "accountability", "minor_repair", "check_result",
}  # fmt: skip


TODAYS = (date(2026, 6, 10), date(2026, 11, 20))
_made: dict[tuple[str, date], Fill] = {}


def demonstration(settings: Settings, clock: Clock, today: date) -> Program:
    """A program with the rows of the demonstration of this day, made by its steps once and copied afterwards."""
    clock.travel(times.at(today, time(10)))
    program = Program.at(settings)
    key = program.db.engine.dialect.name, today
    if key in _made:
        _made[key](program.db)
    else:
        sample.make(program)
        _made[key] = taken(program.db)
    return program


@pytest.mark.parametrize("today", TODAYS)
def test_every_family_is_shown(settings: Settings, clock: Clock, today: date) -> None:
    program = demonstration(settings, clock, today)
    with program.db.read() as tx:
        rows = tx.execute(select(cases).order_by(cases.c.id)).all()
        states = {row.procedure: row.state for row in rows}
        assert set(states) >= FAMILIES
        assert states["interview"] == "planned"
        assert {name: states[name] for name in ("revocation", "remedy", "accountability", "minor_repair")} == {
            "revocation": "hearing", "remedy": "registered", "accountability": "investigating", "minor_repair": "verifying",
        }  # fmt: skip
        checked = tx.execute(select(record).where(record.c.kind == "check_result")).one()
        assert (checked.state, "penalty" in checked.source) == ("published", True)
        assert all(row.filed_day <= today for row in rows)
        report = verify(tx, FolderFiles(settings.home / "anchors"), None)
        assert [finding.text for finding in report.findings if finding.table != "checkpoint"] == []
        (revoking,) = [row for row in rows if row.procedure == "revocation"]
        repaired = tx.execute(select(record).where(record.c.id == revoking.record_id)).one()
        unsent = outbox.c.record_id == repaired.id, outbox.c.topic == "push", outbox.c.state != "done"
        assert (repaired.state, tx.execute(select(outbox.c.id).where(*unsent)).first()) == ("sealed", None)
        # of the minor nothing is shown and nobody was told; its name stands on no card
        youth = tx.execute(select(record, subject.c.name).join(subject).where(record.c.minor)).one()
        assert youth.state not in PUBLIC_STATES
        assert (
            tx.execute(select(outbox.c.id).where(outbox.c.record_id == youth.id, outbox.c.topic == "push")).first()
            is None
        )
        # every document a letter cites is cited with its article
        cited = {one for row in tx.execute(select(letter.c.content)) for one in row[0]["fields"].get("legal_bases", [])}
        assert any("演示" in one for one in cited)
        assert [one for one in cited if not one.endswith(("条", "款", "项"))] == []
        cards = {person.name: person.detail for door in sample_people(tx) for person in door.people}
        assert cards["黎岸"] == "黎* · 监护人"
        assert youth.name not in "".join(cards.values())


def test_the_readme_s_penalties_are_new_to_the_demonstration(settings: Settings, clock: Clock) -> None:
    program = demonstration(settings, clock, TODAYS[-1])
    file = asset("workflows") / "samples" / "penalties.csv"
    found = import_penalties.import_file(
        program.db, program.services, import_penalties.Delivered(file, file.name, "YX-STHJ", SYSTEM), times.now(),
        dry_run=True,
    )  # fmt: skip
    assert (found.new, found.refused) == (found.total, 0)
