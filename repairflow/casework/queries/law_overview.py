"""The law as its reviewer looks at it: every version and pack with how much of it somebody has read, and drafts that wait."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, select

from repairflow.casework.admin.offices import field_name
from repairflow.casework.admin.own_rules import ROLE
from repairflow.law.checks import pack_followed
from repairflow.law.procedure.basis import Basis
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.packs import RulePack
from repairflow.records import law_draft, person, role_grant
from repairflow.records.rows import LawDraftRow


class Standing(NamedTuple):
    """One version or pack: from when to when, for whom, whether in force on the day, how many bases and figures are read."""

    name: str
    label: str
    version: str
    effective: date
    until: date | None
    scope: str
    now: bool
    bases: tuple[int, int]  # read, of all
    figures: tuple[int, int]
    own: bool
    before: str  # the version it is compared with; empty for the first


class Draft(NamedTuple):
    """A draft and who proposed and decided it."""

    row: LawDraftRow
    proposer: str
    decider: str


def versions(law: Library, today: date) -> list[Standing]:
    """Return every version of every procedure, those of one name together and the oldest first."""
    found = []
    for name in law.names():
        general = law.versions(name)
        for index, p in enumerate(general):
            before = general[index - 1].version if index else ""
            found.append(_procedure(law, p, "", before, today))
        local = [(overlay, law.procedures[key]) for key, overlay in law.overlays.items() if overlay.base == name]
        for overlay, p in sorted(local, key=lambda one: one[0].version):
            found.append(_procedure(law, p, overlay.label, overlay.base_version, today))
    return found


def packs(law: Library, today: date) -> list[Standing]:
    """Return every rule pack, by name."""
    return [_pack(law, pack, today) for _, pack in sorted(law.packs.items())]


def drafts(tx: Connection) -> list[Draft]:
    """Drafts, the newest first."""
    rows = tx.execute(select(law_draft).order_by(law_draft.c.id.desc()).limit(50)).all()
    found = [LawDraftRow(*row) for row in rows]
    ids = {one.proposed_by for one in found} | {one.decided_by for one in found if one.decided_by is not None}
    names = dict(tx.execute(select(person.c.id, person.c.name).where(person.c.id.in_(sorted(ids)))).all())
    return [Draft(one, names.get(one.proposed_by, ""), names.get(one.decided_by or 0, "")) for one in found]


def other_reviewers(tx: Connection, me: int | None) -> list[str]:
    """Names of the other people who may put a draft in force."""
    found = (
        select(person.c.name)
        .join(role_grant, role_grant.c.person_id == person.c.id)
        .where(role_grant.c.role == ROLE, person.c.id != me, person.c.active)
        .distinct()
        .order_by(person.c.name)
    )
    return [str(name) for name in tx.execute(found).scalars()]


def _procedure(law: Library, p: Procedure, scope: str, before: str, today: date) -> Standing:
    key = (p.procedure, p.version)
    return Standing(
        p.procedure, p.label, p.version, p.effective, p.until, scope or "一般", _covers(p, today), _read(p.basis.values()),
        _verified([clock.verified for clock in p.clock.values()]), key in law.own_path, before,
    )  # fmt: skip


def _pack(law: Library, pack: RulePack, today: date) -> Standing:
    figures = [
        one.verified for table in (pack.penalty, pack.measure, pack.list_kind, pack.limit) for one in table.values()
    ]
    field = field_name(law, pack.domain)
    before = pack_followed.before(pack, law.packs.values())
    return Standing(
        pack.pack, pack.label, "", pack.effective, pack.until, f"{_place(pack.jurisdiction)}，{field}", pack.covers(today),
        _read(pack.basis.values()), _verified(figures), (pack.pack, "") in law.own_path, before.pack if before else "",
    )  # fmt: skip


def _place(jurisdiction: str) -> str:
    return "全国" if jurisdiction == "CN" else jurisdiction


def _covers(p: Procedure, today: date) -> bool:
    return p.effective <= today and (p.until is None or today < p.until)


def _read(bases: Iterable[Basis]) -> tuple[int, int]:
    return _verified([basis.verified for basis in bases])


def _verified(read: list[bool]) -> tuple[int, int]:
    return sum(read), len(read)
