"""A town whose whole site a browser meets on loopback."""

from __future__ import annotations

from playwright.sync_api import Page
from sqlalchemy import delete

from repairflow.records import web_session
from tests.support.building import Town


class Served:
    """A town whose whole site is served on loopback."""

    def __init__(self, town: Town, address: str) -> None:
        self.town = town
        self.address = address

    def enter(self, page: Page, name: str) -> None:
        """Afterwards the browser is signed in as the person."""
        page.goto(f"{self.address}/")
        self.choose(page, name)

    def choose(self, page: Page, name: str) -> None:
        """The same from the page of sample people."""
        form = f"/enter/{self.town.people[name]}"
        page.locator(f"form[action='{form}'], form[action^='{form}?']").get_by_role("button").click()
        page.wait_for_load_state()

    def end_sessions(self) -> None:
        """Afterwards nobody is signed in."""
        with self.town.db.begin() as tx:
            tx.execute(delete(web_session))
