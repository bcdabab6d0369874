"""A list of 100,000 entries beside one of 1,000: pages of the register, its files, and a part of its yearly publication.

    .venv/bin/python bench/lists.py [sqlite|postgresql] [--entries 100000] [--beside 1000]

Both towns are asked in turn, so what else the machine does meets both. Prints one JSON line a path: medians in ms, their ratio and
its goal, and how long the whole publication takes. On SQLite the time is the processor's, on PostgreSQL the clock's.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from datetime import time as clock_time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent.parent))

from sqlalchemy import insert, select

from bench.pages import Archive, _settings
from repairflow import times
from repairflow.app.program import Program
from repairflow.app.worker import job_runner
from repairflow.casework.actor import SYSTEM
from repairflow.casework.changes.system import PublishLists
from repairflow.casework.dispatch import dispatch
from repairflow.law.identifiers import make_uscc
from repairflow.records import cases, list_entry, list_publication, schema, subject
from repairflow.sample import any_size
from repairflow.worker import chores
from tests.support import databases

GOAL, LOOKS, CHUNK = 2.0, 9, 5_000
LIST, CASES = "farm_red", 200
OFFICER = "陈墨"
YEARLY = times.at(date(2026, 12, 20), clock_time(1))  # the day that the list names
PAGES = (
    ("register page", OFFICER, f"/desk/lists/{LIST}"),
    ("register page, in the middle", OFFICER, f"/desk/lists/{LIST}?after={{middle}}"),
    ("register page, who left", OFFICER, f"/desk/lists/{LIST}?show=left"),
    ("register page, a name looked for", OFFICER, f"/desk/lists/{LIST}?q=第77家庭农场"),
    ("all lists", OFFICER, "/desk/lists"),
    ("public page", "agent", f"/lists/{LIST}"),
    ("public page, in the middle", "agent", f"/lists/{LIST}?after={{middle}}"),
)
FILE = ("export, a row", OFFICER, f"/desk/lists/{LIST}/entries.csv")


class Listed:
    """A town with so many organisations on one list."""

    def __init__(self, program: Program, count: int) -> None:
        self.program, self.count = program, count
        self._archive = Archive(program, CASES)
        self._fill()

    def look(self, who: str, path: str) -> tuple[float, float, int]:
        return self._archive.look(who, path.replace("{middle}", str(self._first + self.count // 2)))

    def publishes(self) -> float:
        """Seconds of the worker's job that publishes the whole list."""
        with times.set_clock(lambda: YEARLY):
            with self.program.db.begin() as tx:
                dispatch(tx, self.program.services, PublishLists(SYSTEM), YEARLY)
            began = time.perf_counter()
            job_runner(self.program).run_once(YEARLY)
            spent = time.perf_counter() - began
        with self.program.db.read() as tx:
            done = tx.execute(select(list_publication.c.entries)).scalar_one()
        assert done == self.count, done
        return spent

    def _fill(self) -> None:
        with self.program.db.engine.begin() as tx:
            key = tx.execute(select(cases.c.id).limit(1)).scalar_one()
            self._first = 10_000_000
            day = times.local_day(times.now()) - timedelta(days=30)
            for start in range(0, self.count, CHUNK):
                numbers = range(start, min(start + CHUNK, self.count))
                holders = [
                    {
                        "id": self._first + n, "kind": "organisation", "name": f"云溪县第{n}家庭农场",
                        "uscc": make_uscc("320830", f"MF{n:06d}"),
                    }
                    for n in numbers
                ]  # fmt: skip
                tx.execute(insert(subject), holders)
                entry = {"list_kind": LIST, "case_id": key, "listed_on": day}
                tx.execute(insert(list_entry), [entry | {"id": one["id"], "subject_id": one["id"]} for one in holders])


@contextmanager
def listed(kind: str, count: int) -> Iterator[Listed]:
    with databases.one(kind) as (url, home):
        program = Program.at(_settings(home, url), check=False)
        schema.upgrade(program.db)
        any_size.make(program, any_size.Wanted(CASES, 1, CASES))
        town = Listed(program, count)
        if kind != "sqlite":
            with program.db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as tx:
                tx.exec_driver_sql("VACUUM ANALYZE")
        chores.keep_figures(program.db, program.services, times.now())  # as the worker does every ten minutes
        yield town
        program.db.dispose()


def say(name: str, few: float, many: float, unit: str = "ms") -> None:
    line = {
        "name": name,
        "limit": round(few, 2),
        "ours": round(many, 2),
        "unit": unit,
        "ratio": round(many / few, 2),
        "goal": GOAL,
    }
    print(json.dumps(line | {"held": many / few <= GOAL}, ensure_ascii=False), flush=True)


def main(given: argparse.Namespace) -> None:
    clock = 1 if given.kind == "sqlite" else 0
    with listed(given.kind, given.beside) as small, listed(given.kind, given.entries) as large:
        title = f"{large.count} beside {small.count} entries, {given.kind}"
        for name, who, path in (*PAGES, FILE):
            few, many = (middle(town, who, path, clock) for town in (small, large))
            if name == FILE[0]:  # a file of the large list has more rows, and no more than 5,000
                few, many = few / small.count, many / min(large.count, 5_000)
            say(f"{name}, {title}", few * 1000, many * 1000)
        few, many = small.publishes(), large.publishes()
        say(f"yearly publication, an entry, {title}", few / small.count * 1000, many / large.count * 1000)
        print(
            json.dumps(
                {"name": f"yearly publication of {large.count} entries, {given.kind}", "seconds": round(many, 1)}
            )
        )


def middle(town: Listed, who: str, path: str, clock: int) -> float:
    """The median of some looks in seconds, after two that warm up."""
    return median([town.look(who, path)[clock] for _ in range(LOOKS + 2)][2:])


if __name__ == "__main__":
    asked = argparse.ArgumentParser()
    asked.add_argument("kind", nargs="?", default="sqlite", choices=("sqlite", "postgresql"))
    asked.add_argument("--entries", type=int, default=100_000)
    asked.add_argument("--beside", type=int, default=1_000)
    main(asked.parse_args())
