"""What the pages of an account share: who is signed in with a browser, guesses that are counted, a new password."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from flask import flash, make_response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from repairflow import times
from repairflow.errors import Forbidden, Invalid, NotFound, Problem
from repairflow.web.core import sessions
from repairflow.web.core.context import Site, current
from repairflow.web.core.rate_limit import Shared
from repairflow.web.core.security import network

TRIES, WINDOW = 10, timedelta(minutes=10)


def tries(site: Site) -> Shared:
    """Count what one person gets wrong: old passwords, codes."""
    return Shared(site.db, site.settings, "account", TRIES, WINDOW)


def throttle(site: Site) -> Shared:
    """Count the links of one address that are none."""
    return Shared(site.db, site.settings, "link", TRIES * 3, WINDOW)


@contextmanager
def guesses_counted(site: Site) -> Iterator[None]:
    """Count a link that is none as a guess of its address; whoever holds a good one is let through, however many
    others guess from the same address."""
    try:
        yield
    except NotFound:
        site.one(throttle).take(network(), times.now())
        raise


def signed_in_here() -> tuple[int, int]:
    """Give person and session of a browser. Forbidden for a program's token, which changes no account."""
    here = sessions.signed_in()
    if here is None or here.session_id is None or here.actor.id is None:
        raise Forbidden("请用浏览器登录后办理。")
    return here.actor.id, here.session_id


def new_password() -> str:
    """Give the new password. Invalid when its two entries differ."""
    new = request.form.get("password", "")
    if new != request.form.get("again", ""):
        raise Invalid("密码没有设置，请按提示修改。", [Problem("again", "两次输入的密码不一致，请重新输入")])
    return new


def to_login(text: str) -> AnyResponse:
    """Sign this browser out and go to the login with a message."""
    answer = sessions.drop_cookie(make_response(redirect(url_for("login.enter"), 303)), current().settings)
    flash(text, "success")
    return answer
