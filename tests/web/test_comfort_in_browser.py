"""What only a browser shows: nothing typed is lost with a session, the frame of the desk stands at every width, menus close."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import repairflow
from tests.casework.test_assignment import send
from tests.casework.test_meetings import hearing
from tests.web.served_town import Served

REASON = "现场核查未见违法行为，建议准予修复。"


@pytest.mark.browser
def test_a_session_that_ends_takes_nothing_that_was_typed(served: Served, page: Page) -> None:
    """Typed, session ended, sent: after signing in the form stands there with its text, which then goes through and is gone."""
    case = served.town.file_repair()
    served.town.steps(case, "accept", "report_verification")
    served.enter(page, "reviewer@ENV")
    address = f"{served.address}/desk/cases/{case}"
    page.goto(address)
    field = page.locator("#act-propose_grant textarea").first

    def write() -> None:
        page.evaluate("document.querySelector('#act-propose_grant').open = true")
        field.fill(REASON)

    write()
    served.end_sessions()
    page.locator("#act-propose_grant form button[type=submit]").first.click()
    expect(page.get_by_text("登录已超时")).to_be_visible()
    page.get_by_role("link", name="选择一个人进入").click()
    served.choose(page, "reviewer@ENV")
    page.wait_for_url(address)
    expect(page.get_by_text("已恢复您")).to_be_visible()
    expect(field).to_have_value(REASON)
    page.reload()
    expect(field).to_have_value(REASON)
    page.get_by_role("button", name="不要了").click()
    expect(field).to_have_value("")
    page.reload()
    expect(page.get_by_text("已恢复您")).to_have_count(0)


@pytest.mark.browser
def test_what_was_answered_is_not_offered_again(served: Served, page: Page) -> None:
    """A form is refused under another address than its page's, then taken: neither says afterwards that something was not sent. One
    that was refused and left lies there again."""
    case = served.town.file_repair()
    send(served.town, hearing(served.town, case))
    served.enter(page, "examiner@ENV")
    address = f"{served.address}/desk/cases/{case}/hearing"
    restored = page.get_by_text("已恢复您")

    def cancels(reason: str) -> None:
        page.locator("#cancel-reason").fill(reason)
        page.get_by_role("button", name="取消听证").click()

    page.goto(address)
    cancels(" ")
    expect(page.locator(".rf-errors")).to_be_visible()
    assert page.url == f"{address}/cancel"
    expect(restored).to_have_count(0)  # it was sent, and answered
    cancels("当事人书面放弃听证。")
    expect(page.get_by_text("听证已取消")).to_be_visible()
    expect(restored).to_have_count(0)
    page.locator("#book-place").fill("三楼听证室")
    page.evaluate("document.querySelector('#book-place').form.noValidate = true")
    page.get_by_role("button", name="安排并通知当事人").click()
    expect(page.locator("#book-place")).to_have_value("三楼听证室")
    expect(restored).to_have_count(0)
    page.goto(f"{served.address}/desk/cases/{case}")
    page.goto(address)
    expect(restored).to_be_visible()  # what was refused is not lost
    expect(page.locator("#book-place")).to_have_value("三楼听证室")


@pytest.mark.browser
def test_what_one_person_typed_is_not_shown_to_another(served: Served, page: Page) -> None:
    case = served.town.file_repair()
    served.enter(page, "acceptor@ENV")
    page.goto(f"{served.address}/desk/cases/{case}")
    page.locator("#act-accept textarea, #act-reject_intake textarea, .rf-act textarea").first.evaluate(
        "(field) => { field.value = '只给自己看'; field.dispatchEvent(new Event('change', {bubbles: true})); }"
    )
    kept = "Object.keys(sessionStorage).filter((key) => key.startsWith('rf-kept:')).length"
    assert page.evaluate(kept) == 1
    served.end_sessions()
    served.enter(page, "reviewer@ENV")
    page.goto(f"{served.address}/desk/cases/{case}")
    assert page.evaluate(kept) == 0


@pytest.mark.browser
@pytest.mark.parametrize(("width", "size"), [(1280, "normal"), (1280, "large"), (390, "normal")])
def test_the_header_shows_office_and_role(served: Served, page: Page, width: int, size: str) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    served.enter(page, "supervisor@CREDIT")
    page.evaluate("(size) => { document.documentElement.dataset.rfSize = size; }", size)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    cut = """[...document.querySelectorAll('.rf-who summary span')].filter((part) => part.offsetParent
        && part.scrollWidth > part.clientWidth).map((part) => part.textContent)"""
    assert page.evaluate(cut) == []


@pytest.mark.browser
def test_the_menu_of_the_person_closes(served: Served, page: Page) -> None:
    """With Esc, which gives the focus back, and with a press beside it."""
    served.enter(page, "acceptor@ENV")
    menu = page.locator(".rf-who")
    menu.locator("summary").click()
    expect(menu).to_have_attribute("open", "")
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    assert page.evaluate("document.activeElement.matches('.rf-who > summary')")
    menu.locator("summary").click()
    page.locator("h1").click()
    expect(menu).not_to_have_attribute("open", "")


COMPOSING = """(where) => {
    for (const key of ["?", "Enter"]) for (const by of [{isComposing: true}, {keyCode: 229}])
        document.querySelector(where).dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true, ...by}));
}"""
"""The keys an input method (拼音) takes while a word is put together."""


@pytest.mark.browser
def test_a_day_at_the_desk_by_keyboard_alone(served: Served, page: Page) -> None:
    """From the queue to the second case, on to the first, its step by the palette, and back to the queue."""
    first, second = served.town.file_repair(), served.town.file_repair()
    served.enter(page, "acceptor@ENV")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/desk/cases/{second}")
    page.keyboard.press("p")
    page.wait_for_url(f"**/desk/cases/{first}")
    page.keyboard.press("Control+k")
    palette = page.locator("#rf-goto")
    expect(palette).to_be_visible()
    page.keyboard.type("办理 受理")
    expect(palette.get_by_role("option").first).to_have_attribute("aria-selected", "true")
    page.evaluate(COMPOSING, "#rf-goto input")
    expect(palette).to_be_visible()
    page.keyboard.press("Enter")
    expect(palette).to_be_hidden()
    assert page.evaluate("document.activeElement.closest('details.rf-act[open]') !== null")
    page.keyboard.press("Control+k")
    page.keyboard.type("没有这样的栏目")
    expect(palette.get_by_role("status")).to_have_text("没有符合的，换几个字试试")
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("q")
    page.wait_for_url("**/desk/")
    page.evaluate(COMPOSING, "body")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.keyboard.press("?")
    page.get_by_role("link", name="操作说明").click()
    expect(page.get_by_role("heading", name="操作说明")).to_be_visible()


@pytest.mark.browser
def test_a_list_of_one_has_no_number(page: Page) -> None:
    style = (Path(repairflow.__file__).parent / "web" / "static" / "theme.css").read_text("utf-8")
    one = "<li>缴款凭证</li>"
    page.set_content(f"<style>{style}</style><ol>{one}</ol><ol>{one * 2}</ol><div class='rf-tour'><ol>{one}</ol></div>")
    shown = page.eval_on_selector_all("li", "all => all.map(li => getComputedStyle(li).listStyleType)")
    assert shown == ["none", "decimal", "decimal", "none"]


@pytest.mark.browser
@pytest.mark.parametrize(
    "cell", ["36116ae2" * 8, "<div>签名证书 " + "36116ae2" * 8 + "</div>", "<a href='#'>" + "a" * 90 + "</a>"]
)
def test_a_long_word_in_a_table_is_broken_on_the_smallest_screen(page: Page, cell: str) -> None:
    """A digest or an address of another system is one word: it must not widen the page."""
    static = Path(repairflow.__file__).parent / "web" / "static"
    style = "".join((static / name).read_text("utf-8") for name in ("vendor/bootstrap.min.css", "theme.css"))
    page.set_viewport_size({"width": 320, "height": 700})
    row = f"<tr><td data-th='时间'>2026年12月1日</td><td data-th='办件或信息'>{cell}</td></tr>"
    head = "<meta name=viewport content='width=device-width'>"
    page.set_content(f"{head}<style>{style}</style><table class='table rf-table'><tbody>{row}</tbody></table>")
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
