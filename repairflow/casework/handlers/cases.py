"""Cases as such, beside their steps and their filing."""

from __future__ import annotations

from repairflow.casework.cases import passing_on, priority
from repairflow.casework.changes import PassCaseOn, PreferCase
from repairflow.casework.handlers.base import Table

HANDLERS: Table = {
    PassCaseOn: lambda tx, services, given, now: passing_on.pass_on(tx, services.law, given, now),
    PreferCase: priority.prefer,
}
