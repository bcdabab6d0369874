"""Write the table of letters and the remedies they tell into docs/law.md, between its two marks.

    .venv/bin/python scripts/remedies_table.py

Run it after a step, a remedy or a reason has changed; tests/law/test_remedies_of_acts.py holds the page to it.
"""

from __future__ import annotations

import re
from pathlib import Path

from repairflow.law.procedure.library import Library
from repairflow.law.remedies_of_acts import as_table
from repairflow.letters.text.templates import kinds, template, versions
from repairflow.settings import asset

PAGE = Path(__file__).parent.parent / "docs" / "law.md"
BEGIN, END = "<!-- remedies_of_acts -->\n", "<!-- /remedies_of_acts -->\n"


def written(page: str) -> str:
    """The page with the table of today; ValueError where its marks are gone."""
    before, _, rest = page.partition(BEGIN)
    _, mark, after = rest.partition(END)
    if not mark:
        raise ValueError(f"{PAGE.name} has no {BEGIN.strip()} … {END.strip()}")
    titles = {kind: re.sub(r"\{\{.*?\}\}", "……", template(kind, versions(kind)[-1]).title) for kind in kinds()}
    return f"{before}{BEGIN}\n{as_table(Library.read(asset('workflows')), titles)}\n\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
