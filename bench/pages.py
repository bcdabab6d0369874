"""The pages officers open most, each by an officer and in the whole application: the queue, and the page of a case.

    .venv/bin/python bench/pages.py [sqlite|postgresql] [CASES]      default: SQLite, 60 cases

Prints one JSON line a page: name, the median in µs, and in processor time. There is no least to stand beside a page; a
figure is compared with that of another commit: copy this file into its bench/ and run both in turn.
"""

from __future__ import annotations

import json
import sys
import time
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


def main(kind: str, cases: int) -> None:
    with times.set_clock(lambda: NOW), databases.one(kind) as (url, folder):
        settings = load({"REPAIRFLOW_HOME": str(folder), "REPAIRFLOW_DATABASE_URL": url})
        town = Town(Database(url), settings)
        numbers = [town.file_repair() for _ in range(cases)]
        for number in numbers:
            town.steps(number, "accept", "report_verification")
        app = make(town)
        for name, who, path in (
            ("queue", "acceptor@ENV", "/desk"),
            ("page of a case", "reviewer@ENV", f"/desk/cases/{numbers[0]}"),
        ):
            visitor = Visitor(app, town, who)
            spent = []
            for _ in range(LOOKS):
                began = time.perf_counter(), time.process_time()
                visitor.get(path)
                spent.append((time.perf_counter() - began[0], time.process_time() - began[1]))
            wall, work = (round(median(one[clock] for one in spent[LOOKS // 5 :]) * 1e6) for clock in (0, 1))
            line = {"name": f"{name}, {kind}", "ours": wall, "processor": work, "unit": "µs"}
            print(json.dumps(line, ensure_ascii=False), flush=True)
        town.db.dispose()


if __name__ == "__main__":
    kind = sys.argv[1] if len(sys.argv) > 1 else "sqlite"
    main(kind, int(sys.argv[2]) if len(sys.argv) > 2 else 60)
