"""Whoever holds a PDF compares it with the letter as issued, in the browser; the file goes nowhere."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select, text, update
from werkzeug.serving import make_server

from repairflow import times
from repairflow.casework.documents import rendering_job
from repairflow.db import Database
from repairflow.file_store.folder import FolderFiles
from repairflow.letters.model import Pressed
from repairflow.records import letter
from repairflow.settings import Settings
from repairflow.web.audit import blueprint as audit
from repairflow.web.public import blueprint as public
from tests.conftest import Clock
from tests.support.building import Town
from tests.support.calling import application

ISSUED = b"%PDF-1.7 as it was issued"


@pytest.fixture
def address(database: Database, settings: Settings, clock: Clock) -> Iterator[str]:
    """The page of a letter whose PDF is `ISSUED`, served on loopback until the test ends."""
    town = Town(database, settings)
    town.file_repair()
    row = town.one(text("SELECT id, token FROM letter"))
    made = Pressed(pdf=ISSUED, sha256=hashlib.sha256(ISSUED).hexdigest(), pages=1)
    rendering_job.press(town.db, town.services.letters, lambda _: made, row.id, town.now)
    app = application(
        town,
        lambda app: app.register_blueprint(audit.blueprint),
        lambda app: app.register_blueprint(public.blueprint),
    )
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/verify/{row.token}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.browser
def test_a_pdf_is_compared_without_being_sent(page: Page, address: str) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(address)
    sent: list[str] = []
    page.on("request", lambda request: request.method != "GET" and sent.append(request.url))
    updated = (
        ISSUED + b"\n1 0 obj << /Type /Sig >> endobj\n%%EOF"
    )  # as an incremental update or another signature is appended
    for content, verdict in (
        (ISSUED, "一致："),
        (ISSUED + b" ", "不一致："),
        (updated, "不一致："),
        (b"GIF89a", "不一致："),
    ):
        page.set_input_files("#pdf", {"name": "决定书.pdf", "mimeType": "application/pdf", "buffer": content})
        expect(page.locator("#compared")).to_contain_text(verdict)
        assert page.locator("#compared").inner_text().startswith(verdict)
    page.dispatch_event("#pdf", "click")  # the same path again is a change only for an empty field
    assert page.input_value("#pdf") == ""
    expect(page.locator("#compared")).to_be_hidden()
    dropped = page.evaluate_handle(
        "() => { const d = new DataTransfer(); d.items.add(new File(['x'], '假.pdf')); return d; }"
    )
    page.dispatch_event("[data-rf-digest]", "drop", {"dataTransfer": dropped})
    expect(page.locator("#compared")).to_contain_text("“假.pdf”")
    assert sent == []
    assert said == []


@pytest.mark.browser
def test_a_genuine_file_of_a_letter_that_was_withdrawn_is_no_good_news(
    page: Page, address: str, database: Database
) -> None:
    with database.engine.begin() as tx:
        tx.execute(update(letter).values(state="withdrawn"))
    page.goto(address)
    page.set_input_files("#pdf", {"name": "决定书.pdf", "mimeType": "application/pdf", "buffer": ISSUED})
    expect(page.locator("#compared")).to_contain_text("但是这份文书已撤回，见上文")
    expect(page.locator("#compared")).to_have_class("rf-say warning")


@pytest.mark.browser
def test_a_file_that_was_made_again_since_is_told_from_a_forged_one(
    page: Page, address: str, database: Database, settings: Settings
) -> None:
    token = address.rpartition("/")[2]
    row_id = database_row(database, token)
    (settings.letters / rendering_job.name_of(token)).unlink()
    newer = b"%PDF-1.7 as it was made again"
    made = Pressed(pdf=newer, sha256=hashlib.sha256(ISSUED).hexdigest(), pages=1)
    rendering_job.press(database, FolderFiles(settings.letters), lambda _: made, row_id, times.now())
    page.goto(address)
    expect(page.get_by_text("PDF 重新制作")).to_be_visible()
    for content, verdict in ((newer, "一致："), (ISSUED, "文字与现在的文件相同"), (ISSUED + b" ", "不一致：")):
        page.set_input_files("#pdf", {"name": "决定书.pdf", "mimeType": "application/pdf", "buffer": content})
        expect(page.locator("#compared")).to_contain_text(verdict)


def database_row(database: Database, token: str) -> int:
    with database.read() as tx:
        return int(tx.execute(select(letter.c.id).where(letter.c.token == token)).scalar_one())


@pytest.mark.browser
def test_the_file_chosen_last_is_the_one_whose_answer_stands(page: Page, address: str) -> None:
    page.goto(address)
    page.evaluate(
        """() => {
          const read = File.prototype.arrayBuffer;
          File.prototype.arrayBuffer = async function () {
            if (this.name === "大.pdf") await new Promise((go) => { globalThis.finishReading = go; });
            return read.call(this);
          };
        }"""
    )
    drop = """(name) => {
      const d = new DataTransfer(); d.items.add(new File(['x'], name));
      document.querySelector("[data-rf-digest]").dispatchEvent(new DragEvent("drop", {dataTransfer: d}));
    }"""
    page.evaluate(drop, "大.pdf")
    page.set_input_files("#pdf", {"name": "决定书.pdf", "mimeType": "application/pdf", "buffer": ISSUED})
    expect(page.locator("#compared")).to_contain_text("一致：")
    # The digest of the large file ends before that of another one begun after it.
    page.evaluate(
        "async () => { finishReading(); for (let n = 0; n < 20; n += 1) await crypto.subtle.digest('SHA-256', new Uint8Array(1)); }"
    )
    assert page.locator("#compared").inner_text().startswith("一致：")
