"""Days that a letter issued anew may not name any more: nobody is asked to come, or to act, by a day that is over, and no office
promises anything by one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime

from repairflow.casework.case_state.situation import Situation
from repairflow.casework.documents.fields.inputs import moment_text
from repairflow.casework.documents.fields.letter_step import LetterStep
from repairflow.errors import Refusal
from repairflow.law.procedure.model import Action
from repairflow.letters.text.placeholders import VOCABULARY
from repairflow.times import local_day

INVITES = frozenset({"interview_notice"})
"""Kinds that ask somebody to come at a time; a record of the talk names the time that was."""
READERS_DAYS = ("reply_due_day", "supplement_time", "rectification_time", "report_time", "statement_time")
"""By when the reader must act."""
READER_PROMISED = frozenset({"deficient_accepted", "commitment_registered"})
"""Kinds that ask the reader to keep its promise by its day; in others that day is what was promised once."""
OFFICES_DAYS = ("finish_day", "new_due_day", "due_day")
"""By when an office says it will act: with a new number it would promise it again."""
PAST_LIMIT = frozenset({"extension", "supervision_slip"})
"""Kinds whose `due_day` is a fact: when the limit that was extended, or that lapsed, ended."""
_DAY = re.compile("([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日")
_ELSE = "改正其中的差错，请用“文书更正”"


def refusals(of: LetterStep, fields: Mapping[str, object], now: datetime) -> list[Refusal]:
    """Return why these words cannot be issued anew now: the meeting's time has passed or was moved, or a day by which somebody must
    or will act is over."""
    found = days_over(of.kind, fields, local_day(now))
    asked = of.inputs.get("meeting_at")
    if of.kind in INVITES and asked:
        newest = next(
            (one.inputs["meeting_at"] for one in reversed(of.at.history) if one.inputs.get("meeting_at")), asked
        )
        if newest != asked:
            text = f"约谈已改到{moment_text(newest)}，原定于{moment_text(asked)}的通知不能重新出具；请重新出具改期后的通知书"
            found.append(Refusal("meeting_moved", text))
        elif datetime.fromisoformat(str(asked)) <= now:
            text = f"写明的约谈时间（{moment_text(asked)}）已过，不能再据此通知到场；{_next_step(of)}；{_ELSE}"
            found.append(Refusal("meeting_past", text))
    return found


def _next_step(of: LetterStep) -> str:
    """Tell the step, open to the case as it stands, that writes another notice; where there is none, those that follow the meeting."""
    at = of.at
    offered = at.procedure.actions_from(at.case.state).values()
    writing = [one.label for one in offered if one.letter == of.kind and not _used_up(one, at)]
    if writing:
        return f"仍需约谈的，请办理“{'”或者“'.join(writing)}”，由该步骤制发新的通知书"
    after = [one.label for one in offered if any(use.guard == "meeting_time_reached" for use in one.guards)]
    if after:
        return f"请办理“{'”或者“'.join(after)}”"
    return f"办件处于“{at.procedure.state[at.case.state].label}”，不再通知约谈"


def _used_up(action: Action, at: Situation) -> bool:
    """Tell whether the step may be taken once and was."""
    return any(use.guard == "not_yet_done" and use.parameters["action"] in at.done for use in action.guards)


def days_over(kind: str, fields: Mapping[str, object], today: date) -> list[Refusal]:
    """Return why a letter of this kind cannot be issued anew `today` with these words: the days named in them that are over."""
    found = []
    for name in (*READERS_DAYS, *(("promised_day",) if kind in READER_PROMISED else ())):
        if said := _over(fields, name, today):
            label = VOCABULARY[name].label
            found.append(Refusal("day_past", f"写明的{label}（{said}）已经届满，不能以原期限重新出具；{_ELSE}"))
    for name in OFFICES_DAYS:
        if (said := _over(fields, name, today)) and not (name == "due_day" and kind in PAST_LIMIT):
            text = (
                f"写明的{VOCABULARY[name].label}（{said}）已过，重新出具等于再次许诺一个过去的日期；{_ELSE}；"
                "期限确需延长的，依法办理延期，由延期通知书告知新的日期"
            )
            found.append(Refusal("promise_past", text))
    return found


def without_past_offers(fields: Mapping[str, object], today: date) -> dict[str, object]:
    """Return the fields without the day from which somebody may apply, where that day has come: a past day is no offer."""
    return dict(fields) | ({"apply_from": ""} if _over(fields, "apply_from", today) else {})


def _over(fields: Mapping[str, object], name: str, today: date) -> str:
    """Return what is said of the last day a field names, where that day is over."""
    said = str(fields.get(name) or "")
    days = [date(*map(int, parts)) for parts in _DAY.findall(said)]
    return said if days and max(days) < today else ""
