"""What a pack lays on subjects beyond the packs before and under it: by an article that somebody read, or not at all.

Figures, measures, lists and behaviours say themselves whether somebody read them (`verified`), and grounds may; switches, commitments
and sentences have no such mark, so nobody would see that they are open.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from repairflow.law.checks import burden_words
from repairflow.law.procedure.ground import DECIDING
from repairflow.law.procedure.packs import RulePack
from repairflow.law.procedure.written_lengths import written_out

Place = tuple[str, ...]
Fault = tuple[str, Place, str]
UNREAD = "，所引依据没有人核对；请核对原文并写明，或者删去"


def check(pack: RulePack, whole: RulePack, known: Sequence[RulePack]) -> Iterator[Fault]:
    """Burdens of `pack` (`whole` with its base and articles) that none of the `known` packs has and no read article gives."""
    if not known:
        return
    yield from _grounds(pack, whole, known)
    yield from _switches(pack, known)
    yield from _commitments(pack, known)
    yield from _consequences(pack, whole, known)


def _grounds(pack: RulePack, whole: RulePack, known: Sequence[RulePack]) -> Iterator[Fault]:
    for name, items in pack.lists.items():
        for code, item in items.items() if name.endswith(DECIDING) else ():
            if item.verified is False or whole.read(item.basis):
                continue
            if item.verified or not any(code in one.lists.get(name, {}) for one in known):
                sort = "条件" if name.endswith("_conditions") else "事由"
                text = f"清单“{name}”的{sort}“{item.label}”（{code}）{UNREAD}，还没有核对的写 verified = false"
                yield "burden_unread", ("lists", name, code), text


def _switches(pack: RulePack, known: Sequence[RulePack]) -> Iterator[Fault]:
    """Papers asked of more records, penalties that cannot be repaired, a day to apply that comes later."""
    before = {basis.citation for one in known for basis in one.basis.values() if basis.verified}
    if any(basis.verified and basis.citation not in before for basis in pack.basis.values()):
        return  # a person is to look whether that act says so
    for name, value in pack.switch.items():
        weighs = bool(value) if name != "apply_on_next_day" else value is False
        asks = name.startswith("asks_") or name in {"not_repairable", "apply_on_next_day"}
        if asks and weighs and not any(one.switch.get(name) == value for one in known):
            text = f"开关“{name}”使当事人多交材料、不能或者更晚申请修复，本包却没有增加一项有人核对过的依据；请写明依据，或者删去"
            yield "burden_unread", ("switch", name), text


def _commitments(pack: RulePack, known: Sequence[RulePack]) -> Iterator[Fault]:
    """Yield who signs binds itself: no sum, ban or sanction that the commitment before does not have."""
    signed = [said.text for one in known for _, _, said in one.promises()]
    for at, what, said in pack.promises():
        text = said.text
        for sort, words in burden_words.added(text, *signed):
            told = f"{what}写了{sort}“{words}”，{known[0].pack} 的承诺书没有，也没有核对过的条文；请删去"
            yield "burden_unread", at, told
        length = written_out(text)
        if length is not None and not any(length in one for one in signed):
            yield "burden_unread", at, f"{what}写了期间“{length}”，没有核对过的条文；请删去"


def _consequences(pack: RulePack, whole: RulePack, known: Sequence[RulePack]) -> Iterator[Fault]:
    for name in ("consequences", "proposals"):
        for code, item in pack.lists.get(name, {}).items():
            said = [one.lists[name][code].text for one in known if code in one.lists.get(name, {})]
            for sort, words in () if whole.read(item.basis) else burden_words.added(item.text, *said):
                text = f"“{item.label}”（{name}.{code}）写了{sort}“{words}”{UNREAD}"
                yield "burden_unread", ("lists", name, code), text
