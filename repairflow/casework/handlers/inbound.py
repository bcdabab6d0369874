"""What other platforms send us."""

from __future__ import annotations

from repairflow.casework.cases import inbound
from repairflow.casework.changes import DecideInbound, TakeInbound
from repairflow.casework.handlers.base import Table

HANDLERS: Table = {TakeInbound: inbound.take, DecideInbound: inbound.decide}
