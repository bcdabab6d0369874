"""A repair filed in a browser by who cannot, or will not, use a mouse or a script: from the credit file to the receipt."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import select

from repairflow.records import cases, material
from tests.support.building import Town, png
from tests.web.served_town import Served
from tests.web.test_meetings_by_keyboard import tab_to

EXPLAINED = "已缴清罚款，污水处理设施已改造并经检测达标。"


@pytest.fixture
def proof(tmp_path: Path) -> Path:
    """A picture that proves the repair."""
    picture = tmp_path / "缴款凭证.png"
    picture.write_bytes(png())
    return picture


def filed(town: Town) -> tuple[str, int]:
    """The one case there is, by number, and how many papers it has."""
    case = town.one(select(cases))
    return case.number, len(town.all(select(material.c.id).where(material.c.case_id == case.id)))


@pytest.mark.browser
def test_a_repair_is_filed_by_keyboard_alone(served: Served, page: Page, proof: Path) -> None:
    """Tab, letters, Space and Enter; the file chosen in the browser's own dialog is the one thing that is handed over."""
    served.town.record()
    served.enter(page, "yunxi")
    tab_to(page, page.locator("main").get_by_role("link", name="申请修复"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/my/file/repair/**")
    tab_to(page, page.get_by_role("button", name="开始填写"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/answers")
    tab_to(page, page.get_by_label("义务履行完毕日期"))
    page.keyboard.type("03202026")
    tab_to(page, page.get_by_label("整改情况说明"))
    page.keyboard.type(EXPLAINED)
    tab_to(page, page.get_by_role("button", name="保存并继续"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/materials")
    with page.expect_file_chooser() as chooser:
        tab_to(page, page.locator("main input[type=file]").first)
        page.keyboard.press("Enter")
    chooser.value.set_files(proof)
    # sent as soon as it is chosen; what is only on its way is named, too, but not among what has come
    expect(page.get_by_label("已上传：").get_by_text("缴款凭证.png").first).to_be_visible()
    tab_to(page, page.get_by_role("button", name="材料已传好，继续"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/commitment")
    tab_to(page, page.locator("main input[type=checkbox]"))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_label("信用承诺签署人"))
    page.keyboard.type("宋远山")
    tab_to(page, page.get_by_role("button", name="签署并继续"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/check")
    tab_to(page, page.get_by_role("button", name="：提交"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="已经收到您的申请")).to_be_visible()
    number, papers = filed(served.town)
    expect(page.get_by_text(number).first).to_be_visible()
    assert papers == 1


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_a_repair_is_filed_without_script(served: Served, chromium: Browser, proof: Path, width: int) -> None:
    served.town.record()
    context = chromium.new_context(
        locale="zh-CN", timezone_id="Asia/Shanghai", java_script_enabled=False, viewport={"width": width, "height": 844}
    )
    page = context.new_page()
    served.enter(page, "yunxi")
    page.locator("main").get_by_role("link", name="申请修复").first.click()
    page.get_by_role("button", name="开始填写").click()
    page.get_by_label("义务履行完毕日期").fill("2026-03-20")
    page.get_by_label("整改情况说明").fill(EXPLAINED)
    page.get_by_role("button", name="保存并继续").click()
    page.locator("main input[type=file]").first.set_input_files(proof)
    page.get_by_role("button", name="上传").first.click()
    expect(page.get_by_text("缴款凭证.png").first).to_be_visible()
    page.get_by_role("button", name="材料已传好，继续").click()
    page.locator("main input[type=checkbox]").check()
    page.get_by_label("信用承诺签署人").fill("宋远山")
    page.get_by_role("button", name="签署并继续").click()
    page.get_by_role("button", name="：提交").click()
    number, papers = filed(served.town)
    expect(page.get_by_text(number).first).to_be_visible()
    assert papers == 1
    context.close()


@pytest.mark.browser
def test_a_file_on_its_way_is_not_lost_to_another_button(served: Served, page: Page, proof: Path) -> None:
    """A step is sent while its file is still being uploaded: it waits, says so, and goes with the file afterwards."""
    town = served.town
    case = town.begin("listing")
    town.steps(case, "link_person", "review_pass", "serve_notice")
    served.enter(page, "yunxi")
    page.goto(f"{served.address}/my/cases/{case}/step/state_defence")
    held: list[Route] = []
    page.route("**/step/state_defence/**", lambda route: held.append(route))
    page.get_by_label("陈述和申辩意见").fill("没有这回事。")
    page.locator("main input[type=file]").first.set_input_files(proof)
    page.get_by_role("button", name="提交陈述申辩", exact=True).click()
    expect(page.get_by_role("alert").filter(has_text="文件还在上传")).to_be_visible()
    held[0].continue_()
    expect(page.get_by_text("本次提交 1 件材料")).to_be_visible()
    page.get_by_label("陈述和申辩意见").fill("没有这回事。")
    page.get_by_role("button", name="提交陈述申辩", exact=True).click()
    expect(page.get_by_text("材料（1 件）")).to_be_visible()
