"""Definition files that are checked together: what they hold, what was found, and what they are checked against."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from repairflow.errors import Problem
from repairflow.law.calendar.year_file import CalendarYear
from repairflow.law.checks.report import Diagnostic
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.overlay import Overlay
from repairflow.law.procedure.packs import RulePack
from repairflow.law.procedure.statutes import Statute
from repairflow.law.toml_file import line_of


@dataclass(frozen=True, slots=True)
class Around:
    """What the files are checked against: the installed law, the letters there are, the offices and fields known."""

    installed: Library
    letters: Collection[str]
    fields: Mapping[str, frozenset[str]]
    offices: Collection[str] | None
    domains: Collection[str]
    texts: Mapping[str, str] = field(default_factory=dict)  # the letter texts given too: where each kind's stands
    prints: Mapping[str, frozenset[str]] = field(default_factory=dict)  # what the text of each kind may print


@dataclass
class Checked:
    """What the files hold, and what was found in each."""

    procedures: dict[str, Procedure] = field(default_factory=dict)  # by file
    overlays: dict[str, Overlay] = field(default_factory=dict)
    packs: dict[str, RulePack] = field(default_factory=dict)
    calendars: dict[str, CalendarYear] = field(default_factory=dict)
    statutes: dict[str, Statute] = field(default_factory=dict)
    vocabularies: set[str] = field(default_factory=set)  # the files that hold one of an installation's own
    texts: dict[str, str] = field(default_factory=dict)
    results: dict[str, Procedure] = field(default_factory=dict)  # what overlays make of their bases
    findings: list[Diagnostic] = field(default_factory=list)

    def add(self, code: str, where: str, at: tuple[str, ...], text: str, *, error: bool = True) -> None:
        """Note something at a place of a file."""
        place = f"{where}:{line_of(self.texts.get(where, ''), at)}"
        self.findings.append(Diagnostic(code, place, text, "error" if error else "warning"))

    def refused(self, problems: Iterable[Problem], where: str) -> None:
        """Note why a file was not taken."""
        for problem in problems:
            place = problem.where if problem.where.startswith(where) else f"{where}:1"
            self.findings.append(Diagnostic("form", place, problem.text))
