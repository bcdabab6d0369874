"""How the audit log stands, and what was found that an auditor should look into."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Table, func, select

from repairflow.auditing import chain
from repairflow.casework import kept_figures
from repairflow.records import checkpoint, event, event_personal, log_leaf
from repairflow.records.rows import CheckpointRow, all_rows, first_row

TRAIL = "trail"
SETTLED = timedelta(hours=1)
"""After so long no transaction is open any more that took the id of an event: what is older is counted once."""
RECONCILIATION = "reconciliation"
SHOWN = 5


@dataclass(frozen=True, slots=True)
class PlatformDifference:
    """A difference that reconciliation found: when, at which platform, and each in words."""

    at: datetime
    target: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TrailState:
    """Counts of the log. `checkpoint` is the newest row (size, root, at) or None; `erased` counts erased personal values."""

    events: int
    streams: int
    leaves: int
    checkpoints: int
    checkpoint: CheckpointRow | None
    erased: int
    found: tuple[PlatformDifference, ...]

    @property
    def waiting(self) -> int:
        """Events without a place in the log."""
        return self.events - self.leaves

    @property
    def unsigned(self) -> int:
        """Events that no checkpoint covers."""
        return self.events - (self.checkpoint.size if self.checkpoint is not None else 0)


def trail_state(tx: Connection) -> TrailState:
    """Return the log as it stands, and the latest findings: what the worker counted, and what came since."""
    base = kept_figures.kept(tx, TRAIL).get(TRAIL)
    count = _counted_from(tx, base.content if base is not None else {}, {})
    found = select(event.c.at, event.c.body).where(event.c.stream == RECONCILIATION).order_by(event.c.seq.desc())
    return TrailState(
        events=count["events"],
        streams=count["streams"],
        leaves=tx.execute(select(func.coalesce(func.max(log_leaf.c.position) + 1, 0))).scalar_one(),
        checkpoints=count["checkpoints"],
        checkpoint=first_row(tx.execute(select(checkpoint).order_by(checkpoint.c.size.desc()).limit(1)), CheckpointRow),
        erased=tx.execute(
            select(func.count()).select_from(event_personal).where(event_personal.c.value.is_(None))
        ).scalar_one(),
        found=tuple(_found(row) for row in all_rows(tx.execute(found.limit(SHOWN)), _Difference)),
    )


def counted(tx: Connection, now: datetime, *, everything: bool = False) -> dict[str, int]:
    """Return the events, streams and checkpoints that were settled an hour ago: counted on from what is kept, or with `everything`
    from nothing."""
    base = None if everything else kept_figures.kept(tx, TRAIL).get(TRAIL)
    ends = {}
    for table in (event, checkpoint):
        settled = select(table.c.id).where(table.c.at <= now - SETTLED).order_by(table.c.id.desc()).limit(1)
        ends[table.name] = int(tx.execute(settled).scalar() or 0)
    return _counted_from(tx, base.content if base is not None else {}, ends)


def _counted_from(tx: Connection, base: Mapping[str, int], ends: Mapping[str, int]) -> dict[str, int]:
    """Return what `base` counted, and what came since, up to the ids `ends` names by table; without them all there are."""

    def more(name: str, of: Table, *where: ColumnElement[bool]) -> int:
        after = base.get(f"last {of.name}", 0)
        upto = [of.c.id <= ends[of.name]] if of.name in ends else []
        new = select(func.count()).select_from(of).where(of.c.id > after, *upto, *where)
        return base.get(name, 0) + int(tx.execute(new).scalar_one())

    return {
        "events": more("events", event),
        "streams": more("streams", event, event.c.seq == 1),
        "checkpoints": more("checkpoints", checkpoint),
        **{f"last {name}": max(last, base.get(f"last {name}", 0)) for name, last in ends.items()},
    }


class _Difference(NamedTuple):
    at: datetime
    body: bytes


def _found(row: _Difference) -> PlatformDifference:
    content = chain.content(row.body)
    return PlatformDifference(
        row.at, str(content.get("target", "")), tuple(str(text) for text in content.get("differences", ()))
    )
