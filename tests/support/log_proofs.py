"""Proofs made from the leaves of a whole tree at hand; the program makes them from what it keeps of the tree."""

from __future__ import annotations

from collections.abc import Sequence

from repairflow.auditing.merkle import consistency_ranges, inclusion_ranges, root


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The proof for leaf `index` of a list."""
    return [root(leaves[low:high]) for low, high in inclusion_ranges(index, len(leaves))]


def consistency_proof(leaves: Sequence[bytes], old: int) -> list[bytes]:
    """The proof that a list of leaves grew from its first `old`."""
    return [root(leaves[low:high]) for low, high in consistency_ranges(old, len(leaves))]
