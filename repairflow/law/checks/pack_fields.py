"""What a field's pack says of lists, behaviours and graded measures names what there is, and can be followed.

A guard that met a name nobody defined would let a case through, or stop every one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.packs import RulePack

Place = tuple[str, ...]
Fault = tuple[str, Place, str]


def unknown_lists(pack: RulePack, base: RulePack) -> Iterator[Fault]:
    """Find lists that a pack keeps or changes and that neither it nor its base defines."""
    for code in pack.keeps:
        if code not in pack.list_kind and code not in base.list_kind:
            yield (
                "pack_name",
                ("keeps",),
                f"本领域可以使用的名单（keeps）“{code}”没有定义；请改正，或者在 [list_kind] 中写明",
            )
    for code in pack.list_change:
        if code not in base.list_kind:
            text = f"所改动的名单“{code}”在 {base.pack} 中没有定义；请改正，本领域自己的名单写在 [list_kind] 中"
            yield "pack_name", ("list_change", code), text
        elif code in pack.list_kind:
            text = f"名单“{code}”既在 [list_kind] 中另写，又在 [list_change] 中改动；请只写一处"
            yield "pack_name", ("list_change", code), text


def check(pack: RulePack, whole: RulePack) -> Iterator[Fault]:
    """Measures, graded measures and lists that are named and not defined; behaviours that fit no list they name."""
    for code, change in pack.list_change.items():
        yield from _list(whole, ("list_change", code), code, change.measures, change.after)
    for code, kind in pack.list_kind.items():
        yield from _list(whole, ("list_kind", code), code, (), kind.after)  # its measures: see `packs`
    for code, behaviour in pack.behaviour.items():
        at, what = ("behaviour", code), f"失信行为“{behaviour.label}”（{code}）"
        for name in behaviour.lists:
            found = whole.list_kind.get(name)
            if found is None:
                yield "pack_name", at, f"{what}据以列入的名单“{name}”没有定义；请改正"
            elif whole.keeps and name not in whole.keeps:
                yield "pack_name", at, f"{what}据以列入的“{found.label}”（{name}）本领域不使用；请改正，或者写入 keeps"
            elif found.favourable:
                yield "pack_name", at, f"{what}据以列入的“{found.label}”（{name}）是守信名单；请改正"
            elif found.severity == "serious" and behaviour.severity != "serious":
                text = f"{what}不属于严重失信行为，不能据以列入“{found.label}”（{name}）；请改正 severity 或者 lists"
                yield "pack_name", at, text


def _list(whole: RulePack, at: Place, code: str, measures: Iterable[str], after: tuple[str, ...]) -> Iterator[Fault]:
    kind = whole.list_kind[code]
    what = f"名单“{kind.label}”（{code}）"
    yield from (
        ("pack_name", at, f"{what}写的措施“{one}”不在 [measure] 中；请改正")
        for one in measures
        if one not in whole.measure
    )
    yield from (
        ("pack_name", at, f"{what}列入前须先采取的措施（after）“{one}”不在 [ladder] 中；请改正")
        for one in after
        if one not in whole.ladder
    )
    if after and kind.favourable:
        yield "pack_name", at, f"{what}是守信名单，列入前没有分级措施；请删去 after"


def ladder(pack: RulePack, procedures: Iterable[Procedure]) -> Iterator[Fault]:
    """Graded measures that no procedure takes."""
    known = list(procedures)
    for code, step in pack.ladder.items():
        at, what = ("ladder", code), f"分级措施“{step.label}”（{code}）"
        versions = [one for one in known if one.procedure == step.procedure]
        if not versions:
            yield "pack_name", at, f"{what}写的程序“{step.procedure}”没有定义；请改正 procedure"
        elif any("enter_list" in action.effects for one in versions for action in one.action.values()):
            yield "pack_name", at, f"{what}写的程序“{versions[-1].label}”就是列入，不是列入前的措施；请改正 procedure"
        elif step.kind is not None and not any(step.kind in one.kinds for one in versions):
            kinds = "、".join(sorted({kind for one in versions for kind in one.kinds})) or "无"
            yield "pack_name", at, f"{what}写的种类“{step.kind}”不是“{versions[-1].label}”的种类；可用的有：{kinds}"
