"""One's own account: setting a password by a one-time link, changing it, and binding a device for one-time codes."""

from __future__ import annotations

import base64
import binascii
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import segno
from flask import Blueprint, current_app, flash, make_response, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from repairflow import times
from repairflow.casework.admin import credential_links, credentials, second_factor, tokens
from repairflow.db import Database
from repairflow.errors import ConfigurationError, Forbidden, Invalid, NotFound, Problem
from repairflow.records import person
from repairflow.settings import Settings
from repairflow.vault import Vault
from repairflow.web.core import access, arguments, sessions
from repairflow.web.core.rate_limit import Shared
from repairflow.web.ui import forms, navigation

TRIES, WINDOW = 10, timedelta(minutes=10)


def make_account(settings: Settings, db: Database, vault: Vault) -> Blueprint:
    """The blueprint `account` under /account."""
    door = Blueprint("account", __name__, url_prefix="/account")
    tries = Shared(db, settings, "account", TRIES, WINDOW)
    looks = Shared(db, settings, "link", TRIES * 3, WINDOW)
    _passwords(door, settings, db, vault, tries, looks)
    _reset(door, settings, db, looks)
    _devices(door, db, vault, tries)
    return door


def _passwords(door: Blueprint, settings: Settings, db: Database, vault: Vault, tries: Shared, looks: Shared) -> None:
    def page(problems: tuple[Problem, ...] = ()) -> AnyResponse:
        (person_id, _), actor = _here(), sessions.current_actor()
        with db.read() as tx:
            left = second_factor.recovery_left(tx, vault, person_id)
            held = tokens.listed(tx, person_id, times.now())
        shown = forms.errors_from(problems)
        text = render_template(
            "account/home.html", tokens=held, errors=shown, wrong={e.field: e.text for e in shown}, left=left, least=credentials.LEAST,
            staff=actor.kind == "staff",
            waits=actor.kind == "staff" and not actor.roles, required=settings.require_second_factor,
        )  # fmt: skip
        return make_response(text, 422 if problems else 200)

    @door.get("/")
    @access.access(access.SIGNED_IN)
    def home() -> AnyResponse:
        return page()

    @door.post("/password")
    @access.access(access.SIGNED_IN)
    def change_password() -> AnyResponse:
        person_id, _ = _here()
        tries.take(("old", person_id), times.now())
        try:
            new = _twice()
            with db.begin() as tx:
                credentials.change_password(tx, person_id, request.form.get("old", ""), new, times.now())
        except Invalid as error:
            return page(error.problems)
        tries.forget(("old", person_id))
        return _to_login("密码已修改，其他设备上的登录也已退出。请用新密码登录。", settings)

    @door.post("/tokens/<int:token_id>/end")
    @access.access(access.SIGNED_IN)
    def end_token(token_id: int) -> AnyResponse:
        person_id, _ = _here()
        with db.begin() as tx:
            login = tx.execute(select(person.c.login).where(person.c.id == person_id)).scalar_one()
            label = tokens.end(tx, sessions.current_actor(), login, token_id, times.now())
        flash(f"接口令牌“{label}”已作废。", "success")
        return redirect(url_for("account.home"), 303)

    @door.get("/password/<token>")
    @access.access(access.PUBLIC)
    def open_link(token: str) -> AnyResponse:
        return link_page(token)

    @door.post("/password/<token>")
    @access.access(access.PUBLIC)
    def set_password(token: str) -> AnyResponse:
        try:
            new = _twice()
            with _guessed(looks), db.begin() as tx:
                credential_links.set_password(tx, token, new, times.now())
        except Invalid as error:
            return link_page(token, error.problems)
        return _to_login("密码已设置，请登录。", settings)

    def link_page(token: str, problems: tuple[Problem, ...] = ()) -> AnyResponse:
        with _guessed(looks), db.read() as tx:
            owner = credentials.owner_of_link(tx, token, times.now())
        shown = forms.errors_from(problems)
        text = render_template(
            "account/set_password.html", errors=shown, wrong={e.field: e.text for e in shown}, login=owner.login,
            name=owner.name, least=credentials.LEAST,
        )  # fmt: skip
        return make_response(text, 422 if problems else 200)


def _devices(door: Blueprint, db: Database, vault: Vault, tries: Shared) -> None:
    def page(secret: str, problems: tuple[Problem, ...] = ()) -> AnyResponse:
        person_id, _ = _here()
        address = second_factor.address(secret, sessions.current_actor().name)
        shown = forms.errors_from(problems)
        sealed = base64.urlsafe_b64encode(vault.seal(f"{person_id} {secret}")).decode()
        text = render_template(
            "account/second_factor.html", errors=shown, wrong={e.field: e.text for e in shown}, sealed=sealed,
            secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
            qr=_picture(address),
        )  # fmt: skip
        return make_response(text, 422 if problems else 200)

    @door.get("/second-factor", endpoint="second_factor")
    @access.access(access.ANY_STAFF)
    def begin() -> AnyResponse:
        person_id, _ = _here()
        with db.read() as tx:
            left = second_factor.recovery_left(tx, vault, person_id)
        if left is not None:
            return redirect(url_for("account.home"), 303)
        return page(second_factor.new_secret())

    @door.post("/second-factor")
    @access.access(access.ANY_STAFF)
    def bind() -> AnyResponse:
        """Whoever knows the password binds the first device; the secret travels sealed, bound to its person."""
        person_id, session_id = _here()
        tries.take(("code", person_id), times.now())
        secret = _unsealed(vault, person_id)
        try:
            with db.begin() as tx:
                given = request.form.get("code", "").strip()
                codes = second_factor.bind(tx, vault, person_id, session_id, secret, given, times.now())
        except Invalid as error:
            return page(secret, error.problems)
        tries.forget(("code", person_id))
        home = navigation.home_of(current_app, sessions.current_actor())
        return make_response(
            render_template(
                "account/recovery.html",
                codes=codes,
                onwards=forms.way_back(arguments.address("next"), home),
            )
        )

    @door.post("/second-factor/release")
    @access.access(access.ANY_STAFF)
    def release() -> AnyResponse:
        person_id, _ = _here()
        tries.take(("code", person_id), times.now())
        try:
            with db.begin() as tx:
                second_factor.release(tx, vault, person_id, request.form.get("code", ""), times.now())
        except Invalid as error:
            for problem in error.problems:
                flash(problem.text, "error")
            return redirect(url_for("account.home"), 303)
        flash("已解除原来的绑定，请绑定新的设备。", "success")
        return redirect(url_for("account.second_factor"), 303)


def _reset(door: Blueprint, settings: Settings, db: Database, looks: Shared) -> None:
    @door.get("/second-factor/reset/<token>", endpoint="open_reset")
    @access.access(access.PUBLIC)
    def ask(token: str) -> AnyResponse:
        with _guessed(looks), db.read() as tx:
            owner = credential_links.owner_of_factor_link(tx, token, times.now())
        return make_response(render_template("account/reset_factor.html", login=owner.login, name=owner.name))

    @door.post("/second-factor/reset/<token>")
    @access.access(access.PUBLIC)
    def reset(token: str) -> AnyResponse:
        with _guessed(looks), db.begin() as tx:
            credential_links.release_factor(tx, token, times.now())
        return _to_login("已解除绑定的设备。请登录后重新绑定。", settings)


@contextmanager
def _guessed(looks: Shared) -> Iterator[None]:
    """A link that is none counts as a guess of its address; whoever holds a good one is let through, however many
    others guess from the same address."""
    try:
        yield
    except NotFound:
        looks.take(request.remote_addr, times.now())
        raise


def _here() -> tuple[int, int]:
    """Who is here, by a browser's session: a program's token changes no account."""
    here = sessions.signed_in()
    if here is None or here.session_id is None or here.actor.id is None:
        raise Forbidden("请用浏览器登录后办理。")
    return here.actor.id, here.session_id


def _twice() -> str:
    """The new password, typed twice; Invalid where the two differ."""
    new = request.form.get("password", "")
    if new != request.form.get("again", ""):
        raise Invalid("密码没有设置，请按提示修改。", [Problem("again", "两次输入的密码不一致，请重新输入")])
    return new


def _to_login(text: str, settings: Settings) -> AnyResponse:
    answer = sessions.drop_cookie(make_response(redirect(url_for("login.enter"), 303)), settings)
    flash(text, "success")
    return answer


def _unsealed(vault: Vault, person_id: int) -> str:
    """The secret that this person's page was made with."""
    try:
        owner, _, secret = vault.open(base64.urlsafe_b64decode(request.form.get("sealed", ""))).partition(" ")
    except (binascii.Error, ValueError, ConfigurationError):
        owner, secret = "", ""
    if owner != str(person_id):
        raise Invalid("页面停留过久或内容不完整，请返回重新打开绑定页面。")
    return secret


def _picture(address: str) -> str:
    """The QR as a PNG in base64; the page keeps its quiet zone white, on dark pages too."""
    png = io.BytesIO()
    segno.make(address, error="m", micro=False).save(png, kind="png", scale=4, border=0)
    return base64.b64encode(png.getvalue()).decode()
