"""Write the table of fields into docs/sectors.md, between its two marks.

    .venv/bin/python scripts/sectors_page.py

Run it after a pack or an overlay of a field has changed; tests/law/test_sectors.py holds the page to it.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from repairflow.casework.admin.offices import DOMAINS
from repairflow.law.procedure.library import Library
from repairflow.law.sectors import as_table, sectors
from repairflow.settings import asset

PAGE = Path(__file__).parent.parent / "docs" / "sectors.md"
DAY = date(2026, 6, 10)
BEGIN, END = "<!-- sectors -->\n", "<!-- /sectors -->\n"


def written(page: str) -> str:
    """The page with the table of today; ValueError where its marks are gone."""
    before, _, rest = page.partition(BEGIN)
    _, mark, after = rest.partition(END)
    if not mark:
        raise ValueError(f"{PAGE.name} has no {BEGIN.strip()} … {END.strip()}")
    return f"{before}{BEGIN}\n{as_table(sectors(Library.read(asset('workflows')), DAY), DOMAINS)}\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
