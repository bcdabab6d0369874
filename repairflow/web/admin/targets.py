"""Targets (平台): where decisions are pushed, with the state of the pushes; off and on, and a key that is shown once."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from repairflow.casework.admin import offices, permissions, targets
from repairflow.casework.changes import AddTarget, ChangeTarget, SwitchTarget
from repairflow.errors import Invalid, Problem
from repairflow.web.admin import change_log
from repairflow.web.core.changing import change
from repairflow.web.core.context import RequestContext, current
from repairflow.web.ui.components import PUSH_KINDS
from repairflow.web.ui.forms import ask_to_confirm, errors_from, unconfirmed, wrong_of

MESSAGES = [(kind, PUSH_KINDS[kind]) for kind in targets.KINDS_OF_MESSAGES]
WRITER = permissions.SYSTEM_ADMIN
OFF = "停用后不再向该平台推送，已排队的推送留着，有关办件要等恢复使用并收到回执后才办结。"
RENEW = "原来的密钥立即失效。平台一方换上新密钥之前，推送会失败并自动重试。"


def all_targets() -> str:
    """Show the targets."""
    here = current()
    with here.read() as tx:
        found = targets.listed(tx)
    return render_template("admin/targets.html", targets=found, kinds=targets.KINDS, writes=_writes())


def new_target() -> AnyResponse:
    """Show the form of a new target."""
    return _form(current(), "", {"kind": "public_platform"})


def add_target() -> AnyResponse:
    """Add a target, or show its form with what is wrong."""
    here = current()
    given, takes = request.form.to_dict(), _ticked()
    try:
        done = change(AddTarget(here.actor, given, takes))
    except Invalid as error:
        return _form(here, "", given, error.problems, takes=takes)
    flash(f"已新建平台 {done.code}。", "success")
    if done.secret:
        return _saved(here, done.code, done.secret)
    return redirect(url_for("admin.targets"), 303)


def target(code: str) -> AnyResponse:
    """Show one target."""
    return _saved(current(), code)


def change_target(code: str) -> AnyResponse:
    """Change a target, or show its form with what is wrong."""
    here = current()
    takes = _ticked()
    given = {name: value for name, value in request.form.items() if name in targets.FIELDS}
    try:
        done = change(ChangeTarget(here.actor, code, given, takes))
    except Invalid as error:
        return _form(here, code, {**given, "code": code}, error.problems, takes=takes)
    if done.changed:
        flash("平台已修改，排队的推送发往新的地址。" if "url" in done.changed else "平台已修改。", "success")
    else:
        flash("内容相同，没有改动。", "info")
    return redirect(url_for("admin.targets"), 303)


def renew_secret(code: str) -> AnyResponse:
    """Give a target a new key, once confirmed, and show it this once."""
    here = current()
    if unconfirmed():
        return make_response(ask_to_confirm("更换密钥", RENEW, url_for("admin.target", code=code)))
    done = change(ChangeTarget(here.actor, code, {}, renew=True))
    return _saved(here, code, done.secret)


def switch_off(code: str) -> AnyResponse:
    """Stop pushing to a target, once confirmed."""
    if unconfirmed():
        return make_response(ask_to_confirm("停用", OFF, url_for("admin.target", code=code)))
    return switch(code, on=False)


def switch_on(code: str) -> AnyResponse:
    """Push to a target again."""
    return switch(code, on=True)


def switch(code: str, *, on: bool) -> AnyResponse:
    """Switch a target on or off."""
    done = change(SwitchTarget(current().actor, code, on))
    word = "恢复使用" if on else "停用"
    flash(f"平台已{word}。" if done else f"平台早已{word}，没有改动。", "success" if done else "info")
    return redirect(url_for("admin.target", code=code), 303)


def _saved(here: RequestContext, code: str, secret: str = "") -> AnyResponse:
    """Show the page of a target; `secret` is shown now and never again."""
    with here.read() as tx:
        values = targets.form_of(tx, code)
    return _form(here, code, values, secret=secret)


def _form(
    here: RequestContext, code: str, values: dict[str, str], problems: tuple[Problem, ...] = (), *,
    takes: Sequence[str] | None = None, secret: str = "",
) -> AnyResponse:  # fmt: skip
    shown = errors_from(problems)
    with here.read() as tx:
        if takes is None:
            takes = targets.taken(tx, code) if code else targets.KINDS_OF_MESSAGES
        places = [(one.code, f"{one.name}（{one.code}）") for one in offices.listed(tx)]
        past = change_log.latest(tx, "target", code) if code else []
        row = next((one for one in targets.listed(tx) if one.code == code), None)
    text = render_template(
        "admin/targets_form.html", code=code, values={**dict.fromkeys(targets.FIELDS, ""), **values, "secret": ""},
        errors=shown, wrong=wrong_of(problems), places=places, kinds=list(targets.KINDS.items()),
        writes=_writes(), messages=MESSAGES, takes=takes, past=past, row=row, secret=secret, off=OFF, renew=RENEW,
    )  # fmt: skip
    return make_response(text, 422 if problems else 200)


def _ticked() -> list[str] | None:
    """Return the kinds of messages that the form ticks; None for a form that does not ask."""
    return [one for one in request.form.getlist("takes") if one] if "takes" in request.form else None


def _writes() -> bool:
    return current().actor.has_role(WRITER)
