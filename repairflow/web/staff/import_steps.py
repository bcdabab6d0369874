"""What a person does about a file that was handed in: confirm, give up, stop, go on."""

from __future__ import annotations

from flask import flash, redirect, url_for

from repairflow.casework.changes import DropImport, StopImport
from repairflow.errors import Invalid
from repairflow.web.core.changing import change
from repairflow.web.core.context import current
from repairflow.web.core.routes import Answer
from repairflow.web.shared import import_runs


def confirm_import(token: str) -> Answer:
    """Begin to write the rows of a file that was checked."""
    try:
        change(import_runs.confirming(current(), token))
    except Invalid as gone:
        return _gone(gone)
    return _back(token)


def drop_import(token: str) -> Answer:
    """Give up a file; nothing of it was written."""
    here = current()
    if change(DropImport(here.actor, token)):
        import_runs.files(here).remove(token)
        flash("已放弃，没有导入任何一行。", "success")
    return redirect(url_for("desk.imports"), 303)


def stop_import(token: str) -> Answer:
    """Stop what works on a file."""
    if not change(StopImport(current().actor, token)):
        flash("处理已经结束，没有需要停止的。", "warning")
    return _back(token)


def resume_import(token: str) -> Answer:
    """Go on with a file that was stopped."""
    try:
        change(import_runs.resuming(current(), token))
    except Invalid as gone:
        return _gone(gone)
    return _back(token)


def _back(token: str) -> Answer:
    return redirect(url_for("desk.import_run", token=token), 303)


def _gone(why: Invalid) -> Answer:
    flash(why.message, "warning")
    return redirect(url_for("desk.imports"), 303)
