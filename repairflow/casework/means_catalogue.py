"""The means of repair and the quiz as shipped, read once; and what counts for one record."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from repairflow.law.means import PENALTY, Catalogue, Means, read_catalogue
from repairflow.law.procedure.library import Library
from repairflow.records.rows import RecordRow
from repairflow.settings import asset


@cache
def catalogue() -> Catalogue:
    """Return all of them. DefinitionError when a file is wrong."""
    folder = asset("workflows") / "means"
    means, learning = ((folder / f"{name}.toml").read_text(encoding="utf-8") for name in ("means", "learning"))
    return read_catalogue(means, learning)


def of_record(law: Library, row: RecordRow) -> Mapping[str, Means]:
    """Return the means of repair that count for a record, by code: those its pack, or the pack which that overlays, has for its kind."""
    pack = law.packs.get(row.pack)
    packs = [row.pack, *([pack.over] if pack is not None and pack.over is not None else [])]
    return catalogue().of(packs, str(row.source.get("list_kind") or PENALTY))
