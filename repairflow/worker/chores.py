"""Nightly chores that only take away what nobody needs any more."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete

from repairflow.db import Database
from repairflow.records import web_session

# 网络安全法 21: logs of who was signed in are kept for six months at least.
KEEP_SESSIONS = timedelta(days=190)


def forget_sessions(db: Database, now: datetime) -> int:
    """Afterwards no session is kept that expired more than 190 days ago; the number forgotten."""
    with db.begin() as tx:
        return tx.execute(delete(web_session).where(web_session.c.expires_at < now - KEEP_SESSIONS)).rowcount
