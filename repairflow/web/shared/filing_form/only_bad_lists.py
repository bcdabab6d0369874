"""What a designation asks for bad lists (失信名单) alone: the behaviour, and the document that it rests on."""

from __future__ import annotations

from repairflow.casework.queries.filing import basis_papers
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.packs import RulePack

CHOSEN = "list_kind"
"""The input that says which list."""
INPUTS = frozenset({*basis_papers.INPUTS, "behaviour"})
MATERIALS = frozenset({"basis_document"})


def left_out(pack: RulePack, chosen: object) -> frozenset[str]:
    """Return the inputs that are not asked once this list is chosen; none while no list is."""
    kind = pack.list_kind.get(str(chosen or ""))
    return INPUTS if kind is not None and kind.favourable else frozenset()


def unless(procedure: Procedure, pack: RulePack) -> str:
    """Return the good lists (守信名单), by code, with whose choice the browser hides such a question; empty where none is chosen."""
    if CHOSEN not in procedure.inputs:
        return ""
    return " ".join(code for code, kind in pack.list_kind.items() if kind.favourable)
