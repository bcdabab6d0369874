"""Proving a procedure before it is used: all problems at once, each with its line and what to do about it.

Reading a file (`law.procedure`) checks form; this checks sense. An error keeps a procedure from use. A warning is for
what a person should look at and no machine can settle; docs/procedures.md lists every code.
"""

from __future__ import annotations

from collections.abc import Iterable

from repairflow.law.checks import (
    answers_followed,
    articles_of_limits,
    case_offices,
    clock_lengths,
    clock_sense,
    clock_start,
    closed_by_time,
    conditions_passed,
    dead_ends,
    deadlines,
    decision_makers,
    effects_of_ends,
    entered_answers,
    event_waits,
    facts_brought,
    filing_ways,
    followups,
    forms,
    four_eyes,
    good_ends,
    guard_conditions,
    guard_steps,
    idle_pauses,
    idle_steps,
    inside,
    label_meanings,
    left_out,
    letter_fields,
    letter_forms,
    letter_subjects,
    letters_and_outcomes,
    odd_guards,
    office_time,
    other_offices,
    outcome_words,
    parked,
    prepared_by_others,
    previous_version,
    questions,
    quiet_ends,
    reachability,
    reasons_given,
    record_course,
    rights,
    rounds,
    steps_again,
    subject_time,
    undoable_steps,
    uneven_places,
    withdrawals,
)
from repairflow.law.checks import (
    names as naming,
)
from repairflow.law.checks.report import CASE_EFFECTS, Diagnostic, Names, Report
from repairflow.law.checks.state_space import MOST_STEPS, TooManyRuns
from repairflow.law.procedure.model import LacksValue, Procedure

__all__ = ["CASE_EFFECTS", "Diagnostic", "Names", "errors", "problems"]


PARTS = (
    naming, reachability, deadlines, four_eyes, rights, guard_conditions, dead_ends, decision_makers, letters_and_outcomes,
    clock_lengths, articles_of_limits, clock_start, event_waits, forms, followups, letter_fields, letter_forms, letter_subjects,
    case_offices, previous_version, inside, quiet_ends, prepared_by_others, closed_by_time,
    label_meanings, clock_sense, questions, filing_ways, other_offices, idle_pauses,
    undoable_steps, parked, facts_brought, subject_time, office_time, rounds, withdrawals, good_ends, effects_of_ends,
    guard_steps, idle_steps, entered_answers, answers_followed, left_out,
    outcome_words, record_course, conditions_passed, odd_guards, steps_again, reasons_given, uneven_places,
)  # fmt: skip


def problems(procedure: Procedure, *, names: Names, text: str | None = None, where: str = "") -> list[Diagnostic]:
    """Everything wrong with a procedure, errors first, then by line; empty when it is proved.

    `text` is the file as it was read and gives each finding its line; `where` is how the file is called.
    """
    report = Report(procedure, names, text, where)
    for part in PARTS:
        try:
            part.check(report)
        except TooManyRuns:
            _untried(report)
        except (
            LacksValue
        ):  # what a condition lacks is told already; who would look at it has nothing to say of this file
            if all(one.code != "guard_parameters" for one in report.findings):
                raise
    return sorted(dict.fromkeys(report.findings), key=lambda f: (f.severity, f.where.rpartition(":")[0], _line(f)))


def _untried(report: Report) -> None:
    """Check that what was not proved is an error: nobody may take it for proved."""
    p = report.procedure
    text = (
        f"“{p.label}”的环节、动作和条件组合起来有太多种办理过程，试过 {MOST_STEPS} 步还没有试完，能否办得通没有核对完"
    )
    text += "；请减少须记住次数、答复的前置条件（times_below、input_was 等），或者拆分成几个程序"
    report.find("runs_untried", ("initial",), text)


def errors(findings: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return those findings that keep a procedure from use."""
    return [finding for finding in findings if finding.severity == "error"]


def _line(finding: Diagnostic) -> int:
    tail = finding.where.rpartition(":")[2]
    return int(tail) if tail.isdigit() else 0
