"""Chores of the calendar: the weekly chase, due days that are settled by now, and what nobody needs any more."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection, delete

from repairflow import disk, work_folders
from repairflow.casework import command_claims, jobs, kept_figures, loose_materials
from repairflow.casework.actor import SYSTEM
from repairflow.casework.case_state import materials, stray_files
from repairflow.casework.cases import batch_acts, honour_expiry, inquiry_runs, list_expiry
from repairflow.casework.changes.system import (
    ChaseLateCases,
    ClearPages,
    EndHeldPublicity,
    EndHonours,
    EndListEntry,
    GiveOut,
    KeepExchangeKeys,
    KeepFigures,
    PlacePublicChanges,
    PublishLists,
    RemindOfPlatforms,
    RemindUnserved,
    ReviewHonours,
    SettleProvisionalDays,
    TellStandingActs,
    WarnOfTokens,
)
from repairflow.casework.context import Services
from repairflow.casework.credit_records import lifecycle
from repairflow.casework.dispatch import Change, dispatch
from repairflow.casework.queries.audit import log_status
from repairflow.casework.queries.oversight import timeliness
from repairflow.casework.queries.records import list_registry
from repairflow.db import Database
from repairflow.file_store.port import FileStore
from repairflow.records import attempt, web_session
from repairflow.settings import Settings
from repairflow.times import local_day

# 网络安全法 21 (nobody has read it here yet): logs of who was signed in are said to be kept for six months at least.
KEEP_SESSIONS = timedelta(days=190)
KEEP_JOBS = timedelta(days=90)
KEEP_CLAIMS = timedelta(days=90)
HONOURS = 20
"""Entries that end in one transaction."""

log = structlog.get_logger(__name__)


def forget_sessions(db: Database, now: datetime) -> int:
    """Ensure that no session is kept that expired more than 190 days ago; the number forgotten."""
    with db.begin() as tx:
        return tx.execute(delete(web_session).where(web_session.c.expires_at < now - KEEP_SESSIONS)).rowcount


def forget_attempts(db: Database, now: datetime) -> int:
    """Ensure that no count of guessing is kept whose time is over; the number forgotten."""
    with db.begin() as tx:
        return tx.execute(delete(attempt).where(attempt.c.until <= now)).rowcount


def warn_of_tokens(db: Database, services: Services, now: datetime) -> int:
    """Carry out WarnOfTokens: the number of owners told."""
    return _carry_out(db, services, WarnOfTokens(SYSTEM), now)


def keep_exchange_keys(db: Database, services: Services, now: datetime) -> int:
    """Carry out KeepExchangeKeys: how many private halves were thrown away."""
    return _carry_out(db, services, KeepExchangeKeys(SYSTEM), now)


def place_changes(db: Database, services: Services, now: datetime) -> int:
    """Carry out PlacePublicChanges: how many changes before the public have their place."""
    return _carry_out(db, services, PlacePublicChanges(SYSTEM), now)


def tell_standing_acts(db: Database, services: Services, now: datetime) -> int:
    """Carry out TellStandingActs until every platform was told of all: how many messages wait."""
    waits = 0
    while told := _carry_out(db, services, TellStandingActs(SYSTEM), now):
        waits += told
    return waits


def keep_figures(db: Database, services: Services, now: datetime, *, everything: bool = False) -> int:
    """Ensure that figures are kept that are at most ten minutes old; how many were counted, 0 where they are young enough.

    What only grows is counted from the last count on; with `everything` all is counted from nothing, and a figure that
    differs from its recount is logged and corrected. Counting holds no writer up.
    """
    with db.read() as tx:
        if not everything and kept_figures.fresh(tx, now):
            return 0
        services.law_store.refresh(tx)
        trail = log_status.counted(tx, now, everything=everything)
        figures: dict[str, Mapping[str, Any]] = {
            log_status.TRAIL: trail, **timeliness.counted(tx, services.law, local_day(now)), **list_registry.counted(tx),
        }  # fmt: skip
        if everything and (again := log_status.counted(tx, now)) != trail:
            log.error("a kept figure differs from its recount", kept=again, counted=trail)
    with db.begin() as tx:
        dispatch(tx, services, KeepFigures(SYSTEM, figures), now)
    return len(figures)


def give_out(db: Database, services: Services, now: datetime) -> int:
    """Carry out GiveOut: how many cases changed hands."""
    return _carry_out(db, services, GiveOut(SYSTEM), now)


def remind_of_service(db: Database, services: Services, now: datetime) -> int:
    """Carry out RemindUnserved: the number of reminders."""
    return _carry_out(db, services, RemindUnserved(SYSTEM), now)


def remind_of_platforms(db: Database, services: Services, now: datetime) -> int:
    """Carry out RemindOfPlatforms: the number of letters without an answer that people were told of."""
    return _carry_out(db, services, RemindOfPlatforms(SYSTEM), now)


def _carry_out(db: Database, services: Services, command: Change, now: datetime) -> int:
    """Hand the command to the dispatcher, by the law as it is now, in a transaction of its own; what it counts."""
    with db.begin() as tx:
        services.law_store.refresh(tx)
        return int(dispatch(tx, services, command, now))


def end_honours(db: Database, services: Services, now: datetime) -> int:
    """Ensure that favourable entries beyond their longest stay have left their lists, or wait for their office; how many left.

    A batch is one transaction; where one fails, its entries go one by one, and what an entry breaks on stops no other.
    """
    with db.read() as tx:
        services.law_store.refresh(tx)
        waiting = honour_expiry.due(tx, services, now)
    return sum(_end(db, services, waiting[at : at + HONOURS], now) for at in range(0, len(waiting), HONOURS))


def open_reviews(db: Database, services: Services, now: datetime) -> int:
    """Ensure that the office of each favourable entry whose review is due has a case of it; how many were opened.

    Each is a transaction of its own: one that fails stops no other, and is tried again the next night.
    """
    with db.read() as tx:
        services.law_store.refresh(tx)
        waiting = honour_expiry.to_review(tx, services, now)
    return sum(_review(db, services, one, now) for one in waiting)


def _review(db: Database, services: Services, entry: int, now: datetime) -> int:
    try:
        with db.begin() as tx:
            opened = int(dispatch(tx, services, ReviewHonours(SYSTEM, (entry,)), now))
    except Exception:
        log.exception("review not opened", entry_id=entry)
        return 0
    db.make_way()
    return opened


def _end(db: Database, services: Services, entries: Sequence[int], now: datetime) -> int:
    try:
        with db.begin() as tx:
            left = int(dispatch(tx, services, EndHonours(SYSTEM, entries), now))
    except Exception:
        if len(entries) > 1:
            return sum(_end(db, services, (one,), now) for one in entries)
        log.exception("entry not ended", entry_id=entries[0])
        return 0
    db.make_way()
    return left


def end_entries(db: Database, services: Services, now: datetime) -> int:
    """Ensure that entries of lists that stood beyond their last day have left where nothing stands against it any more; how many.

    Each in a transaction of its own: what one breaks on stops no other.
    """
    with db.read() as tx:
        services.law_store.refresh(tx)
        waiting = list_expiry.due(tx, services, now)
    left = 0
    for record_id in waiting:
        try:
            with db.begin() as tx:
                left += dispatch(tx, services, EndListEntry(SYSTEM, record_id), now)
        except Exception:
            log.exception("entry not ended", record_id=record_id)
        db.make_way()
    return left


def end_held(db: Database, services: Services, now: datetime) -> int:
    """Ensure that no record is public beyond its maximum because an earlier version kept it so; how many ended."""
    with db.read() as tx:
        services.law_store.refresh(tx)
        waiting = lifecycle.held_before(tx)
    ended = 0
    for record_id in waiting:
        try:
            with db.begin() as tx:
                ended += bool(dispatch(tx, services, EndHeldPublicity(SYSTEM, record_id), now))
        except Exception:
            log.exception("publicity not ended", record_id=record_id)
        db.make_way()
    return ended


def publish_lists(db: Database, services: Services, now: datetime) -> int:
    """Carry out PublishLists: how many lists a job now publishes."""
    return _carry_out(db, services, PublishLists(SYSTEM), now)


def forget_jobs(db: Database, now: datetime) -> int:
    """Ensure that no job is kept that ended more than 90 days ago, nor a batch of that age, and no answer to a question about
    many organisations beyond its time; the number forgotten, some a transaction."""
    inquiries = _by_and_by(db, lambda tx: inquiry_runs.prune(tx, now))
    batches = _by_and_by(db, lambda tx: batch_acts.prune(tx, now - KEEP_JOBS))
    return inquiries + batches + _by_and_by(db, lambda tx: jobs.prune(tx, now - KEEP_JOBS))


def forget_claims(db: Database, now: datetime) -> int:
    """Ensure that no claim of a command's id is kept that is more than 90 days old; the number forgotten."""
    return _by_and_by(db, lambda tx: command_claims.prune(tx, now - KEEP_CLAIMS))


def clear_pages(db: Database, services: Services, now: datetime, days: int) -> int:
    """Ensure that pages of platforms that were mended so many days ago are kept by their digest alone; how many were cleared."""
    command = ClearPages(SYSTEM, now - timedelta(days=days))
    return _by_and_by(db, lambda tx: int(dispatch(tx, services, command, now)))


def _by_and_by(db: Database, prune: Callable[[Connection], int]) -> int:
    forgotten = 0
    while True:
        with db.begin() as tx:
            gone = prune(tx)
        forgotten += gone
        if not gone:
            return forgotten
        db.make_way()


def forget_materials(db: Database, store: FileStore, now: datetime, days: int) -> int:
    """Ensure that no material is kept that nothing has taken up in so many days; the number forgotten."""
    forgotten = 0
    while True:
        with db.begin() as tx:
            gone = loose_materials.expire(tx, now - timedelta(days=days))
        if not gone:
            return forgotten
        with db.begin() as tx:
            materials.clear(tx, store, gone)
        forgotten += len(gone)
        db.make_way()


def clear_files(db: Database, store: FileStore, settings: Settings, now: datetime) -> int:
    """Ensure that no half file, no work folder and no material without a row is left of processes that were killed or uploads that were
    refused a day ago or earlier; the number removed."""
    removed = disk.clear_parts(settings.home, now)
    removed += work_folders.clear(settings.work) + work_folders.clear_earlier(now)
    for digests in stray_files.untouched(store, now):
        with db.begin() as tx:
            removed += stray_files.clear(tx, store, digests)
        db.make_way()
    return removed


def chase(db: Database, services: Services, now: datetime) -> int:
    """Carry out ChaseLateCases: the number of offices told."""
    return _carry_out(db, services, ChaseLateCases(SYSTEM), now)


def settle_provisional(db: Database, services: Services, now: datetime) -> int:
    """Carry out SettleProvisionalDays: how many due days moved."""
    return _carry_out(db, services, SettleProvisionalDays(SYSTEM), now)
