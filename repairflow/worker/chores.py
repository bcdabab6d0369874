"""Chores of the calendar: the weekly chase, due days that are settled by now, and what nobody needs any more."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import delete

from repairflow.casework import jobs, loose_materials
from repairflow.casework.admin import tokens
from repairflow.casework.case_state import materials
from repairflow.casework.cases import deadline_recount, supervision
from repairflow.casework.context import Services
from repairflow.db import Database
from repairflow.records import attempt, web_session

# 网络安全法 21: logs of who was signed in are kept for six months at least.
KEEP_SESSIONS = timedelta(days=190)
KEEP_JOBS = timedelta(days=90)


def forget_sessions(db: Database, now: datetime) -> int:
    """Afterwards no session is kept that expired more than 190 days ago; the number forgotten."""
    with db.begin() as tx:
        return tx.execute(delete(web_session).where(web_session.c.expires_at < now - KEEP_SESSIONS)).rowcount


def forget_attempts(db: Database, now: datetime) -> int:
    """Afterwards no count of guessing is kept whose time is over; the number forgotten."""
    with db.begin() as tx:
        return tx.execute(delete(attempt).where(attempt.c.until <= now)).rowcount


def warn_of_tokens(db: Database, now: datetime) -> int:
    """`tokens.warn` in a transaction of its own: the number of owners told."""
    with db.begin() as tx:
        return tokens.warn(tx, now)


def forget_jobs(db: Database, now: datetime) -> int:
    """Afterwards no job is kept that ended more than 90 days ago; the number forgotten, a few hundred a transaction."""
    forgotten = 0
    while True:
        with db.begin() as tx:
            gone = jobs.prune(tx, now - KEEP_JOBS)
        forgotten += gone
        if not gone:
            return forgotten
        db.make_way()


def forget_materials(db: Database, folder: Path, now: datetime, days: int) -> int:
    """Afterwards no material is kept that nothing has taken up in so many days; the number forgotten."""
    forgotten = 0
    while True:
        with db.begin() as tx:
            gone = loose_materials.expire(tx, now - timedelta(days=days))
        if not gone:
            return forgotten
        with db.begin() as tx:
            materials.clear(tx, folder, gone)
        forgotten += len(gone)
        db.make_way()


def chase(db: Database, services: Services, now: datetime) -> int:
    """`supervising.chase` in a transaction of its own: the number of offices told."""
    with db.begin() as tx:
        services.law_store.refresh(tx)
        return supervision.chase(tx, services, now)


def settle_provisional(db: Database, services: Services, now: datetime) -> int:
    """Afterwards no due day is called provisional whose years are all published; how many moved."""
    with db.begin() as tx:
        services.law_store.refresh(tx)
        return len(deadline_recount.settle_provisional(tx, services.law, now))
