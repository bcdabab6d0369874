"""Procedures laid out as diagrams: that takes longer than drawing, so each version is laid out once."""

from __future__ import annotations

from repairflow.law.diagram.svg import Diagram
from repairflow.law.procedure.model import Procedure
from repairflow.web.core.context import Site, site


class Diagrams:
    """The diagrams of one application, by procedure and version."""

    def __init__(self, _: Site) -> None:
        self._laid_out: dict[tuple[str, str], Diagram] = {}

    def of(self, procedure: Procedure) -> Diagram:
        """Return the diagram of this version."""
        key = (procedure.procedure, procedure.version)
        if key not in self._laid_out:
            self._laid_out[key] = Diagram(procedure)
        return self._laid_out[key]


def diagram(procedure: Procedure) -> Diagram:
    """Return the diagram of a version, laid out at its first use."""
    return site().one(Diagrams).of(procedure)
