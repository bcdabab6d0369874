"""Take pictures of the main pages of the demonstration into docs/screens, small enough to be kept beside the text.

    make screens

A demonstration of its own is made and thrown away; its people, companies and data are invented. No server is started: what
the browser asks for is answered by the application itself.
"""

from __future__ import annotations

import io
import re
import sys
import tempfile
from pathlib import Path

from flask.testing import FlaskClient
from PIL import Image
from playwright.sync_api import Page

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))  # the browser of the tests

from repairflow import settings as settings_module  # noqa: E402  # found by the line before
from repairflow.app.web import make_app  # noqa: E402
from repairflow.cli.run import prepare  # noqa: E402
from tests.support.browser import chromium  # noqa: E402
from tests.support.pages import ORIGIN, Mode, opened  # noqa: E402

FOLDER = ROOT / "docs" / "screens"
COLOURS = 64
COMPANY, ACCEPTOR, SUPERVISOR = 1, 5, 20
"""Sample people: the agent of a company, who accepts filings, the credit office's supervisor."""
SHOTS = (
    # name, who, address; then the first link of this kind on that page
    ("credit-file", COMPANY, "/my/credit-file", ""),
    ("record", COMPANY, "/my/credit-file", "/my/records/"),
    ("own-case", COMPANY, "/my/cases", "/my/cases/"),
    ("queue", ACCEPTOR, "/desk/", ""),
    ("case", ACCEPTOR, "/desk/cases", "/desk/cases/"),
    ("statistics", SUPERVISOR, "/oversight/", ""),
)
MODES = (Mode("desk"), Mode("phone", 390))


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        program = prepare(settings_module.load({"REPAIRFLOW_HOME": home}, demo=True), demo=True)
        app = make_app(program)
        with chromium() as browser:
            for mode in MODES:
                page, answering = opened(browser, mode)
                for name, who, path, link in SHOTS:
                    answering.client = entered(app.test_client(), who)
                    page.goto(ORIGIN + path)
                    if link:
                        page.goto(ORIGIN + first(page, link))
                    kept = FOLDER / f"{name}-{mode.name}.png"
                    kept.write_bytes(small(page.screenshot()))
                    print(f"{kept.relative_to(ROOT)}: {kept.stat().st_size // 1024} KiB")
        program.db.dispose()


def entered(client: FlaskClient, who: int) -> FlaskClient:
    """The client, signed in as a sample person."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/login").text)
    assert token
    assert client.post(f"/enter/{who}", data={"csrf_token": token.group(1)}).status_code == 303
    return client


def first(page: Page, link: str) -> str:
    """The first address on the page that begins so and names something."""
    found = page.locator(f"main a[href^='{link}']").evaluate_all("(all) => all.map((one) => one.getAttribute('href'))")
    return next(one for one in found if re.fullmatch(re.escape(link) + r"[A-Z]+-\d[^/]*", one))


def small(picture: bytes) -> bytes:
    """The same picture in few colours."""
    out = io.BytesIO()
    with Image.open(io.BytesIO(picture)) as whole:
        whole.convert("RGB").quantize(COLOURS).save(out, "PNG", optimize=True)
    return out.getvalue()


if __name__ == "__main__":
    main()
