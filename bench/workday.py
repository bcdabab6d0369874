"""What one step over working days costs: the n-th working day after a day, beside finding a day in a sorted list.

    .venv/bin/python bench/workday.py

Prints one JSON line a path: name, limit and ours in µs, ratio, goal.
"""

from __future__ import annotations

import json
import sys
import time
from bisect import bisect_right
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent.parent))

from repairflow.law.calendar.workdays import load_calendar
from repairflow.settings import asset

STEPS = 20_000
ROUNDS = 15


def main() -> None:
    calendar = load_calendar(asset("workflows") / "calendars")
    first = date(2004, 1, 2)
    days = [first + timedelta(days=n * 8179 % 8000) for n in range(STEPS)]
    ordinals = sorted(day.toordinal() for day in days)
    limit = spent(lambda: [bisect_right(ordinals, day.toordinal()) for day in days])
    for n in (1, 20):
        ours = spent(lambda n=n: [calendar.add_working_days(day, n) for day in days])
        say(f"the {n}. working day after a day", limit, ours, "2 µs")
    ours = spent(lambda: [calendar.is_working(day) for day in days])
    say("whether a day is worked", limit, ours, "2 µs")


def spent(work: Callable[[], object]) -> float:
    """Microseconds a step: the median of many rounds."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) / STEPS * 1e6)
    return median(times)


def say(name: str, limit: float, ours: float, goal: str) -> None:
    line = {
        "name": name,
        "limit": round(limit, 3),
        "ours": round(ours, 3),
        "ratio": round(ours / limit, 2),
        "goal": goal,
    }
    print(json.dumps(line, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
