"""The inbox of an enterprise (收件箱): its messages, newest first."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from repairflow.casework.changes import MarkRead
from repairflow.casework.queries import inbox as messages
from repairflow.casework.queries.records.credit_file import subjects
from repairflow.web.core import arguments
from repairflow.web.core.changing import change
from repairflow.web.core.context import current
from repairflow.web.portal.credit_file import listed_subject

PAGE_SIZE = 30


def inbox() -> str:
    """Show the newest messages, or those before one."""
    here = current()
    actor, before = here.actor, arguments.number("before")
    with here.read() as tx:
        chosen = listed_subject(subjects(tx, actor))
        page = messages.inbox(tx, actor, before=before, size=PAGE_SIZE, subject=chosen)
        unread = messages.unread(tx, actor, chosen)
        others = messages.unread(tx, actor) - unread if chosen is not None else 0
    return render_template(
        "portal/inbox.html",
        rows=page.rows,
        unread=unread,
        before=before,
        chosen=chosen,
        others=others,
        next=url_for("portal.inbox", before=page.next) if page.next else None,
    )


def inbox_read() -> AnyResponse:
    """Mark the messages as read that the page shows: of one subject, or all."""
    chosen = next(iter(arguments.ticked("subject")), None)
    change(MarkRead(current().actor, chosen))
    flash("全部标为已读。", "success")
    return redirect(url_for("portal.inbox"), 303)
