"""The office's time has an end that it does not choose: its stages together, and each by itself."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from repairflow.law.checks.graph import closure, reachable, successors
from repairflow.law.checks.quiet_ends import files_itself
from repairflow.law.checks.report import Report
from repairflow.law.checks.subject_time import asked_by_office
from repairflow.law.procedure.model import Clock, Procedure
from repairflow.law.procedure.roles import role_side

MOST = 60
"""Days of all stages together, a working day counted as one: who has had no answer by then may go to reconsideration for it where
no law gives the office longer (复议法实施条例 16)."""
AS_DAYS: Mapping[str, int] = {"working": 1, "calendar": 1, "months": 30, "years": 365}


def check(report: Report) -> None:
    """Find what an office owes whoever filed, and when."""
    p = report.procedure
    if report.is_record or p.initial not in p.state:
        return
    if files_itself(p):
        _sum(report)
    for name, clock in p.clock.items():
        if role_side(clock.owner) == "office":
            _own_end(report, name, clock)


def _sum(report: Report) -> None:
    """Find the limits one after another, each extended once where it can be, on the longest way; those that somebody read count not."""
    p = report.procedure
    names, total = _longest(p)
    if total <= MOST or len(names) < 2:  # one alone is told as `office_limit_long`
        return
    parts = "、".join(f"{report.clock(name)} {_days(p, name)} 日" for name in names)
    text = f"机关的各段期限首尾相接，合计 {total} 日（{parts}；延长的计一次），超过六十日（复议法实施条例第十六条），又没有核对过的条文"
    text += "；请缩短，合并为一个期限，或者写明核对过的依据"
    report.find("office_limits_sum", ("clock", names[-1]), text)


def _days(p: Procedure, name: str) -> int:
    days = p.clock[name].days
    assert days is not None
    more = [a.extends for a in p.action.values() if a.extends is not None and a.extends.clock == name]
    longest = max(((one.working or 0) + (one.calendar or 0) + 30 * (one.months or 0) for one in more), default=0)
    return days.count * AS_DAYS[days.unit] + longest


def _longest(p: Procedure) -> tuple[list[str], int]:
    """Return the limits of the longest way from filing to an end; states that lead back to each other are passed once."""
    following = successors(p)
    reach = {state: closure([state], following) for state in reachable(p)}
    group = {state: frozenset(other for other in reach[state] if state in reach[other]) for state in reach}
    tightest = {state: _tightest(p, state) for state in reach}

    @cache
    def onward(here: frozenset[str], running: frozenset[str]) -> tuple[int, tuple[str, ...]]:
        """Return the days from here on, limits that are running already not counted again."""
        clocks = frozenset(name for state in here if (name := tightest[state]) is not None)
        anew = sorted(clocks - running)
        after = {group[there] for state in here for there in following[state] if group[there] != here}
        rest = max((onward(there, clocks) for there in after), default=(0, ()))
        return rest[0] + sum(_days(p, name) for name in anew), (*anew, *rest[1])

    total, names = onward(group[p.initial], frozenset())
    return list(dict.fromkeys(names)), total


def _tightest(p: Procedure, state: str) -> str | None:
    """Return the shortest limit of an office in a state, for that is the one that binds; None where there is none, or somebody read it."""
    found = [
        name
        for name, clock in p.clock.items()
        if state in clock.runs_in
        and clock.days is not None
        and not clock.starts_on
        and role_side(clock.owner) == "office"
    ]
    shortest = min(found, key=lambda name: _days(p, name), default=None)
    return None if shortest is None or p.clock[shortest].verified else shortest


def _own_end(report: Report, name: str, clock: Clock) -> None:
    """Check that an office that writes the end of its own limit into a form has none; another limit with a figure has to run beside it."""
    p = report.procedure
    wanted = clock.named or clock.starts_on
    if any("book_meeting" in a.effects and wanted in a.inputs for a in p.action.values()):
        return  # a meeting is when it is
    if wanted is None or clock.overdue != "escalate" or clock.verified:
        return
    steps = [report.action(step) for step, _, _ in asked_by_office(p, clock, wanted)]
    steps += ["提出时"] if wanted in p.inputs and not files_itself(p) and p.initial in clock.runs_in else []
    alone = [state for state in clock.runs_in if state in p.state and not _fixed(p, state)]
    if steps and alone:
        text = f"机关的{report.clock(name)}由机关自己在{steps[0]}填写的“{wanted}”决定"
        text += f"，在{report.states(alone)}又没有别的期限，等于没有期限"
        report.find("office_limit_own", ("clock", name), f"{text}；请写 days，或者让别的期限也在那里计算")


def _fixed(p: Procedure, state: str) -> bool:
    """Tell whether a limit with a figure runs in a state."""
    return any(state in clock.runs_in and clock.days is not None and not clock.starts_on for clock in p.clock.values())
