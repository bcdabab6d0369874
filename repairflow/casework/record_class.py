"""The class and periods of a penalty record: by the pack of its day of decision, the transition rule of the installation
where a later pack has come since, and the lines of fines that its authority stated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select

from repairflow.casework.applicable_law import Belonging, belonging
from repairflow.casework.context import Services
from repairflow.errors import Refused
from repairflow.gateway.penalties.row import offence_of
from repairflow.law.classing import NO_THRESHOLDS, Classed, Offence, Thresholds, classed
from repairflow.law.procedure.packs import RulePack
from repairflow.law.publicity import Publicity, class_days
from repairflow.prepared import Prepared
from repairflow.read_once import once
from repairflow.records import fine_threshold
from repairflow.records.rows import RecordRow


@dataclass(frozen=True, slots=True)
class ClassOfRecord:
    """What a penalty record is by the law: the pack that classes it, its class, and its days of publicity."""

    pack: RulePack
    classed: Classed
    days: Publicity


@dataclass(frozen=True, slots=True)
class Decided:
    """A penalty as its class follows from it. `start` is the day from which publicity counts, the decision's unless it was
    counted anew."""

    decided: date
    start: date
    offence: Offence


class _Stated(NamedTuple):
    minor_below_wan: Decimal
    serious_from_wan: Decimal
    document: str


_STATED = Prepared(
    select(fine_threshold.c.minor_below_wan, fine_threshold.c.serious_from_wan, fine_threshold.c.document)
    .where(fine_threshold.c.office_id == bindparam("authority"))
    .order_by(fine_threshold.c.id.desc())
    .limit(1),
    _Stated,
)


def thresholds(tx: Connection, authority_id: int) -> Thresholds:
    """Return the lines of fines that an authority states now; none stated: NO_THRESHOLDS."""
    row = once(tx, f"fines/{authority_id}", lambda: _STATED.run(tx, authority=authority_id).first)
    if row is None:
        return NO_THRESHOLDS
    return Thresholds(float(row.minor_below_wan), float(row.serious_from_wan), str(row.document))


def offence(row: RecordRow) -> Offence:
    """Return what the class of a record that stands here follows from."""
    return offence_of(row.penalty_kinds, row.fine_wan, row.penalty_content, row.simple_procedure)


@dataclass(frozen=True, slots=True)
class Rules:
    """What of an authority its records' class follows from."""

    place: Belonging
    own: Thresholds


def rules_of(tx: Connection, authority_id: int) -> Rules:
    """Return where an authority belongs, and the lines it states."""
    return Rules(belonging(tx, authority_id), thresholds(tx, authority_id))


def by_law(services: Services, rules: Rules, of: Decided, today: date) -> ClassOfRecord:
    """Return the class and days of a penalty on `today`. Refused when no pack covers it, Invalid for unknown kinds."""
    own, place = rules.own, rules.place
    now = _by_pack(services.law.pack_on(today, place.domain, place.division), of, own)
    then_pack = _of_the_day(services, of.decided, place.domain, place.division)
    if then_pack is None or then_pack.pack == now.pack.pack or services.transition == "new":
        return now
    if not set(of.offence.kinds) <= set(then_pack.penalty):
        return now
    then = _by_pack(then_pack, of, own)
    if services.transition == "old":
        return then
    return min(now, then, key=_burden)


def _by_pack(pack: RulePack, of: Decided, own: Thresholds) -> ClassOfRecord:
    found = classed(pack, of.offence, own)
    return ClassOfRecord(pack, found, class_days(pack, found.severity, of.start))


def _of_the_day(services: Services, day: date, domain: str, division: str | None) -> RulePack | None:
    """Return the pack in force on the day of a decision; for an older decision the first there was."""
    try:
        return services.law.pack_on(day, domain, division)
    except Refused:
        first = min(services.law.packs.values(), key=lambda pack: pack.effective)
        return first if day < first.effective else None


def _burden(found: ClassOfRecord) -> tuple[bool, date, date]:
    """Return how heavily a class lies on its subject: whether it is public, until when, and from when it may be repaired."""
    days = found.days
    return days.published, days.max_until, days.apply_from
