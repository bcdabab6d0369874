"""The board of platforms that still show something else (同步情况), and asking one again by one press."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for

from repairflow.casework.changes import ChasePlatform
from repairflow.casework.queries.oversight import sync as sync_queries
from repairflow.errors import Invalid
from repairflow.web.core import arguments
from repairflow.web.core.changing import change
from repairflow.web.core.context import current
from repairflow.web.core.routes import Answer

PAGE = 50


def sync() -> str:
    """Show what is open, the oldest first."""
    here, after = current(), arguments.number("after") or 0
    with here.read() as tx:
        found = sync_queries.board(tx, here.actor, after, PAGE + 1)
        count = sync_queries.count(tx, here.actor)
    shown = [(one, max(0, (here.now - one.found_at).days)) for one in found[:PAGE]]
    following = url_for("oversight.sync", after=found[PAGE - 1].id) if len(found) > PAGE else None
    first = url_for("oversight.sync") if after else None
    return render_template("oversight/sync.html", found=shown, count=count, following=following, first=first)


def chase(finding_id: int) -> Answer:
    """Tell the platform once more how the record stands."""
    try:
        name = change(ChasePlatform(current().actor, finding_id))
    except Invalid as error:
        flash(error.message, "error")
    else:
        flash(f"已向{name}重新推送这条信息的现状。次日对账核对是否更正。", "success")
    return redirect(url_for("oversight.sync"), 303)
