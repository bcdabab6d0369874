"""Entries of a pack that nothing reads: whoever wrote one believes that it has an effect, and it has none."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from repairflow.law.near_names import meant
from repairflow.law.procedure.ground import condition_list, denial_list
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.packs import RulePack

Place = tuple[str, ...]
Fault = tuple[str, Place, str]
OF_TABLES = frozenset({"list_kinds", "measures", "behaviours"})
"""Closed lists that are made of the tables of a pack."""
FILING = "_filing"
"""How the term for filing a remedy is named: review_filing."""


def check(pack: RulePack, others: Iterable[RulePack], procedures: Collection[Procedure]) -> Iterator[Fault]:
    """Find lists, terms and commitments without a reader; `others` are the packs in use, whose names the program knows."""
    known = [one for one in others if one.pack != pack.pack]
    if not known:
        return
    lists = {name for one in known for name in one.lists} | OF_TABLES | set(_lists(procedures))
    for name in pack.lists:
        if name not in lists:
            yield (
                "pack_name",
                ("lists", name),
                f"清单“{name}”没有程序从中选择，写了不起作用{meant(name, lists)}；请改正名称",
            )
    terms = {name for one in known for name in one.term}
    terms |= {f"{name}{FILING}" for one in (pack, *known) for name in one.remedy}
    for name, term in pack.term.items():
        if name not in terms:
            text = f"法定期间“{term.label}”（{name}）没有程序会用，写了不起作用{meant(name, terms)}；请改正名称"
            yield "pack_name", ("term", name), text
    names = {one.procedure for one in procedures}
    for name in pack.commitments:
        if name not in names:
            text = f"承诺书“{name}”不是一个办理程序，没有人会签署它{meant(name, names)}；请改正名称"
            yield "pack_name", ("commitments", name), text


def _lists(procedures: Iterable[Procedure]) -> Iterator[str]:
    for one in procedures:
        yield from (one.ground_list(action) for action in one.action)
        denials = denial_list(one.procedure)
        yield from (denials, condition_list(denials) or denials)
        for form in (one.inputs, *(action.inputs for action in one.action.values())):
            yield from (item.choices for item in form.values() if item.choices is not None)
