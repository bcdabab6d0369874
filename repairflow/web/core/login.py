"""Login with password and, for staff where required or bound, a one-time code; logout; what keeps an open page signed in.

Wrong login and wrong password give the same answer after the same work.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length, Regexp

from repairflow import times
from repairflow.casework.actor import Actor, actor_of
from repairflow.casework.admin import second_factor, web_sessions
from repairflow.casework.admin.accounts import login_of
from repairflow.casework.admin.credentials import password_fits, still, strengthen
from repairflow.casework.queries.people import login as accounts
from repairflow.errors import Invalid, Unauthenticated
from repairflow.web.core import access, access_audit, arguments, known_devices, sessions
from repairflow.web.core.context import RequestContext, Site, current
from repairflow.web.core.rate_limit import Shared
from repairflow.web.core.routes import FORM, POST, Answer, Route, register
from repairflow.web.core.security import network
from repairflow.web.ui import forms, navigation

TRIES_OF_A_LOGIN, TRIES_OF_AN_ADDRESS, TRIES_OF_AN_ACCOUNT = 8, 60, 40
WINDOW, LONG_WINDOW = timedelta(minutes=10), timedelta(hours=1)
RECOVERY = re.compile(r"[A-Za-z2-7]{4}-?[A-Za-z2-7]{4}")
WRONG = "登录名或密码不正确。请核对后重新输入；连续多次不正确将暂停登录。"


class PasswordForm(FlaskForm):
    login = StringField("登录名", [InputRequired("请输入登录名"), Length(max=80, message="登录名过长")])
    password = PasswordField("密码", [InputRequired("请输入密码"), Length(max=200, message="密码过长")])


class CodeForm(FlaskForm):
    code = StringField(
        "动态口令",
        [
            InputRequired("请输入动态口令"),
            Regexp(
                r"^\s*(\d{6}|[A-Za-z2-7]{4}-?[A-Za-z2-7]{4})\s*$",
                message="动态口令为 6 位数字，恢复码为 8 位字母和数字",
            ),
        ],
    )


class Guessing:
    """How often a password or code may be tried: for a login at an address, for an address, and for an account from
    wherever. A browser in which its owner signed in before has a count of its own, which nobody elsewhere uses up; so has
    a recovery code."""

    def __init__(self, site: Site) -> None:
        settings, db = site.settings, site.db
        self._settings = settings
        self._pair = Shared(db, settings, "login", TRIES_OF_A_LOGIN, WINDOW)
        self._address = Shared(db, settings, "login address", TRIES_OF_AN_ADDRESS, WINDOW)
        self._account = Shared(db, settings, "login account", TRIES_OF_AN_ACCOUNT, LONG_WINDOW)
        self._code = Shared(db, settings, "code", TRIES_OF_A_LOGIN, WINDOW)

    def password(self, login: str) -> Callable[[], None]:
        """Count one try of a password; gives what a success calls. TooMany when a window is full."""
        login, now = login.strip().casefold(), times.now()
        if (device := known_devices.proven(self._settings, login)) is not None:
            pair = (login, "device", device)
        else:
            pair = (login, "address", network())
            self._address.take(network(), now)
        self._pair.take(pair, now)
        if device is None:
            self._account.take(login, now)
        return lambda: self._pair.forget(pair)

    def code(self, person_id: int | None, login: str, given: str) -> Callable[[], None]:
        """Return the same for a one-time or recovery code."""
        kind = "recovery" if RECOVERY.fullmatch(given.strip()) else "code"
        key = (kind, person_id, known_devices.proven(self._settings, login) or "")
        self._code.take(key, times.now())
        return lambda: self._code.forget(key)


def enter() -> Answer:
    """Ask for login and password; sign in who gives both."""
    here, form = current(), PasswordForm()
    if not form.validate_on_submit():
        return _page("public/enter.html", form, 422 if form.is_submitted() else 200)
    login, password = form.login.data or "", form.password.data or ""
    forgive = here.site.one(Guessing).password(login)
    with here.read() as tx:
        found = accounts.account(tx, login.strip())
    fits = password_fits(found.password_hash if found else None, password)
    if found is None or not fits or not found.active:
        access_audit.failed(here.settings, login)
        return _page("public/enter.html", form, 422, [forms.FieldError("login", WRONG)])
    forgive()
    answer = enter_as(here, found.id, hashed=password, stored=found.password_hash)
    # who owes a code has not shown yet that this browser is his
    return answer if found.bound else known_devices.remember(answer, here.settings, login)


def code() -> Answer:
    """Ask for the one-time code of somebody whose password was right."""
    here, form, visitor = current(), CodeForm(), sessions.signed_in()
    if visitor is None or visitor.session_id is None:
        raise Unauthenticated
    with here.read() as tx:
        bound, login = accounts.bound(tx, visitor.actor.id), login_of(tx, visitor.actor.id or 0)
    if visitor.second_factor or not bound:  # whoever knows the password binds the first device, and proves to hold it
        elsewhere = url_for("account.second_factor", next=arguments.address("next"))
        return redirect(_after_login(visitor.actor) if visitor.second_factor else elsewhere, 303)
    if not form.validate_on_submit():
        return _page("public/enter_code.html", form, 422 if form.is_submitted() else 200)
    given = (form.code.data or "").strip()
    forgive = here.site.one(Guessing).code(visitor.actor.id, login, given)
    with here.begin() as tx:
        problem = second_factor.confirm(
            tx, here.services.vault, visitor.actor.id or 0, visitor.session_id, given, times.now()
        )
    if problem:
        access_audit.failed(here.settings, login)
        return _page("public/enter_code.html", form, 422, [forms.FieldError("code", problem)])
    forgive()
    return known_devices.remember(_to(_after_login(visitor.actor)), here.settings, login)


def leave() -> Answer:
    """End the visitor's session."""
    here, visitor = current(), sessions.signed_in()
    if visitor and visitor.session_id is not None:
        with here.begin() as tx:
            web_sessions.end(tx, visitor.session_id, times.now())
    return sessions.drop_cookie(_to(url_for("entry.home")), here.settings)


def alive() -> Answer:
    """Keep the visitor's session awake: every unsafe request does, this one does nothing else."""
    return Response(status=204)


def enter_as(here: RequestContext, person_id: int, *, hashed: str | None = None, stored: str | None = None) -> Response:
    """Start a session for a person who proved who they are, end the one before, and send them to their work.

    A password whose stored hash is weaker than today's parameters is hashed again. Invalid where the password was changed
    since it was proved: what somebody stole opens nothing after that.
    """
    before, settings = sessions.signed_in(), here.settings
    with here.begin() as tx:
        if stored is not None and not still(tx, person_id, stored):
            raise Invalid(WRONG)
        if before and before.session_id is not None:
            web_sessions.end(tx, before.session_id, times.now())
        if hashed and stored:
            strengthen(tx, person_id, stored, hashed)
        actor = actor_of(tx, person_id, times.today())
        token = sessions.start(tx, settings, person_id, request.remote_addr, second_factor=False)
        owes_code = actor.kind == "staff" and (settings.require_second_factor or accounts.bound(tx, person_id))
    access_audit.signed_in(settings, person_id, actor.name)
    where = url_for("login.code", next=arguments.address("next")) if owes_code else _after_login(actor)
    return sessions.put_cookie(_to(where), settings, token)


def _after_login(actor: Actor) -> str:
    return forms.way_back(arguments.address("next"), navigation.home_of(current_app, actor))


def _to(where: str) -> Response:
    return make_response(redirect(where, 303))


def _page(template: str, form: FlaskForm, status: int, errors: list[forms.FieldError] | None = None) -> Response:
    shown = errors if errors is not None else forms.errors_of(form)
    ended = arguments.flag("ended")
    return make_response(render_template(template, form=form, errors=shown, ended=ended), status)


ROUTES = (
    Route("/login", FORM, enter, access.PUBLIC),
    Route("/login/code", FORM, code, access.SIGNED_IN),
    Route("/logout", POST, leave, access.SIGNED_IN),
    Route("/alive", POST, alive, access.SIGNED_IN),
)
blueprint = register(Blueprint("login", __name__), ROUTES)
