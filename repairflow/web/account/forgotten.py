"""A forgotten password: a link by e-mail for whoever has the login; everybody hears the same."""

from __future__ import annotations

from datetime import timedelta

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from repairflow import times
from repairflow.casework.actor import ANYBODY
from repairflow.casework.admin import forgotten_password
from repairflow.casework.changes import AskPasswordLink
from repairflow.errors import NotFound
from repairflow.web.core import arguments
from repairflow.web.core.changing import change
from repairflow.web.core.context import Site, current
from repairflow.web.core.rate_limit import Shared
from repairflow.web.core.security import network
from repairflow.web.ui.forms import FieldError

OF_A_LOGIN, OF_AN_ADDRESS, WINDOW = 3, 20, timedelta(hours=1)
LONGEST = 80


class Asking:
    """How often a link is asked for from one network: for one login, known or not, and for all. Not for a login from
    everywhere: a stranger would use that count up. No person gets more than one e-mail in `LINK_STAYS`, whoever asks."""

    def __init__(self, site: Site) -> None:
        self.login = Shared(site.db, site.settings, "forgotten login", OF_A_LOGIN, WINDOW)
        self.address = Shared(site.db, site.settings, "forgotten address", OF_AN_ADDRESS, WINDOW)


def forgotten() -> AnyResponse:
    """Ask for the login, or say what happens after it was asked for."""
    return _page()


def ask() -> AnyResponse:
    """Have the link sent; the answer is the same whoever has the login. NotFound where no e-mail can be sent."""
    here = current()
    if not here.settings.smtp_url:
        raise NotFound
    login = request.form.get("login", "").strip()
    if not login or len(login) > LONGEST:
        return _page([FieldError("login", "登录名过长" if login else "请输入登录名")])
    asking, now = here.site.one(Asking), times.now()
    asking.address.take(network(), now)
    asking.login.take((login.casefold(), network()), now)
    change(AskPasswordLink(ANYBODY, login))
    return redirect(url_for("account.forgotten", asked="1"), 303)


def _page(errors: list[FieldError] | None = None) -> AnyResponse:
    minutes, stays, hours = (
        int(one.total_seconds())
        for one in (forgotten_password.LINK_LIVES, forgotten_password.LINK_STAYS, forgotten_password.ADDRESS_WAITS)
    )
    text = render_template(
        "account/forgotten.html", errors=errors or [], mail=bool(current().settings.smtp_url),
        asked=arguments.flag("asked"), login=request.form.get("login", "")[:LONGEST], minutes=minutes // 60, stays=stays // 60,
        hours=hours // 3600,
    )  # fmt: skip
    return make_response(text, 422 if errors else 200)
