"""What a choice changes on a page at once: all items of 待核对 ticked, questions of bad lists hidden with a good one."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from repairflow.law.identifiers import make_uscc
from tests.casework.test_identity import old, old_file
from tests.casework.test_intake import bring
from tests.support.building import COMPANIES
from tests.web.served_town import Served

USCC = make_uscc("320830", COMPANIES[0][2])


@pytest.mark.browser
def test_all_of_the_page_are_ticked_and_one_taken_away_is_seen_above(served: Served, page: Page) -> None:
    bring(served.town, old_file(*(old(f"溪环罚〔2026〕{n}号", "2") for n in (1, 2, 3))))
    served.enter(page, "examiner@ENV")
    page.goto(f"{served.address}/desk/held")
    every, ticked = page.get_by_label("全选本页 3 项"), page.locator("input[name=item]:checked")
    every.check()
    expect(ticked).to_have_count(3)
    page.locator("input[name=item]").first.uncheck()
    expect(every).not_to_be_checked()
    every.check()
    every.uncheck()
    expect(ticked).to_have_count(0)


@pytest.mark.browser
def test_a_good_list_hides_what_bad_lists_ask(served: Served, page: Page) -> None:
    served.enter(page, "examiner@ENV")
    page.goto(f"{served.address}/desk/new/ex_officio/listing/{USCC}")
    number, paper = page.locator("[name='in.basis_number']"), page.locator("[name=file-basis_document]")
    for kind, shown in (("honour", False), ("watch", True)):
        page.locator("[name='in.list_kind']").evaluate_all(
            """(fields, kind) => { for (const field of fields) {
                if (field.type !== "radio") field.value = kind; else field.checked = field.value === kind;
                field.dispatchEvent(new Event("change", {bubbles: true}));
            } }""",
            kind,
        )
        for field in (number, paper):
            expect(field).to_be_visible(visible=shown)
