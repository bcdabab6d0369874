"""One transition (拟准予修复) through perform(), beside a persisted step of what somebody would take instead.

    .venv/bin/python bench/peers.py [STEPS]      default: 60 steps a run, five runs

The others: django-fsm-2 with Django's ORM and a history row, and SpiffWorkflow with its JSON and a history row
(bench/other_engines/steps.py), in a virtual environment of their own, .venv/peers, which this script makes (pip). All three on SQLite in
one folder (WAL, synchronous FULL, BEGIN IMMEDIATE), in turn, run by run. Prints for each a JSON line by the clock and one in processor
time: medians of a step in µs, the ratio of each run, their median, goal. Theirs proves nothing: no hash chain, no access, no
deadlines, no notices, no idempotency.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from types import TracebackType

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench.transition import NOW, REASON, ready, spent
from repairflow import times
from repairflow.casework.cases.transition import perform
from repairflow.casework.commands import Command
from repairflow.db import Database
from repairflow.settings import load
from tests.support import databases
from tests.support.building import Town

PACKAGES = ("django==5.2.19", "django-fsm-2==4.2.4", "spiffworkflow==3.2.0", "lxml==6.1.3")
THEIRS = Path(sys.prefix) / "peers"
STEPS = Path(__file__).parent / "other_engines" / "steps.py"
PEERS = {"django": "django-fsm-2, ORM, history row", "spiff": "SpiffWorkflow, JSON, history row"}
RUNS = 5
GOAL = 1.0


def environment() -> Path:
    """Return the other engines' own interpreter; its environment is made on first use."""
    python, made = THEIRS / "bin" / "python", THEIRS / "made"
    if not made.exists() or made.read_text() != "\n".join(PACKAGES):
        venv.create(THEIRS, clear=True, with_pip=True)
        quiet = ["--quiet", "--disable-pip-version-check", "--no-input"]
        subprocess.run([python, "-m", "pip", "install", *quiet, *PACKAGES], check=True, stdout=sys.stderr)
        made.write_text("\n".join(PACKAGES))
    return python


class Peer:
    """Another engine in a process of its own, which steps when it is told to."""

    def __init__(self, python: Path, kind: str, folder: Path, cases: int) -> None:
        command = [str(python), str(STEPS), kind, str(folder), str(cases)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._line() == "ready"

    def steps(self, number: int) -> list[list[float]]:
        """Take so many steps: seconds by the clock, seconds of the processor."""
        assert self._process.stdin is not None
        print(number, file=self._process.stdin, flush=True)
        found: list[list[float]] = json.loads(self._line())
        return found

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def __enter__(self) -> Peer:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._process.terminate()
        self._process.wait(30)


def main(steps: int) -> None:
    python = environment()
    with ExitStack() as held:
        held.enter_context(times.set_clock(lambda: NOW))
        url, folder = held.enter_context(databases.one("sqlite"))
        db = Database(url)
        town = Town(db, load({"REPAIRFLOW_HOME": str(folder), "REPAIRFLOW_DATABASE_URL": url}))
        numbers = [ready(town) for _ in range(steps * (RUNS + 1))]
        reviewer = town.actor("reviewer@ENV")
        peers = {kind: held.enter_context(Peer(python, kind, folder, steps * (RUNS + 1))) for kind in PEERS}

        def ours(number: str) -> None:
            command = Command(number, "propose_grant", reviewer, f"ours/{number}", 3, REASON)
            with db.begin() as tx:
                perform(tx, town.services, command, NOW)

        runs = []
        for run in range(RUNS + 1):  # the first prepares statements
            theirs = {kind: peer.steps(steps) for kind, peer in peers.items()}
            mine = [spent(lambda n=number: ours(n)) for number in numbers[run * steps : (run + 1) * steps]]
            runs.append((theirs, [[one[clock] for one in mine] for clock in (0, 1)]))
        for kind, name in PEERS.items():
            for clock, words in enumerate(("", ", processor time")):
                found = [(median(theirs[kind][clock]) * 1e6, median(mine[clock]) * 1e6) for theirs, mine in runs[1:]]
                ratios = [own / limit for limit, own in found]
                line = {
                    "name": f"one transition beside {name}{words}", "limit": round(median(one[0] for one in found)),
                    "ours": round(median(one[1] for one in found)), "unit": "µs", "ratio": round(median(ratios), 2),
                    "runs": [round(one, 2) for one in ratios], "goal": GOAL, "load": round(os.getloadavg()[0], 1),
                }  # fmt: skip
                print(json.dumps(line, ensure_ascii=False), flush=True)
        db.dispose()


if __name__ == "__main__":
    main(next((int(word) for word in sys.argv[1:] if word.isdigit()), 60))
