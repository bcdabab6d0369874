"""How long somebody who writes waits while a file of 600 rows comes in: `python bench/imports.py [ROWS] [DATABASE_URL]`."""

from __future__ import annotations

import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

sys.path.insert(0, str(Path(__file__).parent.parent))

from repairflow import times
from repairflow.casework import heartbeats
from repairflow.casework.actor import SYSTEM
from repairflow.casework.cases import import_penalties
from repairflow.db import Database
from repairflow.records import schema
from repairflow.settings import load
from tests.support.building import Town
from tests.support.files import penalties


def main(rows: int, url: str | None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        given = {"REPAIRFLOW_HOME": folder, **({"REPAIRFLOW_DATABASE_URL": url} if url else {})}
        settings = load(given)
        db = Database(settings.database_url)
        schema.upgrade(db)
        town = Town(db, settings)
        over, waited = Event(), []

        def write() -> None:
            while not over.wait(0.05):
                asked = time.monotonic()
                with db.begin() as tx:
                    heartbeats.put(tx, "bench", times.now())
                waited.append(time.monotonic() - asked)

        path = Path(folder) / "file.csv"
        path.write_bytes(penalties(rows, subjects=20))
        with ThreadPoolExecutor(1) as threads:
            writer = threads.submit(write)
            begun = time.monotonic()
            outcome = import_penalties.import_file(
                db, town.services, town.vault, path, name="file.csv", office_code="ENV", actor=SYSTEM, now=town.now
            )
            took = time.monotonic() - begun
            over.set()
            writer.result()
        db.dispose()
    waited.sort()
    print(f"{outcome.new} rows in {took:.1f} s; {len(waited)} writes of somebody else beside them")
    print(f"waited: median {waited[len(waited) // 2]:.3f} s, longest {waited[-1]:.3f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 600, sys.argv[2] if len(sys.argv) > 2 else None)
