"""A step, limit or entry that rested on an article somebody had read and in a new version rests on none that anybody did."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from repairflow.law.checks.report import Report
from repairflow.law.procedure.basis import Basis
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.packs import RulePack

Place = tuple[str, ...]
Fault = tuple[str, Place, str]
TABLES = ("period", "penalty", "remedy", "term", "measure", "list_kind", "behaviour", "ladder", "limit")


def check(report: Report, old: Procedure, version: str) -> None:
    """Note every part of the new version that nobody could find in a text any more; `version` is how messages call the old."""
    articles: dict[str, Basis] = {}
    for pack in report.names.packs:
        articles |= pack.basis
    parts = _parts(report.procedure)
    for at, (_, names) in _parts(old).items():
        if at in parts and _read(names, {**articles, **old.basis}):
            what, now = parts[at]
            if not _read(now, {**articles, **report.procedure.basis}):
                text = f"{what}在{version}有核对过的依据，本版所引的没有一项有人核对；请核对原文，或者改回"
                report.find("basis_less", (*at, "basis") if at[0] != "filing_basis" else at, text)


def pack(whole: RulePack, old: RulePack) -> Iterator[Fault]:
    """Yield the same of the entries of a pack against the one before it; both know the articles of the statutes."""
    for table in TABLES:
        entries: Mapping[str, object] = getattr(whole, table)
        for code, entry in entries.items():
            was = getattr(old, table).get(code)
            if was is None or not any(_is_read(name, old.basis) for name in was.basis):
                continue
            names: tuple[str, ...] = getattr(entry, "basis", ())
            if not _read(names, whole.basis):
                called = getattr(entry, "label", "") or code
                text = f"“{called}”（{table}.{code}）在 {old.pack} 有核对过的依据，本包所引的没有一项有人核对；请核对原文，或者改回"
                yield "basis_less", (table, code), text


def _parts(p: Procedure) -> dict[Place, tuple[str, tuple[str, ...]]]:
    """By place, each part that rests on something: how messages call it, and the names of its bases."""
    found: dict[Place, tuple[str, tuple[str, ...]]] = {("filing_basis",): ("提出申请的条件", p.filing_basis)}
    found |= {("action", name): (f"动作“{one.label}”（{name}）", one.basis) for name, one in p.action.items()}
    found |= {("clock", name): (f"期限“{one.label}”（{name}）", one.basis) for name, one in p.clock.items()}
    return found


def _read(names: Iterable[str], known: Mapping[str, Basis]) -> bool:
    return any(_is_read(name, known) for name in names)


def _is_read(name: str, known: Mapping[str, Basis]) -> bool:
    return name in known and known[name].verified
