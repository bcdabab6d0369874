"""A town in which somebody has read what the shipped law leaves open."""

from __future__ import annotations

from dataclasses import replace

from tests.support.building import Town


def term_is_read(town: Town) -> None:
    """From now on the term for asking rests on an article that somebody has read."""
    law = town.services.law_store.law
    pack = law.packs["CN-2026"]
    term = pack.term["review_filing"].model_copy(update={"basis": ("fuyi.a20_1",)})
    read = pack.model_copy(update={"term": {**pack.term, "review_filing": term}})
    town.services.law_store.law = replace(law, packs={**law.packs, pack.pack: read})
