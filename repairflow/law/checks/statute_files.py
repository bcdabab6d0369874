"""Statutes beside the law that cites them: no article that is cited goes, no act takes the code of another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from repairflow.law.checks import reading_days
from repairflow.law.checks.checked_files import Around, Checked
from repairflow.law.checks.packs import citing
from repairflow.law.procedure.basis import Basis
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.packs import RulePack
from repairflow.law.procedure.statutes import Article, Statute


def check(checked: Checked, around: Around, procedures: Iterable[Procedure]) -> None:
    """Everything wrong between statutes and what rests on them."""
    packs = {**around.installed.packs, **{pack.pack: pack for pack in checked.packs.values()}}
    users = [*_of_packs(packs.values()), *_of_procedures(procedures)]
    seen: dict[str, str] = {}
    for where, statute in checked.statutes.items():
        other = seen.setdefault(statute.statute, where)
        cites = {basis.cite for basis in statute.bases().values()}
        known = {
            key: basis for key, basis in around.installed.statutes.items() if key.startswith(f"{statute.statute}.")
        }
        named = {basis.cite for basis in known.values()}
        if other != where or (named and cites and not named & cites):
            whose = other if other != where else "、".join(sorted(named))
            text = f"代码“{statute.statute}”已是{whose}，引用它的规则会引错；请换一个代码"
            checked.add("version_twice", where, ("statute",), text)
            continue
        for fault in reading_days.again(statute):
            checked.add(fault.code, where, (fault.key,), fault.text)
        _read_well(checked, where, statute)
        _read_otherwise(checked, where, statute, known)
        _adopted_otherwise(checked, where, statute, known)
        gone = set(known) - set(statute.bases())
        for article in sorted(gone):
            using = [what for what, names in users if article in names]
            if using:
                text = f"{known[article].citation}（{article}）本文件没有了，{'、'.join(dict.fromkeys(using))}仍然引用；请恢复"
                checked.add("basis_unknown", where, ("article",), text)
        for code, one in statute.article.items():
            twin = next(c for c, article in statute.article.items() if article.article == one.article)
            if twin != code:
                text = f"{one.article}写了两次（{twin}、{code}）；请删去其中之一，或者改正条款"
                checked.add("label_twice", where, ("article", code), text)
        _said_of_each(checked, where, statute)


def _adopted_otherwise(checked: Checked, where: str, statute: Statute, known: Mapping[str, Basis]) -> None:
    """Check that a text that was read on the same day as the one in use was adopted on the same day, too."""
    same = {one.adopted for one in known.values() if one.read_on == statute.read_on and one.adopted is not None}
    if same and statute.adopted not in same:
        was, now = "、".join(map(str, sorted(same))), str(statute.adopted or "没有写")
        text = f"所读文本通过、公布的日期（adopted）由 {was} 改为 {now}，核对日期却没有变；请改回，或者重新核对"
        checked.add("basis_recheck", where, ("adopted",) if statute.adopted else ("statute",), text)


def _said_of_each(checked: Checked, where: str, statute: Statute) -> None:
    """Check that what an article says is said of it alone: two that say the same words are not two that somebody read."""
    first: dict[str, str] = {}
    for code, one in statute.article.items():
        twin = first.setdefault(one.says.strip(), code) if one.says.strip() else code
        if twin != code and statute.article[twin].article != one.article:
            text = f"{one.article}（{code}）与{statute.article[twin].article}（{twin}）写的“说了什么”一字不差；请各写各的内容"
            checked.add("basis_says_twice", where, ("article", code), text)


def _of_packs(packs: Iterable[RulePack]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for pack in packs:
        yield from ((f"规则包 {pack.pack} 的{what}", names) for _, what, names in citing(pack))


def _of_procedures(procedures: Iterable[Procedure]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for p in procedures:
        for clock in p.clock.values():
            yield f"“{p.label}”{p.version} 版的期限“{clock.label}”", clock.basis
        for action in p.action.values():
            yield f"“{p.label}”{p.version} 版的动作“{action.label}”", action.basis


def _read_well(checked: Checked, where: str, statute: Statute) -> None:
    """Check that every article that was read can be found changed later: it has the digest of its own text, and a day to look again."""
    read = {code: one for code, one in statute.article.items() if one.verified}
    if read and statute.recheck_by is None:
        text = "核对过条文，却没有写再次核对的日期，再也不会提醒；请写 recheck_by"
        checked.add("basis_recheck", where, ("statute",), text)
    for code, one in read.items():
        at = ("article", code)
        if not one.digest:
            text = f"{one.article}（{code}）核对过，却没有所读文本的摘要，条文改动了无从发现；请写 digest"
            checked.add("basis_recheck", where, at, text)
        elif len(set(one.digest.removeprefix("sha256:"))) < DISTINCT:
            text = (
                f"{one.article}（{code}）的摘要（{one.digest[:23]}……）不是从文本算出来的；请用 law watch 给出的 digest"
            )
            checked.add("basis_recheck", where, at, text)
        # a digest is that of the whole article: its paragraphs share it, no other article has it
        for other in read.values():
            same = _number(other) == _number(one)
            if one.digest and other.digest and same != (other.digest == one.digest):
                how = "不同，却是同一条" if same else "相同，却不是同一条"
                text = f"{one.article}（{code}）与{other.article}的摘要{how}；请改正 digest"
                checked.add("basis_recheck", where, at, text)
                break


DISTINCT = 8
"""Different signs a digest has at least: of 64 signs drawn from sixteen, fewer never come about by themselves."""


def _number(article: Article) -> str:
    return article.article.partition("条")[0]


def _read_otherwise(checked: Checked, where: str, statute: Statute, known: Mapping[str, Basis]) -> None:
    """Whoever reads an article again writes the day: it says nothing else, and is not unread, on the day it was read."""
    for key, basis in statute.bases().items():
        old = known.get(key)
        if old is None or old.read_on != basis.read_on or old.source != basis.source:
            continue
        fields = {"article": "条", "says": "说了什么", "verified": "是否核对", "digest": "摘要"}
        changed = [label for name, label in fields.items() if getattr(old, name) != getattr(basis, name)]
        if changed:
            text = f"{old.citation}（{key}）的{'、'.join(changed)}与已采用的不同，核对日期却没有变；重新核对的，请改 read_on"
            checked.add("basis_recheck", where, ("article", key.partition(".")[2]), text)
