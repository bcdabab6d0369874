"""Upgrading (升级): which used definitions a new version of the program takes over, told before and noted when done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from repairflow import __version__
from repairflow.casework import definitions_in_use
from repairflow.casework.actor import Actor
from repairflow.casework.admin.events import note
from repairflow.casework.definitions_in_use import Changed, Repin
from repairflow.casework.event_names import EventName
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.releases import Digest, Key, Mapped

STREAM = "release"


@dataclass(frozen=True, slots=True)
class Definitions:
    """What an upgrade finds: definitions it pins to today's files, and those nothing accounts for, which stop it."""

    repins: tuple[Repin, ...]
    unaccounted: tuple[Changed, ...]


def plan(tx: Connection, law: Library, released: Library, known: Mapping[tuple[Key, Digest], Mapped]) -> Definitions:
    """Hold the used definitions against the files and the digests known from before; nothing is written.

    `released` is the law without its errata: an upgrade pins to that, and an erratum is applied by its own command.
    """
    repins, unaccounted = [], []
    for one in definitions_in_use.changed(tx, law):
        mapped = known.get((one.key, one.pinned))
        found = definitions_in_use.digest_of(released, one.key)
        if mapped is None or found is None:
            unaccounted.append(one)
        else:
            repins.append(Repin(replace(one, found=found), f"release:{mapped.release}", mapped.reason))
    return Definitions(tuple(repins), tuple(unaccounted))


@dataclass(frozen=True, slots=True)
class CarryOver:
    """Take the used definitions over as this version of the program has them (升级)."""

    actor: Actor
    definitions: Definitions


def carry_over(tx: Connection, given: CarryOver, now: datetime) -> None:
    """Ensure that the definitions count as today's files have them, and one event names each old and new digest."""
    definitions = given.definitions
    if not definitions.repins:
        return
    definitions_in_use.pin_anew(tx, definitions.repins, now)
    content = {
        "engine": __version__,
        "count": len(definitions.repins),
        "definitions": [
            {
                "kind": it.changed.kind, "name": it.changed.name, "version": it.changed.version,
                "before": it.changed.pinned, "after": it.changed.found, "cause": it.cause, "reason": it.reason,
            }
            for it in definitions.repins
        ],
    }  # fmt: skip
    note(tx, f"{STREAM}/{__version__}", EventName.REPIN, given.actor, "operator", now, content)
