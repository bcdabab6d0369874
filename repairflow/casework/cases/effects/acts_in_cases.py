"""What a case does to the administrative act (行政许可等信息) it is about: the effects a record has, as far as an act has them.

The act, its own part of the trail and the platforms change in the transaction of the step.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, select, update

from repairflow import plain
from repairflow.casework import event_log
from repairflow.casework.actor import Actor
from repairflow.casework.case_state import act_objects
from repairflow.casework.case_state.record_change import Change
from repairflow.casework.case_state.record_life import life
from repairflow.casework.correctable_fields import ACT_CORRECTABLE, LABELS, NO_END
from repairflow.casework.credit_records.effects import Wanted
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.outbound import act_pushes
from repairflow.casework.outbound.push_cause import Cause
from repairflow.errors import Refusal, Refused
from repairflow.law.acts import PUBLISHED_WITHIN, STANDS
from repairflow.law.calendar.workdays import Calendar
from repairflow.law.document_keys import document_key
from repairflow.law.identifiers import without_personal_numbers
from repairflow.law.procedure.library import Library
from repairflow.letters.fonts.printable import how_else, unprintable
from repairflow.records import act
from repairflow.records.rows import ActRow
from repairflow.times import local_day

MARK, UNMARK, CORRECT, ANNUL, NOTE = (
    "mark_disputed", "unmark_disputed", "correct_record", "annul_record", "annotate_record",
)  # fmt: skip
NOTHING_TO_DO = frozenset({"unmask_record", "lift_measures"})
"""Effects that take back what an act never has: it is not masked, and no measure rests on it."""
EVENTS = {
    ANNUL: (EventName.WITHDRAW_ACT, "withdrawn"),
    CORRECT: (EventName.CORRECT_ACT, "corrected"),
    NOTE: (EventName.NOTE_ACT, "noted"),
    MARK: (EventName.MARK_ACT, "marked"),
    UNMARK: (EventName.UNMARK_ACT, "unmarked"),
}
"""The event in the act's own stream for each effect, and what platforms are told; of several effects the first here is told."""


class Plan(NamedTuple):
    """What effects would do to an act: the change, its columns' new values, and what does not fit. Nothing is written."""

    change: Change
    values: dict[str, Any]  # by column of the act
    refusals: tuple[Refusal, ...]


class By(NamedTuple):
    """Who takes the step, in which role, in which case."""

    actor: Actor
    role: str
    case: str


def plan(tx: Connection, law: Library, row: ActRow, wanted: Wanted) -> Plan:
    """Return what these effects would do to an act, for the step itself and for its preview. A mark that stands, or that there is none
    of, is no obstacle; what an act never has is refused."""
    today, values, done = local_day(wanted.now), dict[str, Any](), list[str]()
    refusals, told = list[Refusal](), tuple[tuple[str, str, str, str], ...]()
    for name in wanted.names:
        if name in NOTHING_TO_DO:
            continue
        if name not in EVENTS:
            refusals.append(Refusal("not_of_acts", f"行政许可等信息不适用“{life(law).action[name].label}”"))
        elif name == CORRECT:
            given = {str(k): str(v) for k, v in (wanted.inputs.get("corrections") or {}).items()}
            right, faults = _corrected(tx, law.calendar, row, given, today)
            refusals += faults
            told = tuple(
                (one, LABELS[one], _shown(getattr(row, one)), _shown(right[one]))
                for one in ACT_CORRECTABLE
                if one in right
            )
            values |= right
            done.append(name)
        elif (given_values := _values(name, row, wanted, today)) is not None:
            values |= given_values
            done.append(name)
    after = row._replace(**values)
    change = Change(
        tuple(done),
        act_objects.standing(row),
        act_objects.standing(after),
        row.state == "published" and bool(values),
        told,
    )
    return Plan(change, values, tuple(refusals))


def _values(name: str, row: ActRow, wanted: Wanted, today: date) -> dict[str, object] | None:
    """Return what an effect other than a correction sets; None where there is nothing to set or take back."""
    if name == MARK:
        return {"disputed_on": today} if row.state == "published" and row.disputed_on is None else None
    if name == UNMARK:
        return {"disputed_on": None} if row.disputed_on is not None else None
    if name == NOTE:
        return {"note": wanted.reason} if row.state in STANDS else None
    if row.state not in STANDS:  # ended meanwhile by the office itself
        return None
    return {"state": "withdrawn", "withdrawn_as": "withdrawn", "disputed_on": None, "reason": wanted.reason}


def apply(tx: Connection, law: Library, row: ActRow, wanted: Wanted) -> Change:
    """Carry out effects on a locked act, as `plan` has them; Refused, with nothing written, where one does not fit."""
    change, values, refusals = plan(tx, law, row, wanted)
    if refusals:
        raise Refused(refusals)
    if values:
        tx.execute(update(act).where(act.c.id == row.id).values(**values))
    return change


def follow(tx: Connection, row: ActRow, change: Change, by: By, cause: Cause, reason: str | None) -> int:
    """Ensure that the act's own part of the trail says what the case did to it, and platforms that showed it are told; gives how many
    pushes wait."""
    done = [name for name in EVENTS if name in change.effects]
    after = act_pushes.of(tx, row.id)
    for name in done:
        content: dict[str, object] = {"case": by.case}
        if name == CORRECT:
            content["corrections"] = [list(item) for item in change.corrections]
        event = NewEvent(
            action=EVENTS[name][0], at=cause.at, by=by.actor, role=by.role, from_state=row.state, to_state=after.state,
            reason=reason or None, content=content,
        )  # fmt: skip
        event_log.append(tx, act_pushes.stream(row.number), event)
    if not done or row.state != "published":
        return 0
    return act_pushes.push(tx, row.id, EVENTS[done[0]][1], cause)


def _corrected(
    tx: Connection, calendar: Calendar, row: ActRow, given: Mapping[str, str], today: date
) -> tuple[dict[str, Any], list[Refusal]]:
    """Return the columns that a correction sets (what stands so already is none), and what does not fit."""
    foreign = [LABELS.get(name, name) for name in given if name not in ACT_CORRECTABLE]
    if foreign:
        return {}, [Refusal("not_of_acts", f"行政许可等信息没有“{'、'.join(foreign)}”，请删去")]
    faults = [
        Refusal("unprintable", f"“{LABELS[name]}”含有印不出来的字：{odd}；{how_else(text)}")
        for name, text in given.items()
        if (odd := unprintable(text))
    ]
    read = {name: _column(name, text) for name, text in given.items()}
    values: dict[str, Any] = {name: value for name, value in read.items() if getattr(row, name) != value}
    if not values:
        faults.append(Refusal("nothing_corrected", "更正的内容与现在的信息相同，请写明正确的内容"))
    after = row._replace(**values)
    if after.decision_date > today:
        faults.append(Refusal("date_in_future", f"决定日期{after.decision_date}还没有到，请核对"))
    since = max(filter(None, (after.valid_from, after.decision_date)))
    if after.valid_until is not None and after.valid_until < since:
        faults.append(Refusal("ends_too_early", "有效期届满的日期早于决定日期或者有效期的起始日，请核对"))
    if "decision_date" in values:
        values["due_day"] = calendar.add_working_days(after.decision_date, PUBLISHED_WITHIN)
    if "document_number" in values:
        values["document_key"] = document_key(after.document_number)
        same = (act.c.office_id == row.office_id, act.c.kind == row.kind, act.c.subject_id == row.subject_id)
        known = act.c.document_key == values["document_key"], act.c.state.in_(STANDS), act.c.id != row.id
        if tx.execute(select(act.c.id).where(*same, *known)).first() is not None:
            faults.append(Refusal("number_taken", "该主体已有文号相同的另一条同类信息，不能更正为同一文号"))
    return values, faults


def _column(name: str, text: str) -> date | str | None:
    if name == "valid_until" and text == NO_END:
        return None
    if name in ("decision_date", "valid_from", "valid_until"):
        return plain.day(text)
    return without_personal_numbers(text) if name in ("title", "basis") else text


def _shown(value: object) -> str:
    return "（空）" if value in (None, "") else str(value)
