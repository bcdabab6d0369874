"""Views of the queue that an officer keeps under a name, and gives up again."""

from __future__ import annotations

from flask import flash, redirect, request, url_for

from repairflow.casework.changes import DropView, SaveView
from repairflow.errors import Invalid
from repairflow.web.core.changing import change
from repairflow.web.core.context import current
from repairflow.web.core.routes import Answer
from repairflow.web.staff import queue_view


def save_view() -> Answer:
    """Keep what the queue shows under the name that was typed."""
    here = current()
    with here.read() as tx:
        view = queue_view.of_query(tx, request.form.get("query", ""), here.actor)
    try:
        name = change(SaveView(here.actor, request.form.get("name", ""), view.query))
    except Invalid as error:
        flash("；".join([one.text for one in error.problems]) or error.message, "error")
    else:
        flash(f"已保存为视图“{name}”。", "success")
    return redirect(view.address(), 303)


def drop_view(view_id: int) -> Answer:
    """Give a view up."""
    change(DropView(current().actor, view_id))
    flash("视图已删除。", "success")
    return redirect(url_for("desk.queue"), 303)
