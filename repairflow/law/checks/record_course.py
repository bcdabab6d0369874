"""What a case itself has done to its record, or noted of its meeting: no later step waits for what that has ended."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import reduce
from typing import TypeAlias

from repairflow.law.checks.decisions import by_office
from repairflow.law.checks.graph import reachable
from repairflow.law.checks.guard_satisfiability import scope_of
from repairflow.law.checks.report import Report
from repairflow.law.guards import PUBLIC_STATES
from repairflow.law.guards.reads import READINGS, RECORD_STATES
from repairflow.law.procedure.model import Action, Procedure

Course: TypeAlias = frozenset[str]
"""The states in which a record may be, or whether a meeting may lie ahead or be over."""
Moved: TypeAlias = Callable[[Action, Course], Course]
"""What a step makes of it."""

ENDED = frozenset({"ceased", "sealed"})
BOOKED = frozenset({"ahead", "over"})
OF_A_NEW_ONE = frozenset({"notice_lead_time", "rescheduled_within"})
"""Guards that look at the meeting their own form sets."""


def check(report: Report) -> None:
    """Find guards and effects that can hold no more once the case has come where they are asked."""
    p, life = report.procedure, report.names.record
    if report.is_record or p.initial not in p.state:
        return
    if life is not None and p.subject != "subject":
        _record(report, life)
    if any("book_meeting" in action.effects for action in p.action.values()):
        _meeting(report)


def _record(report: Report, life: Procedure) -> None:
    p = report.procedure
    filed = (READINGS[use.guard].record for use in p.filing_guards if use.guard in READINGS)
    start = reduce(frozenset.intersection, filed, RECORD_STATES)
    course = _spread(p, _drifted(start), lambda action, here: _drifted(_moved(action, here, life)))
    for name, action in p.action.items():
        for state in (one for one in action.from_ if course.get(one)):
            here = course[state]
            for use in action.guards:
                reading = READINGS.get(use.guard)
                if reading is not None and "none" not in here and not reading.record & here:
                    text = f"到{report.state(state)}时，本办件已经使信息不再处于{report.guard(use.guard)}所要的状态"
                    text += f"，{report.action(name)}在那里永远不能办"
                    report.find("never_possible", ("action", name, "guards"), f"{text}；请删去该条件，或者改正 from")
            asked = [READINGS[use.guard].record for use in action.guards if use.guard in READINGS]
            held = (
                reduce(frozenset.intersection, asked, here) or here
            )  # guards that exclude each other are told elsewhere
            if (effect := _impossible(action, held, life)) is not None:
                label = life.action[effect].label
                text = f"到{report.state(state)}时，本办件已经改变了信息，{report.action(name)}的公开效果“{label}”（{effect}）"
                text += "在那里永远不能发生"
                report.find("never_possible", ("action", name, "effects"), f"{text}；请删去，或者改正 from")


def _meeting(report: Report) -> None:
    """Check that a step after the meeting took place waits for no meeting that lies ahead, and none leaves before it is over."""
    p = report.procedure
    course = _spread(p, frozenset({"none"}), _met)
    for name, action in p.action.items():
        for use in action.guards:
            wanted = scope_of(use, p, ()).facts.get("meeting")
            shut = [state for state in action.from_ if wanted and course.get(state) and not wanted & course[state]]
            if shut and use.guard not in OF_A_NEW_ONE:
                text = f"{report.action(name)}的{report.guard(use.guard)}在{report.states(shut)}永远不能满足"
                text += "：约定的时间还没有定，或者已经过去"
                report.find("never_possible", ("action", name, "from"), f"{text}；请从 from 中删去")
        _too_early(report, name, action)
        early = [
            state
            for state in action.from_
            if "push_interview" in action.effects and course.get(state, BOOKED) != {"over"}
        ]
        if early:
            text = f"{report.action(name)}把约谈结果记入信用档案并推送，到{report.states(early)}时约谈却可以还没有进行"
            report.find("conditions_turned", ("action", name, "effects"), f"{text}；请删去该效果，或者改正 from")


def _too_early(report: Report, name: str, action: Action) -> None:
    """Check that an office leads a case on from where a meeting is booked only once its time has come, or breaks it off."""
    p = report.procedure
    booked = {one.to for one in p.action.values() if "book_meeting" in one.effects and one.to is not None}
    onward = action.to is not None and action.to in p.state and action.to not in action.from_
    ends = onward and p.state[action.to or ""].final
    timed = any(READINGS[use.guard].facts.get("meeting") for use in action.guards if use.guard in READINGS)
    if onward and not ends and booked & set(action.from_) and by_office(action) and not timed:
        text = f"{report.action(name)}在约定的时间到来以前就能办，还没有发生的事不能记作已经发生；请在 guards 中写 meeting_time_reached"
        report.find("conditions_turned", ("action", name, "guards"), text)


def _spread(p: Procedure, start: Course, moved: Moved) -> dict[str, Course]:
    """Return for each state what holds there, over all ways that lead to it."""
    found: dict[str, Course] = {p.initial: start}
    waiting = deque([p.initial])
    known = reachable(p)
    while waiting:
        state = waiting.popleft()
        for action in p.actions_from(state).values():
            to = action.to or state
            after = found.get(to, frozenset()) | moved(action, found[state])
            if to in known and after != found.get(to):
                found[to] = after
                waiting.append(to)
    return found


def _moved(action: Action, here: Course, life: Procedure) -> Course:
    """Return where the effects of a step leave a record; where one cannot begin, it stays (the step is told by itself)."""
    for effect in action.effects:
        step = life.action.get(effect)
        if step is not None and step.to is not None:
            can = here & set(step.from_)
            # another case may hold a mask, too: what one takes back stays until the other does
            kept = can if effect == "unmask_record" else frozenset[str]()
            rest = (
                here - can if effect.startswith("un") else frozenset[str]()
            )  # an undo where nothing stands does nothing
            here = rest | kept | ({step.to} if can else frozenset[str]()) or here
    return here


def _drifted(here: Course) -> Course:
    """Return also where time and other cases may have brought the record meanwhile: out of force, never back."""
    found = set(here)
    if here & PUBLIC_STATES or "unpublished" in here:
        found |= PUBLIC_STATES | ENDED
    if "masked" in here or "ceased" in here:
        found |= ENDED if "masked" in here else {"sealed"}
    return frozenset(found)


def _impossible(action: Action, here: Course, life: Procedure) -> str | None:
    """Return the first effect of a step that can begin nowhere from here; a case without a record has none."""
    first = next((one for one in action.effects if one in life.action and life.action[one].to is not None), None)
    if first is None or "none" in here or first.startswith("un"):
        return None
    step = life.action[first]
    stands = (
        {step.to} if first == "mask_record" else set[str | None]()
    )  # a record that another case masked may be masked by this, too
    return None if here & {*step.from_, *stands} else first


def _met(action: Action, here: Course) -> Course:
    if "book_meeting" in action.effects:
        return BOOKED
    reached = any(use.guard == "meeting_time_reached" for use in action.guards)
    return frozenset({"over"}) if reached else here
