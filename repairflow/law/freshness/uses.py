"""Where the law names an article: the rules, letters and versions concerned when that article changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from repairflow.law.procedure.basis import Basis
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.packs import RulePack

Version = tuple[str, str]
"""Name and version of a procedure."""


@dataclass(frozen=True, slots=True)
class Use:
    """One rule that names an article. `versions` and `pack` say which cases follow it: those of these versions, and where
    `pack` is not empty, only those under that pack. `letters` are kinds."""

    rule: str
    basis: Basis
    versions: frozenset[Version] = frozenset()
    pack: str = ""
    letters: frozenset[str] = frozenset()


def uses(law: Library) -> tuple[Use, ...]:
    """Return every place where a version or a pack names an article."""
    found: list[Use] = []
    for procedure in law.procedures.values():
        found += _of_procedure(law, procedure)
    for pack in law.packs.values():
        found += _of_pack(law, pack)
    return tuple(found)


def _of_procedure(law: Library, procedure: Procedure) -> Iterator[Use]:
    # A step may name an article that only the packs declare: each pack's own then.
    sources = [procedure.basis, *(pack.basis for pack in law.packs.values()), law.statutes]
    mine = frozenset({(procedure.procedure, procedure.version)})
    title = f"{procedure.label}（{procedure.version}）"
    for action in procedure.action.values():
        letters = frozenset({action.letter} if action.letter else ())
        for basis in _found(action.basis, sources):
            yield Use(f"{title}：{action.label}", basis, mine, letters=letters)
    for clock in procedure.clock.values():
        for basis in _found((*clock.basis, *clock.pause_basis), sources):
            yield Use(f"{title}：期限“{clock.label}”", basis, mine)


def _of_pack(law: Library, pack: RulePack) -> Iterator[Use]:
    every = frozenset(law.procedures)
    of_records = frozenset(key for key, one in law.procedures.items() if one.subject == "record")
    for code, remedy in pack.remedy.items():
        versions, letters = _telling(law, code)
        for basis in _found((*remedy.basis, *remedy.untold_basis), [pack.basis]):
            yield Use(f"{pack.label}：救济“{remedy.label}”", basis, versions, pack.pack, letters)
    for name, grounds in pack.lists.items():
        versions, letters = _choosing(law, name)
        for ground in grounds.values():
            for basis in _found(ground.basis, [pack.basis]):
                yield Use(f"{pack.label}：事由“{ground.label}”", basis, versions, pack.pack, letters)
    for severity, period in pack.period.items():
        word = {"minor": "轻微", "ordinary": "一般", "serious": "严重"}[severity]
        for basis in _found(period.basis, [pack.basis]):
            yield Use(f"{pack.label}：{word}失信信息的公示期", basis, of_records, pack.pack)
    for label, named in _others(pack):
        for basis in _found(named, [pack.basis]):
            yield Use(f"{pack.label}：{label}", basis, every, pack.pack)
    for name, limit in pack.limit.items():
        versions = frozenset(key for key in every if name.startswith(f"{key[0]}_"))
        for basis in _found((*limit.basis, *limit.extension_basis), [pack.basis]):
            yield Use(f"{pack.label}：法定期限 {name}", basis, versions, pack.pack)


def _others(pack: RulePack) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield what any case under a pack may meet."""
    for kind in pack.penalty.values():
        yield f"处罚种类“{kind.label}”", kind.basis
    if pack.simple_procedure is not None:
        yield "简易程序", pack.simple_procedure.basis
        yield "适用简易程序的处罚的失信程度", pack.simple_procedure.class_basis
    for rule in pack.review_first.values():
        yield f"是否先申请复议“{rule.label}”", rule.basis
    for term in pack.term.values():
        yield f"期间“{term.label}”", term.basis
    for measure in pack.measure.values():
        yield f"措施“{measure.label}”", measure.basis
    for listing in pack.list_kind.values():
        yield f"名单“{listing.label}”", listing.basis


def _telling(law: Library, remedy: str) -> tuple[frozenset[Version], frozenset[str]]:
    """Return the versions and kinds of letters that tell a remedy."""
    found = [(key, one) for key, p in law.procedures.items() for one in p.action.values() if remedy in one.remedy]
    return frozenset(key for key, _ in found), frozenset(one.letter for _, one in found if one.letter)


def _choosing(law: Library, name: str) -> tuple[frozenset[Version], frozenset[str]]:
    """Return the versions and kinds of letters that take their ground from this list."""
    found = [
        (key, one) for key, p in law.procedures.items() for code, one in p.action.items() if p.ground_list(code) == name
    ]
    return frozenset(key for key, _ in found), frozenset(one.letter for _, one in found if one.letter)


def _found(names: Iterable[str], sources: Iterable[Mapping[str, Basis]]) -> Iterator[Basis]:
    """Yield what these names mean: in the first source that knows a name."""
    sources = tuple(sources)
    for name in names:
        basis = next((one[name] for one in sources if name in one), None)
        if basis is not None:
            yield basis
