"""Kinds of lists that an office confirms apart: confirming how one is listed says nothing of which lists there may be.

国办发〔2020〕49号 lets a list be kept only where a law, regulations or a central document provides for that list. So the letter
of a listing waits until the office has named, for this very kind, the document that does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from repairflow.casework.case_state.situation import Situation
from repairflow.errors import Refusal
from repairflow.law.confirmable_lists import cites, name_of, unread
from repairflow.law.own_rule_ranks import LETTERS_OF_LISTS, LISTING, in_words
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import Action
from repairflow.law.procedure.packs import ListKind

ENTERS = "enter_list"
LETTERS = (LETTERS_OF_LISTS - {"joint_measure_notice"}) | {"honour_decision"}


def to_confirm(law: Library) -> Iterator[tuple[tuple[str, str, str], str, tuple[str, ...]]]:
    """Yield each kind of list that some pack has and no article carries: what is confirmed, its name, and what nobody has read."""
    found = {
        name_of(code, kind, pack): (kind.label, cites(kind, pack))
        for pack in law.packs.values()
        for code, kind in pack.list_kind.items()
        if unread(kind, pack)
    }
    yield from ((name, label, sources) for name, (label, sources) in found.items())


def asked(at: Situation, action: Action) -> tuple[str, ListKind] | None:
    """Return the kind of list that the letter or effect of an action rests on and nobody has read; None for any other action."""
    if action.letter not in LETTERS and ENTERS not in action.effects:
        return None
    code = code_of(at)
    kind = at.pack.list_kind.get(code)
    return (code, kind) if kind is not None and unread(kind, at.pack) else None


def refusals(kind: ListKind) -> list[Refusal]:
    """Return why no letter of a listing on this kind of list may be issued yet."""
    ranks = in_words(LISTING)
    text = (
        f"“{kind.label}”这一种名单所依据的条文没有核对过原文，本单位也没有确认，不能制发文书；"
        f"请法制审核人员在“本单位规则”页面以规定这一种名单的{ranks}的条款确认"
    )
    return [Refusal("list_kind_unconfirmed", text)]


def articles(at: Situation, action: Action) -> tuple[str, ...]:
    """Return what a place's regulation says of the very kind of list the case is about: cited besides, it founds no step."""
    return action.list_basis.get(code_of(at), ()) if action.list_basis else ()


def code_of(at: Situation) -> str:
    """Return the kind of list a case is about, as it was stated last; empty where it is about none."""
    sources: tuple[Mapping[str, object], ...] = (*(step.inputs for step in reversed(at.history)), at.case.inputs)
    said = next((source["list_kind"] for source in sources if source.get("list_kind")), None)
    return str(said or (at.record.source.get("list_kind") if at.record is not None else None) or "")
