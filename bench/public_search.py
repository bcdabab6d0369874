"""The public search among 100,000 records (or 1,000,000) beside 1,000: by credit code, by name, by a name that nobody bears, and a page
of an organisation.

    .venv/bin/python bench/public_search.py [sqlite|postgresql] [--records 100000] [--beside 1000]

Both towns are asked in turn, so what else the machine does meets both. Prints one JSON line a path: medians in ms, their ratio and
its goal. On SQLite the time is the processor's, on PostgreSQL the clock's. The records are copies of one that is in publicity,
each of an organisation of its own, written as rows.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent.parent))

from sqlalchemy import insert, select

from bench.pages import _settings
from repairflow import times
from repairflow.app.program import Program
from repairflow.app.web import make_app
from repairflow.law.identifiers import make_uscc
from repairflow.records import record, schema, subject
from repairflow.sample import any_size
from tests.support import databases

GOAL, LOOKS, CHUNK, CASES = 2.0, 25, 5_000, 60
FIRST = 10_000_000
PATHS = (
    ("search by credit code", "/credit?q={code}"),
    ("search by name", "/credit?q=云溪县第{middle}建材厂"),
    ("search of a name nobody bears", "/credit?q=云溪县第甲建材厂"),
    ("page of an organisation", "/credit/{code}"),
    ("box within another page", "/embed/credit?q={code}"),
)


class Published:
    """A town with so many records in publicity."""

    def __init__(self, program: Program, count: int) -> None:
        self.program, self.count = program, count
        self._app = make_app(program)
        self._asked = 0
        began = time.perf_counter()
        self._fill()
        print(
            json.dumps({"name": f"{count} records written", "seconds": round(time.perf_counter() - began)}), flush=True
        )

    def look(self, path: str) -> tuple[float, float]:
        """Seconds by the clock and of the processor of one page, asked from an address of its own."""
        middle = self.count // 2
        path = path.format(middle=middle, code=_code(middle))
        self._asked += 1
        client, where = self._app.test_client(), f"10.{self._asked // 250}.1.{self._asked % 250}"
        wall, work = time.perf_counter(), time.process_time()
        page = client.get(path, buffered=True, environ_base={"REMOTE_ADDR": where})
        spent = time.perf_counter() - wall, time.process_time() - work
        assert page.status_code == 200, page.status
        assert (f"云溪县第{middle}建材厂" in page.text.split("<main", 1)[-1]) or "甲" in path, path
        return spent

    def _fill(self) -> None:
        with self.program.db.engine.begin() as tx:
            pattern = dict(tx.execute(select(record).limit(1)).mappings().one())
        today = times.today()
        pattern |= {
            "state": "published", "minor": False, "of_person": False, "annulled_at": None, "severity": "ordinary",
            "publish_from": today - timedelta(days=9), "max_until": today + timedelta(days=700),
        }  # fmt: skip
        for start in range(0, self.count, CHUNK):
            numbers = range(start, min(start + CHUNK, self.count))
            with (
                self.program.db.engine.begin() as tx
            ):  # a part each: one transaction of all fills the disk with its log
                holders = [
                    {"id": FIRST + n, "kind": "organisation", "name": f"云溪县第{n}建材厂", "uscc": _code(n)}
                    for n in numbers
                ]
                tx.execute(insert(subject), holders)
                rows = [
                    pattern
                    | {
                        "id": FIRST + n, "number": f"SX-B-{n:07d}", "subject_id": FIRST + n,
                        "document_number": f"溪环罚〔2026〕第{n}号", "document_key": f"b{n}",
                    }
                    for n in numbers
                ]  # fmt: skip
                tx.execute(insert(record), rows)


def _code(number: int) -> str:
    return make_uscc("320830", f"M{number:07d}")


@contextmanager
def published(kind: str, count: int) -> Iterator[Published]:
    with databases.one(kind) as (url, home):
        program = Program.at(_settings(home, url), check=False)
        schema.upgrade(program.db)
        any_size.make(program, any_size.Wanted(CASES, 1, CASES))
        town = Published(program, count)
        with program.db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as tx:
            tx.exec_driver_sql("ANALYZE" if kind == "sqlite" else "VACUUM ANALYZE")
        yield town
        program.db.dispose()


def main(given: argparse.Namespace) -> None:
    clock = 1 if given.kind == "sqlite" else 0
    with published(given.kind, given.beside) as small, published(given.kind, given.records) as large:
        for name, path in PATHS:
            looks = [(small.look(path)[clock], large.look(path)[clock]) for _ in range(LOOKS + 3)][3:]
            few, many = (median(column) * 1000 for column in zip(*looks, strict=True))
            line = {
                "name": f"{name}, {large.count} beside {small.count} records, {given.kind}", "limit": round(few, 2),
                "ours": round(many, 2), "unit": "ms", "ratio": round(many / few, 2), "goal": GOAL,
            }  # fmt: skip
            print(json.dumps(line | {"held": many / few <= GOAL}, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    asked = argparse.ArgumentParser()
    asked.add_argument("kind", nargs="?", default="sqlite", choices=("sqlite", "postgresql"))
    asked.add_argument("--records", type=int, default=100_000)
    asked.add_argument("--beside", type=int, default=1_000)
    main(asked.parse_args())
