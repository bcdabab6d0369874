"""单位: the list, and the form that adds one or changes it; security administrators see it, system administrators write."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from repairflow import times
from repairflow.casework.admin import offices, permissions
from repairflow.casework.context import Services
from repairflow.db import Database
from repairflow.errors import Invalid, Problem
from repairflow.web.admin import change_log
from repairflow.web.core import access, arguments, sessions
from repairflow.web.ui.forms import errors_from

READERS = (permissions.SYSTEM_ADMIN, permissions.SECURITY_ADMIN)
WRITER = permissions.SYSTEM_ADMIN


def install(door: Blueprint, db: Database, services: Services) -> None:
    """Afterwards `door` has `offices`, `new_office`, `office` and the two that save."""

    @door.get("/offices", endpoint="offices")
    @access.access(*READERS)
    def all_offices() -> str:
        search = arguments.text("q")
        with db.read() as tx:
            found = offices.listed(tx, search)
        return render_template(
            "admin/offices.html", offices=found, search=search, kinds=offices.KINDS, writes=_writes()
        )

    @door.get("/offices/new")
    @access.access(WRITER)
    def new_office() -> AnyResponse:
        return form("", {"kind": "authority", "domain": "general"})

    @door.post("/offices/new")
    @access.access(WRITER)
    def add_office() -> AnyResponse:
        try:
            with db.begin() as tx:
                done = offices.add(tx, services.law, sessions.current_actor(), request.form, times.now())
        except Invalid as error:
            return form("", request.form.to_dict(), error.problems)
        flash(f"已新建单位 {done.code}。", "success")
        return after(done)

    @door.get("/offices/<code>")
    @access.access(*READERS)
    def office(code: str) -> AnyResponse:
        with db.read() as tx:
            values = offices.form_of(tx, code)
        return form(code, values)

    @door.post("/offices/<code>")
    @access.access(WRITER)
    def change_office(code: str) -> AnyResponse:
        given = {name: value for name, value in request.form.items() if name in offices.FIELDS}
        try:
            with db.begin() as tx:
                done = offices.change(tx, services.law, sessions.current_actor(), code, given, times.now())
        except Invalid as error:
            return form(code, {**given, "code": code}, error.problems)
        if done.changed:
            flash("单位已修改，已制发的文书不变。", "success")
        else:
            flash("内容相同，没有改动。", "info")
        return after(done)

    def after(done: offices.Saved) -> AnyResponse:
        for text in done.warnings:
            flash(text, "warning")
        return redirect(url_for("admin.offices"), 303)

    def form(code: str, values: dict[str, str], problems: tuple[Problem, ...] = ()) -> AnyResponse:
        shown = errors_from(problems)
        with db.read() as tx:
            others = [(one.code, f"{one.name}（{one.code}）") for one in offices.listed(tx) if one.code != code]
            past = change_log.latest(tx, "office", code) if code else []
        text = render_template(
            "admin/offices_form.html", code=code, values={**dict.fromkeys(offices.FIELDS, ""), **values}, errors=shown,
            wrong={e.field: e.text for e in shown}, others=others, kinds=list(offices.KINDS.items()),
            domains=list(offices.domains(services.law).items()), writes=_writes(), past=past, labels=offices.FIELDS,
        )  # fmt: skip
        return make_response(text, 422 if problems else 200)


def _writes() -> bool:
    return sessions.current_actor().has_role(WRITER)
