"""`repairflow audit verify` beside the least any verification must do: fetch every event and hash it.

    python bench/verify.py [EVENTS]        default 200,000; SQLite

Prints three JSON lines: seconds of both, limit/ours as `ratio` (1.0: as quick as the limit), and the goal. The first limit
fetches whole rows, whose columns a verification must see; the second fetches the hashed bodies alone. Ours besides
compares every column with its body, every leaf with its event, and recomputes the tree. CPU seconds of one process: what
else the machine does must not count. The third line is what somebody waits for the command: seconds of the clock, the
bare fetching on one core beside ours on all of them.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import insert

from repairflow.app.parallel_verification import Cores, verify_everything
from repairflow.auditing import chain, checkpoints, sequencer
from repairflow.auditing.notes import Signer
from repairflow.auditing.verify import verify
from repairflow.db import Database
from repairflow.file_store.folder import FolderFiles
from repairflow.records import event, metadata, row_triggers

GOAL = 0.5
WHOLE = (
    "id, stream, seq, case_id, record_id, at, action, from_state, to_state, actor_id, actor_name, actor_role, reason,"
    " command_id, digest, prev, body"
)
STEPS = 8  # events of one stream
AT = datetime(2026, 6, 10, 2, tzinfo=UTC)


def fill(db: Database, events: int) -> None:
    """Streams of eight events of usual size, interleaved as they are in life."""
    heads: dict[str, str] = {}
    rows = []
    streams = max(1, events // STEPS)
    for n in range(events):
        stream, seq = f"system/{n % streams:06}", n // streams + 1
        columns = {
            "stream": stream, "seq": seq, "case_id": None, "record_id": None, "at": AT, "action": "verify_conditions",
            "from_state": "accepted", "to_state": "verified", "actor_id": None, "actor_name": "承办人", "actor_role": "reviewer",
            "reason": "材料齐全，四项条件均已核实。", "command_id": f"c-{n}",
        }  # fmt: skip
        content = {
            "procedure": "repair", "version": "2026-04", "digest": "sha256:" + "0" * 64, "basis": ["信用修复管理办法 第八条"],
            "guards": [{"guard": "minimum_period_over", "answer": True}, {"guard": "duties_performed", "answer": True}],
        }  # fmt: skip
        opening = chain.opening(chain.Act(**(columns | {"at": chain.instant(AT)})))
        body = opening + chain.canonical(content) + chain.NOTHING_PERSONAL
        prev = heads.get(stream, "")
        heads[stream] = chain.link(prev, body)
        rows.append(columns | {"body": body, "prev": prev, "digest": heads[stream]})
        if len(rows) == 5_000 or n == events - 1:
            with db.begin() as tx:
                tx.execute(insert(event), rows)
            rows.clear()


def bare(path: Path, columns: str) -> tuple[float, float]:
    """CPU seconds and those of the clock to fetch the columns (the last two: prev and body) of every event in its order
    and hash, nothing between."""
    connection = sqlite3.connect(path)
    start, began = time.process_time(), time.perf_counter()
    for *_, prev, body in connection.execute(f"SELECT {columns} FROM event ORDER BY id"):
        hashlib.sha256(prev.encode() + body).hexdigest()
    spent = time.process_time() - start, time.perf_counter() - began
    connection.close()
    return spent


def ours(db: Database, home: Path, signer: Signer) -> tuple[float, float]:
    """A whole verification (chains, columns, leaves, tree, checkpoints): CPU seconds in one process, and seconds of the
    clock on all cores."""
    start = time.process_time()
    with db.read() as tx:
        report = verify(tx, FolderFiles(home / "anchors"), signer.verifier)
    spent = time.process_time() - start
    start = time.perf_counter()
    again = verify_everything(db, FolderFiles(home / "anchors"), signer.verifier)
    if report.findings or again != report:
        raise SystemExit("\n".join([*report.lines(), *again.lines()]))
    return spent, time.perf_counter() - start


def main(events: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        db = Database(f"sqlite:///{home / 'bench.db'}")
        metadata.create_all(db.engine)
        with db.engine.begin() as tx:
            row_triggers.install(tx)
        fill(db, events)
        signer = Signer.at(home / "keys")
        with db.begin() as tx:
            sequencer.sequence(tx, events)
        with db.begin() as tx:
            checkpoints.take(tx, signer, AT)
        path = home / "bench.db"
        turns = [(*bare(path, WHOLE), bare(path, "prev, body")[0], *ours(db, home, signer)) for _ in range(3)]
        db.dispose()
    whole, waited, bodies, spent, clock = (min(turn[n] for turn in turns) for n in range(5))
    for name, limit, ours_ in (
        ("whole rows fetched and hashed, CPU seconds", whole, spent),
        ("bodies alone fetched and hashed, CPU seconds", bodies, spent),
        (
            f"whole rows fetched and hashed, seconds of the clock on {Cores.of_this_process().number} cores",
            waited,
            clock,
        ),
    ):
        figures = {"limit": round(limit, 3), "ours": round(ours_, 3), "ratio": round(limit / ours_, 3), "goal": GOAL}
        print(json.dumps({"name": f"verify {events} events beside {name}"} | figures))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000)
