"""Reading the files of a library: the shipped ones, and an installation's own laid over them; every fault in every file at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from repairflow.errors import DefinitionError, Problem
from repairflow.law.calendar.regions import Calendars
from repairflow.law.procedure.basis import Basis
from repairflow.law.procedure.errata import Erratum, mend_all, read_errata
from repairflow.law.procedure.model import Procedure, parse
from repairflow.law.procedure.overlay import Overlay, laid_over_base, parse_overlay
from repairflow.law.procedure.own_law import OwnLaw
from repairflow.law.procedure.pack_days import overlaps
from repairflow.law.procedure.packs import RulePack, laid_over, parse_pack
from repairflow.law.procedure.statutes import parse_statute, read_statutes
from repairflow.law.toml_file import unreadable

Key = tuple[str, str]
"""Name and version of a procedure; name and an empty version of a pack."""


class _Source(NamedTuple):
    where: str
    text: str
    own: bool
    kept: bool  # by the database alone: it gives way to a file that defines the same


class Read(NamedTuple):
    """What is made of all files together, beside the procedures and overlays."""

    packs: Mapping[str, RulePack]
    statutes: Mapping[str, Basis]
    calendars: Calendars
    errata: tuple[Erratum, ...]


class LawFiles:
    """The files of one library, and what is wrong with them."""

    def __init__(self, workflows: Path, own: OwnLaw) -> None:
        self.workflows, self.own = workflows, own
        self.problems: list[Problem] = []
        self.procedures: dict[Key, Procedure] = {}
        self.packs: dict[str, RulePack] = {}
        self.overlays: dict[Key, Overlay] = {}
        self.own_path: dict[Key, str] = {}
        self.path: dict[Key, str] = {}

    def all(self, errata: Sequence[Erratum] | None) -> Read:
        """Read everything; DefinitionError naming every fault in every file at once."""
        for source in self._sources("procedures"):
            self._procedure(source)
        for source in self._sources("packs"):
            self._pack(source)
        if errata is None:
            errata = read_errata(self.workflows / "errata", self.problems)
        mend_all(self.procedures, (one for one in errata if one.procedure), self.problems)
        mend_all(self.packs, (one for one in errata if one.pack), self.problems)
        statutes = read_statutes(self.workflows / "statutes", self.problems) | self._own_statutes()
        packs = {name: _whole(pack, self.packs, self.problems).citing(statutes) for name, pack in self.packs.items()}
        self.problems += overlaps(packs.values())
        for source in self._sources("overlays"):
            self._overlay(source)
        calendars = self._calendars()
        if self.problems:
            raise DefinitionError(f"程序与规则文件有 {len(self.problems)} 处错误，未启动", self.problems)
        return Read(packs, statutes, calendars, tuple(errata))

    def _sources(self, section: str) -> Iterator[_Source]:
        for path in sorted((self.workflows / section).glob("*.toml")):
            try:
                yield _Source(path.name, path.read_text(encoding="utf-8"), own=False, kept=False)
            except (OSError, UnicodeDecodeError):
                self.problems.append(unreadable(path.name))
        yield from self._own(section)

    def _procedure(self, source: _Source) -> None:
        try:
            found = parse(source.text, source.where, kept=source.kept)
        except DefinitionError as error:
            self.problems += error.problems
            return
        key = (found.procedure, found.version)
        if key in self.procedures:
            if not source.kept:
                self._wrong(source, f"{found.procedure} {found.version} 已由另一个文件定义；请换一个版本号")
            return
        if found.initial not in found.state:
            self._wrong(source, f"初始环节“{found.initial}”没有定义；请改正 initial，或者在 [state] 中定义")
        self._taken(key, source, "procedures")
        self.procedures[key] = found

    def _pack(self, source: _Source) -> None:
        try:
            pack = parse_pack(source.text, source.where, kept=source.kept)
        except DefinitionError as error:
            self.problems += error.problems
            return
        if pack.pack in self.packs:
            if not source.kept:
                self._wrong(source, f"规则包 {pack.pack} 已由另一个文件定义；请换一个名称")
            return
        self._taken((pack.pack, ""), source, "packs")
        self.packs[pack.pack] = pack

    def _overlay(self, source: _Source) -> None:
        """Ensure that `procedures` holds the result of the overlay too."""
        try:
            overlay = parse_overlay(source.text, source.where, kept=source.kept)
            base = self.procedures.get((overlay.base, overlay.base_version))
            if base is None:
                named = f"{overlay.base} {overlay.base_version}"
                self._wrong(source, f"基础程序 {named} 没有定义；请改正 base 或者 base_version")
                return
            key = (overlay.base, overlay.version)
            if key in self.procedures:
                if not source.kept:
                    self._wrong(source, f"{overlay.base} {overlay.version} 已由另一个文件定义，请换一个序号")
                return
            self.procedures[key] = laid_over_base(overlay, base, source.text, source.where)
        except DefinitionError as error:
            self.problems += error.problems
            return
        rival = next((other for other in self.overlays.values() if _rivals(overlay, other)), None)
        if rival is not None:
            self._wrong(source, f"与“{rival.label}”适用于同一范围且有效期重叠，无从选择；请改正范围或者日期")
        self._taken(key, source, "overlays")
        self.overlays[key] = overlay

    def _own_statutes(self) -> dict[str, Basis]:
        bases: dict[str, Basis] = {}
        for source in reversed(self._own("statutes")):
            try:
                bases |= parse_statute(source.text, source.where, kept=source.kept).bases()
            except DefinitionError as error:
                self.problems += error.problems
        return bases

    def _calendars(self) -> Calendars:
        calendars = Calendars.read(self.workflows / "calendars")
        try:
            return calendars.with_own(reversed(list(self.own.section("calendars"))))
        except DefinitionError as error:
            self.problems += error.problems
        return calendars

    def _own(self, section: str) -> list[_Source]:
        """Return the own files of one sort, those of the folder before what only the database has."""
        kept = self.own.kept
        return [_Source(name, text, own=True, kept=name in kept) for name, text in self.own.section(section)]

    def _taken(self, key: Key, source: _Source, section: str) -> None:
        self.path[key] = source.where if source.own else f"{section}/{source.where}"
        if source.own:
            self.own_path[key] = source.where

    def _wrong(self, source: _Source, text: str) -> None:
        self.problems.append(Problem(source.where, text))


def _whole(pack: RulePack, packs: Mapping[str, RulePack], problems: list[Problem]) -> RulePack:
    if pack.over is None:
        return pack
    base = packs.get(pack.over)
    if base is None or base.over is not None:
        problems.append(Problem(pack.pack, f"所依附的规则包 {pack.over} 没有定义，或者自身也依附于他包；请改正 over"))
        return pack
    try:
        return laid_over(pack, base)
    except DefinitionError as error:
        problems += error.problems
        return pack


def _rivals(one: Overlay, other: Overlay) -> bool:
    """Tell whether some case on some day would have to follow both."""
    if (one.base, one.sector, one.office, one.jurisdiction) != (
        other.base, other.sector, other.office, other.jurisdiction,
    ):  # fmt: skip
        return False
    first, second = sorted((one, other), key=lambda overlay: overlay.effective)
    return first.until is None or second.effective < first.until
