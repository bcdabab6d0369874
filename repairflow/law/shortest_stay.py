"""Lists that one may ask to leave at once: they have no shortest stay."""

from __future__ import annotations

from collections.abc import Mapping

from repairflow.law.procedure.packs import RulePack

NO_SHORTEST_STAY = "该名单没有最短列入期限"
"""Said in place of the condition that the shortest stay is over."""


def no_shortest_stay(pack: RulePack, source: Mapping[str, object]) -> bool:
    """Tell whether the list that a record's `source` names has no shortest stay; False where it names no list of this pack."""
    listed = pack.list_kind.get(str(source.get("list_kind") or ""))
    return listed is not None and listed.minimum is None
