"""What a case comes to in rows and bytes, on PostgreSQL, table by table, and what its letters weigh.

    .venv/bin/python bench/sizes.py [CASES] [LETTERS]      default: 400 cases, 20 letters

Makes a town as `repairflow sample` does (every case through the real engine), and another of a tenth of it, so that what does not grow
with cases (offices, rules, calendars) counts for nothing. Prints a JSON line for each table that grows (rows and bytes a case, indexes
and TOAST among them), their sum, and the sizes of as many letters' PDF files, made here and unsigned.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent.parent))

from sqlalchemy import func, select, text

from repairflow import settings as settings_module
from repairflow.app.program import Program
from repairflow.letters.model import LetterData
from repairflow.letters.renderer.pool import Press
from repairflow.records import cases, letter, schema
from repairflow.sample import any_size
from tests.support import databases

SIZES = text(
    "SELECT relname, pg_total_relation_size(oid) AS bytes FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
)


def measured(number: int, letters: int) -> tuple[int, dict[str, tuple[int, int]], list[int]]:
    """Cases of a town, rows and bytes of each table, and sizes of letters."""
    with databases.one("postgresql") as (url, folder):
        program = Program.at(
            settings_module.load({"REPAIRFLOW_HOME": str(folder), "REPAIRFLOW_DATABASE_URL": url}), check=False
        )
        schema.upgrade(program.db)
        any_size.make(program, any_size.Wanted(number, 1, number))
        with program.db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as free:
            free.execute(text("VACUUM FULL"))
        with program.db.read() as tx:
            found = {row.relname: row.bytes for row in tx.execute(SIZES)}
            rows = {name: int(tx.scalar(text(f'SELECT count(*) FROM "{name}"')) or 0) for name in found}
            count = int(tx.scalar(select(func.count()).select_from(cases)) or 0)
            texts = [row.content for row in tx.execute(select(letter.c.content).order_by(letter.c.kind, letter.c.id))]
        every = max(1, len(texts) // letters) if letters else 1
        pdfs: list[int] = []
        if letters:
            with Press() as press:
                pdfs = [len(press.press(LetterData.model_validate(one)).pdf) for one in texts[::every]]
        program.db.dispose()
        return count, {name: (rows[name], found[name]) for name in found}, pdfs


def main(number: int, letters: int) -> None:
    few, small, _ = measured(max(20, number // 10), 0)
    many, large, pdfs = measured(number, letters)
    cases_more, total_rows, total_bytes = many - few, 0.0, 0.0
    lines = []
    for name, (rows, size) in large.items():
        rows_more, bytes_more = ((new - old) / cases_more for new, old in zip((rows, size), small[name], strict=True))
        total_rows, total_bytes = total_rows + rows_more, total_bytes + bytes_more
        if rows_more >= 0.01:
            lines.append(
                {"name": f"table {name}", "rows a case": round(rows_more, 2), "bytes a case": round(bytes_more)}
            )
    for line in sorted(lines, key=lambda one: -float(str(one["bytes a case"]))):
        print(json.dumps(line, ensure_ascii=False), flush=True)
    whole = {
        "name": "all tables",
        "cases": many,
        "rows a case": round(total_rows, 1),
        "bytes a case": round(total_bytes),
    }
    print(json.dumps(whole), flush=True)
    if pdfs:
        weighed = {"name": "a letter's PDF", "letters": len(pdfs), "median": round(median(pdfs)), "largest": max(pdfs)}
        print(json.dumps({**weighed, "unit": "bytes"}), flush=True)


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    main(*(given + [400, 20][len(given) :]))
