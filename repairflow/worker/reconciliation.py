"""The daily reconciliation (对账): fetches what each platform shows and reports where it differs from what we decided."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import structlog
from sqlalchemy import Connection, select

from repairflow.casework.outbound import act_pushes
from repairflow.casework.outbox import under_way
from repairflow.db import Database
from repairflow.gateway.messages import display
from repairflow.gateway.platform import Address, Platform, PushError, pull_all
from repairflow.gateway.reconcile import Decided, Difference, compare
from repairflow.records import outbox, record, sync_finding, target
from repairflow.records.rows import TargetRow, all_rows
from repairflow.vault import Vault
from repairflow.worker.push_attempts import open_targets

Report = Callable[[Connection, int, Sequence[Difference], datetime], object]

log = structlog.get_logger(__name__)


def decided(tx: Connection, target_id: int, since: datetime) -> list[Decided]:
    """Return every record and administrative act this target was told of, as it stands with us; in flight where a message was under
    way since then."""
    about = outbox.c.target_id == target_id, outbox.c.record_id.is_not(None)
    sent = select(outbox.c.record_id).where(*about, outbox.c.kind == "record_changed", outbox.c.state == "done")
    flying = select(outbox.c.record_id).where(*about, under_way(since))
    rows = tx.execute(
        select(record.c.number, record.c.state, record.c.id.in_(flying).label("in_flight"))
        .where(record.c.id.in_(sent) | record.c.id.in_(flying))
        .order_by(record.c.number)
    )
    records = [Decided(row.number, display(row.state), None, bool(row.in_flight)) for row in rows]
    return [*records, *act_pushes.decided(tx, target_id, since)]


def reconcile(db: Database, platform: Platform, vault: Vault, report: Report, now: datetime) -> int:
    """Compare with every target that may be spoken to and `report` the differences of each, in a transaction of its own.

    The number of differences found. A target that does not answer is logged and left for the next day, as is one that asked
    for a pause, or takes no more messages. What one target breaks on, its report too, keeps no other from being compared.
    """
    found = 0
    with db.read() as tx:
        targets = all_rows(tx.execute(select(target).where(*open_targets(now)).order_by(target.c.id)), TargetRow)
    for to in targets:
        try:
            found += _reconciled(db, platform, vault, to, report, now)
        except PushError as error:
            log.warning("target not reconciled", target=to.code, error=error.message)
        except Exception:
            log.exception("target not reconciled", target=to.code)
    return found


def _reconciled(db: Database, platform: Platform, vault: Vault, to: TargetRow, report: Report, now: datetime) -> int:
    address = Address(to.code, to.url.rstrip("/"), vault.open(to.secret))
    shown = list(pull_all(platform, address))
    with db.read() as tx:
        differences = compare(decided(tx, to.id, now), shown)
        open_ = select(sync_finding.c.id).where(sync_finding.c.target_id == to.id, sync_finding.c.ended_at.is_(None))
        before = tx.execute(open_.limit(1)).first() is not None
    if differences or before:
        log.warning("target compared", target=to.code, differences=[one.text for one in differences[:20]])
        with db.begin() as tx:
            report(tx, to.id, differences, now)
    return len(differences)
