"""Every GET address of the route table in a town with something of each kind: beside a long archive and beside a short one.

    .venv/bin/python bench/every_address.py [--times 100] [--beside 20] [--only WORD] [--open]

The town is that of `tests/support/every_kind.py`, asked at the addresses of `tests/support/addresses.py` by whoever may, which
`tests/house/test_every_address.py` holds against the route table: none is left out. Behind it lie its own rows so many times
more (`tests/support/multiplied.py`; a town has some 35 cases), ended more than a year ago; with `--open` they wait as the
rows themselves do, so that lists of what waits grow as well. Prints a JSON line for each address: steps of SQLite's machine
(a row that is read takes three to twenty) and their ratio, statements, processor time in ms, bytes. Steps do not depend on what
else the machine does.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from repairflow import times
from repairflow.worker import chores
from tests.support import addresses, databases
from tests.support.addresses import Row
from tests.support.every_kind import Whole, grow
from tests.support.metering import Cost, Meter
from tests.support.multiplied import Multiplied

GOAL, BYTES = 2.0, 60_000
SLACK = 1_500
"""Steps below which a ratio says nothing."""


def look(whole: Whole, meter: Meter, row: Row) -> tuple[Cost, float, int, str]:
    """What an answer cost the database, its processor time in ms, its bytes and what it is; asked once before."""
    path = whole.app.url_map.bind("127.0.0.1").build(row.endpoint, dict(row.values), method="GET")
    client = whole.visitor(row.who).client
    for _ in range(2):
        with meter.counted() as cost:
            work = time.process_time()
            answer = client.get(path + (f"?{row.query}" if row.query else ""), buffered=True)
            work = time.process_time() - work
    return cost, work * 1000, len(answer.get_data()), answer.mimetype or ""


def main(given: argparse.Namespace) -> None:
    clock = datetime(2026, 6, 10, 2, tzinfo=UTC)
    with tempfile.TemporaryDirectory() as folder, times.set_clock(lambda: clock):
        whole = grow(databases.SQLite(Path(folder)).migrated(), Path(folder))
        rows = [row for row in addresses.rows(whole) if row.endpoint != "static" and given.only in row.endpoint]
        for row in rows:
            whole.visitor(row.who)
        archive, meter = Multiplied(whole.town.db, archive=not given.open), Meter(whole.town.db)
        found = []
        for times_over in (given.beside, given.times):
            archive.until(times_over)
            chores.keep_figures(whole.town.db, whole.town.services, times.now(), everything=True)
            found.append([look(whole, meter, row) for row in rows])
        missed = 0
        for row, (few, before, _, _), (many, after, size, kind) in zip(rows, *found, strict=True):
            held = many.steps <= few.steps * GOAL + SLACK and not (kind == "text/html" and size > BYTES)
            missed += not held
            line = {
                "name": f"{row.endpoint} ({row.kind})", "limit": few.steps, "ours": many.steps, "unit": "steps",
                "ratio": round(many.steps / max(few.steps, 1), 2), "goal": GOAL, "statements": len(many.statements),
                "ms": [round(before, 1), round(after, 1)], "bytes": size, "bytes_goal": BYTES, "held": held,
            }  # fmt: skip
            print(json.dumps(line, ensure_ascii=False), flush=True)
        print(json.dumps({"name": "addresses beyond their goal", "ours": missed, "of": len(rows)}), flush=True)
        whole.town.db.dispose()


if __name__ == "__main__":
    asked = argparse.ArgumentParser()
    asked.add_argument("--times", type=int, default=100)
    asked.add_argument("--beside", type=int, default=20)
    asked.add_argument("--only", default="")
    asked.add_argument("--open", action="store_true")
    main(asked.parse_args())
