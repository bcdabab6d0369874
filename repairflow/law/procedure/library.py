"""The library: every procedure version, rule pack and calendar that this node has read, found by name and day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

from repairflow.errors import NotFound, Refusal, Refused
from repairflow.law.calendar.regions import Calendars, holding
from repairflow.law.calendar.workdays import Calendar
from repairflow.law.coverage import Coverage, read_coverage
from repairflow.law.letter_kinds import must_be_served
from repairflow.law.procedure.basis import Basis
from repairflow.law.procedure.errata import Erratum
from repairflow.law.procedure.law_files import Key, LawFiles
from repairflow.law.procedure.machine import Oracle
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.overlay import Overlay
from repairflow.law.procedure.own_law import OwnLaw
from repairflow.law.procedure.pack_days import followed
from repairflow.law.procedure.packs import RulePack
from repairflow.law.procedure.turns import awaited, waits_for_subject

NOTHING = OwnLaw()
Turn = tuple[frozenset[str], bool]
"""The roles that states await, and whether a limit of the subject's own runs in them."""


@dataclass(frozen=True)
class Library:
    """The law as this node has read it; never changes while the node runs."""

    procedures: Mapping[tuple[str, str], Procedure]  # by name and version
    packs: Mapping[str, RulePack]
    calendars: Calendars
    oracles: Mapping[tuple[str, str], Oracle]
    overlays: Mapping[tuple[str, str], Overlay] = field(default_factory=dict)  # by name and version of their results
    statutes: Mapping[str, Basis] = field(default_factory=dict)  # articles by act.article
    errata: tuple[Erratum, ...] = ()
    own: OwnLaw = NOTHING
    own_path: Mapping[Key, str] = field(default_factory=dict)  # the own file of a procedure version, or of a pack ("")
    coverage: tuple[Coverage, ...] = ()  # what is made of each article of the statutes that were gone through
    path: Mapping[Key, str] = field(default_factory=dict)  # the file of each, below the folder of law

    @classmethod
    def read(cls, workflows: Path, errata: Sequence[Erratum] | None = None, own: OwnLaw = NOTHING) -> Library:
        """Read everything under `workflows`, and `own` laid over it; DefinitionError naming every fault in every file at once.

        With `errata` the files are mended by these instead of those that lie beside them.
        """
        read = LawFiles(workflows, own)
        packs, statutes, calendars, mended = read.all(errata)
        oracles = {key: Oracle(p) for key, p in read.procedures.items()}
        return cls(
            read.procedures,
            packs,
            calendars,
            oracles,
            read.overlays,
            statutes,
            mended,
            own,
            read.own_path,
            read_coverage(workflows / "coverage"),
            read.path,
        )

    @cached_property
    def lasting_measures(self) -> frozenset[str]:
        """Codes of measures that any pack declares not to end with their record (终身禁入)."""
        return frozenset(code for pack in self.packs.values() for code, one in pack.measure.items() if one.outlasts)

    @cached_property
    def turns(self) -> Mapping[Turn, tuple[tuple[str, str, str], ...]]:
        """The states of all procedures, as (procedure, version, state), by whose turn it is in them."""
        found: dict[Turn, list[tuple[str, str, str]]] = {}
        for procedure in self.procedures.values():
            for state in procedure.state:
                turn = awaited(procedure, state), waits_for_subject(procedure, state)
                found.setdefault(turn, []).append((procedure.procedure, procedure.version, state))
        return {turn: tuple(states) for turn, states in found.items()}

    @cached_property
    def awaited(self) -> Mapping[tuple[str, str, str], tuple[str, ...]]:
        """The roles whose turn it is in each state, in order of their names, by (procedure, version, state)."""
        return {
            (*key, state): tuple(sorted(awaited(procedure, state)))
            for key, procedure in self.procedures.items()
            for state in procedure.state
        }

    @cached_property
    def served_letters(self) -> tuple[tuple[str, str, str], ...]:
        """Kinds of letters that must be served, as (procedure, version, kind), by the steps that issue them."""
        return tuple(
            (*key, kind)
            for key, procedure in self.procedures.items()
            for kind in sorted({one.letter for one in procedure.action.values() if one.letter is not None})
            if must_be_served(procedure, kind)
        )

    @property
    def calendar(self) -> Calendar:
        """The national calendar; a case counts with that of its place (`calendars.of`)."""
        return self.calendars.national

    def procedure(self, name: str, version: str) -> Procedure:
        """Return the version a case is pinned to; NotFound when this node does not have the file."""
        try:
            return self.procedures[name, version]
        except KeyError:
            raise NotFound(f"本机没有办理程序 {name} {version} 的文件") from None

    def versions(self, name: str) -> list[Procedure]:
        """Return all versions of a procedure but those of one field or office, oldest first; NotFound when there is none."""
        own = (p for key, p in self.procedures.items() if p.procedure == name and key not in self.overlays)
        found = sorted(own, key=lambda p: p.effective)
        if not found:
            raise NotFound(f"没有名为 {name} 的办理程序")
        return found

    def names(self) -> list[str]:
        """Names of all procedures, sorted."""
        return sorted({p.procedure for p in self.procedures.values()})

    @cached_property
    def newest(self) -> Mapping[str, Procedure]:
        """The newest general version of each procedure, by name."""
        return {name: self.versions(name)[-1] for name in self.names()}

    def in_force(
        self, name: str, day: date, domain: str = "general", office: str = "", division: str | None = None, first: str = ""
    ) -> Procedure:  # fmt: skip
        """Return the version a case filed on `day` follows: the one laid down for this office (by code), field (领域) or place
        (by division code) where there is one, else the general one. Refused when none covers that day.

        `first` is the procedure of the earlier case it is about (复核), for what is laid down for reviews of that alone.
        """
        local = [
            (overlay.closeness, key)
            for key, overlay in self.overlays.items()
            if overlay.base == name
            and overlay.concerns(domain, office, division, first)
            and overlay.covers(day)
            and not self._followed(overlay, day)
        ]
        if local:
            return self.procedures[max(local)[1]]  # an office's own goes before its field's, that before its place's
        covering = [p for p in self.versions(name) if p.effective <= day and (p.until is None or day < p.until)]
        if not covering:
            raise Refused([Refusal("no_procedure", f"{day} 没有有效的“{self.versions(name)[-1].label}”程序版本")])
        return covering[-1]

    def governing(self, name: str, authority: str | None, centre: str | None) -> str | None:
        """Return the place (division code) whose rules a case of this procedure follows: that of the office which decides it.

        What the credit centre decides follows the centre's place: the local regulations bind the platform or centre that
        receives an objection (河南四十一、山东三十九、上海三十六、浙江三十、深圳五十一), not the authority of the record. Whether
        they bind it follows from its own level, so that a centre without a place has the national rules.
        """
        return centre if self.versions(name)[-1].offices.deciding == "credit_office" else authority

    def reviewed_by_superior(self, name: str, first: str) -> bool:
        """Tell whether cases of this procedure review what the credit centre decided in a case of `first`, at the office above it."""
        if not first or self.versions(first)[-1].offices.deciding != "credit_office":
            return False
        return self.versions(name)[-1].offices.deciding == "superior"

    def _followed(self, overlay: Overlay, day: date) -> bool:
        """Tell whether the version an overlay is laid over has ended by this day, or a newer one has taken its place."""
        base = self.procedure(overlay.base, overlay.base_version)
        newer = (p for p in self.versions(overlay.base) if p.effective > base.effective)
        return (base.until is not None and base.until <= day) or any(p.effective <= day for p in newer)

    def pack_on(self, day: date, domain: str = "general", division: str | None = None) -> RulePack:
        """Return the rule pack in force on `day` in a field (领域) and place: the field's of the narrowest place that has one, the
        field's national one, then likewise the general ones. A newer pack goes before one without a last day, and one laid
        over a pack that was followed by a newer one no longer applies.

        Refused naming what is missing.
        """
        places = (*reversed(holding(division)), "CN")
        for wanted in dict.fromkeys((domain, "general")):
            for place in places:
                covering = [
                    pack
                    for pack in self.packs.values()
                    if (pack.domain, pack.jurisdiction) == (wanted, place)
                    and pack.covers(day)
                    and not followed(pack, self.packs.values(), day)
                ]
                if covering:
                    return max(covering, key=lambda pack: pack.effective)
        where = f"地区 {division}，" if division else ""
        raise Refused([Refusal("no_pack", f"没有覆盖 {day} 的规则包（{where}领域 {domain}），请联系管理员补充")])

    def cites(self, names: Iterable[str], *sources: Procedure | RulePack) -> tuple[str, ...]:
        """Citations of verified bases among `names`, looked up in the sources in turn, each once."""
        found: dict[str, None] = {}
        for name in names:
            for source in sources:
                basis = source.basis.get(name)
                if basis is not None:
                    if basis.verified:
                        found[basis.citation] = None
                    break
        return tuple(found)
