"""Imports (导入): a file is checked first, a person reads what was found and confirms, then its rows come in."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, redirect, render_template, request, send_file, url_for

from repairflow import times, vault
from repairflow.casework.case_state.materials import shown_name
from repairflow.casework.changes import BeginImport
from repairflow.casework.queries import inbound
from repairflow.casework.queries.records import held_rows as held_queries
from repairflow.casework.queries.records import imports as import_queries
from repairflow.errors import Forbidden, NotFound
from repairflow.settings import asset
from repairflow.web.core.changing import change
from repairflow.web.core.context import RequestContext, current
from repairflow.web.core.routes import Answer
from repairflow.web.shared.import_runs import files, find
from repairflow.web.ui.csv import as_csv
from repairflow.web.ui.forms import FieldError

SHOWN = 200
"""Problems listed on the page; all are in the file to download."""
SAMPLES = ("penalties.xlsx", "penalties.csv", "penalties-with-faults.csv")
SAMPLE_LABELS = {
    "penalties.xlsx": "示例文件（Excel）",
    "penalties.csv": "示例文件（CSV）",
    "penalties-with-faults.csv": "含错误的示例文件",
}


def imports() -> str:
    """Show what was handed in and the form for a new file."""
    here = current()
    return _list(here, [], "")


def upload() -> Answer:
    """Take a file in and have it checked."""
    here = current()
    name, content, place, errors = _upload(here)
    past = request.form.get("provenance", "").strip() if request.form.get("past") == "yes" else ""
    if request.form.get("past") == "yes" and not past:
        errors.append(FieldError("provenance", "补报历史数据的，请写明资料来源，如 2024 年纸质档案"))
    if errors or place is None:
        return make_response(_list(here, errors, request.form.get("office", "")), 422)
    token = vault.token()
    files(here).keep(token, content)  # before the transaction: others wait for that one
    change(BeginImport(here.actor, token, place.id, name, vault.digest(content), past))
    return redirect(url_for("desk.import_run", token=token), 303)


def import_run(token: str) -> str:
    """Show how far one file is."""
    here = current()
    run = find(here, token)
    with here.read() as tx:
        problems = import_queries.problems(tx, run.row.id, most=SHOWN)
        count = import_queries.count_problems(tx, run.row.id)
        unread = import_queries.unread(tx, run.row.id)
    return render_template(
        "desk/import_run.html",
        run=run, row=run.row, own=here.services.import_by_two and run.row.person_id == here.actor.id,
        problems=problems, count=count, unread=unread, kept=files(here).waits(token),
        notes=(run.row.message or "").splitlines() if run.row.state in ("checked", "done") else [],
    )  # fmt: skip


def import_progress(token: str) -> Response:
    """Show the part of that page which renews itself."""
    here = current()
    run = find(here, token)
    response = make_response(render_template("desk/import_progress.html", run=run, row=run.row))
    if not run.working:
        response.headers["HX-Refresh"] = "true"  # there is another page to show
    return response


def import_problems(token: str) -> Response:
    """Give all problems of a file as a table."""
    here = current()
    run = find(here, token)
    with here.read() as tx:
        rows = [(p.row, p.field, p.reason) for p in import_queries.problems(tx, run.row.id)]
    return as_csv(f"{run.row.file_name}-问题清单.csv", ("行", "项目", "问题"), rows)


def import_sample(name: str) -> Answer:
    """Give a sample file."""
    if name not in SAMPLES:
        raise NotFound
    return send_file(asset("workflows") / "samples" / name, as_attachment=True, download_name=name, max_age=0)


def _upload(here: RequestContext) -> tuple[str, bytes, Any | None, list[FieldError]]:
    """Name and content of the file that was sent, the office it is for, and what is wrong with any of it."""
    with here.read() as tx:
        places = import_queries.offices(tx, here.actor)
    place = next((place for place in places if place.code == request.form.get("office")), None)
    errors = [] if place is not None else [FieldError("office", "请选择报送单位")]
    file = request.files.get("file")
    if file is None or not file.filename:
        return "", b"", place, [*errors, FieldError("file", "请选择要导入的文件")]
    name, content = shown_name(file.filename), file.read()
    if not content:
        errors.append(FieldError("file", f"“{name}”是空文件，请重新导出后再上传"))
    elif len(content) > here.services.max_import:
        errors.append(FieldError("file", f"文件超过 {here.settings.max_import_mib} MB，请拆分后分别导入"))
    return name, content, place, errors


def _list(here: RequestContext, errors: list[FieldError], code: str) -> str:
    actor = here.actor
    with here.read() as tx:
        places = import_queries.offices(tx, actor)
        runs = import_queries.runs(tx, actor, worked=here.services.pulse.alive(tx, times.now()))
        waiting = held_queries.count(tx, actor)
        sent = inbound.waiting(tx, actor)
    if not places:
        raise Forbidden("导入由各单位的办理人员使用，您没有这样的岗位。如需导入，请联系本单位管理员。")
    return render_template(
        "desk/imports.html",
        offices=[(place.code, place.name) for place in places],
        office=code or (places[0].code if len(places) == 1 else ""),
        runs=runs,
        waiting=waiting,
        sent=sent,
        errors=errors,
        past=request.form.get("past", ""),
        provenance=request.form.get("provenance", ""),
        wrong={error.field: error.text for error in errors},
        samples=[(name, SAMPLE_LABELS[name]) for name in SAMPLES],
        most=here.settings.max_import_mib,
    )
