"""What a large delivery costs: time of the first and of the same again, memory, and how long somebody else who writes waits.

`python bench/imports.py [ROWS] [csv|xlsx] [DATABASE_URL]`. Time is processor time of this process and of those that take
the file apart, so that a busy machine changes it little; memory is the most each of the two ever held.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

sys.path.insert(0, str(Path(__file__).parent.parent))

import xlsxwriter

from repairflow import times
from repairflow.casework import heartbeats
from repairflow.casework.actor import SYSTEM
from repairflow.casework.cases import import_penalties
from repairflow.db import Database
from repairflow.records import schema
from repairflow.settings import load
from tests.support.building import Town
from tests.support.files import penalty_lines


def write_file(path: Path, rows: int, form: str) -> None:
    """Write a sound file of so many rows, about a thousand companies, line by line: whoever reads it is to be measured."""
    lines = penalty_lines(rows, subjects=1_000)
    if form == "csv":
        with path.open("w", encoding="utf-8-sig") as file:
            file.writelines(line + "\n" for line in lines)
        return
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for place, line in enumerate(lines):
            sheet.write_row(place, 0, line.split(","))


def spent() -> float:
    """Processor seconds of this process and of its children so far."""
    return sum(
        r.ru_utime + r.ru_stime for r in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def most(who: int) -> int:
    """The most memory ever held, in MB."""
    return resource.getrusage(who).ru_maxrss // 1024


def main(rows: int, form: str, url: str | None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        given = {"REPAIRFLOW_HOME": folder, **({"REPAIRFLOW_DATABASE_URL": url} if url else {})}
        settings = load(given)
        db = Database(settings.database_url)
        schema.upgrade(db)
        town = Town(db, settings)
        path = Path(folder) / f"file.{form}"
        write_file(path, rows, form)
        over, waited = Event(), []

        def write() -> None:
            while not over.wait(0.05):
                asked = time.monotonic()
                with db.begin() as tx:
                    heartbeats.put(tx, "bench", times.now())
                waited.append(time.monotonic() - asked)

        def bring(dry_run: bool = False) -> tuple[import_penalties.Outcome, float]:
            before = spent()
            outcome = import_penalties.import_file(
                db, town.services, import_penalties.Delivered(path, path.name, "ENV", SYSTEM), town.now, dry_run=dry_run,
            )  # fmt: skip
            return outcome, spent() - before

        _, checked = bring(dry_run=True)
        print(
            f"check: {checked:.1f} s; memory {most(resource.RUSAGE_SELF)} MB, reader {most(resource.RUSAGE_CHILDREN)} MB"
        )
        with ThreadPoolExecutor(1) as threads:
            writer = threads.submit(write)
            first, took = bring()
            over.set()
            writer.result()
        again, took_again = bring()
        db.dispose()
    waited.sort()
    print(f"first: {first.new} new rows in {took:.1f} s; again: {again.unchanged} unchanged in {took_again:.1f} s")
    print(f"again / first: {took_again / took:.2f}")
    print(f"memory: {most(resource.RUSAGE_SELF)} MB, reader {most(resource.RUSAGE_CHILDREN)} MB")
    print(f"{len(waited)} writes of somebody else: median {waited[len(waited) // 2]:.3f} s, longest {waited[-1]:.3f} s")


if __name__ == "__main__":
    size, kind, database = (*sys.argv[1:], *("600", "csv", "")[len(sys.argv) - 1 :])
    main(int(size), kind, database or None)
