"""The inbox of staff (收件箱): reminders, escalations, the weekly list and whose turn it is, newest first."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for

from repairflow.casework.changes import MarkRead
from repairflow.casework.queries import inbox as messages
from repairflow.web.core import access, arguments
from repairflow.web.core.changing import change
from repairflow.web.core.context import current
from repairflow.web.core.routes import GET, POST, Answer, Route, register

PAGE_SIZE = 30


def inbox() -> str:
    """Show the newest messages, or those before one; those whose work is done only where `all` is asked for."""
    here, before, passed = current(), arguments.number("before"), arguments.flag("all")
    with here.read() as tx:
        page = messages.inbox(tx, here.actor, before=before, size=PAGE_SIZE, passed=passed)
        unread = messages.unread(tx, here.actor)
    following = url_for("inbox.inbox", before=page.next, all="1" if passed else None) if page.next else None
    supervises = here.actor.has_role("supervisor")
    return render_template(
        "inbox.html", rows=page.rows, unread=unread, before=before, next=following, passed=passed, supervises=supervises
    )


def read() -> Answer:
    """Mark all messages as read."""
    change(MarkRead(current().actor))
    flash("全部标为已读。", "success")
    return redirect(url_for("inbox.inbox"), 303)


ROUTES = (
    Route("/", GET, inbox, access.ANY_STAFF),
    Route("/read", POST, read, access.ANY_STAFF),
)
blueprint = register(Blueprint("inbox", __name__, url_prefix="/inbox"), ROUTES)
"""For people of offices; enterprises have theirs under /my."""
