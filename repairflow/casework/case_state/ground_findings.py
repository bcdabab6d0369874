"""A ground of denial beside what the examiner found (事由与核查意见): a denial whose ground says that a condition is not met, while the
last findings say that it is, is not taken; the page says so before anybody chooses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from repairflow.casework.case_state.situation import Situation
from repairflow.errors import Refusal
from repairflow.law.acts import PENALTY
from repairflow.law.condition_findings import findings
from repairflow.law.guards import Done, day_text
from repairflow.law.private_promises import said_of
from repairflow.law.procedure.ground import Ground, condition_list, not_met
from repairflow.times import local_day


def grounds_of(at: Situation, name: str) -> Mapping[str, Ground]:
    """Return the grounds that a step of the case may rest on: of a case about an act none that speaks of a penalty."""
    listed = at.pack.lists.get(at.procedure.ground_list(name), {})
    if at.act is None:
        return listed
    return {code: one for code, one in listed.items() if PENALTY not in one.label + one.text}


def contradiction(at: Situation, name: str, code: str | None) -> list[Refusal]:
    """Return why this ground cannot carry the denial: everything it says is not met was found met."""
    listed = at.procedure.ground_list(name)
    ground = at.pack.lists.get(listed, {}).get(code or "")
    if ground is None or not ground.denies:
        return []
    step = _examined(at)
    if step is None or not ground.contradicts(_met(step)):
        return []
    text = (
        f"事由“{ground.label}”说明{not_met(_labels(at, listed, ground))}，{step.actor_name}"
        f"{day_text(local_day(step.at))}提交的核查意见认定为符合；请选择与核查意见一致的事由，核查有误的，先退回重新核查"
    )
    return [Refusal("ground_contradicts", text)]


class Said(NamedTuple):
    """What a ground says of the conditions beside what was found of them, and whether the findings rule it out."""

    text: str
    contradicted: bool


def beside(at: Situation, name: str) -> dict[str, Said]:
    """By ground of this step, what it says of the conditions and what was found of them; none for one that denies none."""
    listed, step = at.procedure.ground_list(name), _examined(at)
    met = _met(step) if step is not None else {}
    found = {}
    for code, ground in at.pack.lists.get(listed, {}).items():
        if ground.denies:
            against = ground.contradicts(met)
            verdict = (
                "核查意见认定为符合，不能选用"
                if against
                else "与核查意见一致"
                if step is not None
                else "还没有核查意见"
            )
            found[code] = Said(f"{not_met(_labels(at, listed, ground))}；{verdict}", against)
    return found


def repeated(at: Situation, name: str, code: str | None, reason: str) -> str:
    """Return what the typed reason says word for word again: the findings, or the ground; empty where it says something of its own."""
    typed = _bare(reason)
    ground = at.pack.lists.get(at.procedure.ground_list(name), {}).get(code or "")
    if not typed or ground is None:
        return ""
    step = _examined(at)
    notes = [one.note for one in findings(step.inputs).values()] if step is not None else []
    said = {"核查意见": notes, "事由": [ground.label, ground.text or ""]}
    return "、".join(source for source, texts in said.items() if typed in map(_bare, texts))


def _bare(text: str) -> str:
    """Return a text without signs and spaces, in which the same words may differ."""
    return "".join(mark for mark in text if mark.isalnum())


def found(at: Situation, ground: Ground) -> bool:
    """Tell whether the findings, which stand in the same letter, say of each condition that a ground denies that it is not met."""
    step = _examined(at)
    met = _met(step) if step is not None else {}
    return bool(ground.denies) and all(met.get(code) is False for code in ground.denies or ())


def denied(at: Situation, name: str, ground: Ground) -> str:
    """Return what a ground says of the conditions, as a sentence of a letter says it; empty for one that denies none, and where the
    findings say it."""
    if not ground.denies or found(at, ground):
        return ""
    return not_met(_labels(at, at.procedure.ground_list(name), ground))


def _examined(at: Situation) -> Done | None:
    """Return the step that gave the findings that stand: the last one."""
    return next((step for step in reversed(at.history) if findings(step.inputs)), None)


def _met(step: Done) -> dict[str, bool]:
    return {code: one.met for code, one in findings(step.inputs).items()}


def _labels(at: Situation, listed: str, ground: Ground) -> tuple[str, ...]:
    known = at.pack.lists.get(condition_list(listed) or "", {})
    own = at.record is not None and at.record.of_person
    labels = (known[code].label if code in known else code for code in ground.denies or ())
    return tuple(said_of(label, of_person=own) for label in labels)
