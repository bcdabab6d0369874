"""The inbox of staff (收件箱): reminders, escalations, the weekly list and whose turn it is, newest first."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from repairflow import times
from repairflow.casework.queries import inbox as people
from repairflow.db import Database
from repairflow.web.core import access, arguments, sessions

PAGE_SIZE = 30


def make_inbox(db: Database) -> Blueprint:
    """The blueprint `inbox` under /inbox, for people of offices; enterprises have theirs under /my."""
    door = Blueprint("inbox", __name__, url_prefix="/inbox")

    @door.get("/")
    @access.access(access.ANY_STAFF)
    def inbox() -> str:
        actor, before = sessions.current_actor(), arguments.number("before")
        with db.read() as tx:
            rows = people.inbox(tx, actor, before=before, size=PAGE_SIZE + 1)
            unread = people.unread(tx, actor)
        more, rows = len(rows) > PAGE_SIZE, rows[:PAGE_SIZE]
        following = url_for("inbox.inbox", before=rows[-1].id) if more else None
        supervises = actor.has_role("supervisor")
        return render_template(
            "inbox.html", rows=rows, unread=unread, before=before, next=following, supervises=supervises
        )

    @door.post("/read")
    @access.access(access.ANY_STAFF)
    def read() -> AnyResponse:
        with db.begin() as tx:
            people.mark_read(tx, sessions.current_actor(), times.now())
        flash("全部标为已读。", "success")
        return redirect(url_for("inbox.inbox"), 303)

    return door
