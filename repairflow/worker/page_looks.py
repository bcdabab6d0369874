"""The nightly look at pages of platforms that take no messages: one page after another, with a pause between them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import structlog
from sqlalchemy import Connection

from repairflow.casework.outbound import page_looks
from repairflow.casework.outbound.page_looks import Ended, Platform
from repairflow.db import Database
from repairflow.gateway.page_capture import Looked, NoPage, PageReader, Seen

PAUSE = 1.0
"""Seconds between two pages of one platform."""
ENOUGH = 3
"""So many pages that could not be had, one after the other, and the platform has peace until the next night."""
GONE = (404, 410)
UNDECIDED = "对方页面没有写明该主体，也没有写明没有查到（可能要求登录或者验证），不能据此判断"
BUSY = (403, 429, 503)

Report = Callable[[Connection, int, Sequence[Looked], datetime], object]
log = structlog.get_logger(__name__)


def look(db: Database, reader: PageReader, report: Report, pause: Callable[[float], object], now: datetime) -> int:
    """Look at what each platform still shows, and `report` it in a transaction of its own; gives how many pages were asked for.

    `pause` waits between two pages; it answers true where the worker is asked to end, and nothing more is asked for then. What one
    platform breaks on keeps no other from being looked at.
    """
    asked = 0
    with db.read() as tx:
        places = page_looks.platforms(tx)
    for of in places:
        try:
            with db.read() as tx:
                rows = page_looks.due(tx, of, now)
                again = page_looks.public_again(tx, of)
            looks = _looks(reader, of, rows, pause)
            asked += len(looks)
            if looks or again:
                with db.begin() as tx:
                    report(tx, of.id, looks, now)
        except Exception:
            log.exception("pages of a platform not looked at", target=of.code)
    return asked


def _looks(reader: PageReader, of: Platform, rows: Sequence[Ended], pause: Callable[[float], object]) -> list[Looked]:
    found: list[Looked] = []
    failed = 0
    for row in rows:
        if found and pause(PAUSE):
            break
        try:
            seen = reader.read(page_looks.url(of, row))
        except NoPage as error:
            found.append(Looked(row.id, None, error.message))
            failed += 1
        else:
            found.append(_judged(of, row, seen))
            failed = 0 if seen.status == 200 or found[-1].shown is not None else failed + 1
            if seen.status in BUSY:
                break
        if failed >= ENOUGH:
            log.warning("pages of a platform cannot be had", target=of.code, said=found[-1].said)
            break
    return found


def _judged(of: Platform, row: Ended, seen: Seen) -> Looked:
    if seen.status == 200:
        shown = page_looks.shows(of, row, seen.text)
        return Looked(row.id, shown, UNDECIDED if shown is None else "")
    return Looked(row.id, False) if seen.status in GONE else Looked(row.id, None, f"对方页面答复 {seen.status}")
