"""The newer pages by keyboard alone: a company asks for another day of its interview, an officer takes a step back and turns months."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.law_stories.chaining import opened
from tests.web.served_town import Served


def tab_to(page: Page, wanted: Locator, most: int = 120) -> None:
    """The focus goes on by Tab alone until it stands on this."""
    for _ in range(most):
        if wanted.count() and wanted.first.evaluate("(part) => part === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no Tab leads to {wanted}: {page.evaluate('document.activeElement.outerHTML')}")


@pytest.mark.browser
def test_a_company_asks_for_another_day_by_keyboard_alone(served: Served, page: Page) -> None:
    """From the start page to the case, the wish written and sent, and back to a page that says so."""
    town = served.town
    case = opened(town, "interview", kind="reminder")
    town.do(case, "approve")
    town.do(case, "serve_notice", inputs={"meeting_at": "2026-06-16T09:30"})
    served.enter(page, "yunxi")
    page.keyboard.press("Control+k")
    page.keyboard.type("我的办件")
    page.keyboard.press("Enter")
    page.wait_for_url("**/my/cases**")
    tab_to(page, page.get_by_role("link", name=case))
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/my/cases/{case}")
    tab_to(page, page.get_by_role("link", name="申请改期"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("希望改到的时间"))
    page.keyboard.type("06182026")
    page.keyboard.press("Tab")
    page.keyboard.type("0200PM")
    tab_to(page, page.get_by_role("textbox", name="理由"))
    page.keyboard.type("法定代表人出差。")
    tab_to(page, page.get_by_role("button", name="申请改期"))
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/my/cases/{case}")
    expect(page.get_by_text("已经办理")).to_be_visible()


@pytest.mark.browser
def test_a_step_is_taken_back_and_the_calendar_turned_by_keyboard_alone(served: Served, page: Page) -> None:
    town = served.town
    case = town.file_repair()
    town.steps(case, "accept", "report_verification")
    served.enter(page, "examiner@ENV")
    page.goto(f"{served.address}/desk/cases/{case}")
    tab_to(page, page.locator("summary", has_text="撤回上一步"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("button", name="确认撤回"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("已撤回，办件回到原来的环节")).to_be_visible()
    assert town.case(case).state == "verifying"
    page.goto(f"{served.address}/desk/meetings?day=2026-06-16")
    page.keyboard.press("n")
    page.wait_for_url("**day=2026-07-01**")
    expect(page.locator("h1 + .rf-eyebrow")).to_contain_text("2026年7月")
