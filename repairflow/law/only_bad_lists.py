"""What a designation asks for bad lists (失信名单) alone: the behaviour, and the document that it rests on. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.packs import RulePack

CHOSEN = "list_kind"
"""The input that says which list."""
BASIS = ("basis_number", "basis_office", "basis_date")
"""What a form asks of the document."""
INPUTS = frozenset({*BASIS, "behaviour"})
MATERIALS = frozenset({"basis_document"})
REFUSED = "守信名单不写失信行为和认定文书，请去掉"


def left_out(pack: RulePack, chosen: object) -> frozenset[str]:
    """Return the inputs that are not asked once this list is chosen; none while no list is."""
    return INPUTS if is_good(pack, chosen) else frozenset()


def is_good(pack: RulePack, chosen: object) -> bool:
    """Tell whether a list is one of the trustworthy (守信名单)."""
    kind = pack.list_kind.get(str(chosen or ""))
    return kind is not None and kind.favourable


def unless(procedure: Procedure, pack: RulePack) -> str:
    """Return the good lists (守信名单), by code, with whose choice the browser hides such a question; empty where none is chosen."""
    if CHOSEN not in procedure.inputs:
        return ""
    return " ".join(code for code, kind in pack.list_kind.items() if kind.favourable)


def out_of_place(pack: RulePack, chosen: object, named: Iterable[str]) -> Iterator[str]:
    """Yield which of these inputs and kinds of materials come with a good list, although it is asked for none of them."""
    if is_good(pack, chosen):
        yield from sorted((INPUTS | MATERIALS).intersection(named))
