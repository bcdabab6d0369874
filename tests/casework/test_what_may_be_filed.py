"""What a record's page and GET /records/<number> say may be filed is what a filing takes in, for each kind of record and procedure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

import pytest
from sqlalchemy import update

from repairflow.casework.cases import filing
from repairflow.casework.cases.filing import file, filers
from repairflow.casework.commands import Filing
from repairflow.casework.queries.filing.for_officers import fits
from repairflow.casework.queries.records.credit_file import record_view
from repairflow.errors import Refused
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.roles import SUBJECT_ROLES
from repairflow.records import record
from tests.support.building import Town

pytestmark = pytest.mark.either_database  # reads and one rolled back filing each

RECORDS: tuple[tuple[str, Mapping[str, Any]], ...] = (  # what becomes of the penalty, then of the list entry
    ("penalty", {}),
    ("penalty", {"apply_from": date(2026, 9, 1), "min_until": date(2026, 8, 31)}),
    ("penalty", {"state": "unpublished", "severity": "minor"}),
    ("penalty", {"state": "unpublished", "severity": "ordinary", "of_person": True}),
    ("penalty", {"of_person": True, "minor": True}),
    ("penalty", {"of_person": False, "minor": False, "state": "published", "kind": "check_result"}),
    ("penalty", {"state": "masked"}),
    ("penalty", {"state": "sealed"}),
    ("entry", {}),
    ("entry", {"state": "unpublished"}),
    ("entry", {"state": "unpublished", "of_person": True}),
    ("entry", {"minor": True}),
    ("entry", {"state": "ceased"}),
)


class OpenedError(Exception):
    """Nothing stands against the filing: the case would be opened now."""


def opens(*_: object) -> None:
    raise OpenedError


class Pair(NamedTuple):
    """A procedure on records, by kind, filed by a subject or by an office with everything it needs."""

    procedure: Procedure
    kind: str | None
    of_subject: bool
    filing: Filing


def pairs(town: Town) -> Iterator[Pair]:
    for name in town.law.names():
        procedure = town.law.in_force(name, town.today)
        if procedure.subject != "record":
            continue
        papers = [key for key, spec in procedure.material.items() if spec.filed]
        for kind in tuple(procedure.kinds) or (None,):
            if roles := set(filers(procedure, kind)):
                mine = bool(roles & SUBJECT_ROLES)
                who = town.actor("yunxi" if mine else "examiner@ENV")
                yield Pair(procedure, kind, mine, town.filing(name, "", who, kinds=papers, kind=kind))


def refusals(town: Town, number: str, way: Pair) -> set[str]:
    """What stands against this filing; nothing is left of it."""
    try:
        with suppress(OpenedError), town.db.begin() as tx:
            file(tx, town.services, replace(way.filing, record=number), town.now)
    except Refused as error:
        return {one.code for one in error.refusals}
    return set()


def test_what_is_offered_is_taken_in_and_nothing_else(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers, ways, pack = (
        {"penalty": town.record(), "entry": town.listed()},
        list(pairs(town)),
        town.law.pack_on(town.today),
    )
    monkeypatch.setattr(filing, "open_case", opens)  # the next filing meets the same record
    for what, values in RECORDS:
        number = numbers[what]
        if values:
            town.turn(update(record).where(record.c.number == number).values(**values))
        with town.db.read() as tx:
            seen = record_view(tx, town.law, town.actor("yunxi"), number, town.now)
        offered = {(one.procedure, one.kind) for one in (*seen.openings, *seen.leaving) if one.taken}
        for way in ways:
            against = refusals(town, number, way)
            told = (way.procedure.procedure, way.kind) in offered
            if not way.of_subject:
                told = fits(way.procedure, pack, seen.row, town.now)
            assert told is (not against), (what, values, way.procedure.procedure, way.kind, against)
