"""What was found, as sentences that give the fact and say whether the condition is met, and how a plea was answered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from repairflow.casework.case_state.situation import Situation
from repairflow.casework.documents.fields.voice import Voice
from repairflow.law.condition_findings import Finding, findings
from repairflow.law.guards import Done, day_text
from repairflow.law.private_promises import said_of
from repairflow.law.procedure.model import Action
from repairflow.law.shortest_stay import no_shortest_stay
from repairflow.times import local_day

COUNTED_PERIODS = {"minimum_period": "该信息的最短公示期", "minimum_stay": "最短列入期限"}
"""Conditions that a day decides: the letter says the day, not what somebody wrote about it."""
CLAIMS = {"corrected": True, "annulled": True, "maintained": False}
"""Outcomes of an objection that follow its claim or do not; one that cannot be verified, or that follows a part of it, does neither."""
NO_FINDING = frozenset({"已核对", "已核查", "属实", "符合", "无", "是"})
"""Notes that say that somebody looked, not what was found: a letter leaves them out."""
OPEN_OBJECTION = "认定前公示期间收到异议"
FAVOURABLE = frozenset({"granted", "removed", "dropped", "not_listed", "corrected", "annulled", "closed"})
"""Outcomes that give a plea what it asks."""


def conditions(at: Situation, today: date, *, told: bool) -> list[tuple[str, str]]:
    """Return each condition that was examined, with a sentence: the fact, and whether it meets the condition. The last day of the
    minimum period stands there only where it may be `told` (`told_periods`)."""
    steps = [step for step in at.history if findings(step.inputs)]
    if not steps:
        return []
    given, unknown = findings(steps[-1].inputs), Finding(met=False, note="")
    form = at.procedure.action[steps[-1].action].inputs["conditions"]
    of_person = at.record is not None and at.record.of_person
    items = at.pack.lists[form.choices or "repair_conditions"].items()
    labels = {code: said_of(item.label, of_person=of_person) for code, item in items}
    if at.record is not None and no_shortest_stay(at.pack, at.record.source):
        labels.pop("minimum_stay", None)  # of a list without one there is nothing to find
    return [
        (label, _sentence(at, code, label, given.get(code, unknown), today, told=told))
        for code, label in labels.items()
    ]


def _sentence(at: Situation, code: str, label: str, found: Finding, today: date, *, told: bool) -> str:
    met = found.met
    until: date | None = getattr(at.record, "min_until", None)
    if told and code in COUNTED_PERIODS and until is not None:
        done = f"{COUNTED_PERIODS[code]}已于{day_text(until)}届满" if until <= today else (
            f"{COUNTED_PERIODS[code]}至{day_text(until)}届满，尚未届满"
        )  # fmt: skip
        return done if met else f"{done}，不符合“{label}”的条件"
    bare = label.removeprefix("符合")
    verdict = f"{'符合' if met else '不符合'}“{bare}”{'' if bare.endswith('条件') else '的条件'}"
    note = found.note.strip().rstrip("。；")
    note = "" if note in NO_FINDING else note
    return f"{note}，{verdict}" if note else verdict


def of_provider(at: Situation) -> str:
    """Return what the providing office found, where it was asked; empty where it was not."""
    reports = [step for step in at.history if step.inputs.get("finding")]
    item = at.pack.lists.get("findings", {}).get(str(reports[-1].inputs["finding"])) if reports else None
    return f"经信息提供单位核查，{item.label}" if item is not None else ""


def plan(at: Situation) -> str:
    """Return what the court's ruling approved, as a sentence calls it; empty for a filing that did not say."""
    item = at.pack.lists.get("plan_kinds", {}).get(str(at.case.inputs.get("plan_kind")))
    return item.text if item is not None else ""


def answered(at: Situation, voice: Voice, action: Action) -> str:
    """Tell whether what an objection claims was followed; empty where the step decides none."""
    state = at.procedure.state.get(action.to or "")
    followed = CLAIMS.get(state.outcome or "") if state is not None else None
    return "" if followed is None else f"对{voice.you}的主张{'予以采纳' if followed else '不予采纳'}。"


def heard(at: Situation, voice: Voice, action: Action, inputs: Mapping[str, object], reason: str) -> str:
    """Return how the subject was heard and what became of what it said; empty where this case heard nobody.

    The step that decides says whether a plea is followed and why. Cases decided before that was asked are answered by the
    reason of the decision, and what was decided says whether the plea was followed.
    """
    served = [step for step in at.history if step.action == "serve_notice"]
    if not served:
        return ""
    we, you = voice.we, voice.you
    told = f"{we}于{day_text(_day(served[-1]))}告知{you}拟作出的决定和陈述、申辩的权利"
    pleas = _pleas(at, you)
    if "state_defence" not in at.done:
        told += f"，{you}{'放弃' if 'waive_defence' in at.done else '在规定的期限内没有'}陈述、申辩"
    if not pleas:
        return f"{told}。"
    given = str(inputs.get("plea_reason") or reason)
    why = given.strip().removeprefix("经核查，").removeprefix("经复核，").rstrip("。；").replace("\n", "")
    whose = "上述意见" if len(pleas) > 1 or OPEN_OBJECTION in pleas[0] else f"{you}的上述意见"
    verdict = f"对{whose}{_verdict(at, action, inputs)}。"
    return f"{told}。{''.join(pleas)}经复核，{why + '，' if why else ''}{verdict}"


def mitigation(at: Situation, voice: Voice, inputs: Mapping[str, object]) -> str:
    """Return what the step that decides weighs in the subject's favour; empty where it chose nothing."""
    item = at.pack.lists.get("mitigating_factors", {}).get(str(inputs.get("mitigating")))
    if item is None:
        return ""
    facts = str(inputs.get("mitigating_facts") or "").strip().rstrip("。").replace("\n", "")
    return f"{voice.we}在决定时考虑了下列情节：{item.label}{'（' + facts + '）' if facts else ''}。"


def _pleas(at: Situation, you: str) -> list[str]:
    """Return what was brought forward, a sentence each: by the subject, and by anybody while the draft decision was public."""
    found = []
    for action, who in (("state_defence", f"{you}于{{day}}陈述、申辩称"), ("object_in_window", OPEN_OBJECTION)):
        if said := [step for step in at.history if step.action == action]:
            words = str(said[-1].inputs.get("statement") or "").strip().rstrip("。")
            found.append(f"{who.replace('{day}', day_text(_day(said[-1])))}：{words}。")
    return found


def _verdict(at: Situation, action: Action, inputs: Mapping[str, object]) -> str:
    item = at.pack.lists.get("plea_answers", {}).get(str(inputs.get("plea_answer")))
    if item is not None:
        return item.label
    state = at.procedure.state.get(action.to or "")
    return "予以采纳" if state is not None and state.outcome in FAVOURABLE else "不予采纳"


def _day(step: Done) -> date:
    return local_day(step.at)
