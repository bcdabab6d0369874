"""Cases as such, beside their steps and their filing."""

from __future__ import annotations

from repairflow.casework.cases import passing_on
from repairflow.casework.changes import PassCaseOn
from repairflow.casework.handlers.base import Table

HANDLERS: Table = {PassCaseOn: lambda tx, services, given, now: passing_on.pass_on(tx, services.law, given, now)}
