"""What a person does about a file that was handed in: confirm, give up, stop, go on."""

from __future__ import annotations

from flask import flash, redirect, url_for

from repairflow import times
from repairflow.casework.cases import import_jobs
from repairflow.casework.changes import ConfirmImport
from repairflow.casework.dispatch import dispatch
from repairflow.web.core.context import current
from repairflow.web.core.routes import Answer
from repairflow.web.staff.imports import files, find


def confirm_import(token: str) -> Answer:
    """Begin to write the rows of a file that was checked."""
    here = current()
    find(here, token)
    if not files(here).path(token).exists():
        return _gone()
    with here.begin() as tx:
        dispatch(tx, here.services, ConfirmImport(here.actor, token), times.now())
    return redirect(url_for("desk.import_run", token=token), 303)


def drop_import(token: str) -> Answer:
    """Give up a file; nothing of it was written."""
    here = current()
    find(here, token)
    with here.begin() as tx:
        dropped = import_jobs.drop(tx, token, times.now())
    if dropped:
        files(here).remove(token)
        flash("已放弃，没有导入任何一行。", "success")
    return redirect(url_for("desk.imports"), 303)


def stop_import(token: str) -> Answer:
    """Stop what works on a file."""
    here = current()
    find(here, token)
    with here.begin() as tx:
        if not import_jobs.stop(tx, token, times.now()):
            flash("处理已经结束，没有需要停止的。", "warning")
    return redirect(url_for("desk.import_run", token=token), 303)


def resume_import(token: str) -> Answer:
    """Go on with a file that was stopped."""
    here = current()
    find(here, token)
    if not files(here).path(token).exists():
        return _gone()
    with here.begin() as tx:
        import_jobs.resume(tx, token, times.now())
    return redirect(url_for("desk.import_run", token=token), 303)


def _gone() -> Answer:
    flash("上传的文件已不在，请重新上传。已经写入的行不会重复。", "warning")
    return redirect(url_for("desk.imports"), 303)
