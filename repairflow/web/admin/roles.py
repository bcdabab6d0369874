"""What a person's page grants and takes back: posts in offices, mandates of subjects."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import Blueprint, flash, make_response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from repairflow import plain, times
from repairflow.casework.admin import permissions, roles_and_mandates
from repairflow.db import Database
from repairflow.errors import Conflict, Invalid, Problem
from repairflow.vault import Vault
from repairflow.web.core import access, sessions
from repairflow.web.ui.forms import FieldError, ask_to_confirm, errors_from, unconfirmed

GUARD = permissions.SECURITY_ADMIN
Page = Callable[..., AnyResponse]
"""A person's page by login, with errors, and a link that is shown this once."""


def install(door: Blueprint, db: Database, vault: Vault, page: Page) -> None:
    """Afterwards `door` has `grant`, `revoke`, `give_mandate` and `end_mandate`."""

    @door.post("/people/<login>/posts")
    @access.access(GUARD)
    def grant(login: str) -> AnyResponse:
        role, office = request.form.get("role", ""), request.form.get("office", "")
        try:
            with db.begin() as tx:
                new = roles_and_mandates.grant(tx, sessions.current_actor(), login, role, office, times.now())
        except Invalid as error:
            return page(login, errors_from(error.problems))
        except Conflict as error:
            return page(login, [FieldError("role", error.message)])
        flash(
            f"已授予岗位“{roles_and_mandates.POSTS[role]}”。" if new else "已有这个岗位，没有改动。",
            "success" if new else "info",
        )
        return _back(login)

    @door.post("/people/<login>/posts/revoke")
    @access.access(GUARD)
    def revoke(login: str) -> AnyResponse:
        role, office = request.form.get("role", ""), request.form.get("office", "")
        label = roles_and_mandates.POSTS.get(role, role)
        if unconfirmed():
            question = f"收回岗位“{label}”后，立即不能再办理该岗位的事项。已经办理的不受影响。"
            return make_response(ask_to_confirm("收回岗位", question, url_for("admin.person", login=login)))
        with db.begin() as tx:
            roles_and_mandates.revoke(tx, sessions.current_actor(), login, role, office, times.now())
        flash(f"已收回岗位“{label}”。", "success")
        return _back(login)

    @door.post("/people/<login>/mandates")
    @access.access(GUARD)
    def give_mandate(login: str) -> AnyResponse:
        code, capacity = request.form.get("subject", ""), request.form.get("capacity", "")
        try:
            until = _day(request.form.get("until", ""))
            with db.begin() as tx:
                name = roles_and_mandates.give_mandate(
                    tx, vault, sessions.current_actor(), login, code, capacity, times.now(), until
                )
        except Invalid as error:
            return page(login, errors_from(error.problems))
        flash(f"已登记对{name}的代理。", "success")
        return _back(login)

    @door.post("/people/<login>/mandates/<int:mandate_id>/end")
    @access.access(GUARD)
    def end_mandate(login: str, mandate_id: int) -> AnyResponse:
        if unconfirmed():
            question = "终止后，立即不能再代表该信用主体查看和办理。已经提出的申请不受影响。"
            return make_response(ask_to_confirm("终止授权", question, url_for("admin.person", login=login)))
        with db.begin() as tx:
            name = roles_and_mandates.end_mandate(tx, sessions.current_actor(), login, mandate_id, times.now())
        flash(f"已终止对{name}的代理。", "success")
        return _back(login)


def _day(text: str) -> date | None:
    try:
        return plain.day(text.strip()) if text.strip() else None
    except ValueError:
        raise Invalid("授权没有登记。", [Problem("until", "截止日应如 2027-01-31")]) from None


def _back(login: str) -> AnyResponse:
    return redirect(url_for("admin.person", login=login), 303)
