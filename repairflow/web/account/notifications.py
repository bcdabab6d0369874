"""How somebody wants to be reached, for the doors of enterprises and staff alike: channels, addresses, the private calendar."""

from __future__ import annotations

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from repairflow import times
from repairflow.casework.actor import actor_of
from repairflow.casework.notifications import channels as reaching
from repairflow.casework.queries.people.agenda import Entry, agenda
from repairflow.db import Database
from repairflow.errors import Invalid, NotFound, Unauthenticated
from repairflow.settings import Settings
from repairflow.vault import Vault
from repairflow.web.core import access, sessions
from repairflow.web.ui.forms import FieldError, errors_from
from repairflow.web.ui.ical import DayEvent, calendar


def make_preferences(settings: Settings, db: Database, vault: Vault) -> Blueprint:
    """The blueprint `preferences`: /preferences for everybody who is signed in, /calendar/<token>.ics for their calendars."""
    door = Blueprint("preferences", __name__)
    channels = {name: label for name, label in reaching.CHANNELS.items() if name != "mail" or settings.smtp_url}

    def page(errors: list[FieldError], feed: str = "") -> str:
        """`feed` is a new calendar address: shown now and never again."""
        with db.read() as tx:
            now = reaching.reach(tx, vault, sessions.current_actor().id or 0)
        again = request.form if errors else None
        chosen = {tuple(v.split("/", 1)) for v in again.getlist("chosen")} if again else now.chosen
        return render_template(
            "preferences.html", errors=errors, wrong={e.field: e.text for e in errors}, channels=channels,
            topics=reaching.TOPICS, chosen=chosen, email=again["email"] if again else now.email,
            phone=again["phone"] if again else now.phone, feed_since=now.feed_since, feed=feed,
        )  # fmt: skip

    @door.get("/preferences")
    @access.access(access.SIGNED_IN)
    def preferences() -> str:
        return page([])

    @door.post("/preferences")
    @access.access(access.SIGNED_IN)
    def save() -> AnyResponse:
        pairs = [value.partition("/") for value in request.form.getlist("chosen")]
        chosen = [(topic, channel) for topic, _, channel in pairs]
        try:
            if any(channel not in channels for _, channel in chosen):
                raise Invalid("这种提醒方式现在不能选择，请重新选择。")
            with db.begin() as tx:
                reaching.choose(
                    tx, vault, sessions.current_actor().id or 0,
                    email=request.form.get("email", ""), phone=request.form.get("phone", ""), chosen=chosen,
                )  # fmt: skip
        except Invalid as error:
            return make_response(page(errors_from(error.problems) or [FieldError("", error.message)]), 422)
        flash("提醒方式已保存。", "success")
        return redirect(url_for("preferences.preferences"), 303)

    @door.post("/preferences/calendar")
    @access.access(access.SIGNED_IN)
    def open_feed() -> AnyResponse:
        with db.begin() as tx:
            token = reaching.open_feed(tx, sessions.current_actor(), times.now())
        address = f"{settings.public_url.rstrip('/')}{url_for('preferences.feed', token=token)}"
        return make_response(page([], address))

    @door.post("/preferences/calendar/close")
    @access.access(access.SIGNED_IN)
    def close_feed() -> AnyResponse:
        with db.begin() as tx:
            reaching.close_feed(tx, sessions.current_actor(), times.now())
        flash("日历地址已经作废，订阅它的日历不再更新。", "success")
        return redirect(url_for("preferences.preferences"), 303)

    @door.get("/calendar/<token>.ics")
    @access.access(access.PUBLIC)
    def feed(token: str) -> Response:
        """The address is the key: calendars cannot sign in. An unknown, closed or orphaned one is not found."""
        now = times.now()
        with db.read() as tx:
            person_id = reaching.person_of_feed(tx, token)
            if person_id is None:
                raise NotFound
            try:
                actor = actor_of(tx, person_id, times.local_day(now))
            except Unauthenticated:
                raise NotFound from None
            entries = agenda(tx, actor, times.local_day(now))
        base, inner = settings.public_url.rstrip("/"), "my" if actor.kind == "agent" else "desk"
        text = calendar("信用修复与异议办理：我的期限", (_event(entry, base, inner) for entry in entries), now)
        answer = Response(text, content_type="text/calendar; charset=utf-8")
        answer.headers["Cache-Control"] = "private, no-store"
        answer.headers["Content-Disposition"] = 'inline; filename="deadlines.ics"'
        return answer

    return door


def _event(entry: Entry, base: str, inner: str) -> DayEvent:
    host = base.partition("://")[2].partition("/")[0]
    about = "届满日暂定：该年度放假安排尚未公布，公布后自动更新。" if entry.provisional else ""
    room = "records" if entry.record else "cases"
    return DayEvent(
        f"{entry.key}@{host}", entry.day, entry.title + ("（暂定）" if entry.provisional else ""), entry.text + about,
        f"{base}/{inner}/{room}/{entry.number}", entry.provisional,
    )  # fmt: skip
