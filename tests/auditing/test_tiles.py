"""The log as static tiles: from the files alone anybody computes the signed root."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from repairflow.auditing import chain, checkpoints, merkle, sequencer, tiles
from repairflow.auditing.tiles import Tile
from repairflow.db import Database
from repairflow.errors import NotFound, Unavailable
from tests.auditing.trail_builder import Trail

NAMES = {
    Tile(0, 0, 256): "0/000",
    Tile(0, 273, 112): "0/273.p/112",
    Tile(1, 1_234_067, 256): "1/x001/x234/067",
    Tile(None, 7, 1): "entries/007.p/1",
}
REFUSED = (
    "",
    "0",
    "0/0",
    "0/x000/001",
    "0/000.p/256",
    "0/000.p/0",
    "00/000",
    "8/000",
    "x/000",
    "0/000/",
    "0/000.p/01",
    "-1/000",
)


@pytest.mark.parametrize("tile", NAMES)
def test_a_tile_has_the_address_of_the_published_form(tile: Tile) -> None:
    assert tile.name == NAMES[tile]
    assert tiles.named(NAMES[tile]) == tile


@pytest.mark.parametrize("name", REFUSED)
def test_no_other_address_is_taken(name: str) -> None:
    with pytest.raises(NotFound):
        tiles.named(name)


def test_which_tiles_a_log_has_is_counted_as_published() -> None:
    """The two examples of the specification: 70,000 and 256 leaves."""
    found = list(tiles.of_size(70_000))
    levels = [[one for one in found if one.level == level] for level in (None, 0, 1, 2)]
    assert [(len(of), of[-1].width) for of in levels] == [(274, 112), (274, 112), (2, 17), (1, 1)]
    assert [one.name for one in tiles.of_size(256)] == ["entries/000", "0/000", "1/000.p/1"]
    assert list(tiles.of_size(0)) == []


def test_the_root_is_computed_from_the_files_alone(database: Database, tmp_path: Path) -> None:
    trail = Trail(database, tmp_path / "home")
    folder = tmp_path / "mirror"
    with trail.db.read() as tx, pytest.raises(Unavailable):
        tiles.write(tx, folder, trail.signer.verifier)
    trail.case("XF-1")
    trail.log()
    with trail.db.begin() as tx:  # longer than two tiles
        head = chain.EMPTY
        for _ in range(595):
            noted = chain.Entry(
                stream="system", at=trail.now, action="x", actor_name="系统", actor_role="system", content={}
            )
            head = chain.append(tx, noted, head, after=trail.now)
    with trail.db.begin() as tx:
        sequencer.sequence(tx, 1_000)
    with trail.db.begin() as tx:
        checkpoints.take(tx, trail.signer, trail.now)
    with trail.db.read() as tx:
        size = tiles.write(tx, folder, trail.signer.verifier)
    assert size == 600
    said = trail.signer.verifier.open((folder / "checkpoint").read_text())
    leaves = b"".join((folder / "tile" / name).read_bytes() for name in ("0/000", "0/001", "0/002.p/88"))
    hashes = [leaves[n : n + 32] for n in range(0, len(leaves), 32)]
    assert merkle.root(hashes) == said.root
    above = (folder / "tile/1/000.p/2").read_bytes()
    assert above == merkle.root(hashes[:256]) + merkle.root(hashes[256:512])
    entries = (folder / "tile/entries/000").read_bytes()
    length = int.from_bytes(entries[:2], "big")
    assert merkle.leaf_hash(entries[2 : 2 + length]) == hashes[0]
    assert base64.b64encode(said.root).decode() in (folder / "checkpoint").read_text()
    with trail.db.read() as tx, pytest.raises(NotFound):
        tiles.read(tx, Tile(0, 2, 89), trail.signer.verifier)
