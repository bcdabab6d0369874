"""Write the table of figures that nobody has read into docs/law.md, between its two marks.

    .venv/bin/python scripts/open_figures.py

Run it after a figure, a basis or a statute has changed; tests/law/test_open_figures.py holds the page to it.
"""

from __future__ import annotations

from pathlib import Path

from repairflow.law.open_figures import as_table, unread
from repairflow.law.procedure.library import Library
from repairflow.settings import asset

PAGE = Path(__file__).parent.parent / "docs" / "law.md"
BEGIN, END = "<!-- open_figures -->\n", "<!-- /open_figures -->\n"


def written(page: str) -> str:
    """The page with the table of today; ValueError where its marks are gone."""
    before, _, rest = page.partition(BEGIN)
    _, mark, after = rest.partition(END)
    if not mark:
        raise ValueError(f"{PAGE.name} has no {BEGIN.strip()} … {END.strip()}")
    return f"{before}{BEGIN}\n{as_table(unread(Library.read(asset('workflows'))))}\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
