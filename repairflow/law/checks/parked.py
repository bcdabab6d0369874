"""Cases that an office sets aside: states without a limit that it alone may end, and rounds in which its limit begins anew."""

from __future__ import annotations

from collections.abc import Iterable

from repairflow.law.checks.event_waits import counted
from repairflow.law.checks.graph import closure
from repairflow.law.checks.quiet_ends import files_itself
from repairflow.law.checks.report import Report
from repairflow.law.procedure.model import Action, Clock, Procedure
from repairflow.law.procedure.roles import role_side

OTHERS = (
    "法院", "复议", "裁定", "裁判", "判决", "仲裁", "鉴定", "检验", "检测", "评审", "公安", "检察", "上级", "回执", "另案",
)  # fmt: skip
"""Words of whom or what a state without a limit may wait for: it lies outside the office."""


def check(report: Report) -> None:
    """Everything by which an office would put off, without end, what somebody brought to it."""
    p = report.procedure
    if report.is_record or not files_itself(p):
        return
    for name, state in p.state.items():
        if state.no_clock is not None and not state.final:
            _waiting(report, name, state.no_clock)
    for name, clock in p.clock.items():
        if role_side(clock.owner) == "office" and clock.days is not None:
            _anew(report, name, clock)


def _waiting(report: Report, name: str, reason: str) -> None:
    """Nothing outside moves a case on from a state without a limit: only the office, when it pleases."""
    leaving = [action for action in report.procedure.actions_from(name).values() if action.to not in (None, name)]
    if not leaving or any(action.on for action in leaving) or not any(map(_office, leaving)):
        return
    onward = [action for action in leaving if not _office(action) and not _ends(report.procedure, action)]
    if onward:
        return
    if not any(word in reason for word in OTHERS):
        text = f"{report.state(name)}没有期限（no_clock），又只有机关能使办件离开，提出的人可以一直等下去"
        text += "；请在 [clock] 中规定期限，或者在 no_clock 写明等待哪个单位的什么结果"
        report.find("parked", ("state", name), text)


def _ends(p: Procedure, action: Action) -> bool:
    return action.to is not None and action.to in p.state and p.state[action.to].final


def _office(action: Action) -> bool:
    return any(role_side(role) == "office" for role in action.by)


def _anew(report: Report, name: str, clock: Clock) -> None:
    """Check that one post takes a case out of its office's limit and puts it back, as often as it likes: each time it begins anew."""
    p = report.procedure
    within = {*clock.runs_in, *clock.pauses_in}
    outside = {s for s in p.state if s not in within and not p.state[s].final and not _others_time(p, s)}
    for step, action in p.action.items():
        if action.to not in outside or not set(action.from_) & set(clock.runs_in) or not _office(action):
            continue
        if counted(report, step, action) or _covered(p, action):
            continue
        mend = "期限重新起算，次数没有限制；请把该环节写入 runs_in 或者 pauses_in，或者给该动作加上次数"
        what = f"{report.action(step)}使办件离开{report.clock(name)}"
        if within & closure([action.to], _ways(report, outside, set(action.by))):
            report.find("limit_anew", ("action", step), f"{what}，同一岗位又可以使它回来，{mend}")
        elif within & closure([action.to], _ways(report, outside, None)):
            report.find("limit_anew", ("action", step), f"{what}，机关的岗位又可以使它回来，{mend}")


def _ways(report: Report, states: Iterable[str], posts: set[str] | None) -> dict[str, set[str]]:
    """Return where steps of these posts, or of any office, lead from these states as often as they like."""
    p = report.procedure
    return {
        state: {
            action.to
            for name, action in p.actions_from(state).items()
            if action.to is not None
            and (_office(action) if posts is None else posts & set(action.by))
            and not counted(report, name, action)
        }
        for state in states
    }


def _covered(p: Procedure, action: Action) -> bool:
    """Tell whether a limit of an office spans both ends of a step, so that the time between is counted once and for all."""
    return any(
        clock.days is not None
        and role_side(clock.owner) == "office"
        and set(action.from_) & set(clock.runs_in)
        and action.to in (*clock.runs_in, *clock.pauses_in)
        for clock in p.clock.values()
    )


def _others_time(p: Procedure, state: str) -> bool:
    """Tell whether it is the subject's to act there within a limit of its own, or another office's that has none (法院)."""
    reason = p.state[state].no_clock
    if reason is not None and any(word in reason for word in OTHERS):
        return True
    return any(state in clock.runs_in and role_side(clock.owner) == "subject" for clock in p.clock.values())
