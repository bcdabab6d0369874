"""约谈日程: the interviews and hearings of the visitor's office by month or week, its rooms, and the hearings of a case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from flask import flash, make_response, redirect, render_template, request, url_for

from repairflow import plain, times
from repairflow.casework.cases import assignment, hearing_result, hearings, meetings
from repairflow.casework.changes import BookHearing, CancelHearing, Change, CloseRoom, OpenRoom, RefuseHearingMove
from repairflow.casework.permissions import post_in
from repairflow.casework.queries.cases import hearing_entries, workload
from repairflow.casework.queries.cases import meetings as queries
from repairflow.casework.queries.cases import view as case_queries
from repairflow.casework.queries.cases.workload import AbsenceLine
from repairflow.errors import Conflict, Invalid, Refused
from repairflow.law.calendar.workdays import Calendar
from repairflow.records.rows import CaseRow, MeetingRoomRow
from repairflow.web.core import arguments
from repairflow.web.core.changing import change
from repairflow.web.core.context import current
from repairflow.web.core.routes import Answer
from repairflow.web.ui.forms import FieldError, errors_from

FORMS = ("result", "refuse", "book", "cancel")
"""The forms of a case's hearing, one beside the other."""
VIEWS = {"month": "月", "week": "周"}


class Day(NamedTuple):
    """One day of the calendar; `other`: it belongs to the month before or after; `rest`: the office does not work on it."""

    day: date
    other: bool
    rest: bool
    lines: tuple[queries.Line, ...]


class Span(NamedTuple):
    """What the calendar shows: its first day, the day after its last, and where it leads."""

    view: str
    first: date
    last: date
    title: str
    before: date
    after: date


def meetings_page() -> str:
    """Show the calendar of one office of the visitor."""
    return _page([])


def open_room() -> Answer:
    """Add a room, or show what is wrong."""
    form = request.form
    try:
        change(OpenRoom(current().actor, form.get("office", ""), form.get("name", "")))
    except Invalid as error:
        return make_response(_page(_errors(error), form.get("name", "")), 422)
    flash("约谈室已保存。", "success")
    return redirect(url_for("desk.meetings_page", office=form.get("office", "")), 303)


def close_room(room_id: int) -> Answer:
    """Offer a room no longer."""
    change(CloseRoom(current().actor, room_id))
    flash("约谈室已停用，已经安排在那里的不变。", "success")
    return redirect(url_for("desk.meetings_page", office=request.form.get("office", "")), 303)


def hearing(number: str) -> str:
    """Show what is booked for a case, and the form of its hearing."""
    return _hearing(number, ())


def book_hearing(number: str) -> Answer:
    """Book or move the hearing; show the form again with every clash."""
    form, here = request.form, current()
    given = BookHearing(
        here.actor, number, _moment(form.get("starts_at", "")), _minutes(form.get("minutes", "")),
        form.get("place", ""), form.get("first", ""), form.get("second", ""), form.get("reason", ""),
    )  # fmt: skip
    return done(number, given, "听证已安排，当事人会收到通知。", "book")


def _minutes(typed: str) -> int:
    """Return what was typed as a length; 0, which is refused at the field, for what is no number."""
    try:
        return plain.whole(typed.strip(), most=9999)
    except ValueError:
        return 0


def cancel_hearing(number: str) -> Answer:
    """Cancel the hearing with a reason."""
    given = CancelHearing(current().actor, number, request.form.get("reason", ""))
    return done(number, given, "听证已取消，当事人会收到通知。", "cancel")


def refuse_move(number: str) -> Answer:
    """Refuse the other time that the subject asked for."""
    given = RefuseHearingMove(current().actor, number, request.form.get("reason", ""))
    return done(number, given, "已答复当事人，听证按原定时间举行。", "refuse")


def done(number: str, given: Change, said: str, form: str) -> Answer:
    """Carry out a change of the case's hearing, or show its page again with what is wrong at the `form` that was sent."""
    try:
        change(given)
    except Refused as error:
        wrong: list[FieldError] = [FieldError("", one.text) for one in error.refusals]
        return make_response(_hearing(number, wrong, form), 422)
    except Invalid as error:
        return again(number, error, form)
    except Conflict as error:
        return make_response(_hearing(number, [FieldError("", error.message)], form), 409)
    flash(said, "success")
    return redirect(url_for("desk.hearing", number=number), 303)


def again(number: str, error: Invalid, form: str) -> Answer:
    """Show the page of the case's hearing with the faults of one of its forms; each has fields of its own."""
    return make_response(_hearing(number, _errors(error, f"{form}-"), form), 422)


def _errors(error: Invalid, prefix: str = "") -> list[FieldError]:
    return errors_from(error.problems, prefix) or [FieldError("", error.message)]


def _page(errors: Sequence[FieldError], typed: str = "") -> str:
    here = current()
    span = _span(arguments.text("view"), _day(arguments.text("day")) or here.today)
    asked = request.form.get("office") or arguments.text("office")
    with here.read() as tx:
        places = queries.places(tx, here.actor)
        place = next((one for one in places if one.code == asked), places[0] if places else None)
        lines: tuple[queries.Line, ...] = ()
        rooms: tuple[MeetingRoomRow, ...] = ()
        asking: frozenset[int] = frozenset()
        away: list[AbsenceLine] = []
        if place is not None:
            lines = queries.between(tx, here.actor, place.id, _midnight(span.first), _midnight(span.last), here.now)
            rooms, asking = meetings.rooms(tx, place.id), queries.waiting(tx, place.id, here.now)
            people = [one.id for one in meetings.officers(tx, place.id)]
            gone = workload.absences(tx, people, max(span.first, here.today))
            away = [one for one in gone if one.from_day < span.last]
    works = here.law.calendars.of(place.division_code if place is not None else None)
    return render_template(
        "desk/meetings.html", places=places, place=place, span=span, views=VIEWS, weeks=_weeks(span, lines, works),
        lines=lines, away=away,
        rooms=rooms, asking=asking, leads=place is not None and assignment.leads(here.actor, place.id), errors=errors,
        wrong={one.field: one.text for one in errors}, typed=typed, today=here.today,
    )  # fmt: skip


def _hearing(number: str, errors: Sequence[FieldError], sent: str = "") -> str:
    """Return the page; `sent` is the form that was refused, which alone shows again what was typed."""
    here = current()
    with here.read() as tx:
        view = case_queries.view(tx, here.law, here.actor, number, here.now)
        books = post_in(here.actor, view.case.deciding_id) is not None and view.case.closed_at is None
        lines = queries.of_case(tx, view.case, here.now)
        waits = hearing_result.to_record(tx, here.actor, view.case, here.now)
        recorded = hearing_result.to_correct(tx, here.actor, view.case) if waits is None else None
        replaced = hearing_entries.replaced(tx, view.case.id)
        people = meetings.officers(tx, view.case.deciding_id) if books else ()
        rooms = meetings.rooms(tx, view.case.deciding_id) if books else ()
    ahead = (
        one for one in lines if one.row.kind == "hearing" and one.row.ended is None and one.row.starts_at > here.now
    )
    standing = next(ahead, None)
    return render_template(
        "desk/hearing.html", view=view, lines=lines, books=books, standing=standing, rooms=rooms, errors=errors,
        people=[(one.label, one.label) for one in people], wrong={one.field: one.text for one in errors},
        hidden=view.case.internal or view.case.confidential, typed={name: request.form if name == sent else {} for name in FORMS},
        minutes=meetings.MINUTES, soonest=_soonest(view.case) if books else "",
        waits=waits, corrects=recorded, came=hearing_result.CAME,
        replaced={line.row.id: replaced.get(line.row.starts_at, []) for line in lines},
    )  # fmt: skip


def _soonest(case: CaseRow) -> str:
    """Return from which day a hearing may be booked today, and why; or why none may be."""
    here = current()
    try:
        return hearings.soonest(here.law, case, here.now).why
    except Conflict as error:
        return error.message


def _span(view: str, day: date) -> Span:
    """Return the month or the week in which a day lies; a month in whole weeks, Monday first."""
    if view == "week":
        first = day - timedelta(days=day.weekday())
        last = first + timedelta(days=7)
        title = f"{first:%Y-%m-%d} 至 {last - timedelta(days=1):%Y-%m-%d}"
        return Span("week", first, last, title, first - timedelta(days=7), last)
    month = day.replace(day=1)
    after = (month + timedelta(days=32)).replace(day=1)
    first = month - timedelta(days=month.weekday())
    last = after + timedelta(days=-after.weekday() % 7)
    return Span("month", first, last, f"{month.year}年{month.month}月", month - timedelta(days=1), after)


def _weeks(span: Span, lines: Sequence[queries.Line], works: Calendar) -> list[list[Day]]:
    by_day: dict[date, list[queries.Line]] = {}
    for line in lines:
        by_day.setdefault(line.day, []).append(line)
    month = (span.first + timedelta(days=7)).month if span.view == "month" else 0
    days = [span.first + timedelta(days=n) for n in range((span.last - span.first).days)]
    shown = [
        Day(day, bool(month) and day.month != month, not works.is_working(day), tuple(by_day.get(day, ())))
        for day in days
    ]
    return [shown[n : n + 7] for n in range(0, len(shown), 7)]


def _midnight(day: date) -> datetime:
    return times.at(day, time())


def _day(text: str) -> date | None:
    try:
        return plain.day(text)
    except ValueError:
        return None


def _moment(text: str) -> datetime | None:
    try:
        return plain.moment(text.strip())
    except ValueError:
        return None
