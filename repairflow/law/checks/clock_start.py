"""Limits that start with service: a letter to the subject sets each, and no office's own limit waits for one."""

from __future__ import annotations

from repairflow.law.checks.decisions import outcome_of
from repairflow.law.checks.report import Report
from repairflow.law.letter_kinds import form_of
from repairflow.law.procedure.model import Clock, Procedure
from repairflow.law.procedure.roles import role_side


def check(report: Report) -> None:
    """Limits that wait for a service that cannot come, or that an office would start when it likes; and limits of the subject
    that run before it was told of them."""
    for name, clock in report.procedure.clock.items():
        if clock.days is None:
            continue
        for step, _ in entries(report.procedure, clock) if clock.starts_on is not None else ():
            if clock.once and step is not None and report.procedure.initial in clock.runs_in:
                continue  # it begins with the filing, and no later step begins it again
            form = (report.procedure.action[step].inputs if step else report.procedure.inputs).get(
                clock.starts_on or ""
            )
            if form is None or not form.past:
                entered = report.action(step) if step is not None else "提出申请"
                report.add("starts_on_no_day", ("clock", name, "starts_on"), what=report.clock(name), action=entered)
        silent = [step for step, letter in entries(report.procedure, clock) if not _tells(report.procedure, letter)]
        if clock.starts == "served":
            for step in silent:
                entered = report.action(step) if step is not None else "提出申请"
                report.add("served_without_letter", ("clock", name, "starts"), what=report.clock(name), action=entered)
            if role_side(clock.owner) == "office":
                words = {"what": report.clock(name), "role": report.role(clock.owner)}
                report.add("served_office", ("clock", name, "starts"), **words)
        elif role_side(clock.owner) == "subject" and clock.overdue != "escalate" and not silent:
            ends = (
                outcome_of(report.procedure, report.procedure.action[clock.overdue])
                if clock.overdue in report.procedure.action
                else None
            )
            note = report.add if ends is not None and not clock.verified else report.warn
            note("starts_before_told", ("clock", name), what=report.clock(name))


def entries(p: Procedure, clock: Clock) -> list[tuple[str | None, str | None]]:
    """Return the steps that start a limit, each with its letter; None for the filing."""
    inside = {*clock.runs_in, *clock.pauses_in}
    found: list[tuple[str | None, str | None]] = [
        (name, action.letter)
        for name, action in p.action.items()
        if action.to in clock.runs_in and not set(action.from_) <= inside
    ]
    return [*found, (None, p.filing_letter)] if p.initial in clock.runs_in else found


def _tells(p: Procedure, letter: str | None) -> bool:
    return letter is not None and form_of(p, letter).to == "subject"
