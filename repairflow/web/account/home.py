"""One's own account: what opens it, its tokens, and a new password."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from repairflow import times
from repairflow.casework.admin import accounts, credentials, second_factor, tokens
from repairflow.casework.changes import ChangePassword, EndToken
from repairflow.errors import Invalid, Problem
from repairflow.web.account.shared import new_password, signed_in_here, to_login, tries
from repairflow.web.core.changing import change
from repairflow.web.core.context import current
from repairflow.web.ui import forms


def home() -> AnyResponse:
    """Show the account."""
    return page()


def change_password() -> AnyResponse:
    """Change the password and end all sessions, or show what is wrong."""
    here = current()
    person_id, _ = signed_in_here()
    here.site.one(tries).take(("old", person_id), times.now())
    try:
        new = new_password()
        change(ChangePassword(here.actor, request.form.get("old", ""), new))
    except Invalid as error:
        return page(error.problems)
    here.site.one(tries).forget(("old", person_id))
    return to_login("密码已修改，其他设备上的登录也已退出。请用新密码登录。")


def end_token(token_id: int) -> AnyResponse:
    """End one of one's own tokens."""
    here = current()
    person_id, _ = signed_in_here()
    with here.read() as tx:
        login = accounts.login_of(tx, person_id)
    label = change(EndToken(here.actor, login, token_id))
    flash(f"接口令牌“{label}”已作废。", "success")
    return redirect(url_for("account.home"), 303)


def page(problems: tuple[Problem, ...] = ()) -> AnyResponse:
    """Show the account with what is wrong in its form."""
    here = current()
    (person_id, _), actor = signed_in_here(), here.actor
    with here.read() as tx:
        left = second_factor.recovery_left(tx, here.services.vault, person_id)
        held = tokens.listed(tx, person_id, here.now)
    shown = forms.errors_from(problems)
    text = render_template(
        "account/home.html", tokens=held, errors=shown, wrong={e.field: e.text for e in shown}, left=left, least=credentials.LEAST,
        staff=actor.kind == "staff",
        waits=actor.kind == "staff" and not actor.roles, required=here.settings.require_second_factor,
    )  # fmt: skip
    return make_response(text, 422 if problems else 200)
