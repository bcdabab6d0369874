"""Definitions that cases have used, held against the files of this node; pinned anew by an upgrade or an erratum alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, inspect, select

from repairflow.law.procedure.library import Library
from repairflow.law.procedure.releases import Key
from repairflow.records import definition_repin, definition_used


@dataclass(frozen=True, slots=True)
class Changed:
    """A used definition whose file is another one now: the digest that counts, and that of the file (None: it is gone)."""

    kind: str
    name: str
    version: str
    pinned: str
    found: str | None

    @property
    def key(self) -> Key:
        return (self.kind, self.name, self.version)

    @property
    def title(self) -> str:
        """The definition as messages name it."""
        return f"{self.name} {self.version}".strip()


@dataclass(frozen=True, slots=True)
class Repin:
    """A changed definition that is to count as its file has it: by what (release:0.2.0, erratum:1), and why."""

    changed: Changed
    cause: str
    reason: str


def changed(tx: Connection, law: Library) -> list[Changed]:
    """Return every used procedure or rule pack whose file differs from what counts for this database, or is gone."""
    found = []
    for (kind, name, version), pinned in pins(tx).items():
        now = digest_of(law, (kind, name, version))
        if now != pinned:
            found.append(Changed(kind, name, version, pinned, now))
    return found


def digest_of(law: Library, key: Key) -> str | None:
    """Return the digest of a definition's file on this node; None where it is gone."""
    kind, name, version = key
    now = law.procedures.get((name, version)) if kind == "procedure" else law.packs.get(name)
    return now.digest if now is not None else None


def pins(tx: Connection) -> dict[Key, str]:
    """Return the digest that counts for each used definition; also of a database older than the table of new pins."""
    used = definition_used.c
    counts = {
        (row.kind, row.name, row.version): row.digest
        for row in tx.execute(select(used.kind, used.name, used.version, used.digest).order_by(used.id))
    }
    if inspect(tx).has_table(definition_repin.name):
        anew = definition_repin.c
        for row in tx.execute(select(anew.kind, anew.name, anew.version, anew.digest).order_by(anew.id)):
            counts[row.kind, row.name, row.version] = row.digest
    return counts


def pin_anew(tx: Connection, repins: Sequence[Repin], now: datetime) -> None:
    """Ensure that these definitions count as their files have them. The caller writes the event."""
    for one in repins:
        it = one.changed
        if it.found is None:
            raise ValueError(f"{it.title}: a file that is gone cannot be pinned")
        tx.execute(
            insert(definition_repin).values(
                kind=it.kind, name=it.name, version=it.version, from_digest=it.pinned, digest=it.found,
                cause=one.cause, reason=one.reason, at=now,
            )
        )  # fmt: skip
