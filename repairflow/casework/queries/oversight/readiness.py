"""What an office still lacks before it may issue adverse letters: named for the operator and on every page of the staff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, and_, func, or_, select

from repairflow.casework.confirmed_rules import Rule
from repairflow.casework.documents import own_rules
from repairflow.casework.documents.fields.remedies import SETTINGS, stated
from repairflow.law import confirmable_measures
from repairflow.law.procedure.library import Library
from repairflow.prepared import Prepared
from repairflow.read_once import read_once
from repairflow.records import cases, office, person, record, role_grant

DECIDING = ("credit_office", "authority", "regulator")
"""Kinds of offices that decide cases."""
NEEDED = ("organs", "court", "channel")


@dataclass(frozen=True, slots=True)
class Lacking:
    """One office and the settings it lacks, as its form calls them."""

    code: str
    name: str
    settings: tuple[str, ...]

    @property
    def text(self) -> str:
        return f"{self.name}（{self.code}）没有填写{'、'.join(self.settings)}"


class _Settings(NamedTuple):
    code: str
    name: str
    review_organs: str
    court: str
    review_channel: str
    decides: bool
    silent: bool


def _offices() -> Select[Any]:
    posts = select(role_grant.c.id).join(person, and_(person.c.id == role_grant.c.person_id, person.c.active))
    held = posts.where(role_grant.c.office_id == office.c.id, role_grant.c.role == "registrar").exists()
    listings = (cases.c.procedure == "listing", cases.c.deciding_id == office.c.id, cases.c.closed_at.is_(None))
    silent = and_(office.c.closed_on.is_(None), select(cases.c.id).where(*listings).exists(), ~held)
    decides = or_(*(office.c.kind == kind for kind in DECIDING))
    stated = (office.c[SETTINGS[name][0]] for name in NEEDED)
    columns = (office.c.code, office.c.name, *stated, decides.label("decides"), silent.label("silent"))
    return select(*columns).where(or_(decides, silent)).order_by(office.c.code)


_OFFICES = Prepared(_offices(), _Settings)  # on every page of the staff


def _known(tx: Connection) -> Sequence[_Settings]:
    return read_once(tx, "readiness", lambda: _OFFICES.run(tx).rows)


def lacking_settings(tx: Connection) -> tuple[Lacking, ...]:
    """Return the deciding offices whose adverse letters could not name where they may be contested, by code."""
    found = []
    for row in (one for one in _known(tx) if one.decides):
        missing = tuple(SETTINGS[name][1] for name in NEEDED if not stated(getattr(row, SETTINGS[name][0])))
        if missing:
            found.append(Lacking(row.code, row.name, missing))
    return tuple(found)


def without_registrar(tx: Connection) -> tuple[str, ...]:
    """Return the names of the offices, closed ones (撤并) apart, that have a designation for a list open and nobody to register an
    objection made in publicity."""
    return tuple(row.name for row in _known(tx) if row.silent)


def waiting_classes(tx: Connection) -> dict[str, int]:
    """By the name of each authority, how many of its penalty records have a provisional class because it has stated no lines
    of fines; authorities without any left out."""
    rows = tx.execute(
        select(office.c.name, func.count())
        .join(record, record.c.authority_id == office.c.id)
        .where(record.c.class_waits_for == "threshold", record.c.annulled_at.is_(None))
        .group_by(office.c.name)
        .order_by(office.c.name)
    )
    return {row[0]: row[1] for row in rows}


def waiting_measures(tx: Connection, law: Library) -> dict[str, list[str]]:
    """By the name of each deciding office, the measures that its letters leave out: nobody has read what they rest on, and the
    office has not confirmed them; offices without any left out."""
    rows = tx.execute(select(office.c.id, office.c.name).where(office.c.kind.in_(DECIDING)).order_by(office.c.code))
    every = {Rule(*one.key): one.label for one in confirmable_measures.every(law)}
    waiting = {
        row.name: [every[rule] for rule in every.keys() - own_rules.confirmed(tx, law, row.id).keys()] for row in rows
    }
    return {name: sorted(set(labels)) for name, labels in waiting.items() if labels}


def waiting_rules(tx: Connection, law: Library) -> dict[str, int]:
    """By the name of each deciding office, how many rules it has still to confirm as its own; offices without any left out."""
    rules = set(own_rules.rules_to_confirm(law))
    rows = tx.execute(select(office.c.id, office.c.name).where(office.c.kind.in_(DECIDING)).order_by(office.c.code))
    waiting = {row.name: len(rules - own_rules.confirmed(tx, law, row.id).keys()) for row in rows}
    return {name: count for name, count in waiting.items() if count}
