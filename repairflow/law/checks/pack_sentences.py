"""Sentences of a rule pack that letters and pages print: no length stands in them without its article, and a ground of denial
says which condition it denies."""

from __future__ import annotations

import re
from collections.abc import Iterator

from repairflow.law.procedure.ground import condition_list
from repairflow.law.procedure.packs import RulePack
from repairflow.law.procedure.written_lengths import STAYS, written_out

REVIEW = "申请复核"
OF_PROPOSALS = frozenset({"{corrections}", "{original_document}", "{restart}"})
"""What a notice fills in of what is going to be decided (`documents.fields.previous_case`)."""
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")
Place = tuple[str, ...]
Fault = tuple[str, Place, str]


def check(pack: RulePack, whole: RulePack) -> Iterator[Fault]:
    """Everything wrong with what the sentences of a pack say of lengths and conditions."""
    for at, what, text in _sentences(pack):
        if (length := written_out(text)) is not None:
            told = f"{what}直接写了“{length}”，文书会照印而没有条文；请删去数字，改写为“期限届满”等"
            yield "figure_in_text", at, told
        unknown = [
            one for one in _PLACEHOLDER.findall(text) if at[:2] != ("lists", "proposals") or one not in OF_PROPOSALS
        ]
        if unknown:
            told = f"{what}写了“{unknown[0]}”，没有程序填写它，文书会照印大括号；请改写为文字，或者删去"
            yield "text_placeholder", at, told
    for code, kind in pack.list_kind.items():
        at, what = ("list_kind", code), f"名单“{kind.label}”（{code}）的移出条件"
        for text in kind.removal:
            if (length := written_out(text)) is not None:
                marks = "、".join(STAYS)
                yield "figure_in_text", at, f"{what}直接写了“{length}”；请写 {marks}，由该名单自己的期限填写"
            if "{minimum}" in text and kind.minimum is None:
                yield "figure_in_text", at, f"{what}写了 {{minimum}}，却没有写最短期限 minimum"
    yield from _denials(pack, whole)
    yield from _told(pack, whole)


def _told(pack: RulePack, whole: RulePack) -> Iterator[Fault]:
    """Check that no ground sends anybody to a 复核 that no article read here gives: letters print it as there."""
    for name, items in pack.lists.items():
        for code, item in items.items():
            told = any(REVIEW in text for text in (item.where_to_go, item.on_the_spot))
            if told and not whole.read(item.where_basis):
                what = f"清单“{name}”的“{item.label}”（{code}）"
                text = f"{what}告诉当事人可以{REVIEW}，却没有核对过的条文给出复核；请删去，或者在 where_basis 写明"
                yield "review_unfounded", ("lists", name, code), text


def _sentences(pack: RulePack) -> Iterator[tuple[Place, str, str]]:
    for name, items in pack.lists.items():
        for code, item in items.items():
            for text in (item.label, item.text, item.where_to_go, item.on_the_spot):
                yield ("lists", name, code), f"清单“{name}”的“{item.label}”（{code}）", text
    for code, measure in pack.measure.items():
        yield ("measure", code), f"惩戒措施“{measure.label}”（{code}）的文字", measure.text
    yield from ((at, what, said.text) for at, what, said in pack.promises())


def _denials(pack: RulePack, whole: RulePack) -> Iterator[Fault]:
    """Yield where a procedure examines conditions, each ground of denial names those it denies, or says that it denies none; and
    none of them can be found unmet without a ground to say so."""
    for name, items in pack.lists.items():
        listed = condition_list(name)
        for code, item in items.items():
            at, what = ("lists", name, code), f"清单“{name}”的“{item.label}”（{code}）"
            if listed is None:
                if item.denies is not None:
                    yield "ground_denies", at, f"{what}写了 denies，这份清单却不是不予办理的事由；请删去"
                continue
            if item.denies is None:
                text = f"{what}没有写明说明哪一项条件不符合；请写 denies，不涉及任何一项的写 denies = []"
                yield "ground_denies", at, text
            for one in item.denies or ():
                if one not in whole.lists.get(listed, {}):
                    yield "ground_denies", at, f"{what}写的条件“{one}”不在清单“{listed}”中；请改正 denies"
    for name in whole.lists if pack.over is None else ():
        listed = condition_list(name)
        said = {one for item in whole.lists[name].values() for one in item.denies or ()}
        for code, item in whole.lists.get(listed or "", {}).items():
            if code not in said:
                text = f"条件“{item.label}”（{code}）没有一项不予办理的事由说明它不符合，核查认定不符合的无法据实决定；请增加事由"
                yield "ground_denies", ("lists", name), text
