"""What a node looks at in its installation's own law before it uses it.

Refused are figures nobody could keep to and names of nothing, by which a step would end in a fault while somebody handles a case.
All else that `procedures check` calls an error is told and keeps no node from starting.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from repairflow.errors import Problem
from repairflow.law.checks.checked_files import Around
from repairflow.law.checks.folder import Source, check
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.own_law import OwnLaw

SECTIONS = ("packs", "statutes", "procedures", "overlays")
FIGURES = frozenset(
    {
        "pack_periods",
        "pack_remedy",
        "figure_without_basis",
        "overlay_scope",
        "basis_future",
        "basis_too_early",
        "basis_recheck",
    }
)
"""A minimum over its maximum, a remedy without words, a figure without article, a place that does not exist, a day of reading to come,
or before there was a text, a day to read it again that never comes. (A threshold below zero is refused where the file is read.)"""
NAMES = frozenset(
    {
        "state_unknown", "material_unknown", "action_unknown", "clock_unknown", "role_unknown", "kind_unknown", "basis_unknown",
        "guard_unknown", "guard_parameter", "guard_value", "predicate_unknown", "outcome_unknown", "effect_unknown", "undo_unknown",
        "letter_unknown", "remedy_unknown", "list_unknown", "list_kind_unknown", "procedure_unknown",
    }
)  # fmt: skip
"""What a file names and nothing is."""
REFUSED = FIGURES | NAMES


@dataclass(frozen=True, slots=True)
class Examined:
    """What is wrong with the files of an own folder, each with file and line."""

    refused: tuple[Problem, ...] = ()  # what keeps a node from using them
    told: tuple[Problem, ...] = ()  # the other errors, with which a node starts and says so


def examined(law: Library, own: OwnLaw, domains: Collection[str], letters: Collection[str]) -> Examined:
    """Return what is wrong with the files of the own folder; `letters` are the kinds of the shipped texts.

    What only the database has was looked at when it came.
    """
    sources = [Source(*file) for name in SECTIONS for file in own.section(name) if file[0] not in own.kept]
    if not sources:
        return Examined()
    known = {*domains, *(pack.domain for pack in law.packs.values() if pack.field)}
    kinds = {*letters, *(kind for kind, _ in own.letters)}
    errors = [one for one in check(sources, Around(law, kinds, {}, None, known)).findings if one.severity == "error"]
    return Examined(
        tuple(one.problem for one in errors if one.code in REFUSED),
        tuple(one.problem for one in errors if one.code not in REFUSED),
    )
