"""The Merkle tree over the leaves in the database: roots and proofs without reading every leaf each time.

Leaves never change, so the hash of a whole block of them is remembered for as long as the program runs. Verification
(`verify.py`) does not use this memory: it reads every leaf.
"""

from __future__ import annotations

from collections.abc import Sequence
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, func, select

from repairflow.auditing import merkle
from repairflow.auditing.merkle import BLOCK
from repairflow.read_once import read_once, sees_one_state
from repairflow.records import event, log_leaf

_blocks: WeakKeyDictionary[Engine, dict[int, bytes]] = WeakKeyDictionary()


def size(tx: Connection) -> int:
    """Return how many leaves the log has."""
    last = tx.execute(select(func.max(log_leaf.c.position))).scalar()
    return 0 if last is None else int(last) + 1


def root(tx: Connection, leaves: int) -> bytes:
    """Return the root of the log's first `leaves` leaves; ValueError when there are fewer. `tx` has not written leaves itself:
    what it takes back would be remembered."""
    return _hash(tx, 0, leaves) if leaves else merkle.EMPTY


def inclusion(tx: Connection, position: int, leaves: int) -> list[bytes]:
    """Return the proof that the leaf at `position` stands in the log of `leaves` leaves; ValueError when it does not."""
    return [_hash(tx, low, high) for low, high in merkle.inclusion_ranges(position, leaves)]


def consistency(tx: Connection, old: int, new: int) -> list[bytes]:
    """Return the proof that the log of `new` leaves begins with that of `old`; ValueError unless 0 < old <= new <= size."""
    if new > size(tx):
        raise ValueError(f"the log has fewer than {new} leaves")
    return [_hash(tx, low, high) for low, high in merkle.consistency_ranges(old, new)]


TILE = 256  # hashes of a full tile


def tile(tx: Connection, level: int, number: int, width: int) -> bytes:
    """Return the first `width` hashes of a tile (C2SP tlog-tiles): each of a whole subtree of 256**level leaves; ValueError when the
    log has fewer."""
    span = TILE**level
    starts = range((number * TILE) * span, (number * TILE + width) * span, span)
    return b"".join(_hash(tx, low, low + span) for low in starts)


def entries(tx: Connection, number: int, width: int) -> bytes:
    """Return the entries under the first `width` hashes of a tile of level 0, each behind its length in two bytes."""
    low = number * TILE
    joined = select(event.c.digest).join(log_leaf, log_leaf.c.event_id == event.c.id).order_by(log_leaf.c.position)
    digests = tx.scalars(joined.where(log_leaf.c.position >= low, log_leaf.c.position < low + width)).all()
    return b"".join(len(one).to_bytes(2, "big") + one.encode("ascii") for one in digests)


def _hash(tx: Connection, low: int, high: int) -> bytes:
    if high - low > BLOCK:
        middle = low + merkle.split(high - low)
        return merkle.node_hash(_hash(tx, low, middle), _hash(tx, middle, high))
    known = _blocks.setdefault(tx.engine, {})
    if high - low == BLOCK and low in known:
        return known[low]
    leaves = _leaves(tx, low, high)
    if len(leaves) != high - low:
        raise ValueError(f"the log has no leaves {low} to {high}")
    computed = merkle.root(leaves)
    if high - low == BLOCK:
        known[low] = computed
    return computed


def _leaves(tx: Connection, low: int, high: int) -> Sequence[bytes]:
    """Return the leaves from `low` on, before `high`, which lie within one block. The parts of a proof are all over a block, and
    those of its neighbours are the same: a reading transaction reads it once."""
    if not sees_one_state(tx):
        return _read(tx, low, high)
    begin = low - low % BLOCK
    block = read_once(tx, ("log_leaf", begin), lambda: _read(tx, begin, begin + BLOCK))
    return block[low - begin : high - begin]


def _read(tx: Connection, low: int, high: int) -> Sequence[bytes]:
    asked = select(log_leaf.c.leaf).where(log_leaf.c.position >= low, log_leaf.c.position < high)
    return tx.scalars(asked.order_by(log_leaf.c.position)).all()
