"""Forms to download and fill in by hand: pressed once a day at most, whoever asks."""

from __future__ import annotations

import io
from datetime import date
from threading import Lock

from flask import send_file

from repairflow.casework.queries import printables
from repairflow.web.core.context import Site, current
from repairflow.web.core.routes import Answer
from repairflow.web.shared.downloads import READER
from repairflow.web.shared.press import on_demand


class Pressed:
    """The forms of today."""

    def __init__(self, _: Site) -> None:
        self._lock = Lock()
        self._kept: dict[tuple[str, str, date], bytes] = {}

    def of(self, kind: str) -> bytes:
        """Return a form as a PDF. Raises as `printables.blank_form`, and Trouble while the press is busy."""
        here = current()
        paper = printables.blank_form(here.services, kind, here.now)
        key = (kind, paper.text_digest, here.today)
        with self._lock:
            found = self._kept.get(key)
        if found is None:
            with on_demand().printing():
                found = on_demand().press.press(paper).pdf
            with self._lock:
                self._kept = {**{old: pdf for old, pdf in self._kept.items() if old[2] == here.today}, key: found}
        return found


def blank_form(kind: str) -> Answer:
    """Give a form."""
    here = current()
    content = here.site.one(Pressed).of(kind)
    name = f"{dict(printables.titles())[kind]}.pdf"
    answer = send_file(io.BytesIO(content), mimetype="application/pdf", download_name=name, max_age=3600)
    answer.headers["Content-Security-Policy"] = READER
    answer.headers["Cache-Control"] = "public, max-age=3600"
    return answer
