"""What one-time links open: setting a password, and releasing a bound device."""

from __future__ import annotations

from flask import make_response, render_template
from werkzeug.wrappers import Response as AnyResponse

from repairflow import times
from repairflow.casework.actor import ANYBODY
from repairflow.casework.admin import credential_links, credentials
from repairflow.casework.changes import ReleaseDeviceByLink, SetPassword
from repairflow.errors import Invalid, Problem
from repairflow.web.account.shared import guesses_counted, new_password, to_login
from repairflow.web.core.changing import change
from repairflow.web.core.context import current
from repairflow.web.ui import forms


def open_link(token: str) -> AnyResponse:
    """Show the form of a new password to whoever holds the link."""
    return link_page(token)


def set_password(token: str) -> AnyResponse:
    """Set the password of the link's owner."""
    here = current()
    try:
        new = new_password()
        with guesses_counted(here.site):
            change(SetPassword(ANYBODY, token, new))
    except Invalid as error:
        return link_page(token, error.problems)
    return to_login("密码已设置，请登录。")


def link_page(token: str, problems: tuple[Problem, ...] = ()) -> AnyResponse:
    """Show the form with what is wrong. NotFound for a link that is none."""
    here = current()
    with guesses_counted(here.site), here.read() as tx:
        owner = credentials.owner_of_link(tx, token, times.now())
    shown = forms.errors_from(problems)
    text = render_template(
        "account/set_password.html", errors=shown, wrong={e.field: e.text for e in shown}, login=owner.login,
        name=owner.name, least=credentials.LEAST,
    )  # fmt: skip
    return make_response(text, 422 if problems else 200)


def open_reset(token: str) -> AnyResponse:
    """Ask whether to release the bound device."""
    here = current()
    with guesses_counted(here.site), here.read() as tx:
        owner = credential_links.owner_of_factor_link(tx, token, times.now())
    return make_response(render_template("account/reset_factor.html", login=owner.login, name=owner.name))


def reset(token: str) -> AnyResponse:
    """Release the device of the link's owner."""
    here = current()
    with guesses_counted(here.site):
        change(ReleaseDeviceByLink(ANYBODY, token))
    return to_login("已解除绑定的设备。请登录后重新绑定。")
