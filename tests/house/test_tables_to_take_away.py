"""No table that anybody takes away holds a cell that a spreadsheet would calculate."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from repairflow.plain import FORMULA, table_cell

ROOT = Path(__file__).parents[2] / "repairflow"
WRITES = {"web/ui/csv.py", "web/public/open_data.py", "gateway/folder_platform.py"}
"""The modules that write tables; each gives its cells through `table_cell`. Files of a platform (文件交换) are opened by people, too."""
FOR_PROGRAMS = {"casework/cases/inbound_effects.py"}
"""A table that this program reads again at once: every cell as it came."""
WRITER = re.compile(
    r"csv\.(?:writer|DictWriter)|write_row\(|\.save\(.*xlsx|mimetype=[\"']text/csv|xlsxwriter|Workbook\("
)


def test_tables_are_written_where_their_cells_are_made_plain() -> None:
    found = {
        str(path.relative_to(ROOT)) for path in ROOT.rglob("*.py")
        if path.parts[len(ROOT.parts)] != "sample" and WRITER.search(path.read_text("utf-8"))
    }  # fmt: skip
    assert found == WRITES | FOR_PROGRAMS
    for name in WRITES:
        assert re.search(r"\btable_cell\(", (ROOT / name).read_text("utf-8")), name


@pytest.mark.parametrize("cell", [
    "=1+1", "+86 139", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1",
    "－1", "＠x", '=HYPERLINK("http://x")', "=cmd|' /C calc'!A0",
])  # fmt: skip
def test_what_a_spreadsheet_would_calculate_is_text(cell: str) -> None:
    assert table_cell(cell) == f"'{cell}"
    assert not table_cell(cell).startswith(FORMULA)


@pytest.mark.parametrize("cell", ["", None, "溪环罚〔2026〕1号", "a=1", 2, "2026-01-01"])
def test_other_cells_stay(cell: object) -> None:
    assert table_cell(cell) == ("" if cell is None else str(cell))
