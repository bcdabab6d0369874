"""RFC 6962 trees: the vectors every log agrees on, and what must hold for all sizes."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repairflow.auditing import merkle
from repairflow.auditing.stand_alone_log import inclusion_holds
from tests.support import log_proofs

# The inputs and roots of the certificate transparency reference tests.
INPUTS = [
    bytes.fromhex(h)
    for h in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
SIZES = st.integers(1, 70)


def leaves(count: int) -> list[bytes]:
    return [merkle.leaf_hash(b"%d" % n) for n in range(count)]


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_the_reference(size: int) -> None:
    hashed = [merkle.leaf_hash(data) for data in INPUTS[:size]]
    assert merkle.root(hashed).hex() == ROOTS[size - 1]
    frontier = merkle.Frontier()
    frontier.extend(hashed)
    assert frontier.root().hex() == ROOTS[size - 1]


def test_the_empty_tree() -> None:
    assert merkle.root([]) == merkle.Frontier().root() == sha256(b"").digest()


def test_reference_proofs() -> None:
    """RFC 6962 2.1.3: the tree of seven leaves."""
    seven = leaves(7)
    h = merkle.node_hash
    g, low, j, k = h(seven[0], seven[1]), h(h(seven[0], seven[1]), h(seven[2], seven[3])), seven[6], h(*seven[4:6])
    assert log_proofs.inclusion_proof(seven, 0) == [seven[1], h(seven[2], seven[3]), h(k, j)]
    assert log_proofs.inclusion_proof(seven, 3) == [seven[2], g, h(k, j)]
    assert log_proofs.inclusion_proof(seven, 6) == [k, low]
    assert log_proofs.consistency_proof(seven, 3) == [seven[2], seven[3], g, h(k, j)]
    assert log_proofs.consistency_proof(seven, 4) == [h(k, j)]
    assert log_proofs.consistency_proof(seven, 6) == [k, j, low]


@given(SIZES, st.data())
def test_every_leaf_can_be_proved_and_nothing_else(size: int, data: st.DataObject) -> None:
    tree = leaves(size)
    index = data.draw(st.integers(0, size - 1))
    proof, root = log_proofs.inclusion_proof(tree, index), merkle.root(tree)
    assert inclusion_holds(tree[index], index, size, proof, root)
    assert not inclusion_holds(merkle.leaf_hash(b"x"), index, size, proof, root)
    other = data.draw(st.integers(-1, size))
    assert other == index or not inclusion_holds(tree[index], other, size, proof, root)
    assert not inclusion_holds(tree[index], index, size, [*proof, root], root)
    assert not proof or not inclusion_holds(tree[index], index, size, proof[:-1], root)


@given(SIZES, st.data())
def test_growth_can_be_proved_and_nothing_else(size: int, data: st.DataObject) -> None:
    tree = leaves(size)
    old = data.draw(st.integers(1, size))
    proof, before, after = log_proofs.consistency_proof(tree, old), merkle.root(tree[:old]), merkle.root(tree)
    assert merkle.verify_consistency(old, size, before, after, proof)
    rewritten = merkle.root([merkle.leaf_hash(b"x"), *tree[1:old]])
    assert not merkle.verify_consistency(old, size, rewritten, after, proof)
    assert not merkle.verify_consistency(old, size, before, rewritten, proof) or (old, rewritten) == (size, after)
    assert not merkle.verify_consistency(old, size, before, after, [*proof, after])
    assert not proof or not merkle.verify_consistency(old, size, before, after, proof[:-1])
    assert not merkle.verify_consistency(0, size, before, after, proof)
    assert not merkle.verify_consistency(size + 1, size, before, after, proof)


@given(st.lists(st.integers(0, 30), max_size=6))
def test_a_frontier_grown_in_parts_has_the_root_of_the_whole(parts: list[int]) -> None:
    frontier, tree = merkle.Frontier(), leaves(sum(parts))
    for part in parts:
        frontier.extend(tree[frontier.size : frontier.size + part])
        assert frontier.root() == merkle.root(tree[: frontier.size])


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_no_proof_for_a_leaf_outside(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="is not in a tree"):
        merkle.inclusion_ranges(index, size)


@pytest.mark.parametrize(("old", "new"), [(0, 3), (4, 3)])
def test_no_proof_of_growth_backwards(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="no tree of"):
        merkle.consistency_ranges(old, new)
