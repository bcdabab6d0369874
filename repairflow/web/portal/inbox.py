"""The inbox: what people were told, newest first."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from repairflow import times
from repairflow.casework.queries import inbox as people
from repairflow.web.core import access, arguments, sessions
from repairflow.web.portal.context import Room

PAGE_SIZE = 30


def install(door: Blueprint, room: Room) -> None:
    """Afterwards `door` shows the inbox."""

    @door.get("/inbox")
    @access.access(access.ENTERPRISE)
    def inbox() -> str:
        actor, before = sessions.current_actor(), arguments.number("before")
        with room.db.read() as tx:
            rows = people.inbox(tx, actor, before=before, size=PAGE_SIZE + 1)
            unread = people.unread(tx, actor)
        more = len(rows) > PAGE_SIZE
        rows = rows[:PAGE_SIZE]
        return render_template(
            "portal/inbox.html",
            rows=rows,
            unread=unread,
            before=before,
            next=url_for("portal.inbox", before=rows[-1].id) if more else None,
        )

    @door.post("/inbox/read")
    @access.access(access.ENTERPRISE)
    def inbox_read() -> AnyResponse:
        with room.db.begin() as tx:
            people.mark_read(tx, sessions.current_actor(), times.now())
        flash("全部标为已读。", "success")
        return redirect(url_for("portal.inbox"), 303)
