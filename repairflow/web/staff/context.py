"""What every view of the desk is given."""

from __future__ import annotations

from dataclasses import dataclass, field

from repairflow.casework.context import Services
from repairflow.db import Database
from repairflow.law.diagram.svg import Diagram
from repairflow.law.procedure.model import Procedure
from repairflow.settings import Settings
from repairflow.vault import Vault


@dataclass(frozen=True, slots=True)
class Room:
    """Settings, database, services and vault of this node."""

    settings: Settings
    db: Database
    services: Services
    vault: Vault
    _diagrams: dict[tuple[str, str], Diagram] = field(default_factory=dict)

    def diagram(self, procedure: Procedure) -> Diagram:
        """The procedure laid out: that takes longer than drawing, so each version is laid out once."""
        key = (procedure.procedure, procedure.version)
        if key not in self._diagrams:
            self._diagrams[key] = Diagram(procedure)
        return self._diagrams[key]
