"""A step seen from each place it may be taken from: what it is for lies ahead of there, and what it needs lies behind."""

from __future__ import annotations

from collections.abc import Mapping

from repairflow.law.checks.decisions import by_office, decides, outcome_of, side_of, undecided
from repairflow.law.checks.graph import closure, successors
from repairflow.law.checks.report import Report
from repairflow.law.checks.steps_before import always_before
from repairflow.law.procedure.model import Action, Clock, Procedure
from repairflow.law.procedure.roles import APPROVING_ROLES, outcome_side, role_side

Following = Mapping[str, tuple[str, ...]]
MARK = "mark_disputed"
TAKES_BACK = frozenset({"reimpose_measures"})
"""What weighs on the subject again; marks and masks are lifted whether or not they stand."""


def check(report: Report) -> None:
    """Find places from which a step is out of place."""
    p = report.procedure
    if report.is_record:
        return
    following = successors(p)
    _unmarked(report)
    for state in p.state:
        _one_sided_posts(report, state)
    for name, action in p.action.items():
        _read_no_more(report, name, action, following)
        _window(report, name, action)
        _uneven(report, name, action, following)
        _undoes(report, name, action)
        _below_others(report, name, action)


def _read_no_more(report: Report, name: str, action: Action, following: Following) -> None:
    """Find a step that stays, and that only steps look at which no case can come to from there."""
    p = report.procedure
    if action.to is not None or action.letter or action.effects or action.materials or action.opens or action.extends:
        return
    readers = {
        step: other
        for step, other in p.action.items()
        if step != name
        and (
            any(name in use.parameters.values() for use in other.guards)
            or any(name in item.after or item.asks == name for item in other.inputs.values())
        )
    }
    for state in action.from_ if readers else ():
        ahead = closure([state], following)
        taken = [one for one in p.action.values() if ahead & set(one.from_)]
        told = any(set(action.inputs) & report.names.prints.get(one.letter or "", frozenset()) for one in taken)
        if state in p.state and not told and not any(ahead & set(reader.from_) for reader in readers.values()):
            looked = "、".join(reader.label for reader in readers.values())
            text = f"{report.action(name)}只供“{looked}”查看，办件到了{report.state(state)}却再也不会办到那些动作，办了没有用"
            report.find("step_idle", ("action", name, "from"), f"{text}；请从 from 中删去，或者改正 from")


def _window(report: Report, name: str, action: Action) -> None:
    """Find a publication before the decision that gives nobody any time."""
    p = report.procedure
    for use in action.guards:
        step = p.action.get(str(use.parameters.get("action", "")))
        if use.guard != "list_window_done" or step is None:
            continue
        if not any(step.to in clock.runs_in and role_side(clock.owner) != "office" for clock in p.clock.values()):
            text = f"{report.action(name)}须先公示（{use.parameters['action']}），公示以后的环节却没有主体一方的期限，没有人来得及提出异议"
            report.find("subject_time_cut", ("action", str(use.parameters["action"]), "to"), f"{text}；请改正 to")


def _uneven(report: Report, name: str, action: Action, following: Following) -> None:
    """Find a decision against the subject that from one place comes after a limit of the subject, and from another without it."""
    p = report.procedure
    if not by_office(action) or undecided(p, action) or outcome_side(outcome_of(p, action)) != "against":
        return
    for clock_name, clock in p.clock.items():
        if role_side(clock.owner) != "subject" or clock.overdue not in p.action:
            continue
        passed = {state: _passed(p, clock, state, following) for state in action.from_ if state in p.state}
        if any(passed.values()) and not all(passed.values()):
            early = [state for state, one in passed.items() if not one]
            text = f"{report.action(name)}对主体不利，从别的环节办理都在主体的{report.clock(clock_name)}以后"
            text += f"，在{report.states(early)}却不必等它；请从 from 中删去，或者另设一个动作"
            report.find("subject_time_cut", ("action", name, "from"), text)


def _passed(p: Procedure, clock: Clock, state: str, following: Following) -> bool:
    """Tell whether a case in a state has come into the limit on every way."""
    inside = {*clock.runs_in, *clock.pauses_in}
    if state in inside or p.initial in inside:
        return True
    around = {one: [to for to in after if to not in inside] for one, after in following.items() if one not in inside}
    return state not in closure([p.initial], around)


def _undoes(report: Report, name: str, action: Action) -> None:
    """Find a step that takes back what this procedure does, where it may never have been done."""
    p, life = report.procedure, report.names.record
    masked = any("mask_record" in one.effects for one in p.action.values())
    if "unmask_record" in action.effects and not masked and p.subject != "record":
        text = f"{report.action(name)}解除屏蔽（unmask_record），本程序却没有一步屏蔽（mask_record），办了不起作用"
        report.find("effect_left_out", ("action", name, "effects"), f"{text}；请写上屏蔽的效果，或者删去")
    for effect in TAKES_BACK & set(action.effects) if life is not None else ():
        done = {one for one, step in life.action.items() if step.undo == effect} if life is not None else set()
        steps = {step for step, other in p.action.items() if done & set(other.effects)}
        early = [state for state in action.from_ if state in p.state and not always_before(p, steps, state)]
        if steps and early:
            labels = "、".join(p.action[step].label for step in sorted(steps))
            text = f"{report.action(name)}撤回“{labels}”的公开效果，到{report.states(early)}却可以没有办过那一步，没有什么可以撤回"
            report.find("never_possible", ("action", name, "effects"), f"{text}；请改正各动作的 from、to")


def _unmarked(report: Report) -> None:
    """Find a decision that takes a dispute mark away where a case may have come without one."""
    p = report.procedure
    marking = {name for name, action in p.action.items() if MARK in action.effects}
    if not marking or any("opened" in p.action[name].on for name in marking):
        return  # the system marks each as soon as it is filed
    for name, action in p.action.items():
        bare = [state for state in action.from_ if state in p.state and not always_before(p, marking, state)]
        if f"un{MARK}" in action.effects and bare and decides(p, action):
            steps = "、".join(p.action[step].label for step in sorted(marking))
            text = f"{report.action(name)}取消异议标注，到{report.states(bare)}却可以没有标注过（{steps}），异议期间看不出信息有争议"
            report.find("effect_left_out", ("action", name, "effects"), f"{text}；请在受理的动作上写 {MARK}")


def _one_sided_posts(report: Report, state: str) -> None:
    """Find a post that can decide against the subject where the good decision is another post's alone."""
    p = report.procedure
    here = {name: action for name, action in p.actions_from(state).items() if by_office(action) and decides(p, action)}
    good = {role for action in here.values() if side_of(p, action) == "for" for role in action.by}
    for name, action in here.items():
        adverse = side_of(p, action) == "against" and not undecided(p, action)
        alone = [role for role in action.by if role_side(role) == "office" and role not in {*good, *APPROVING_ROLES}]
        if good and adverse and alone:
            who = "、".join(map(report.role, alone))
            text = f"{report.action(name)}可以由{who}办理，同在{report.state(state)}的有利决定却不能，看到办件的人只能作不利的决定"
            report.find("good_end_closed", ("action", name, "by"), f"{text}；请由同一岗位作两种决定")


def _below_others(report: Report, name: str, action: Action) -> None:
    """Find an end against the subject that others reach by a post that approves, and this step by one that only examines."""
    p = report.procedure
    if not by_office(action) or undecided(p, action) or outcome_side(outcome_of(p, action)) != "against":
        return
    others = [one for key, one in p.action.items() if key != name and one.to == action.to and by_office(one)]
    lower = [role for role in action.by if role_side(role) == "office" and role not in APPROVING_ROLES]
    if lower and others and all(set(one.by) <= APPROVING_ROLES for one in others):
        who = "、".join(map(report.role, lower))
        text = f"{report.action(name)}使办件以{report.state(action.to or '')}终结，可以由{who}办理，别的动作到那里都须由批准的岗位办理"
        report.find("four_eyes_missing", ("action", name, "by"), f"{text}；请由同一岗位办理")
