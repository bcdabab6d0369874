"""Errata (勘误) in a database: which open cases one moves, told before; and its application, with an event in each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Connection, Select, and_, or_, select

from repairflow.casework import definitions_in_use
from repairflow.casework.actor import Actor
from repairflow.casework.cases import deadline_recount
from repairflow.casework.cases.deadline_recount import Moved
from repairflow.casework.definitions_in_use import Changed, Repin
from repairflow.errors import ConfigurationError, Invalid
from repairflow.law.procedure.errata import Erratum
from repairflow.law.procedure.library import NOTHING, Library
from repairflow.law.procedure.own_law import OwnLaw
from repairflow.law.procedure.releases import Key
from repairflow.records import cases


@dataclass(frozen=True, slots=True)
class Mending:
    """An erratum as a node would use it: the law without and with it, and the definitions it changes."""

    erratum: Erratum
    before: Library
    after: Library

    @property
    def keys(self) -> tuple[Key, ...]:
        """Procedures and packs that it changes, those laid over its file among them."""
        now = [("procedure", name, version) for name, version in self.after.procedures]
        now += [("pack", name, "") for name in self.after.packs]
        digest = definitions_in_use.digest_of
        return tuple(key for key in now if digest(self.before, key) != digest(self.after, key))


@dataclass(frozen=True, slots=True)
class ApplyErratum:
    """Count with an erratum from now on (施行勘误)."""

    actor: Actor
    mending: Mending


def mending(workflows: Path, erratum: Erratum, installed: tuple[Erratum, ...], own: OwnLaw = NOTHING) -> Mending:
    """Return the erratum over those that lie beside the law; Invalid unless it is the last of its file, DefinitionError for faults."""
    others = [one for one in installed if one.digest != erratum.digest]
    numbers = [one.erratum for one in others if one.key == erratum.key]
    if erratum.erratum != max(numbers, default=0) + 1:
        raise Invalid(
            f"{erratum.title} 的下一号勘误应为第 {max(numbers, default=0) + 1} 号，这个文件是第 {erratum.erratum} 号，没有改动。"
        )
    return Mending(erratum, Library.read(workflows, others, own), Library.read(workflows, [*others, erratum], own))


def applied(tx: Connection, it: Mending) -> bool:
    """Tell whether this database counts with the erratum already; ConfigurationError when it counts with something else."""
    pins = definitions_in_use.pins(tx)
    used = [key for key in it.keys if key in pins]
    digest = definitions_in_use.digest_of
    if used and all(pins[key] == digest(it.after, key) for key in used):
        return True
    if others := [key for key in used if pins[key] != digest(it.before, key)]:
        names = "、".join(f"{name} {version}".strip() for _, name, version in others)
        raise ConfigurationError(
            f"{names} 与本数据库所记的内容不同，没有改动。请先施行前面的勘误，或者运行 repairflow upgrade。"
        )
    return False


def plan(tx: Connection, it: Mending, today: date) -> tuple[Moved, ...]:
    """Return the limits of open cases that would end on another day; nothing is written."""
    return deadline_recount.moves_of(tx, it.after, _concerned(it), today)


def apply(tx: Connection, it: Mending, now: datetime) -> tuple[Moved, ...]:
    """Ensure that the database counts with the erratum: its definitions are pinned anew, the due days of open cases are
    those of the mended law, and each moved one has an event that names it before and after. The caller notes the whole.
    """
    why = f"规则勘误（{it.erratum.title} 第 {it.erratum.erratum} 号）：{it.erratum.reason.rstrip('。')}"
    pins, digest = definitions_in_use.pins(tx), definitions_in_use.digest_of
    repins = [
        Repin(Changed(*key, pinned=pins[key], found=digest(it.after, key)), f"erratum:{it.erratum.erratum}", why)
        for key in it.keys
        if key in pins
    ]
    definitions_in_use.pin_anew(tx, repins, now)
    return deadline_recount.mend(tx, it.after, _concerned(it), why, now)


def _concerned(it: Mending) -> Select[tuple[int]]:
    """Ids of the cases that follow what the erratum changes."""
    versions = [(name, version) for kind, name, version in it.keys if kind == "procedure"]
    packs = [name for kind, name, _ in it.keys if kind == "pack"]
    follows = [and_(cases.c.procedure == name, cases.c.procedure_version == version) for name, version in versions]
    return select(cases.c.id).where(or_(cases.c.pack.in_(packs), *follows))
