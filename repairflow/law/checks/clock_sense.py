"""Limits that are none: an office that decides without one, or within more than sixty days; a subject that has a day or two to answer."""

from __future__ import annotations

from repairflow.law.calendar.periods import UNIT_LABELS
from repairflow.law.checks.decisions import by_office, outcome_of, weighs
from repairflow.law.checks.graph import closure, edges
from repairflow.law.checks.pack_figures import IN_DAYS
from repairflow.law.checks.quiet_ends import files_itself
from repairflow.law.checks.report import Report
from repairflow.law.checks.subject_time import SHORTEST
from repairflow.law.procedure.model import Action, Clock, Procedure
from repairflow.law.procedure.roles import outcome_side, role_side

INACTION = 60.0
"""Days after which an office that has not acted can be taken to reconsideration for it where no law gives it longer
(复议法实施条例 16): an office's limit beyond that binds nobody, where nobody has read an article that gives so much."""


def check(report: Report) -> None:
    """Everything about limits that holds on paper alone."""
    p = report.procedure
    if report.is_record:
        return
    for name, state in p.state.items():
        decided = [step for step, a in p.actions_from(name).items() if by_office(a) and weighs(p, a)]
        if state.no_clock and decided and files_itself(p):
            which = "、".join(map(report.action, decided))
            text = f"{report.state(name)}由机关作出决定（{which}），却没有期限（no_clock），提出的人可以一直等下去；请在 [clock] 中规定期限"
            report.find("no_clock_deciding", ("state", name), text)
    for name, clock in p.clock.items():
        _pieces(report, name, clock)
        _runs_on(report, name, clock)
        if clock.duty and role_side(clock.owner) != "office":
            text = f"{report.clock(name)}由{report.role(clock.owner)}遵守，却写了 duty = true：履行期限是机关答复申请人的期限；请删去 duty"
            report.find("duty_of_another", ("clock", name, "duty"), text)
        if clock.days is None or clock.verified:
            continue
        at, count = ("clock", name, "days"), clock.days.count * IN_DAYS[clock.days.unit]
        said = f"{clock.days.count} {UNIT_LABELS[clock.days.unit]}"
        if role_side(clock.owner) == "office" and count > INACTION:
            text = f"机关的{report.clock(name)}有 {said}，超过六十日（复议法实施条例第十六条：满六十日没有履行的可以申请复议）"
            text += "，又没有核对过的条文，等于没有期限；请改短，或者写明核对过的依据"
            report.find("office_limit_long", at, text)
        if role_side(clock.owner) == "subject" and clock.overdue != "escalate" and count < SHORTEST:
            text = f"主体的{report.clock(name)}只有 {said}，过了就{report.action(clock.overdue)}，来不及答复；请改长，或者写明核对过的依据"
            report.find("subject_limit_short", at, text)


def _pieces(report: Report, name: str, clock: Clock) -> None:
    """Check that a limit that runs in places no step joins begins anew in each for something its owner, or the system, has to do there."""
    p = report.procedure
    places = {*clock.runs_in, *clock.pauses_in} & set(p.state)
    joined: dict[str, set[str]] = {state: set() for state in places}
    for edge in edges(p):
        if edge.source in places and edge.target in places:
            joined[edge.source].add(edge.target)
            joined[edge.target].add(edge.source)
    pieces = {frozenset(closure([state], joined)) for state in places}
    if len(pieces) < 2 or role_side(clock.owner) != "office":
        return
    kept = {piece: any(_goes_on(p, clock, a) for s in piece for a in p.actions_from(s).values()) for piece in pieces}
    for piece in sorted(map(sorted, pieces)) if any(kept.values()) else ():
        if not kept[frozenset(piece)]:
            text = f"{report.clock(name)}也在{report.states(piece)}计算，离开别的环节以后才到那里，期限重新起算"
            text += f"，负责的{report.role(clock.owner)}在那里却没有要办的动作；请从 runs_in 中删去"
            report.find("owner_idle", ("clock", name, "runs_in"), text)


def _runs_on(report: Report, name: str, clock: Clock) -> None:
    """Check that a limit of an office runs on into no state from which on no office has anything to do within it: it would be
    overdue there whatever anybody does."""
    p = report.procedure
    places = {*clock.runs_in, *clock.pauses_in} & set(p.state)
    ways = {state: {a.to for a in p.actions_from(state).values() if a.to is not None} & places for state in places}
    idle = {
        state
        for state in set(clock.runs_in) & places
        if not any(_kept_by(p, a) for s in closure([state], ways) for a in p.actions_from(s).values())
    }
    later = sorted(state for state in idle if any(state in ways[other] for other in places - idle))
    if role_side(clock.owner) == "office" and clock.owner in p.actor and later:
        text = f"{report.clock(name)}在{report.states(later)}仍然计算，负责的{report.role(clock.owner)}和机关的其他岗位"
        text += "在那里却没有可以办理的动作，谁也不能使它停止；请从 runs_in 中删去，或者写 pauses_in"
        report.find("limit_runs_on", ("clock", name, "runs_in"), text)


def _kept_by(p: Procedure, action: Action) -> bool:
    """Tell whether a step is what a limit is kept by: one of an office that brings the case on, or what the system does when others
    have answered the office."""
    works = outcome_of(p, action) not in {"withdrawn", "terminated"} and action.extends is None
    return works and (bool(action.on) or any(role_side(role) == "office" for role in action.by))


def _goes_on(p: Procedure, clock: Clock, action: Action) -> bool:
    """Tell whether by this step the owner of a limit brings a case on or decides it, and does not only break it off."""
    target = p.state.get(action.to or "")
    return clock.owner in action.by and target is not None and outcome_side(target.outcome) != "neutral"
