"""What an office's own lateness closes: it closes neither side of a decision alone, for an office would gain by being late."""

from __future__ import annotations

from collections.abc import Iterator

from repairflow.law.checks.decisions import by_office, side_of
from repairflow.law.checks.report import Report
from repairflow.law.procedure.model import Action, Procedure
from repairflow.law.procedure.roles import role_side

BY_TIME = frozenset({"clock_not_yet_over", "within_term_of_first", "day_is_ahead"})
"""Guards that close for good when days pass."""

BY_COUNT = frozenset({"not_yet_done", "times_below"})
"""Guards that close for good when an office has taken another step."""


def check(report: Report) -> None:
    """States from which only one side can still be decided once an office's limit is over."""
    p = report.procedure
    if report.is_record:
        return
    for state in p.state:
        sides: dict[str, list[tuple[str, str]]] = {"for": [], "against": []}
        for name, action in p.actions_from(state).items():
            side = side_of(p, action) if by_office(action) else None
            if side in sides and action.to not in (None, state):
                sides[side].append((name, next(closing(p, action), "")))
        _one_sided(report, state, sides)


def closing(p: Procedure, action: Action) -> Iterator[str]:
    """Guards of a step that an office's lateness closes."""
    for use in action.guards:
        clock = p.clock.get(str(use.parameters.get("clock", "")))
        office = clock is None or role_side(clock.owner) == "office"
        if use.guard in BY_TIME and office and action.extends is None:
            yield use.guard
        step = p.action.get(str(use.parameters.get("action", "")))
        if use.guard in BY_COUNT and step is not None and step is not action and by_office(step):
            yield use.guard


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
