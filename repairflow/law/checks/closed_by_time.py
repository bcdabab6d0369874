"""What an office's own lateness closes: it closes neither side of a decision alone, for an office would gain by being late."""

from __future__ import annotations

from collections.abc import Iterator

from repairflow.law.checks.decisions import by_office, outcome_of, side_of
from repairflow.law.checks.intake import before_acceptance
from repairflow.law.checks.quiet_ends import files_itself
from repairflow.law.checks.report import Report
from repairflow.law.checks.steps_before import always_before
from repairflow.law.letter_kinds import SAYS
from repairflow.law.procedure.model import Action, Procedure
from repairflow.law.procedure.roles import role_side

BY_TIME = frozenset({"clock_not_yet_over", "within_term_of_first", "day_is_ahead"})
"""Guards that close for good when days pass."""

BY_COUNT = frozenset({"not_yet_done", "times_below", "supplement_not_yet_requested"})
"""Guards that close for good when an office has taken another step."""


def check(report: Report) -> None:
    """States from which only one side can still be decided once an office's limit is over."""
    p = report.procedure
    if report.is_record:
        return
    for state in p.state:
        sides: dict[str, list[tuple[str, str]]] = {"for": [], "against": []}
        for name, action in p.actions_from(state).items():
            side = _side(p, state, action) if by_office(action) else None
            if side in sides and action.to not in (None, state):
                sides[side].append((name, next(closing(p, action), "")))
        _one_sided(report, state, sides)
        _promised_alone(report, state)
        _by_detour(report, state, {side: [name for name, _ in steps] for side, steps in sides.items()})


def _promised_alone(report: Report, state: str) -> None:
    """Check that where an office may turn a filing away it may also take up one that is complete: not only what was promised for later."""
    p = report.procedure
    steps = {name: a for name, a in p.actions_from(state).items() if by_office(a)}
    refusing = [name for name, a in steps.items() if outcome_of(p, a) == "refused"]
    taking = {name: a for name, a in steps.items() if SAYS.get(a.letter or "") == "taken_up"}
    if refusing and taking and all(any(use.guard == "materials_promised" for use in a.guards) for a in taking.values()):
        text = f"在{report.state(state)}可以办理{report.action(refusing[0])}，受理却只有{'、'.join(map(report.action, taking))}"
        text += "，材料齐全的反而不能受理；请让受理的动作也从这一环节办理（from）"
        report.find("sides_closed", ("state", state), text)


def _side(p: Procedure, state: str, action: Action) -> str | None:
    """For whom a step speaks; that a case is taken up speaks for whoever filed, and that it is not against."""
    target = p.state.get(action.to or "")
    if files_itself(p) and target is not None and not target.final and SAYS.get(action.letter or "") == "taken_up":
        timed = any(use.guard in BY_TIME for use in action.guards)
        return "for" if state in before_acceptance(p) and not timed else None
    return side_of(p, action)


def closing(p: Procedure, action: Action) -> Iterator[str]:
    """Guards of a step that an office's lateness closes."""
    for use in action.guards:
        clock = p.clock.get(str(use.parameters.get("clock", "")))
        office = clock is None or role_side(clock.owner) == "office"
        if use.guard in BY_TIME and office and action.extends is None:
            yield use.guard
        step = p.action.get(str(use.parameters.get("action", "request_supplement")))
        if use.guard in BY_COUNT and step is not None and step is not action and by_office(step):
            yield use.guard


def _by_detour(report: Report, state: str, sides: dict[str, list[str]]) -> None:
    """Find a good decision that waits for a step an office may leave out, where the bad one waits for nothing."""
    p = report.procedure
    waits = {side: {name: _left_out(p, p.action[name], state) for name in steps} for side, steps in sides.items()}
    if not waits["for"] or not waits["against"] or not all(waits["for"].values()) or all(waits["against"].values()):
        return
    for name, step in waits["for"].items():
        text = f"{report.action(name)}有利于主体，须机关先{report.action(step or '')}才能办理，而那一步机关可以不办"
        text += f"，{report.state(state)}的相反决定却随时可以作出"
        report.find("closed_by_time", ("action", name, "guards"), f"{text}；请删去该条件")


def _left_out(p: Procedure, action: Action, state: str) -> str | None:
    """Return the step of an office that an action waits for although a case may come there without it; None where there is none."""
    for use in action.guards:
        step = str(use.parameters.get("action", ""))
        if use.guard != "times_done" or step not in p.action or not by_office(p.action[step]):
            continue
        if p.action[step].to is None:
            continue  # work that is noted down where the case stands (调查步骤): without it nothing is known
        if use.parameters.get("at_least", 1) != 1 or not always_before(p, [step], state):
            return step
    return None


def _one_sided(report: Report, state: str, sides: dict[str, list[tuple[str, str]]]) -> None:
    shut = {side: bool(steps) and all(guard for _, guard in steps) for side, steps in sides.items()}
    for side, other in (("for", "against"), ("against", "for")):
        if shut[side] and sides[other] and not shut[other]:
            which = "有利于主体" if side == "for" else "不利于主体"
            for name, guard in sides[side]:
                text = f"{report.action(name)}{which}，{report.guard(guard)}使它在期限届满或者机关办过别的动作以后不能再办，"
                text += f"{report.state(state)}的相反决定却还能作出"
                report.find(
                    "closed_by_time",
                    ("action", name, "guards"),
                    f"{text}；机关不得因自己的逾期或者动作只关上一边，请删去该条件",
                )
