"""A rule pack against the one it follows: what people could rely on does not go or grow worse while its basis stays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pydantic import BaseModel

from repairflow.law.checks.pack_kept import FIELDS, TABLES, value_text
from repairflow.law.procedure.ground import REFUSING
from repairflow.law.procedure.packs import RulePack

Place = tuple[str, ...]
Fault = tuple[str, Place, str]
COUNTRY, GENERAL = "CN", "general"
ASKING = "asks_"


def before(pack: RulePack, packs: Iterable[RulePack]) -> RulePack | None:
    """Return the pack of the same field and place that was in force before this one."""
    earlier = [
        one
        for one in packs
        if (one.domain, one.jurisdiction) == (pack.domain, pack.jurisdiction)
        and one.effective < pack.effective
        and one.pack != pack.pack
    ]
    return max(earlier, key=lambda one: one.effective, default=None)


def of_the_country(pack: RulePack, packs: Iterable[RulePack]) -> RulePack | None:
    """Return the pack of the whole country that one of a place, laid over none, stands in the stead of there."""
    if pack.jurisdiction == COUNTRY or pack.over is not None:
        return None
    general = [
        one
        for one in packs
        if one.jurisdiction == COUNTRY and one.domain in {pack.domain, GENERAL} and one.effective <= pack.effective
    ]
    return max(general, key=lambda one: (one.domain == pack.domain, one.effective), default=None)


def check(pack: RulePack, old: RulePack) -> Iterator[Fault]:
    """Everything that is gone or says another thing than in `old`, on the same basis; both are whole."""
    said = f"上一版规则包 {old.pack}"
    for name, items in old.lists.items():
        now = pack.lists.get(name)
        if now is None or name in {"list_kinds", "measures"} or name.endswith(REFUSING):
            continue  # a list that is gone is told where a procedure asks for it
        for code, item in items.items():
            if code not in now and _stays(pack, old, item.basis):
                text = f"清单“{name}”的“{item.label}”（{code}）在{said}中有，本包没有了，依据却没有变；请恢复"
                yield "pack_list_less", ("lists", name), text
    yield from _ways_on(pack, old, said)
    if not _cites_something_new(pack, old):
        yield from _switches(pack, old, f"{said}）{UNCHANGED}")
    if pack.simple_procedure is not None and old.simple_procedure is not None:
        entries = (pack, pack.simple_procedure), (old, old.simple_procedure)
        yield from _entry(("simple_procedure",), "简易程序的范围", *entries, said)
    if lost := [kind for kind in old.keeps if kind in pack.list_kind and pack.keeps and kind not in pack.keeps]:
        labels = "、".join(pack.list_kind[kind].label for kind in lost)
        yield "pack_less", ("keeps",), f"本领域在{said}中可以使用的名单（{labels}）本包不能了；请恢复 keeps"
    for table, label in TABLES.items():
        new, was = getattr(pack, table), getattr(old, table)
        for code, entry in was.items():
            what = f"{label}“{getattr(entry, 'label', '') or code}”（{code}）"
            if code in new:
                yield from _entry((table, code), what, (pack, new[code]), (old, entry), said)
            elif table == "remedy" or _stays(pack, old, entry.basis):
                yield "pack_less", (table,), f"{what}在{said}中有，本包没有了，依据却没有变；请恢复"


def switched(pack: RulePack, old: RulePack) -> Iterator[Fault]:
    """Switches that a pack turns where it cites an act that `old` does not: a person looks whether the act says so."""
    if _cites_something_new(pack, old):
        yield from _switches(pack, old, f"上一版规则包 {old.pack}）；请核对依据")


UNCHANGED = "，所引的文件却没有一个是新的；请改回，或者写明新的依据"


def _switches(pack: RulePack, old: RulePack, tail: str) -> Iterator[Fault]:
    """Yield every switch that stands otherwise, but for papers that are asked no more."""
    for name in dict.fromkeys((*old.switch, *pack.switch)):
        was, now = old.switch.get(name, False), pack.switch.get(name, False)
        if was != now and (now or not name.startswith(ASKING)):
            text = f"开关“{name}”由 {value_text(was)} 改为 {value_text(now)}（{tail}"
            yield "pack_turned", ("switch", name) if name in pack.switch else ("switch",), text


def _cites_something_new(pack: RulePack, old: RulePack) -> bool:
    """Tell whether a pack names an act that the one before it does not, or rests on an article somebody has read since."""
    known = {(basis.citation, basis.verified) for basis in old.basis.values()}
    return any((basis.citation, basis.verified) not in known for basis in pack.basis.values())


def _ways_on(pack: RulePack, old: RulePack, said: str) -> Iterator[Fault]:
    """Yield who is refused on a ground still reads what to do next."""
    for name, items in old.lists.items():
        for code, item in items.items():
            now = pack.lists.get(name, {}).get(code)
            if now is not None and item.where_to_go and not now.where_to_go and _stays(pack, old, item.basis):
                text = f"清单“{name}”的“{item.label}”（{code}）在{said}中写明去处（{item.where_to_go}），本包没有了；请恢复 where_to_go"
                yield "pack_turned", ("lists", name), text


def _stays(pack: RulePack, old: RulePack, names: Iterable[str]) -> bool:
    """Tell whether what an entry rests on is still law: each of its bases says the same act in both."""
    cites = [(old.basis[name].citation, name) for name in names if name in old.basis]
    return all(name in pack.basis and pack.basis[name].citation == cite for cite, name in cites)


def _entry(
    at: Place, what: str, new: tuple[RulePack, BaseModel], old: tuple[RulePack, BaseModel], said: str
) -> Iterator[Fault]:
    rests, rested = (
        {pack.basis[name].citation for name in getattr(entry, "basis", ()) if name in pack.basis}
        for pack, entry in (new, old)
    )
    if not rests or rests != rested:
        return  # another basis may say another thing
    for field, label in FIELDS.items():
        was, now = getattr(old[1], field, None), getattr(new[1], field, None)
        if was != now:
            text = f"{what}的{label}由 {value_text(was)} 改为 {value_text(now)}（{said}），依据却没有变；请改回，或者写明新的依据"
            yield "pack_turned", at, text
