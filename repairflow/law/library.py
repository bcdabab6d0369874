"""The library: every procedure version, rule pack and calendar that this node has read, found by name and day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from repairflow.errors import DefinitionError, NotFound, Problem, Refusal, Refused
from repairflow.law.machine import Oracle
from repairflow.law.packs import RulePack, load_pack, overlaps
from repairflow.law.procedure import Procedure, load
from repairflow.law.workdays import Calendar, load_calendar


@dataclass(frozen=True)
class Library:
    """The law as this node has read it; never changes while the node runs."""

    procedures: Mapping[tuple[str, str], Procedure]  # by name and version
    packs: Mapping[str, RulePack]
    calendar: Calendar
    oracles: Mapping[tuple[str, str], Oracle]

    @classmethod
    def read(cls, workflows: Path) -> Library:
        """Read everything under `workflows`; DefinitionError naming every fault in every file at once."""
        problems: list[Problem] = []
        procedures: dict[tuple[str, str], Procedure] = {}
        packs: dict[str, RulePack] = {}
        for path in sorted((workflows / "procedures").glob("*.toml")):
            try:
                found = load(path)
            except DefinitionError as error:
                problems += error.problems
                continue
            key = (found.procedure, found.version)
            if key in procedures:
                problems.append(Problem(path.name, f"{found.procedure} {found.version} 已由另一个文件定义"))
            procedures[key] = found
        for path in sorted((workflows / "packs").glob("*.toml")):
            try:
                pack = load_pack(path)
            except DefinitionError as error:
                problems += error.problems
                continue
            packs[pack.pack] = pack
        problems += overlaps(packs.values())
        if problems:
            raise DefinitionError(f"程序与规则文件有 {len(problems)} 处错误，未启动", problems)
        calendar = load_calendar(workflows / "calendars")
        return cls(procedures, packs, calendar, {key: Oracle(p) for key, p in procedures.items()})

    def procedure(self, name: str, version: str) -> Procedure:
        """The version a case is pinned to; NotFound when this node does not have the file."""
        try:
            return self.procedures[name, version]
        except KeyError:
            raise NotFound(f"本机没有办理程序 {name} {version} 的文件") from None

    def versions(self, name: str) -> list[Procedure]:
        """All versions of a procedure, oldest first; NotFound when there is none."""
        found = sorted((p for p in self.procedures.values() if p.procedure == name), key=lambda p: p.effective)
        if not found:
            raise NotFound(f"没有名为 {name} 的办理程序")
        return found

    def names(self) -> list[str]:
        """Names of all procedures, sorted."""
        return sorted({p.procedure for p in self.procedures.values()})

    def in_force(self, name: str, day: date) -> Procedure:
        """The version a case filed on `day` follows; Refused when none covers that day."""
        covering = [p for p in self.versions(name) if p.effective <= day and (p.until is None or day < p.until)]
        if not covering:
            raise Refused([Refusal("no_procedure", f"{day} 没有有效的“{self.versions(name)[-1].label}”程序版本")])
        return covering[-1]

    def pack_on(self, day: date, domain: str = "general", jurisdiction: str = "CN") -> RulePack:
        """The rule pack in force on `day`; Refused naming what is missing."""
        for pack in self.packs.values():
            if pack.domain == domain and pack.jurisdiction == jurisdiction and pack.covers(day):
                return pack
        raise Refused([Refusal("no_pack", f"没有覆盖 {day} 的规则包（地区 {jurisdiction}，领域 {domain}），请联系管理员补充")])

    def cites(self, names: Iterable[str], *sources: Procedure | RulePack) -> tuple[str, ...]:
        """Citations of verified bases among `names`, looked up in the sources in turn, each once."""
        found: dict[str, None] = {}
        for name in names:
            for source in sources:
                basis = source.basis.get(name)
                if basis is not None:
                    if basis.verified:
                        found[basis.cite] = None
                    break
        return tuple(found)
