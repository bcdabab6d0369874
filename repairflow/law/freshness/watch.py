"""Newer texts beside what was read: which articles differ, and which rules name them. Pure; writes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from repairflow.law.freshness.texts import ActText, same_act
from repairflow.law.freshness.uses import Use, uses
from repairflow.law.procedure.basis import Basis
from repairflow.law.procedure.library import Library

_NUMBER = re.compile(r"第.+?条(?:之[一二三四五六七八九十]+)?")


@dataclass(frozen=True, slots=True)
class Changed:
    """One article whose text is another now, or that the newer text does not have (`gone`), and every rule that names it."""

    act: str
    article: str
    file: str
    gone: bool
    uses: tuple[Use, ...]


@dataclass(frozen=True, slots=True)
class Watched:
    """What a comparison found. Articles and acts in the order of their names."""

    changed: tuple[Changed, ...]
    same: int  # articles that are what was read
    unlisted: tuple[str, ...]  # read, with a text in the folder, but no digest is kept: nothing to compare with
    missing: tuple[str, ...]  # acts of which articles were read and the folder has no text
    unnamed: tuple[str, ...]  # files of acts that nothing names


def watch(law: Library, acts: Sequence[ActText]) -> Watched:
    """Compare every article that somebody read with these texts. An act that stands in several files is compared with each."""
    changed: list[Changed] = []
    same: set[tuple[str, str]] = set()
    unlisted: set[str] = set()
    missing: set[str] = set()
    named: set[str] = set()
    for (act, article), found in sorted(_read(law).items()):
        texts = [text for text in acts if same_act(text.name, act)]
        named |= {text.file for text in texts}
        digests = {basis.digest for basis, _ in found if basis.digest}
        if not texts:
            missing.add(act)
        elif not digests:
            unlisted.add(f"《{act}》{article}")
        else:
            differing = [text for text in texts if {text.articles.get(article)} != digests]
            rules = tuple(dict.fromkeys(use for _, use in found if use is not None))
            changed += [Changed(act, article, text.file, article not in text.articles, rules) for text in differing]
            if not differing:
                same.add((act, article))
    unnamed = tuple(f"{text.file}（{text.name}）" for text in acts if text.file not in named)
    return Watched(tuple(changed), len(same), tuple(sorted(unlisted)), tuple(sorted(missing)), unnamed)


def act_of(basis: Basis) -> str:
    """Return the name of the act a basis cites, without the brackets around it and its number."""
    begin, end = basis.cite.find("《"), basis.cite.rfind("》")
    return basis.cite[begin + 1 : end] if 0 <= begin < end else basis.cite


def _read(law: Library) -> dict[tuple[str, str], list[tuple[Basis, Use | None]]]:
    """By act and article (paragraphs together): what somebody read of it, with the rule that names it, if any."""
    found: dict[tuple[str, str], list[tuple[Basis, Use | None]]] = {}
    for basis, use in _all(law):
        number = _NUMBER.match(basis.article)
        if basis.verified and number:
            found.setdefault((act_of(basis), number[0]), []).append((basis, use))
    return found


def _all(law: Library) -> Iterable[tuple[Basis, Use | None]]:
    # Articles that code counts by (民法典 201-203) are named by no rule; they are compared all the same.
    yield from ((basis, None) for basis in law.statutes.values())
    yield from ((use.basis, use) for use in uses(law))
