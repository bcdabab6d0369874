"""故障演练: every fault that the sandbox's page offers is pressed on it, and a message sent over the network meets it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import NamedTuple

import pytest
from playwright.sync_api import Page

from repairflow.gateway import signing
from repairflow.gateway.http import HttpPlatform
from repairflow.gateway.platform import Address, Declined, Gone, Pending, Permanent, PushError, Transient, pull_all
from repairflow.gateway.reconcile import Decided, compare
from repairflow.gateway.sandbox import make_sandbox
from repairflow.gateway.sandbox_pages import MODES
from tests.conftest import Clock
from tests.support.pushes import message, record_changed
from tests.support.served import served

NUMBER = "JL-2026-000001"
TOTAL = 2.0
"""Seconds after which a request is given up here."""


class Met(NamedTuple):
    """What a sender meets who tells that a record is public no more: which error, and whether the platform has taken it."""

    error: type[PushError] | None
    taken: bool | None = False  # None: once it has waited


MEETS = {
    "normal": Met(None, taken=True), "down": Met(Transient), "slow": Met(Transient, taken=None), "drip": Met(Transient, taken=True),
    "refuse": Met(Permanent), "lost_answer": Met(Transient, taken=True), "old_receipt": Met(Transient, taken=True),
    "busy": Met(Transient), "gone": Met(Gone), "moved": Met(Transient), "undecided": Met(Pending), "declines": Met(Declined),
    "silent_loss": Met(None), "wrong_state": Met(None),
}  # fmt: skip
SILENT = {"silent_loss", "wrong_state"}
"""Faults of which the sender is told nothing: comparing alone finds them."""


class Other(NamedTuple):
    """The sandbox at an address of its own, and who sends to it."""

    site: str
    address: Address
    platform: HttpPlatform

    def shown(self) -> list[str]:
        return [one.display for one in pull_all(self.platform, self.address)]


@pytest.fixture
def other(tmp_path: Path, clock: Clock) -> Iterator[Other]:
    secrets, platform = {"province": signing.new_secret()}, HttpPlatform(seconds=TOTAL)
    app = make_sandbox(tmp_path / "platform.db", secrets, {"province": "省公共信用信息平台"}, Event().wait)
    with served(app) as port:
        site = f"http://127.0.0.1:{port}"
        yield Other(site, Address("province", f"{site}/targets/province", secrets["province"]), platform)
    platform.close()


def test_every_fault_has_its_expectation() -> None:
    assert MEETS.keys() == MODES.keys()


@pytest.mark.browser
@pytest.mark.parametrize("mode", list(MODES))
def test_a_fault_is_chosen_on_the_page_and_met(page: Page, other: Other, mode: str) -> None:
    expected, ended = MEETS[mode], message(2, "record_changed", record_changed("ceased"))
    other.platform.push(other.address, message(1))
    choose(page, other.site, mode)
    met: type[PushError] | None = None
    try:
        other.platform.push(other.address, ended)
    except PushError as error:
        met = type(error)
    assert met is expected.error
    choose(page, other.site, "normal")
    if expected.taken is not None:
        assert other.shown() == ["ended" if expected.taken else "public"]
    if mode in SILENT:
        (found,) = compare([Decided(NUMBER, "ended")], pull_all(other.platform, other.address))
        assert found.kind == "still_shown"
        return
    receipt = other.platform.push(other.address, ended)
    assert receipt.shown == "ended"
    assert expected.taken in (receipt.duplicate, None)
    assert other.shown() == ["ended"]


def choose(page: Page, site: str, mode: str) -> None:
    """Find the switch from the platform's first page and press it."""
    page.goto(site)
    page.get_by_role("link", name="故障演练").first.click()
    page.locator(f'input[name="province"][value="{mode}"]').check()
    page.get_by_role("button", name="按此设置").click()
    page.goto(site)
    page.get_by_role("link", name="故障演练").first.click()
    assert page.locator('input[name="province"]:checked').get_attribute("value") == mode
