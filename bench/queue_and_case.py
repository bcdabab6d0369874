"""The pages officers open most, each by an officer and in the whole application: the queue, and the page of a case.

    .venv/bin/python bench/queue_and_case.py [sqlite|postgresql] [CASES]      default: SQLite, 60 cases

Prints one JSON line a page: name, the median in µs, and in processor time. There is no least to stand beside a page; a
figure is compared with that of another commit: copy this file into its bench/ and run both in turn.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent.parent))

from repairflow import times
from repairflow.db import Database
from repairflow.settings import load
from tests.support import databases
from tests.support.building import Town
from tests.web.portal_visit import Visitor, make

NOW = datetime(2026, 6, 10, 2, tzinfo=UTC)
LOOKS = 40


@contextmanager
def made(kind: str) -> Iterator[tuple[str, Path]]:
    """A migrated database and a folder for files; written so that earlier commits can run it, too."""
    with tempfile.TemporaryDirectory() as folder:
        if kind == "sqlite":
            yield databases.SQLite(Path(folder)).migrated(), Path(folder)
        else:
            with databases.postgresql() as server:
                yield server.migrated(), Path(folder)


def main(kind: str, cases: int) -> None:
    with times.set_clock(lambda: NOW), made(kind) as (url, folder):
        settings = load({"REPAIRFLOW_HOME": str(folder), "REPAIRFLOW_DATABASE_URL": url})
        town = Town(Database(url), settings)
        numbers = [town.file_repair() for _ in range(cases)]
        for number in numbers:
            town.steps(number, "accept", "report_verification")
        app = make(town)
        for name, who, path in (
            ("queue", "acceptor@ENV", "/desk/"),
            ("page of a case", "reviewer@ENV", f"/desk/cases/{numbers[0]}"),
        ):
            visitor = Visitor(app, town, who)
            spent = []
            for _ in range(LOOKS):
                began = time.perf_counter(), time.process_time()
                assert visitor.client.get(path, follow_redirects=True).status_code == 200
                spent.append((time.perf_counter() - began[0], time.process_time() - began[1]))
            wall, work = (round(median(one[clock] for one in spent[LOOKS // 5 :]) * 1e6) for clock in (0, 1))
            line = {"name": f"{name}, {kind}", "ours": wall, "processor": work, "unit": "µs"}
            print(json.dumps(line, ensure_ascii=False), flush=True)
        town.db.dispose()


if __name__ == "__main__":
    kind = sys.argv[1] if len(sys.argv) > 1 else "sqlite"
    main(kind, int(sys.argv[2]) if len(sys.argv) > 2 else 60)
