"""For whom each step with a letter speaks, and what the letter therefore says of remedies: those that are open, or why none is.

A decision for the addressee names none; one against it, and one that lays a duty on it, names review organ, court and limits
(复议法实施条例 17); a notice on the way to a decision, which settles nothing, says why not (法释〔2018〕1号 1).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from repairflow.law.letter_kinds import CARRIED_OUT_ELSEWHERE, PASSES_ON, SAYS, form_of
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import Action, Procedure
from repairflow.law.procedure.packs import RulePack
from repairflow.law.procedure.remedy import Remedy
from repairflow.law.procedure.roles import SUBJECT_ROLES, outcome_side

IN_LAW = ("reconsideration", "litigation")
REVIEW = "review"
CORRECTS = "correct_record"
FAVOUR = frozenset({"cease_publicity", "cease_sharing", "lift_measures", "annul_record", CORRECTS, "mask_record"})
"""What a step does for the subject where the case goes on after it (同步)."""
GIVES = frozenset({"reward_notice"})
"""Notices that give something."""
CALLS = frozenset({"honour_review_notice"})
"""Notices that a periodic review begins and call for papers: they decide nothing and announce nothing against whom they go to."""
NO_REMEDY = "no_remedy"
"""The list of a rule pack that says why nothing is open against what a letter says."""

REFUSES_LIST = "listing_dropped"
DECIDERS = frozenset({"decider", "head"})
"""Posts that decide against a subject, by procedures of which another person has taken an earlier step."""
WORSE = {True: "（更正以后失信程度加重，或者开始公示、公示更久的）", False: "（守信激励名单）"}
"""What the table says of a step that turns out against the subject: a correction, or the refusal of a list."""

Standing = Literal["有利", "不利", "告知", "本人的行为"]


def contests(remedy: str) -> bool:
    """Tell whether a remedy contests a decision: 复核, of whatever place, 行政复议, 行政诉讼."""
    return remedy in IN_LAW or remedy == REVIEW or remedy.startswith(f"{REVIEW}_")


REFUSES = frozenset({"denied", "refused", "maintained", "dismissed", "annotated", "partly", "lapsed"})
"""Outcomes that leave somebody without all of what was applied for."""
COURT = "litigation"


def refuses(procedure: Procedure, action: Action) -> bool:
    """Tell whether a step refuses, in whole or in part, what somebody outside the offices may have applied for: the law on the failure to
    perform a duty may cover it (行政复议法 11 第十一项, 23), unlike a burden that an office lays on somebody."""
    if isinstance(action, Burdening) or not SUBJECT_ROLES & set(procedure.filed_by or procedure.actor):
        return False
    if action.letter in CARRIED_OUT_ELSEWHERE:  # it tells a remedy only where it refuses
        return True
    state = procedure.state.get(action.to or "")
    return state is not None and state.outcome in REFUSES


def court_of(pack: RulePack, *, refused: bool) -> tuple[Remedy, tuple[str, ...]]:
    """Return the way to the court as a decision tells it, and the articles it rests on: where it refuses what was applied for, as the pack
    says for that (`review_first`), once somebody has read what it rests on."""
    told = pack.remedy[COURT]
    rule = pack.review_first.get("refusal") if refused else None
    if rule is None or not pack.read(rule.basis):
        return told, told.basis
    return told.model_copy(update={"text": rule.text}), (*told.basis, *rule.basis)


class Burdening(Action):
    """An action as it is taken in one case where it decides against the subject, whatever its outcome says: a correction that
    makes a record graver, or shows it longer; a favourable list that is refused (`burdening`)."""


def may_burden(action: Action) -> bool:
    """Tell whether an action may decide for the subject or against it: a correction by the values that are filled in, a list that is
    refused by what it honours or blames. Only a deciding post decides against somebody: what another may correct by itself, it may
    not make heavier."""
    turns = CORRECTS in action.effects or action.letter == REFUSES_LIST
    return turns and action.letter not in PASSES_ON and DECIDERS.issuperset(action.by)


def burdening(action: Action) -> Action:
    """Return the action as a decision against the subject: its letter tells reconsideration and the court beside what it tells anyhow,
    and waits for what every adverse letter waits for."""
    values = {name: getattr(action, name) for name in Action.model_fields}
    told = tuple(dict.fromkeys((*action.remedy, *IN_LAW)))
    return Burdening.model_construct(**{**values, "remedy": told, "no_remedy": None})


def favours(procedure: Procedure, action: Action) -> bool:
    """Tell whether what an action decides is for the subject: by the outcome it leads to, else by what it does to the record.

    The outcome's side decides, not what the action declares: who gets all that was asked for has nothing to contest. A step
    that turned out to burden (`burdening`) is never for the subject.
    """
    if isinstance(action, Burdening):
        return False
    state = procedure.state.get(action.to or "")
    outcome = state.outcome if state is not None else None
    return outcome_side(outcome) == "for" or (outcome is None and bool(FAVOUR.intersection(action.effects)))


def standing(procedure: Procedure, action: Action) -> Standing | None:
    """Return how a step's letter stands to the subject it goes to; None for a step without a letter, or with one to an office."""
    if action.letter is None or form_of(procedure, action.letter).to != "subject":
        return None
    if set(action.by) <= SUBJECT_ROLES:
        return "本人的行为"
    if action.letter in CALLS:
        return "告知"
    longer = action.extends is not None and procedure.clock[action.extends.clock].owner in SUBJECT_ROLES
    gives = SAYS.get(action.letter) in {"taken_up", "for"} or action.letter in GIVES
    return "有利" if longer or gives or favours(procedure, action) else "不利"


class Row(NamedTuple):
    """One step with its letter: how it stands to the addressee, what it tells, and what is wrong with that."""

    letter: str
    step: str
    standing: Standing
    told: str
    faults: tuple[str, ...]


def rows(law: Library) -> Iterator[Row]:
    """Yield every step with a letter to a subject, of every version."""
    for procedure in law.procedures.values():
        telling = [action for action in procedure.action.values() if standing(procedure, action) is not None]
        pack = law.pack_on(procedure.effective) if telling else None
        for action in telling:
            stands = standing(procedure, action)
            if stands is not None and action.letter is not None and pack is not None:
                step = f"{procedure.label}：{action.label}"
                yield Row(action.letter, step, stands, _told(pack, action), tuple(_faults(pack, action, stands)))
            if stands == "有利" and action.letter is not None and pack is not None and may_burden(action):
                worse = burdening(action)
                faults = tuple(_faults(pack, worse, "不利"))
                yield Row(
                    action.letter, f"{step}{WORSE[CORRECTS in action.effects]}", "不利", _told(pack, worse), faults
                )


def _told(pack: RulePack, action: Action) -> str:
    named = [pack.remedy[one].label for one in action.remedy if one in pack.remedy]
    why = pack.lists.get(NO_REMEDY, {}).get(action.no_remedy or "")
    reason = f"没有：{why.label}（{'、'.join(pack.cites(why.basis))}）" if why is not None else ""
    return "；".join(one for one in ("、".join(named), reason) if one)


def _faults(pack: RulePack, action: Action, stands: Standing) -> Iterator[str]:
    contested = [one for one in action.remedy if contests(one)]
    if stands in {"有利", "本人的行为"} and (contested or action.no_remedy):
        yield "有利的结果或者本人的行为，写了复核、复议或者诉讼"
    if stands == "告知" and contested:
        yield "没有作出决定的告知，写了复核、复议或者诉讼"
    if stands == "不利" and set(IN_LAW) <= set(action.remedy) and action.no_remedy:
        yield "既写了复议和诉讼，又写了没有救济的理由"
    why = pack.lists.get(NO_REMEDY, {}).get(action.no_remedy or "")
    told = set(IN_LAW) <= set(action.remedy) or (why is not None and pack.read(why.basis))
    if stands in {"不利", "告知"} and not told:
        yield "对受文者不利或者要求办理的，没有写明复议和诉讼，也没有写明为什么没有（依据须核对过）"


def as_table(law: Library, titles: Mapping[str, str]) -> str:
    """Return the rows as a table of docs/law.md, one line for each letter and what it tells; `titles` names the letters."""
    lines: dict[tuple[str, str, str], list[str]] = {}
    for row in rows(law):
        lines.setdefault((row.letter, row.standing, row.told), []).append(row.step)
    head = "| 文书 | 步骤 | 对受文者 | 告知的救济，或者为什么没有 |\n|---|---|---|---|\n"
    return head + "\n".join(
        f"| {titles.get(kind, kind)} | {'；'.join(dict.fromkeys(steps))} | {stands} | {told or '—'} |"
        for (kind, stands, told), steps in sorted(lines.items())
    )
