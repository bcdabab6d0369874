"""Proving a procedure before it is used: all problems at once, each with its line and what to do about it.

Reading a file (`law.procedure`) checks form; this checks sense. An error keeps a procedure from use. A warning is for
what a person should look at and no machine can settle; docs/procedures.md lists every code.
"""

from __future__ import annotations

from collections.abc import Iterable

from repairflow.law.checks import (
    articles_of_limits,
    case_offices,
    clock_lengths,
    clock_sense,
    clock_start,
    closed_by_time,
    dead_ends,
    deadlines,
    decision_makers,
    event_waits,
    facts_brought,
    filing_ways,
    followups,
    forms,
    four_eyes,
    guard_conditions,
    idle_pauses,
    inside,
    label_meanings,
    letter_fields,
    letter_forms,
    letter_subjects,
    letters_and_outcomes,
    other_offices,
    parked,
    prepared_by_others,
    previous_version,
    questions,
    quiet_ends,
    reachability,
    rights,
    undoable_steps,
)
from repairflow.law.checks import (
    names as naming,
)
from repairflow.law.checks.report import CASE_EFFECTS, Diagnostic, Names, Report
from repairflow.law.procedure.model import Procedure

__all__ = ["CASE_EFFECTS", "Diagnostic", "Names", "errors", "problems"]


PARTS = (
    naming, reachability, deadlines, four_eyes, rights, guard_conditions, dead_ends, decision_makers, letters_and_outcomes,
    clock_lengths, articles_of_limits, clock_start, event_waits, forms, followups, letter_fields, letter_forms, letter_subjects,
    case_offices, previous_version, inside, quiet_ends, prepared_by_others, closed_by_time,
    label_meanings, clock_sense, questions, filing_ways, other_offices, idle_pauses,
    undoable_steps, parked, facts_brought,
)  # fmt: skip


def problems(procedure: Procedure, *, names: Names, text: str | None = None, where: str = "") -> list[Diagnostic]:
    """Everything wrong with a procedure, errors first, then by line; empty when it is proved.

    `text` is the file as it was read and gives each finding its line; `where` is how the file is called.
    """
    report = Report(procedure, names, text, where)
    for part in PARTS:
        part.check(report)
    return sorted(dict.fromkeys(report.findings), key=lambda f: (f.severity, f.where.rpartition(":")[0], _line(f)))


def errors(findings: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Those findings that keep a procedure from use."""
    return [finding for finding in findings if finding.severity == "error"]


def _line(finding: Diagnostic) -> int:
    tail = finding.where.rpartition(":")[2]
    return int(tail) if tail.isdigit() else 0
