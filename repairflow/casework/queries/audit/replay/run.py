"""A whole replay: every case and letter of a database."""

from __future__ import annotations

from sqlalchemy import Connection

from repairflow.casework.queries.audit.replay import deadlines, guards, letters, states
from repairflow.casework.queries.audit.replay.difference import Report
from repairflow.casework.queries.audit.replay.recorded import histories
from repairflow.law.procedure.library import Library

BEFORE_ENGINES = "0.1"
"""Events that name no version were written before events did."""


def replay(tx: Connection, law: Library) -> Report:
    """Run every recorded history again by the rules of today; nothing is written."""
    report = Report()
    for history in histories(tx, law):
        report.counts["cases"] += 1
        report.counts["steps"] += len(history.steps)
        report.counts["due_days"] += len(history.deadlines) + len(history.rungs)
        for step in history.steps:
            report.engines[str(step.content.get("engine", BEFORE_ENGINES))] += 1
        found = list(states.differences(law, history))
        report.add(found)
        if any(
            law.procedures.get((history.case.procedure, history.version_at(n))) is None
            for n in range(len(history.steps))
        ):
            continue  # its file is gone, which is told; nothing more can be counted
        report.add(deadlines.differences(law, history))
        report.add(guards.differences(law, history, report))
    for _, found_letter in letters.differences(tx):
        report.counts["letters"] += 1
        if found_letter is not None:
            report.add([found_letter])
    return report
