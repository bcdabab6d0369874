"""docs/law.md lists every figure that nobody has read, with what must be read and by whom, as the rule files have it."""

from __future__ import annotations

from dataclasses import replace

from repairflow.law.open_figures import OFFICE, PLACE, REVIEWER, unread
from scripts.open_figures import PAGE, written
from tests.support.shipped import library


def test_the_page_lists_what_the_files_leave_open() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == written(page), "run scripts/open_figures.py"


def test_a_figure_is_listed_until_somebody_has_read_its_article() -> None:
    law = library()
    repair = law.procedure("repair", "2026-04")
    rows = {row.text: row for row in unread(law)}
    order36 = rows["《信用修复管理办法》（国家发展和改革委员会令第36号）"]
    figure = "信用修复：受理期限3个工作日（"
    (line,) = (one for one in order36.figures if one.startswith(figure))
    assert "2026-04、" in line
    assert order36.who == REVIEWER
    assert rows["产品默认值，待本地确认"].who == OFFICE
    assert rows["异议信息办理须知（地方办事指南，待本地确认）"].who == PLACE
    assert not any("行政复议法" in text for text in rows), "what was read is not listed"
    read = law.statutes["fuyi.a20_1"]
    changed = repair.model_copy(update={"basis": {**repair.basis, "order36": read, "sc22": read}})
    after = unread(replace(law, procedures={**law.procedures, ("repair", "2026-04"): changed}))
    (line,) = (one for row in after if row.text == order36.text for one in row.figures if one.startswith(figure))
    assert "2026-04、" not in line, "that version's figure was read"
