"""Pages of auditors and reports read from a standby (只读副本), so that they cost the server that writes nothing.

What they show may be a moment old and says as of when. Whoever has just changed something reads where it was written, and
where the standby does not answer, everybody does.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from time import monotonic

import structlog
from flask import Flask, Response, g, request
from sqlalchemy import Connection

from repairflow import primary
from repairflow.db import Database
from repairflow.settings import Settings

PAGES = frozenset(
    {
        "audit.home", "audit.seen", "audit.trail", "audit.trail_table", "audit.sample", "audit.case", "audit.rows",
        "oversight.statistics", "oversight.late_list", "oversight.results", "oversight.results_list", "desk.timeliness",
    }
)  # fmt: skip
"""What is asked of the standby. Not what witnesses read: an older checkpoint than the last would look like a log cut short."""
CHANGED = "repairflow_changed"
CHANGED_SECONDS = 30
"""So long whoever changed something reads where it was written: a standby that is further behind says so on its pages."""
REST_SECONDS = 10
"""So long a standby that did not answer is not asked again."""

log = structlog.get_logger(__name__)


def install(app: Flask, settings: Settings) -> None:
    """Ensure that templates know `as_of`, and who changed something is remembered for a moment."""

    @app.context_processor
    def tell() -> dict[str, datetime | None]:
        return {"as_of": g.get("as_of")}

    @app.after_request
    def remember(answer: Response) -> Response:
        if settings.database_replica_url and request.method == "POST" and answer.status_code < 400:
            answer.set_cookie(
                CHANGED, "1", max_age=CHANGED_SECONDS, httponly=True, secure=settings.secure, samesite="Lax"
            )
        return answer


class Standby:
    """A read replica, beside the database it follows."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self._failed = float("-inf")

    def may_answer(self) -> bool:
        """Tell whether it may answer this request."""
        rested = monotonic() - self._failed > REST_SECONDS
        return rested and request.endpoint in PAGES and CHANGED not in request.cookies

    @contextmanager
    def read(self, writes: Database) -> Iterator[Connection]:
        """Give a transaction that reads there, and notes as of when; on the primary where it does not answer."""
        with ExitStack() as stack:
            try:
                tx = stack.enter_context(self.db.read())
                g.as_of = primary.followed_until(tx)
            except primary.GONE as error:
                self._failed = monotonic()
                log.warning("the read replica does not answer", error=type(error).__qualname__)
            else:
                yield tx
                return
        with writes.read() as tx:
            yield tx
