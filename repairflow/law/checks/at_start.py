"""What a node looks at in its installation's own law before it uses it: figures nobody could keep to. All else is for `procedures check`,
which takes longer and looks at whether a file makes sense."""

from __future__ import annotations

from collections.abc import Collection

from repairflow.errors import Problem
from repairflow.law.checks.checked_files import Around
from repairflow.law.checks.folder import Source, check
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.own_law import OwnLaw

SECTIONS = ("packs", "statutes", "overlays")
REFUSED = frozenset({"pack_periods", "pack_remedy", "figure_without_basis", "overlay_scope", "basis_future"})
"""A minimum over its maximum, a remedy without words, a figure without article, a place that does not exist, a day of reading to come.
(A threshold below zero is refused where the file is read.)"""


def faults(law: Library, own: OwnLaw, domains: Collection[str]) -> tuple[Problem, ...]:
    """Return every such fault in the files of the own folder, with file and line; what only the database has was looked at when it came."""
    sources = [Source(*file) for name in SECTIONS for file in own.section(name) if file[0] not in own.kept]
    if not sources:
        return ()
    known = {*domains, *(pack.domain for pack in law.packs.values())}
    found = check(sources, Around(law, (), {}, None, known)).findings
    return tuple(one.problem for one in found if one.severity == "error" and one.code in REFUSED)
