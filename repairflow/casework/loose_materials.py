"""Materials (申请材料) that nothing has taken up: how much of them anybody may leave here, and for how long.

Uploading comes before filing, so anybody can fill the disk with files for filings that never come. Who uploads without an
account is counted under a keyed digest of the address, which is forgotten as soon as a filing takes the file up.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, func, select

from repairflow.casework.actor import Actor
from repairflow.errors import TooMany
from repairflow.records import draft, material, service

MIB = 1024 * 1024
WAIT_SECONDS = 3600
ANONYMOUS_PART = 4
"""Uploads without an account may take a quarter of the whole, so that they leave room for everybody else."""
FULL = "尚未提交的材料已经过多，暂时不能再上传。请先提交或移除已上传的材料；未提交的材料过几天会自动清除。"


@dataclass(frozen=True, slots=True)
class Quota:
    """The most that may lie here, in bytes: of one person, of one address without an account, of all."""

    person: int
    address: int
    total: int


@dataclass(frozen=True, slots=True)
class Allowance:
    """What somebody may leave here; `address` is a keyed digest, counted only for who has no account."""

    quota: Quota
    address: str | None

    def demand(self, tx: Connection, actor: Actor, size: int) -> None:
        """TooMany when there is no room for so many bytes more."""
        anonymous = material.c.uploaded_by.is_(None)
        if actor.id is not None:
            bounds = [(material.c.uploaded_by == actor.id, self.quota.person)]
        else:
            bounds = [
                (anonymous & (material.c.address == self.address), self.quota.address),
                (anonymous, self.quota.total // ANONYMOUS_PART),
            ]
        bounds.append((material.c.id.is_not(None), self.quota.total))
        for whose, most in bounds:
            if _held(tx, whose) + size > most:
                raise TooMany(WAIT_SECONDS, FULL)


def expire(tx: Connection, before: datetime, most: int = 200) -> tuple[str, ...]:
    """Ensure that at most so many materials fewer are here that were uploaded before then and nothing has taken up.

    What lies in an open draft stays with it. Gives the digests of files for `materials.clear`.
    """
    drafted = {
        token
        for row in tx.execute(select(draft.c.materials).where(draft.c.ended_at.is_(None)))
        for token in row.materials
    }
    loose = (material.c.case_id.is_(None), material.c.uploaded_at < before, ~_proves)
    rows = tx.execute(select(material.c.id, material.c.token).where(*loose).order_by(material.c.id))
    old = [row.id for row in rows if row.token not in drafted][:most]
    gone = delete(material).where(material.c.id.in_(old), material.c.case_id.is_(None)).returning(material.c.digest)
    return tuple(tx.execute(gone).scalars()) if old else ()


_proves = select(service.c.id).where(service.c.material_id == material.c.id).exists()


def _held(tx: Connection, whose: ColumnElement[bool]) -> int:
    loose = (material.c.case_id.is_(None), ~_proves)
    size = select(func.coalesce(func.sum(material.c.size), 0)).where(*loose, whose)
    return int(tx.execute(size).scalar_one())
