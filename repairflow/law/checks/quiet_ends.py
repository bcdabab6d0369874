"""Ends that decide nothing on their face: nobody closes a case alone, and nobody who knows of it is left without a word."""

from __future__ import annotations

from repairflow.law.checks.dead_ends import run_in_labels
from repairflow.law.checks.decision_makers import bypass
from repairflow.law.checks.decisions import by_office, by_system_alone, outcome_of, weighs
from repairflow.law.checks.report import Report
from repairflow.law.checks.steps_before import always_before, before
from repairflow.law.guards.reads import READINGS, RECORD_STATES
from repairflow.law.letter_kinds import form_of
from repairflow.law.procedure.model import Action, Procedure
from repairflow.law.procedure.roles import OFFICE_ROLES, outcome_side, role_side
from repairflow.law.procedure.turns import takers

ALONE = frozenset({"transferred"})
"""Ends that pass a case on as it is: one officer may, as he may refuse to take it up."""

TAKEN_BACK = "withdrawn"
"""The only end for neither side that is the subject's to bring about."""

ENTRY = frozenset({"favourable_entry_gone"})
"""Guards that ask whether the entry of a favourable list has ended, which was decided elsewhere."""


def check(report: Report) -> None:
    """Find steps that end a case for neither side: taken by one person alone, or told to nobody."""
    p = report.procedure
    if report.is_record:
        return
    for name, action in p.action.items():
        outcome = outcome_of(p, action)
        if outcome == "dropped" and files_itself(p) and by_office(action):
            text = f"{report.action(name)}使办件以“不再处理”（dropped）终结，主体自己提出的办件不能由机关不再处理；请写明决定的结果"
            report.find("quiet_end", ("action", name), text)
        elif (
            outcome_side(outcome) == "neutral"
            and outcome != TAKEN_BACK
            and all(role_side(role) == "subject" for role in action.by)
        ):
            text = f"{report.action(name)}由主体办理，却以{report.state(action.to or '')}终结"
            text += "；移送、终止、登记和失效都不是主体的事，请改为撤回（withdrawn）"
            report.find("quiet_end", ("action", name), text)
        elif outcome is not None and by_system_alone(action):
            _by_system(report, name, action)
        elif outcome_side(outcome) == "neutral" and by_office(action):
            _by_office(report, name, action)
        elif outcome == "dropped" and by_office(action) and action.letter is None and _known_to_subject(p, name):
            end = report.state(action.to or "")
            text = (
                f"{report.action(name)}使办件以{end}终结，却没有文书，已经收到告知的主体无从知道不再办理；请写 letter"
            )
            report.find("quiet_end", ("action", name), text)


def files_itself(p: Procedure) -> bool:
    """Tell whether the subject, or a citizen, brings cases of this procedure to an office."""
    return not p.opened_only and (not p.filed_by or any(role_side(role) == "subject" for role in p.filed_by))


def _by_office(report: Report, name: str, action: Action) -> None:
    p, at, what = report.procedure, ("action", name), report.action(name)
    end = report.state(action.to or "")
    registered = p.confidential and outcome_of(p, action) == "withdrawn"  # a citizen withdraws by word of mouth
    if registered:
        _registered(report, name, action)
        return
    if not _may_be_one(p, action):
        if not action.distinct_from:
            text = f"{what}使办件以{end}终结，却没有写须与谁不同（distinct_from），一个人可以悄悄办结；请写明须与哪些动作的办理人员不同"
            report.find("quiet_end", at, text)
        elif not weighs(p, action) and (run := bypass(report, name, action)) is not None:
            others = "、".join(map(report.action, action.distinct_from))
            text = f"{what}须与{others}的人员不同，但可以不经过这些动作就办结。办理过程：{run_in_labels(report, run)}"
            report.find("four_eyes_bypassed", (*at, "distinct_from"), text)
    if action.letter is None and _known_to_subject(p, name):
        text = f"{what}使办件以{end}终结，却没有文书，提出的人或者已经收到文书的主体无从知道；请写 letter"
        report.find("quiet_end", at, text)


def _registered(report: Report, name: str, action: Action) -> None:
    """Check that a withdrawal by word of mouth is noted by somebody else than who would have had to decide there."""
    p = report.procedure
    deciders = {
        role
        for step in p.action.values()
        if set(step.from_) & set(action.from_)
        and outcome_of(p, step) != "refused"
        and outcome_side(outcome_of(p, step)) in {"for", "against"}
        for role in step.by
    }
    if deciders & set(action.by):
        roles = "、".join(report.role(role) for role in action.by if role in deciders)
        text = f"{report.action(name)}由{roles}登记撤回，而在同一环节正是他来作出决定，一个人可以不作决定而悄悄办结；请改由受理的岗位登记"
        report.find("quiet_end", ("action", name, "by"), text)


def _may_be_one(p: Procedure, action: Action) -> bool:
    """Tell whether one pair of eyes is enough: the case goes on elsewhere, was decided, or a fact that anybody can see ends it."""
    guards = {use.guard for use in action.guards}
    officers = bool(p.filed_by) and not files_itself(p)
    if outcome_of(p, action) in ALONE or (officers and guards & {"not_the_filer", "is_the_filer"}):
        return True
    if any(name in READINGS and READINGS[name].record != RECORD_STATES for name in guards):
        return True  # 信息已不再公示、已经移出
    if officers and action.opens is not None and p.internal_states.issuperset(action.from_):
        return True
    other = all(OFFICE_ROLES.get(role) == "providing" for role in takers(action))
    if officers and other and not any(OFFICE_ROLES.get(role) == "providing" for role in p.filed_by):
        return True
    return _decided_before(p, action)


def _decided_before(p: Procedure, action: Action, *, or_told: bool = False) -> bool:
    """Tell whether every way to a step takes one by which an office decided, which has its own four eyes; `or_told` also where
    two people took it, or the system told a decision that the law itself makes (列入期限届满)."""
    deciding = {
        name
        for name, step in p.action.items()
        if step is not action
        and ((weighs(p, step) and (by_office(step) or (or_told and step.letter))) or (or_told and step.distinct_from))
    }
    return bool(deciding) and all(always_before(p, deciding, state) for state in action.from_)


def _known_to_subject(p: Procedure, name: str) -> bool:
    """Tell whether somebody waits for the end: who filed, or who had a letter in the case."""
    letters = (p.action[step].letter for step in before(p)[name])
    return files_itself(p) or any(kind is not None and form_of(p, kind).to == "subject" for kind in letters)


def _by_system(report: Report, name: str, action: Action) -> None:
    """Check that what the system ends follows from a decision, from a limit that is over, or from what became of the record."""
    p, outcome = report.procedure, outcome_of(report.procedure, action)
    guards = {use.guard for use in action.guards}
    fact = any(one in ENTRY or (one in READINGS and READINGS[one].record != RECORD_STATES) for one in guards)
    over = any(clock.overdue == name for clock in p.clock.values())
    side = outcome_side(outcome)
    if outcome == TAKEN_BACK and not over:  # 逾期未补正，视为撤回
        text = f"{report.action(name)}由系统办理，却以撤回（withdrawn）终结；没有人撤回，请改正 outcome"
        report.find("quiet_end", ("action", name), text)
    if (fact and (side == "neutral" or outcome == "dropped")) or over or _decided_before(p, action, or_told=True):
        return
    if (side == "neutral" and action.letter is None) or side in {"for", "against"}:
        text = f"{report.action(name)}由系统使办件以{report.state(action.to or '')}终结，此前没有人作出决定，也没有期限届满"
        report.find("quiet_end", ("action", name), f"{text}；请由机关作出决定并出具文书")
