"""Waiting and turning in circles: events that never come, two answers to one event, pauses without end, endless passing on."""

from __future__ import annotations

from itertools import combinations

from repairflow.law.checks.decisions import LASTING, by_system_alone
from repairflow.law.checks.graph import closure
from repairflow.law.checks.guard_satisfiability import together
from repairflow.law.checks.report import Report
from repairflow.law.checks.steps_before import without
from repairflow.law.procedure.model import Action
from repairflow.law.procedure.opens import Opens
from repairflow.law.procedure.roles import role_side
from repairflow.law.procedure.turns import offices_of

PUSHED = LASTING | {
    "mark_disputed", "unmark_disputed", "mask_record", "unmask_record", "remove_note",
    "seal_record", "impose_measure", "lift_measure", "push_interview", "enter_check_result",
}  # fmt: skip
"""Effects that are pushed to platforms or partners, whose receipts come back."""

COUNTED = frozenset({"times_below", "not_yet_done", "supplement_not_yet_requested", "clock_not_yet_extended"})
"""Guards that let a step be taken so often and no more."""


def check(report: Report) -> None:
    """Everything that waits for what does not come, or goes round for ever."""
    if report.is_record:
        return
    p = report.procedure
    for name, action in p.action.items():
        for event in action.on:
            why = _never(report, action, event)
            if why is not None:
                text = f"{report.action(name)}等待的事件“{event}”不会发生：{why}；请改正 on，或者改由机关办理"
                report.find("event_never_comes", ("action", name, "on"), text)
        _deaf(report, name, action)
    _two_answers(report)
    _pauses(report)
    _pausing_again(report)
    _handing_on(report)


def _never(report: Report, action: Action, event: str) -> str | None:
    """Return why an event cannot reach a step; None when it can."""
    p = report.procedure
    if event == "opened":
        return None if p.initial in action.from_ else "它只在办件启动时发生，而该动作不能从初始环节办理"
    if event == "receipt":
        pushing = {name for name, other in p.action.items() if PUSHED & set(other.effects)}
        dry = without(p, pushing) & set(action.from_)
        waits = [s for s in action.from_ if s in dry]
        return f"到{report.states(waits)}可以没有任何推送，也就没有回执" if waits else None
    if event == "record_changed":
        carried = any("record" in opens.carry for opens in _opening(report))
        return None if p.subject != "subject" or carried else "本程序的办件不针对失信信息"
    linked = [other for other in p.action.values() if other.opens is not None and _goes_on(report, other)]
    if linked:
        return None
    first = p.subject == "case" and not any(use.guard == "first_case_was" for use in p.filing_guards)
    return None if first else "在办期间没有关联的办件"


def _deaf(report: Report, name: str, action: Action) -> None:
    """Find a step that only receipts allow, and that the system does not try when one arrives."""
    waits = any(use.guard == "all_targets_acknowledged" for use in action.guards)
    late = any(clock.overdue == name for clock in report.procedure.clock.values())
    if waits and by_system_alone(action) and not late and "receipt" not in action.on:
        text = f'{report.action(name)}要等回执齐全，on 却没有 receipt，回执来了也不会办理；请写 on = ["receipt"]'
        report.find("event_never_comes", ("action", name, "on"), text)


def _goes_on(report: Report, action: Action) -> bool:
    state = report.procedure.state.get(action.to) if action.to is not None else None
    return state is None or not state.final


def _opening(report: Report) -> list[Opens]:
    return [
        action.opens
        for p in report.names.files
        for action in p.action.values()
        if action.opens is not None and action.opens.procedure == report.procedure.procedure
    ]


def _two_answers(report: Report) -> None:
    p = report.procedure
    packs = report.names.packs_for(p)
    system = [(name, action) for name, action in p.action.items() if by_system_alone(action) and action.on]
    for (one, first), (other, second) in combinations(system, 2):
        both = set(first.from_) & set(second.from_)
        events = set(first.on) & set(second.on)
        if not both or not events or first.to == second.to:
            continue
        if not together((*first.guards, *second.guards), p, packs).empty:
            text = (
                f"{report.action(one)}和{report.action(other)}都由系统在“{'、'.join(sorted(events))}”时从{report.states(sorted(both))}"
                "办理，去向却不同，条件又可以同时满足；请写明互相排斥的前置条件"
            )
            report.find("system_ends_differ", ("action", other, "on"), text)


def _pauses(report: Report) -> None:
    """Check that a pause has an end: a limit that runs in it, and somebody or something that leads on when it is over."""
    p = report.procedure
    for name, clock in p.clock.items():
        for state in clock.pauses_in:
            if state not in p.state or p.state[state].final:
                continue
            running = [c for c in p.clock.values() if state in c.runs_in]
            leading = [a for a in p.actions_from(state).values() if a.to not in (None, state)]
            ends = any(c.overdue != "escalate" for c in running)
            office = any(role_side(role) == "office" for a in leading if not a.guards for role in a.by)
            if not running or not (ends or office):
                why = "那里没有期限" if not running else "那里期限届满后只督办，机关又没有动作可以办"
                text = f"{report.clock(name)}在{report.state(state)}中止，但{why}，中止可能没有尽头；请给该环节规定期限和届满后的动作"
                report.find("pause_without_end", ("clock", name, "pauses_in"), text)


def _pausing_again(report: Report) -> None:
    """Check that an office stops its own limit so often and no more: each step that stops it, and to which the case can come back, is
    counted.
    """
    p = report.procedure
    for name, clock in p.clock.items():
        if role_side(clock.owner) != "office":
            continue
        for step, action in p.action.items():
            stops = action.to in clock.pauses_in and bool(set(action.from_) & set(clock.runs_in))
            back = action.to is not None and set(action.from_) & closure([action.to], _ways(report, step))
            by_office = any(role_side(role) == "office" for role in action.by)
            if stops and back and by_office and not counted(report, step, action):
                text = f"{report.action(step)}可以一再中止{report.clock(name)}，机关的期限等于没有"
                text += "；请在 guards 中限定次数（not_yet_done、times_below）"
                report.find("pause_repeats", ("action", step, "guards"), text)


def _ways(report: Report, without_step: str) -> dict[str, set[str]]:
    """Return where every other step leads."""
    ways: dict[str, set[str]] = {}
    for name, action in report.procedure.action.items():
        if name != without_step and action.to is not None:
            for source in action.from_:
                ways.setdefault(source, set()).add(action.to)
    return ways


def _handing_on(report: Report) -> None:
    """Find steps of different offices that lead to and from each other without a count."""
    p = report.procedure
    ways: dict[str, set[str]] = {}
    steps: list[tuple[str, Action, str]] = []
    for name, action in p.action.items():
        if action.to is None or counted(report, name, action):
            continue
        for source in action.from_:
            ways.setdefault(source, set()).add(action.to)
            steps.append((name, action, source))
    after = {state: closure([state], ways) for state in {a.to for _, a, _ in steps if a.to is not None}}
    circling = [(n, a, s) for n, a, s in steps if a.to is not None and s in after[a.to]]
    passed = [name for name, action, _ in circling if "transfer_case" in action.effects]
    for name in dict.fromkeys(passed):
        text = f"{report.action(name)}可以无限次来回移送；请在 guards 中用 times_below 限定次数"
        report.find("endless_passing", ("action", name, "guards"), text)
    offices = {name: offices_of(p, action) for name, action, _ in circling}
    for (one, first, source), (other, second, back) in combinations(circling, 2):
        if first.to is None or second.to is None or source == first.to or back == second.to:
            continue
        round_ = back in after[first.to] and source in after[second.to]
        if round_ and offices[one] and offices[other] and not offices[one] & offices[other]:
            text = f"{report.action(one)}和{report.action(other)}由不同单位办理，可以无限次来回；请用 times_below 限定其中一步的次数"
            report.find("endless_passing", ("action", other), text)
            return


def counted(report: Report, name: str, action: Action) -> bool:
    """Tell whether a guard counts this step, or one without which the case cannot come round to it again."""
    for use in action.guards:
        step = (
            "request_supplement" if use.guard == "supplement_not_yet_requested" else use.parameters.get("action", name)
        )
        round_ = closure([action.to or ""], _ways(report, str(step))) & set(action.from_)
        if use.guard in COUNTED and (step == name or not round_):
            return True
    return False
