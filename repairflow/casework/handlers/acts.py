"""Administrative acts beside penalties."""

from __future__ import annotations

from repairflow.casework.cases import act_entry, act_settling
from repairflow.casework.changes import EnterActs, SettleActs
from repairflow.casework.handlers.base import Table

HANDLERS: Table = {
    EnterActs: act_entry.enter,
    SettleActs: lambda tx, _, given, now: act_settling.settle(tx, given, now),
}
