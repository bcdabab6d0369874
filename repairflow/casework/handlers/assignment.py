"""Who sees to which case, by which rule, and who is away."""

from __future__ import annotations

from repairflow.casework.cases import absences, assignment, giving_out
from repairflow.casework.changes import (
    AssignCase,
    ClaimCase,
    DropAssignmentRule,
    EndAbsence,
    EnterAbsence,
    SetAssignmentRule,
)
from repairflow.casework.handlers.base import Table

HANDLERS: Table = {
    ClaimCase: lambda tx, at, given, now: assignment.claim(tx, at.law, given, now),
    AssignCase: lambda tx, at, given, now: assignment.assign(tx, at.law, given, now),
    SetAssignmentRule: lambda tx, at, given, now: giving_out.set_rule(tx, at.law, given, now),
    DropAssignmentRule: lambda tx, _, given, now: giving_out.drop_rule(tx, given, now),
    EnterAbsence: lambda tx, _, given, now: absences.enter(tx, given, now),
    EndAbsence: lambda tx, _, given, now: absences.end(tx, given, now),
}
