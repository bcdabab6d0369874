"""The Merkle tree of RFC 6962 (certificate transparency): hashes, proofs and their verification; pure.

A proof is a list of subtrees; a subtree is a range of leaves [low, high). Which ranges a proof needs is one question
(`inclusion_ranges`, `consistency_ranges`), what they hash to another, so that a tree kept in a database can answer from
what it has at hand (`tree.py`) and tests from a list.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

BLOCK = 1024  # leaves handled at a time; a power of two, so that a block is a subtree
EMPTY = sha256(b"").digest()  # RFC 6962 2.1: the hash of an empty list
Range = tuple[int, int]


def leaf_hash(data: bytes) -> bytes:
    """Return a leaf. The prefix keeps leaves and nodes apart (second preimages)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return a node over two subtrees."""
    return sha256(b"\x01" + left + right).digest()


def split(size: int) -> int:
    """Return the largest power of two smaller than `size` (at least 2): how many leaves the left subtree has."""
    return 1 << ((size - 1).bit_length() - 1)


def root(leaves: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes, in order."""
    if not leaves:
        return EMPTY
    level = list(leaves)
    while len(level) > 1:
        odd = [level[-1]] if len(level) % 2 else []
        pairs = iter(level)
        level = [sha256(b"\x01" + a + b).digest() for a, b in zip(pairs, pairs, strict=False)] + odd
    return level[0]


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """Return the subtrees, lowest first, that prove leaf `index` stands in a tree of `size` leaves (RFC 6962 2.1.1)."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size}")
    ranges: list[Range] = []
    low, high = 0, size
    while high - low > 1:
        middle = low + split(high - low)
        if index < middle:
            ranges.append((middle, high))
            high = middle
        else:
            ranges.append((low, middle))
            low = middle
    return ranges[::-1]


def consistency_ranges(old: int, new: int) -> list[Range]:
    """Return the subtrees that prove a tree of `new` leaves begins with the tree of `old` leaves (RFC 6962 2.1.2)."""
    if not 0 < old <= new:
        raise ValueError(f"no tree of {new} leaves grew from {old}")
    ranges: list[Range] = []
    low, high, whole = 0, new, True
    while old != high:
        middle = low + split(high - low)
        if old <= middle:
            ranges.append((middle, high))
            high = middle
        else:
            ranges.append((low, middle))
            low, whole = middle, False
    return ranges[::-1] if whole else [(low, high), *ranges[::-1]]


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Tell whether `proof` shows that the tree of `new` leaves begins with that of `old` leaves."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)  # a whole subtree is known already
    if not path:
        return False
    position, last = old - 1, new - 1
    while position % 2:
        position, last = position >> 1, last >> 1
    from_old = from_new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if position % 2 or position == last:
            from_old, from_new = node_hash(sibling, from_old), node_hash(sibling, from_new)
            while position % 2 == 0 and position:
                position, last = position >> 1, last >> 1
        else:
            from_new = node_hash(from_new, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and from_old == old_root and from_new == new_root


class Frontier:
    """A tree that only grows, kept as its whole subtrees: a million leaves in twenty hashes."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []  # by falling size, one per bit of `size`

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Build the tree with these leaf hashes at its end."""
        peaks, size = self._peaks, self.size
        for leaf in leaves:
            carry = size
            while carry & 1:
                leaf = sha256(b"\x01" + peaks.pop() + leaf).digest()
                carry >>= 1
            peaks.append(leaf)
            size += 1
        self.size = size

    def root(self) -> bytes:
        """Return the root as it stands."""
        if not self._peaks:
            return EMPTY
        computed = self._peaks[-1]
        for peak in self._peaks[-2::-1]:
            computed = node_hash(peak, computed)
        return computed
