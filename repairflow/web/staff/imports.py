"""Imports (导入): a file is checked first, a person reads what was found and confirms, then its rows come in."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as AnyResponse

from repairflow import times, vault
from repairflow.casework.actor import Actor
from repairflow.casework.case_state.materials import shown_name
from repairflow.casework.cases import import_jobs
from repairflow.casework.cases.import_files import ImportFiles
from repairflow.casework.queries.records import held_rows as held_queries
from repairflow.casework.queries.records import imports as import_queries
from repairflow.casework.queries.records.imports import Run
from repairflow.errors import Forbidden, NotFound
from repairflow.settings import asset
from repairflow.web.core import access, sessions
from repairflow.web.staff.context import Room
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


def install(door: Blueprint, room: Room) -> None:
    """Afterwards `door` has the pages of imports."""
    files = ImportFiles(room.settings.imports)
    _install_steps(door, room, files)

    @door.get("/imports")
    @access.access(access.STAFF)
    def imports() -> str:
        return _list(room, [], "")

    @door.post("/imports")
    @access.access(access.STAFF)
    def upload() -> AnyResponse:
        actor = sessions.current_actor()
        name, content, place, errors = _upload(room, actor)
        if errors or place is None:
            return make_response(_list(room, errors, request.form.get("office", "")), 422)
        token = vault.token()
        files.keep(token, content)  # before the transaction: others wait for that one
        with room.db.begin() as tx:
            import_jobs.begin(
                tx, actor, token, office_id=place.id, file_name=name, file_digest=vault.digest(content), now=times.now()
            )
        return redirect(url_for("desk.import_run", token=token), 303)

    @door.get("/imports/<token>")
    @access.access(access.STAFF)
    def import_run(token: str) -> str:
        run = _find(room, token)
        with room.db.read() as tx:
            problems = import_queries.problems(tx, run.row.id, most=SHOWN)
            count = import_queries.count_problems(tx, run.row.id)
        return render_template(
            "desk/import_run.html",
            run=run, row=run.row, problems=problems, count=count, kept=files.path(token).exists(),
            told=(run.row.message or "").splitlines() if run.row.state in ("checked", "done") else [],
        )  # fmt: skip

    @door.get("/imports/<token>/progress")
    @access.access(access.STAFF)
    def import_progress(token: str) -> Response:
        run = _find(room, token)
        response = make_response(render_template("desk/import_progress.html", run=run, row=run.row))
        if not run.working:
            response.headers["HX-Refresh"] = "true"  # there is another page to show
        return response

    @door.get("/imports/<token>/problems.csv")
    @access.access(access.STAFF)
    def import_problems(token: str) -> Response:
        run = _find(room, token)
        with room.db.read() as tx:
            rows = [(p.row, p.field, p.reason) for p in import_queries.problems(tx, run.row.id)]
        return as_csv(f"{run.row.file_name}-问题清单.csv", ("行", "项目", "问题"), rows)

    @door.get("/imports/samples/<name>")
    @access.access(access.STAFF)
    def import_sample(name: str) -> AnyResponse:
        if name not in SAMPLES:
            raise NotFound
        return send_file(asset("workflows") / "samples" / name, as_attachment=True, download_name=name, max_age=0)


def _install_steps(door: Blueprint, room: Room, files: ImportFiles) -> None:
    @door.post("/imports/<token>/confirm")
    @access.access(access.STAFF)
    def confirm_import(token: str) -> AnyResponse:
        _find(room, token)
        if not files.path(token).exists():
            return _gone()
        with room.db.begin() as tx:
            import_jobs.confirm(tx, token, sessions.current_actor(), times.now())
        return redirect(url_for("desk.import_run", token=token), 303)

    @door.post("/imports/<token>/drop")
    @access.access(access.STAFF)
    def drop_import(token: str) -> AnyResponse:
        _find(room, token)
        with room.db.begin() as tx:
            dropped = import_jobs.drop(tx, token, times.now())
        if dropped:
            files.remove(token)
            flash("已放弃，没有导入任何一行。", "success")
        return redirect(url_for("desk.imports"), 303)

    @door.post("/imports/<token>/stop")
    @access.access(access.STAFF)
    def stop_import(token: str) -> AnyResponse:
        _find(room, token)
        with room.db.begin() as tx:
            if not import_jobs.stop(tx, token, times.now()):
                flash("处理已经结束，没有需要停止的。", "warning")
        return redirect(url_for("desk.import_run", token=token), 303)

    @door.post("/imports/<token>/resume")
    @access.access(access.STAFF)
    def resume_import(token: str) -> AnyResponse:
        _find(room, token)
        if not files.path(token).exists():
            return _gone()
        with room.db.begin() as tx:
            import_jobs.resume(tx, token, times.now())
        return redirect(url_for("desk.import_run", token=token), 303)


def _gone() -> AnyResponse:
    flash("上传的文件已不在，请重新上传。已经写入的行不会重复。", "warning")
    return redirect(url_for("desk.imports"), 303)


def _find(room: Room, token: str) -> Run:
    with room.db.read() as tx:
        alive = room.services.pulse.alive(tx, times.now())
        return import_queries.run(tx, sessions.current_actor(), token, worked=alive)


def _upload(room: Room, actor: Actor) -> tuple[str, bytes, Any | None, list[FieldError]]:
    """Name and content of the file that was sent, the office it is for, and what is wrong with any of it."""
    with room.db.read() as tx:
        places = import_queries.offices(tx, actor)
    place = next((place for place in places if place.code == request.form.get("office")), None)
    errors = [] if place is not None else [FieldError("office", "请选择报送单位")]
    file = request.files.get("file")
    if file is None or not file.filename:
        return "", b"", place, [*errors, FieldError("file", "请选择要导入的文件")]
    name, content = shown_name(file.filename), file.read()
    if not content:
        errors.append(FieldError("file", f"“{name}”是空文件，请重新导出后再上传"))
    elif len(content) > room.services.max_upload:
        errors.append(FieldError("file", f"文件超过 {room.settings.max_upload_mib} MB，请拆分后分别导入"))
    return name, content, place, errors


def _list(room: Room, errors: list[FieldError], code: str) -> str:
    actor = sessions.current_actor()
    with room.db.read() as tx:
        places = import_queries.offices(tx, actor)
        runs = import_queries.runs(tx, actor, worked=room.services.pulse.alive(tx, times.now()))
        waiting = held_queries.count(tx, actor)
    if not places:
        raise Forbidden("导入由各单位的办理人员使用，您没有这样的岗位。如需导入，请联系本单位管理员。")
    return render_template(
        "desk/imports.html",
        offices=[(place.code, place.name) for place in places],
        office=code or (places[0].code if len(places) == 1 else ""),
        runs=runs,
        waiting=waiting,
        errors=errors,
        wrong={error.field: error.text for error in errors},
        samples=[(name, SAMPLE_LABELS[name]) for name in SAMPLES],
        most=room.settings.max_upload_mib,
    )
