"""How the audit log stands, and what was found that an auditor should look into."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, FromClause, func, select

from repairflow.auditing import chain
from repairflow.records import checkpoint, event, event_personal, log_leaf
from repairflow.records.rows import CheckpointRow, all_rows, first_row

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
    """The log as it stands, and the latest findings."""

    def count(of: FromClause) -> int:
        return int(tx.execute(select(func.count()).select_from(of)).scalar_one())

    found = select(event.c.at, event.c.body).where(event.c.stream == RECONCILIATION).order_by(event.c.seq.desc())
    return TrailState(
        events=count(event),
        streams=tx.execute(select(func.count()).select_from(event).where(event.c.seq == 1)).scalar_one(),
        leaves=count(log_leaf),
        checkpoints=count(checkpoint),
        checkpoint=first_row(tx.execute(select(checkpoint).order_by(checkpoint.c.size.desc()).limit(1)), CheckpointRow),
        erased=tx.execute(
            select(func.count()).select_from(event_personal).where(event_personal.c.value.is_(None))
        ).scalar_one(),
        found=tuple(_found(row) for row in all_rows(tx.execute(found.limit(SHOWN)), _Difference)),
    )


class _Difference(NamedTuple):
    at: datetime
    body: bytes


def _found(row: _Difference) -> PlatformDifference:
    content = chain.content(row.body)
    return PlatformDifference(
        row.at, str(content.get("target", "")), tuple(str(text) for text in content.get("differences", ()))
    )
