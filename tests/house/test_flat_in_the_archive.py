"""What an answer and a chore of the worker cost does not grow with the archive: ten times the rows behind, no more work.

Counted by SQLite itself, so a busy machine changes nothing. `tests.support.multiplied` writes the rows of years ago; what is
asked for is the same before and after.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from repairflow import times
from repairflow.app.outward_clients import any_platform
from repairflow.app.program import Program
from repairflow.app.worker import Duties
from repairflow.letters.renderer.pool import Press
from repairflow.web.shared.press import OnDemand
from repairflow.worker import chores
from tests.conftest import Clock
from tests.support import addresses, databases
from tests.support.addresses import Row
from tests.support.every_kind import Whole, grow
from tests.support.metering import Cost, Meter
from tests.support.multiplied import Multiplied

pytestmark = pytest.mark.soak  # scale: `tests/records/test_indexes_of_pages.py` holds the plans at each run

FEW, MANY = 4, 40
OF_EACH = 2
"""How many things each address is asked for."""
RATIO, SLACK = 1.5, 1_500
BOUNDED = {
    "admin.changes": "events that are about no case and no record, some hundredth of all, until a page is full",
    "audit.home": "cases that a search finds, 300 at most; a page of records without their letter",
    "audit.rows": "lines of rows that somebody may have deleted by hand: an auditor asks so for one case",
    "desk.cases": "cases that a search finds, 300 at most",
    "desk.new_about": "as above",
    "desk.similar_cases": "the last 300 of an office",
    "desk.subjects": "as above",
    "papers.batch": "a page of records without their letter",
    "public.data_csv": "a page of 1,000",
    "public.data_json": "as above",
}
"""Addresses that may read more where there is more, and up to where."""
CHORES_THAT_COUNT = frozenset({"strays"})
"""The nightly look at all files, by their names; how many a night looks at has a limit of its own."""
REACHING_OUT = frozenset({"press", "push", "follow", "jobs", "cosign", "stamp", "reach"})
"""Ticks of the worker that go to others, and have nobody here."""


@pytest.fixture
def whole(home: Path, clock: Clock) -> Whole:
    """A town with something of every kind, on SQLite: PostgreSQL does not tell what one answer made it do."""
    return grow(databases.SQLite(home).migrated(), home)


@contextmanager
def metered(whole: Whole) -> Iterator[Meter]:
    """What the town's database does is counted within the block."""
    meter = Meter(whole.town.db)
    yield meter
    meter.stop()


def some(rows: Iterator[Row]) -> list[Row]:
    """The first of each address; files that never change are no question to a database."""
    seen, found = Counter[str](), []
    for row in rows:
        seen[row.endpoint] += 1
        if seen[row.endpoint] <= OF_EACH and row.endpoint not in ("static", "entry.home"):
            found.append(row)
    return found


def dearer(name: str, few: Cost, many: Cost) -> str:
    """What grew too much; "" where nothing did."""
    before, after = steps(few), steps(many)
    if after <= before * RATIO + SLACK and len(many.statements) <= len(few.statements):
        return ""
    counts = f"{before} -> {after} steps, {len(few.statements)} -> {len(many.statements)} statements"
    grown = max(many.of, key=lambda text: many.of[text] - few.of[text], default="")
    return f"{name}: {counts}, most for {grown[:900]}"


def steps(cost: Cost) -> int:
    """Those of what may not grow: a search for a word that many bear looks at 2,000 of them at most, and says so."""
    return cost.steps - sum(spent for text, spent in cost.of.items() if "search_part" in text)


def compared(whole: Whole, questions: Mapping[str, Callable[[], object]]) -> list[str]:
    """What of these costs more with a long archive than with a short one; each is asked once before it is counted."""
    archive, costs = Multiplied(whole.town.db), list[dict[str, Cost]]()
    with metered(whole) as meter:
        for times_over in (FEW, MANY):
            archive.until(times_over)
            chores.keep_figures(whole.town.db, whole.town.services, times.now(), everything=True)
            found = dict[str, Cost]()
            for name, ask in questions.items():
                ask()
                with meter.counted() as cost:
                    ask()
                found[name] = cost
            costs.append(found)
    return [fault for name in questions if (fault := dearer(name, costs[0][name], costs[1][name]))]


def test_no_address_costs_more_for_what_lies_behind_it(
    whole: Whole, press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(OnDemand, "press", press)
    paths = whole.app.url_map.bind("127.0.0.1")

    def asking(row: Row) -> Callable[[], None]:
        path = paths.build(row.endpoint, dict(row.values), method="GET") + (f"?{row.query}" if row.query else "")
        client = whole.visitor(row.who).client

        def ask() -> None:
            answer = client.get(path, buffered=True)
            assert answer.status_code < 500 or row.status >= 500, (path, answer.status)

        return ask

    rows = some(addresses.rows(whole))
    faults = compared(whole, {f"{row.endpoint} ({row.kind}) {number}": asking(row) for number, row in enumerate(rows)})
    assert [fault for fault in faults if fault.split(" ", 1)[0] not in BOUNDED] == []


def test_no_chore_costs_more_for_what_lies_behind_it(whole: Whole, press: Press) -> None:
    town = whole.town
    program = Program(town.settings, town.db, town.services)
    duties = Duties(program, any_platform(program), press, None)
    now = times.now()
    questions: dict[str, Callable[[], object]] = {
        tick.name: tick.run for tick in duties.often() if tick.name not in REACHING_OUT
    }
    for name, _, job in duties._irreversible():
        if name not in CHORES_THAT_COUNT:
            questions[name] = partial(job, now)
    assert compared(whole, questions) == []
