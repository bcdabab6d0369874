"""One transition without a letter (拟准予修复) through perform(), beside the same step written by hand on the bare driver.

    .venv/bin/python bench/transition.py [sqlite|postgresql] [CASES]      default: both, 300 cases

Prints one JSON line an engine: name, limit and ours in µs (medians, in turn), ratio, goal; for SQLite a second line
in processor time, which leaves out the wait for the disk and whatever else the machine does. Both do what the law asks of
the step: lock and load the case, its record and history; command seen before; machine; guards; four eyes; version; hashed
event in the case's chain; deadline; case row; notice to whose turn it is; commit (SQLite: WAL, synchronous FULL).
Ours besides answers in words, reads its law from files, checks the form and the actor, and keeps to the doors.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import psycopg

sys.path.insert(0, str(Path(__file__).parent.parent))

from repairflow import times
from repairflow.casework.cases.transition import perform
from repairflow.casework.commands import Command
from repairflow.db import Database
from repairflow.settings import load
from tests.support import databases
from tests.support.building import Town

NOW = datetime(2026, 6, 10, 2, tzinfo=UTC)
GOAL = {"sqlite": 3.0, "postgresql": 1.5}
MACHINE = {("reviewing", "propose_grant"): "deciding"}
REASON = "四项条件均已核实，拟准予修复。"


def main(kinds: list[str], cases: int) -> None:
    for kind in kinds:
        with times.set_clock(lambda: NOW), databases.one(kind) as (url, folder):
            run(kind, url, folder, cases)


def run(kind: str, url: str, folder: Path, cases: int) -> None:
    db = Database(url)
    town = Town(db, load({"REPAIRFLOW_HOME": str(folder), "REPAIRFLOW_DATABASE_URL": url}))
    numbers = [ready(town) for _ in range(2 * cases)]
    reviewer = town.actor("reviewer@ENV")
    bare = BareSQLite(url) if db.is_sqlite else BarePostgreSQL(url)

    def ours(number: str) -> None:
        command = Command(number, "propose_grant", reviewer, f"ours/{number}", 3, REASON)
        with db.begin() as tx:
            perform(tx, town.services, command, NOW)

    limits, found = [], []
    for theirs, mine in zip(numbers[::2], numbers[1::2], strict=True):
        limits.append(spent(lambda n=theirs: bare.step(n, reviewer.id, f"bare/{n}")))
        found.append(spent(lambda n=mine: ours(n)))
    warm = cases // 5  # the first ones prepare statements
    for clock, name in enumerate((f"one transition, {kind}", f"one transition, {kind}, processor time")):
        if clock == 0 or db.is_sqlite:  # a server's work is not ours to count
            limit, own = (median(one[clock] for one in times_[warm:]) * 1e6 for times_ in (limits, found))
            line = {
                "name": name,
                "limit": round(limit),
                "ours": round(own),
                "unit": "µs",
                "ratio": round(own / limit, 2),
            }
            print(json.dumps(line | {"goal": GOAL[kind]}, ensure_ascii=False), flush=True)
    db.dispose()


def ready(town: Town) -> str:
    """A case that waits for its reviewer."""
    number = town.file_repair()
    town.steps(number, "accept", "report_verification")
    return number


class Bare:
    """The step by hand: the statements, and nothing else."""

    mark = "?"
    lock = ""
    begin = "BEGIN IMMEDIATE"

    def __init__(self) -> None:
        m = self.mark
        self.load = (
            "SELECT id, version, state, chain_head, record_id, deciding_id, subject_id FROM cases"
            f" WHERE number = {m}{self.lock}"
        )
        self.seen = f"SELECT 1 FROM event WHERE command_id = {m}"
        self.record = f"SELECT state, apply_from FROM record WHERE id = {m}{self.lock}"
        self.history = f"SELECT at, action, to_state, actor_id, body FROM event WHERE case_id = {m} ORDER BY seq"
        self.event = (
            "INSERT INTO event (stream, seq, case_id, record_id, at, action, from_state, to_state, actor_id, actor_name,"
            f" actor_role, reason, command_id, body, prev, digest) VALUES ({', '.join([m] * 16)})"
        )
        self.deadline = f"SELECT id, due_day, next_at FROM deadline WHERE case_id = {m}"
        self.update = (
            f"UPDATE cases SET state = {m}, version = {m}, chain_head = {m}, handler_id = {m}"
            f" WHERE id = {m} AND version = {m}"
        )
        self.notice = (
            "INSERT INTO notice (person_id, case_id, record_id, kind, title, body, created_at) SELECT person_id,"
            f" {m}, {m}, 'turn', {m}, {m}, {m} FROM role_grant WHERE role = 'decider' AND office_id = {m}"
        )

    def execute(self, statement: str, values: tuple[Any, ...] = ()) -> Any:
        raise NotImplementedError

    def instant(self, at: datetime) -> Any:
        return at

    def step(self, number: str, actor: int | None, command: str) -> None:
        """propose_grant, committed."""
        if self.begin:
            self.execute(self.begin)
        case, version, state, head, record, office, _subject = self.execute(self.load, (number,)).fetchone()
        assert self.execute(self.seen, (command,)).fetchone() is None
        _public, apply_from = self.execute(self.record, (record,)).fetchone()
        history = self.execute(self.history, (case,)).fetchall()
        to = MACHINE[state, "propose_grant"]
        found = [row for row in history if row[1] == "report_verification"][-1]
        conditions = json.loads(bytes(found[4]))["content"]["inputs"]["conditions"]
        assert all(item["met"] for item in conditions.values())
        assert str(apply_from) <= "2026-06-10"
        assert version == 3
        body = json.dumps(
            {
                "act": {"action": "propose_grant", "actor": actor, "at": NOW.isoformat(), "from": state, "to": to,
                        "reason": REASON, "seq": version + 1, "stream": f"case/{number}", "command": command},
                "content": {"procedure": "repair", "version": "2026-04", "basis": ["order36"], "inputs": {}},
            },
            ensure_ascii=False, sort_keys=True, separators=(",", ":"),
        ).encode()  # fmt: skip
        digest = "sha256:" + hashlib.sha256(b"repairflow/event/1\n" + head.encode() + b"\n" + body).hexdigest()
        at = self.instant(NOW)
        self.execute(
            self.event,
            (f"case/{number}", version + 1, case, record, at, "propose_grant", state, to, actor, "reviewer", "reviewer",
             REASON, command, body, head, digest),
        )  # fmt: skip
        self.execute(self.deadline, (case,)).fetchall()
        moved = self.execute(self.update, (to, version + 1, digest, actor, case, version))
        assert moved.rowcount == 1
        self.execute(self.notice, (case, record, f"待办：{number} 待决定", "请办理。", at, office))
        self.commit()

    def commit(self) -> None:
        self.execute("COMMIT")


class BareSQLite(Bare):
    def __init__(self, url: str) -> None:
        super().__init__()
        self.connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None, timeout=30)
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "recursive_triggers=ON", "synchronous=FULL"):
            self.connection.execute(f"PRAGMA {pragma}")
        self.cursor = self.connection.cursor()

    def execute(self, statement: str, values: tuple[Any, ...] = ()) -> Any:
        return self.cursor.execute(statement, values)

    def instant(self, at: datetime) -> str:
        return at.replace(tzinfo=None).isoformat(" ", "microseconds")


class BarePostgreSQL(Bare):
    mark = "%s"
    lock = " FOR UPDATE"
    begin = ""  # the driver begins by itself

    def __init__(self, url: str) -> None:
        super().__init__()
        self.connection = psycopg.connect(url.replace("+psycopg", ""), prepare_threshold=1)

    def execute(self, statement: str, values: tuple[Any, ...] = ()) -> Any:
        return self.connection.execute(statement, values)

    def commit(self) -> None:
        self.connection.commit()


def spent(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds of the wall clock and of this process's processor time."""
    wall, own = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - own


if __name__ == "__main__":
    asked = [word for word in sys.argv[1:] if word in GOAL]
    count = next((int(word) for word in sys.argv[1:] if word.isdigit()), 300)
    main(asked or list(GOAL), count)
