"""How a person is notified, for enterprises and staff alike: channels, addresses, the private calendar."""

from __future__ import annotations

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from repairflow.casework.actor import actor_of
from repairflow.casework.changes import ChooseChannels, CloseFeed, OpenFeed
from repairflow.casework.notifications import channels as known
from repairflow.casework.queries.people.agenda import Entry, agenda
from repairflow.errors import Invalid, NotFound, Unauthenticated
from repairflow.web.core.changing import change
from repairflow.web.core.context import RequestContext, current
from repairflow.web.ui.forms import FieldError, errors_from
from repairflow.web.ui.ical import DayEvent, calendar


def page(errors: list[FieldError], feed: str = "") -> str:
    """Show the page; `feed` is a new calendar address, shown now and never again."""
    here = current()
    with here.read() as tx:
        now = known.reach(tx, here.services.vault, here.actor.id or 0)
    again = request.form if errors else None
    chosen = {tuple(v.split("/", 1)) for v in again.getlist("chosen")} if again else now.chosen
    return render_template(
        "preferences.html", errors=errors, wrong={e.field: e.text for e in errors}, channels=_offered(here),
        topics=known.TOPICS, chosen=chosen, email=again["email"] if again else now.email,
        phone=again["phone"] if again else now.phone, feed_since=now.feed_since, feed=feed,
    )  # fmt: skip


def preferences() -> str:
    """Show how the visitor is notified."""
    return page([])


def save() -> AnyResponse:
    """Keep channels and addresses, or show what is wrong."""
    here = current()
    pairs = [value.partition("/") for value in request.form.getlist("chosen")]
    chosen = [(topic, channel) for topic, _, channel in pairs]
    try:
        if any(channel not in _offered(here) for _, channel in chosen):
            raise Invalid("这种提醒方式现在不能选择，请重新选择。")
        change(ChooseChannels(here.actor, request.form.get("email", ""), request.form.get("phone", ""), chosen))
    except Invalid as error:
        return make_response(page(errors_from(error.problems) or [FieldError("", error.message)]), 422)
    flash("提醒方式已保存。", "success")
    return redirect(url_for("preferences.preferences"), 303)


def open_feed() -> AnyResponse:
    """Make a calendar address and show it this once."""
    here = current()
    token = change(OpenFeed(here.actor))
    address = f"{here.settings.public_url.rstrip('/')}{url_for('preferences.feed', token=token)}"
    return make_response(page([], address))


def close_feed() -> AnyResponse:
    """Close the calendar address."""
    change(CloseFeed(current().actor))
    flash("日历地址已经作废，订阅它的日历不再更新。", "success")
    return redirect(url_for("preferences.preferences"), 303)


def feed(token: str) -> Response:
    """Give the calendar of whoever holds its address, because calendars cannot sign in. NotFound for an unknown or closed one."""
    here = current()
    with here.read() as tx:
        person_id = known.person_of_feed(tx, token)
        if person_id is None:
            raise NotFound
        try:
            actor = actor_of(tx, person_id, here.today)
        except Unauthenticated:
            raise NotFound from None
        entries = agenda(tx, here.law, actor, here.today)
    base, inner = here.settings.public_url.rstrip("/"), "my" if actor.kind == "agent" else "desk"
    text = calendar("信用修复与异议办理：我的期限和约谈", (_event(entry, base, inner) for entry in entries), here.now)
    answer = Response(text, content_type="text/calendar; charset=utf-8")
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Content-Disposition"] = 'inline; filename="deadlines.ics"'
    return answer


def _offered(here: RequestContext) -> dict[str, str]:
    """Give the channels that this node can use, with their labels."""
    return {name: label for name, label in known.CHANNELS.items() if name != "mail" or here.settings.smtp_url}


def _event(entry: Entry, base: str, inner: str) -> DayEvent:
    host = base.partition("://")[2].partition("/")[0]
    about = ""
    if entry.provisional:
        unread = "这一日期待核实：依据的条文没有核对，认定单位也没有确认。"
        about = unread if entry.record else "届满日暂定：该年度放假安排尚未公布，公布后自动更新。"
    folder = "records" if entry.record else "cases"
    return DayEvent(
        f"{entry.key}@{host}", entry.day, entry.title + ("（暂定）" if entry.provisional and not entry.record else ""), entry.text + about,
        f"{base}/{inner}/{folder}/{entry.number}", entry.provisional, entry.hours,
    )  # fmt: skip
