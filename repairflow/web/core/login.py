"""Login with password and, for staff where required or bound, a one-time code; logout; the sign of life of an open page.

Wrong login and wrong password give the same answer after the same work.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from sqlalchemy import Connection, RowMapping, select
from werkzeug.wrappers import Response as AnyResponse
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length, Regexp

from repairflow import times
from repairflow.casework.actor import Actor, actor_of
from repairflow.casework.admin import second_factor
from repairflow.casework.admin.credentials import password_fits, strengthen
from repairflow.db import Database
from repairflow.errors import Unauthenticated
from repairflow.records import person
from repairflow.settings import Settings
from repairflow.vault import Vault
from repairflow.web.core import access, arguments, known_devices, sessions
from repairflow.web.core.rate_limit import Shared
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

    def __init__(self, settings: Settings, db: Database) -> None:
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
            pair = (login, "address", request.remote_addr or "")
            self._address.take(request.remote_addr, now)
        self._pair.take(pair, now)
        if device is None:
            self._account.take(login, now)
        return lambda: self._pair.forget(pair)

    def code(self, person_id: int | None, login: str, given: str) -> Callable[[], None]:
        """The same for a one-time or recovery code."""
        kind = "recovery" if RECOVERY.fullmatch(given.strip()) else "code"
        key = (kind, person_id, known_devices.proven(self._settings, login) or "")
        self._code.take(key, times.now())
        return lambda: self._code.forget(key)


def make_login(settings: Settings, db: Database, vault: Vault) -> Blueprint:
    """The blueprint `login`: enter, code, leave, alive."""
    door = Blueprint("login", __name__)
    guessing = Guessing(settings, db)

    @door.route("/login", methods=["GET", "POST"])
    @access.access(access.PUBLIC)
    def enter() -> AnyResponse:
        form = PasswordForm()
        if not form.validate_on_submit():
            return _page("public/enter.html", form, 422 if form.is_submitted() else 200)
        login, password = form.login.data or "", form.password.data or ""
        forgive = guessing.password(login)
        with db.read() as tx:
            found = _person(tx, login.strip())
        fits = password_fits(found["password_hash"] if found else None, password)
        if found is None or not fits or not found["active"]:
            return _page("public/enter.html", form, 422, [forms.FieldError("login", WRONG)])
        forgive()
        answer = enter_as(settings, db, found["id"], hashed=password, stored=found["password_hash"])
        # who owes a code has not shown yet that this browser is his
        return answer if found["bound"] else known_devices.remember(answer, settings, login)

    @door.route("/login/code", methods=["GET", "POST"])
    @access.access(access.SIGNED_IN)
    def code() -> AnyResponse:
        form, here = CodeForm(), sessions.signed_in()
        if here is None or here.session_id is None:
            raise Unauthenticated
        with db.read() as tx:
            bound, login = _is_bound(tx, here.actor.id), _login_of(tx, here.actor.id)
        if here.second_factor or not bound:  # whoever knows the password binds the first device, and proves to hold it
            elsewhere = url_for("account.second_factor", next=arguments.address("next"))
            return redirect(_after_login(here.actor) if here.second_factor else elsewhere, 303)
        if not form.validate_on_submit():
            return _page("public/enter_code.html", form, 422 if form.is_submitted() else 200)
        given = (form.code.data or "").strip()
        forgive = guessing.code(here.actor.id, login, given)
        with db.begin() as tx:
            problem = second_factor.confirm(tx, vault, here.actor.id or 0, here.session_id, given, times.now())
        if problem:
            return _page("public/enter_code.html", form, 422, [forms.FieldError("code", problem)])
        forgive()
        return known_devices.remember(_to(_after_login(here.actor)), settings, login)

    @door.post("/logout")
    @access.access(access.SIGNED_IN)
    def leave() -> AnyResponse:
        here = sessions.signed_in()
        if here and here.session_id is not None:
            with db.begin() as tx:
                sessions.end(tx, here.session_id)
        return sessions.drop_cookie(_to(url_for("entry.home")), settings)

    @door.post("/alive")
    @access.access(access.SIGNED_IN)
    def alive() -> AnyResponse:
        return Response(status=204)  # every unsafe request keeps its session awake; this one does nothing else

    return door


def enter_as(
    settings: Settings, db: Database, person_id: int, *, hashed: str | None = None, stored: str | None = None
) -> Response:
    """Start a session for a person who proved who they are, end the one before, and send them to their work.

    A password whose stored hash is weaker than today's parameters is hashed again.
    """
    before = sessions.signed_in()
    with db.begin() as tx:
        if before and before.session_id is not None:
            sessions.end(tx, before.session_id)
        if hashed and stored:
            strengthen(tx, person_id, stored, hashed)
        actor = actor_of(tx, person_id, times.today())
        token = sessions.start(tx, settings, person_id, request.remote_addr, second_factor=False)
        owes_code = actor.kind == "staff" and (settings.require_second_factor or _is_bound(tx, person_id))
    where = url_for("login.code", next=arguments.address("next")) if owes_code else _after_login(actor)
    return sessions.put_cookie(_to(where), settings, token)


def _after_login(actor: Actor) -> str:
    return forms.way_back(arguments.address("next"), navigation.home_of(current_app, actor))


def _to(where: str) -> Response:
    return make_response(redirect(where, 303))


def _page(template: str, form: FlaskForm, status: int, errors: list[forms.FieldError] | None = None) -> Response:
    shown = errors if errors is not None else forms.errors_of(form)
    return make_response(render_template(template, form=form, errors=shown), status)


def _person(tx: Connection, login: str) -> RowMapping | None:
    row = person.c
    columns = (row.id, row.password_hash, row.active, row.totp_secret.is_not(None).label("bound"))
    return tx.execute(select(*columns).where(row.login == login)).mappings().one_or_none()


def _login_of(tx: Connection, person_id: int | None) -> str:
    found: str = tx.execute(select(person.c.login).where(person.c.id == person_id)).scalar_one()
    return found


def _is_bound(tx: Connection, person_id: int | None) -> bool:
    return tx.execute(select(person.c.totp_secret.is_not(None)).where(person.c.id == person_id)).scalar_one()
