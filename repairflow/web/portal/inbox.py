"""The inbox of an enterprise (收件箱): its messages, newest first."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from repairflow.casework.changes import MarkRead
from repairflow.casework.queries import inbox as messages
from repairflow.web.core import arguments
from repairflow.web.core.changing import change
from repairflow.web.core.context import current

PAGE_SIZE = 30


def inbox() -> str:
    """Show the newest messages, or those before one."""
    here = current()
    actor, before = here.actor, arguments.number("before")
    with here.read() as tx:
        page = messages.inbox(tx, actor, before=before, size=PAGE_SIZE)
        unread = messages.unread(tx, actor)
    return render_template(
        "portal/inbox.html",
        rows=page.rows,
        unread=unread,
        before=before,
        next=url_for("portal.inbox", before=page.next) if page.next else None,
    )


def inbox_read() -> AnyResponse:
    """Mark all messages as read."""
    change(MarkRead(current().actor))
    flash("全部标为已读。", "success")
    return redirect(url_for("portal.inbox"), 303)
