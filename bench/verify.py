"""`repairflow audit verify` beside the least any verification must do: fetch every body and hash it.

    python bench/verify.py [EVENTS]        default 200,000; SQLite

Prints one JSON line: seconds of both, limit/ours as `ratio` (1.0: as quick as the limit), and the goal it should reach.
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

from repairflow.auditing import chain, checkpoints, sequencer
from repairflow.auditing.notes import Signer
from repairflow.auditing.verify import verify
from repairflow.db import Database
from repairflow.records import event, metadata

GOAL = 0.5
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
        opening = chain.opening(**(columns | {"at": chain.instant(AT)}))
        body = opening + chain.canonical(content) + chain.NOTHING_PERSONAL
        prev = heads.get(stream, "")
        heads[stream] = chain.link(prev, body)
        rows.append(columns | {"body": body, "prev": prev, "digest": heads[stream]})
        if len(rows) == 5_000 or n == events - 1:
            with db.begin() as tx:
                tx.execute(insert(event), rows)
            rows.clear()


def bare(path: Path) -> float:
    """Seconds to fetch every body in its order and hash it, with nothing between."""
    connection = sqlite3.connect(path)
    start = time.perf_counter()
    for body, prev in connection.execute("SELECT body, prev FROM event ORDER BY id"):
        hashlib.sha256(prev.encode() + body).hexdigest()
    spent = time.perf_counter() - start
    connection.close()
    return spent


def ours(db: Database, home: Path, signer: Signer) -> float:
    """Seconds of a whole verification: chains, columns, leaves, tree, checkpoints."""
    start = time.perf_counter()
    with db.read() as tx:
        report = verify(tx, home / "anchors", signer.verifier)
    spent = time.perf_counter() - start
    if report.findings:
        raise SystemExit("\n".join(report.lines()))
    return spent


def main(events: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        db = Database(f"sqlite:///{home / 'bench.db'}")
        metadata.create_all(db.engine)
        fill(db, events)
        signer = Signer.at(home / "keys")
        with db.begin() as tx:
            sequencer.sequence(tx, events)
        with db.begin() as tx:
            checkpoints.take(tx, signer, AT)
        turns = [(bare(home / "bench.db"), ours(db, home, signer)) for _ in range(3)]
        db.dispose()
    limit, spent = min(t[0] for t in turns), min(t[1] for t in turns)
    figures = {"limit": round(limit, 3), "ours": round(spent, 3), "ratio": round(limit / spent, 3), "goal": GOAL}
    print(json.dumps({"name": f"verify {events} events (seconds)"} | figures))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000)
