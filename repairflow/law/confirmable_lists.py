"""Kinds of lists that nobody has read in their source: what an office confirms of each before a letter puts anybody on it, and before
a page shows its terms without 待核实. Pure."""

from __future__ import annotations

from repairflow.law.confirmable_periods import Key
from repairflow.law.procedure.packs import ListKind, RulePack
from repairflow.law.toml_file import meaning_digest

LIST_KINDS = "list_kinds"
"""What is confirmed, in the place of a procedure's name."""


def name_of(code: str, kind: ListKind, pack: RulePack) -> Key:
    """Return what an office confirms of a kind: the same name, terms and sources are the same rule in every pack."""
    worded = kind.model_dump(include={"label", "public", "favourable", "minimum", "maximum"})
    digest = meaning_digest({**worded, "basis": list(cites(kind, pack))}).removeprefix("sha256:")
    return LIST_KINDS, digest[:16], code


def unread(kind: ListKind, pack: RulePack) -> bool:
    """Tell whether nobody has read what provides for this kind of list."""
    return not any(pack.basis[name].verified for name in kind.basis if name in pack.basis)


def cites(kind: ListKind, pack: RulePack) -> tuple[str, ...]:
    """Return what is said to provide for it, read or not."""
    return tuple(pack.basis[name].citation for name in kind.basis if name in pack.basis)
