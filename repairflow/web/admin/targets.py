"""平台: where decisions are pushed, with the state of the pushes; switched off and on again, its key shown once."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from repairflow import times
from repairflow.casework.admin import offices, permissions, targets
from repairflow.db import Database
from repairflow.errors import Invalid, Problem
from repairflow.vault import Vault
from repairflow.web.admin import change_log
from repairflow.web.core import access, sessions
from repairflow.web.ui.forms import ask_to_confirm, errors_from, unconfirmed

READERS = (permissions.SYSTEM_ADMIN, permissions.SECURITY_ADMIN)
WRITER = permissions.SYSTEM_ADMIN
OFF = "停用后不再向该平台推送，已排队的推送留着，有关办件要等恢复使用并收到回执后才办结。"
RENEW = "原来的密钥立即失效。平台一方换上新密钥之前，推送会失败并自动重试。"


def install(door: Blueprint, db: Database, vault: Vault) -> None:
    """Afterwards `door` has `targets`, `new_target`, `target`, those that save, and the two that switch."""
    _saving(door, db, vault)
    _switching(door, db, vault)


def _saving(door: Blueprint, db: Database, vault: Vault) -> None:
    @door.get("/targets", endpoint="targets")
    @access.access(*READERS)
    def all_targets() -> str:
        with db.read() as tx:
            found = targets.listed(tx)
        return render_template("admin/targets.html", targets=found, kinds=targets.KINDS, writes=_writes())

    @door.get("/targets/new")
    @access.access(WRITER)
    def new_target() -> AnyResponse:
        return _form(db, "", {"kind": "public_platform"})

    @door.post("/targets/new")
    @access.access(WRITER)
    def add_target() -> AnyResponse:
        try:
            with db.begin() as tx:
                done = targets.add(tx, vault, sessions.current_actor(), request.form, times.now())
        except Invalid as error:
            return _form(db, "", request.form.to_dict(), error.problems)
        flash(f"已新建平台 {done.code}。", "success")
        if done.secret:
            return _saved(db, done.code, done.secret)
        return redirect(url_for("admin.targets"), 303)

    @door.get("/targets/<code>")
    @access.access(*READERS)
    def target(code: str) -> AnyResponse:
        return _saved(db, code)

    @door.post("/targets/<code>")
    @access.access(WRITER)
    def change_target(code: str) -> AnyResponse:
        given = {name: value for name, value in request.form.items() if name in targets.FIELDS}
        try:
            with db.begin() as tx:
                done = targets.change(tx, vault, sessions.current_actor(), code, given, times.now())
        except Invalid as error:
            return _form(db, code, {**given, "code": code}, error.problems)
        if done.changed:
            flash("平台已修改，排队的推送发往新的地址。" if "url" in done.changed else "平台已修改。", "success")
        else:
            flash("内容相同，没有改动。", "info")
        return redirect(url_for("admin.targets"), 303)


def _switching(door: Blueprint, db: Database, vault: Vault) -> None:
    @door.post("/targets/<code>/secret")
    @access.access(WRITER)
    def renew_secret(code: str) -> AnyResponse:
        if unconfirmed():
            return make_response(ask_to_confirm("更换密钥", RENEW, url_for("admin.target", code=code)))
        with db.begin() as tx:
            done = targets.change(tx, vault, sessions.current_actor(), code, {}, times.now(), renew=True)
        return _saved(db, code, done.secret)

    @door.post("/targets/<code>/off")
    @access.access(WRITER)
    def switch_off(code: str) -> AnyResponse:
        if unconfirmed():
            return make_response(ask_to_confirm("停用", OFF, url_for("admin.target", code=code)))
        return switch(code, on=False)

    @door.post("/targets/<code>/on")
    @access.access(WRITER)
    def switch_on(code: str) -> AnyResponse:
        return switch(code, on=True)

    def switch(code: str, *, on: bool) -> AnyResponse:
        with db.begin() as tx:
            done = targets.switch(tx, sessions.current_actor(), code, on, times.now())
        word = "恢复使用" if on else "停用"
        flash(f"平台已{word}。" if done else f"平台早已{word}，没有改动。", "success" if done else "info")
        return redirect(url_for("admin.target", code=code), 303)


def _saved(db: Database, code: str, secret: str = "") -> AnyResponse:
    """The page of a target; `secret` is shown now and never again."""
    with db.read() as tx:
        values = targets.form_of(tx, code)
    return _form(db, code, values, secret=secret)


def _form(
    db: Database, code: str, values: dict[str, str], problems: tuple[Problem, ...] = (), secret: str = ""
) -> AnyResponse:
    shown = errors_from(problems)
    with db.read() as tx:
        places = [(one.code, f"{one.name}（{one.code}）") for one in offices.listed(tx)]
        past = change_log.latest(tx, "target", code) if code else []
        row = next((one for one in targets.listed(tx) if one.code == code), None)
    text = render_template(
        "admin/targets_form.html", code=code, values={**dict.fromkeys(targets.FIELDS, ""), **values, "secret": ""},
        errors=shown, wrong={e.field: e.text for e in shown}, places=places, kinds=list(targets.KINDS.items()),
        writes=_writes(), past=past, row=row, secret=secret, off=OFF, renew=RENEW,
    )  # fmt: skip
    return make_response(text, 422 if problems else 200)


def _writes() -> bool:
    return sessions.current_actor().has_role(WRITER)
