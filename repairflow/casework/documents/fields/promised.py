"""Days an office promises in its letters: only what a figure carries that somebody has read, or that the office has confirmed as
its own rule. Pages show planned days all the same."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from itertools import combinations

from sqlalchemy import Connection

from repairflow.casework.case_state.situation import Situation
from repairflow.casework.documents import own_rules
from repairflow.law.deadlines.due import Due
from repairflow.law.guards import day_text
from repairflow.law.letter_kinds import SAYS
from repairflow.law.procedure.roles import role_side

WHOLE_WAY = {"objection_accepted": ("self_check", "source_check", "deciding")}
"""Letters that tell the day of the result, and the stages that lie before it."""


def told(tx: Connection, at: Situation, clock: str) -> bool:
    """Tell whether a letter may name the day on which this limit ends, or how long it is. What else a letter sets for the subject is
    confirmed with its step."""
    spec = at.procedure.clock[clock]
    named = role_side(spec.owner) == "office" or own_rules.sets(at.procedure, clock)
    if not named or not own_rules.limit_unread(at.procedure, spec, at.pack):
        return True
    return own_rules.document_of_limit(tx, at, clock) is not None


def documents(tx: Connection, at: Situation, kind: str, dues: Mapping[str, Due]) -> list[str]:
    """Return the own documents of the limits that begin with a receipt or an acceptance, or that a notice sets: its day rests on them."""
    if SAYS.get(kind) == "taken_up":
        fresh = [clock for clock in dues if clock not in at.dues and dues[clock].state == "running"]
    else:
        fresh = [clock for clock, letter in own_rules.SET_BY.items() if letter == kind and clock in dues]
    found = (own_rules.document_of_limit(tx, at, clock) for clock in fresh)
    return [one for one in found if one is not None]


def of_result(tx: Connection, at: Situation, kind: str, today: date, dues: Mapping[str, Due]) -> dict[str, object]:
    """Return what a letter says of the day by which the result is told; nothing of the end of the first stage alone."""
    by = at.procedure.decided_by
    told_before = ("deciding",) if by is not None and by.tells else ()  # whoever decides has told the applicant by then
    finish = finish_day(tx, at, [one for one in WHOLE_WAY[kind] if one not in told_before], today, dues)
    later = "可以延长" if finish is not None and _may_extend(tx, at) else ""
    return {"finish_day": day_text(finish) if finish is not None else "", "due_day": "", "may_extend": later}


def _may_extend(tx: Connection, at: Situation) -> bool:
    """Tell whether some limit of the case can be extended by an article somebody has read, or by the office's own rule."""
    known = {**at.pack.basis, **at.procedure.basis}
    longer = [(name, action) for name, action in at.procedure.action.items() if action.extends is not None]
    return any(
        any(known[one].verified for one in action.basis if one in known)
        or own_rules.document_of(tx, at, name) is not None
        for name, action in longer
    )


def finish_day(
    tx: Connection, at: Situation, states: Collection[str], today: date, dues: Mapping[str, Due]
) -> date | None:  # fmt: skip
    """Return the last day by which all these stages are over: that of a limit over all of them, or the sum of the shortest limits that
    cover them; None where no figure carries it."""
    clocks = {
        name: spec for name, spec in at.procedure.clock.items()
        if role_side(spec.owner) == "office" and set(spec.runs_in) & set(states) and told(tx, at, name)
    }  # fmt: skip
    over = [dues[name].due_day for name, spec in clocks.items() if set(states) <= set(spec.runs_in) and name in dues]
    lengths = {name: spec.days.working for name, spec in clocks.items() if spec.days is not None and spec.days.working}
    sums = [
        sum(lengths[name] or 0 for name in some)
        for size in range(1, len(states) + 1) for some in combinations(lengths, size)
        if set(states) <= {state for name in some for state in clocks[name].runs_in}
    ]  # fmt: skip
    ends = [day for day in over if day is not None]
    ends += [at.calendar.add_working_days(today, min(sums))] if sums else []
    return min(ends, default=None)
