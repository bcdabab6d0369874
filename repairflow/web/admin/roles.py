"""What a person's page grants and takes back: posts in offices, mandates of subjects."""

from __future__ import annotations

from datetime import date

from flask import flash, request
from werkzeug.wrappers import Response as AnyResponse

from repairflow import plain
from repairflow.casework.admin import roles_and_mandates
from repairflow.casework.changes import ChangeRole, EndMandate, GiveMandate
from repairflow.errors import Conflict, Invalid, Problem
from repairflow.web.admin.account_page import ask, back, page
from repairflow.web.core.changing import change
from repairflow.web.core.context import current
from repairflow.web.ui.forms import FieldError, errors_from, unconfirmed


def grant(login: str) -> AnyResponse:
    """Grant a post in an office."""
    role, office = request.form.get("role", ""), request.form.get("office", "")
    try:
        new = change(ChangeRole(current().actor, login, role, office, held=True))
    except Invalid as error:
        return page(login, errors_from(error.problems))
    except Conflict as error:
        return page(login, [FieldError("role", error.message)])
    flash(
        f"已授予岗位“{roles_and_mandates.POSTS[role]}”。" if new else "已有这个岗位，没有改动。",
        "success" if new else "info",
    )
    return back(login)


def revoke(login: str) -> AnyResponse:
    """Take a post back, once confirmed."""
    role, office = request.form.get("role", ""), request.form.get("office", "")
    label = roles_and_mandates.POSTS.get(role, role)
    if unconfirmed():
        question = f"收回岗位“{label}”后，立即不能再办理该岗位的事项。已经办理的不受影响。"
        return ask("收回岗位", question, login)
    change(ChangeRole(current().actor, login, role, office, held=False))
    flash(f"已收回岗位“{label}”。", "success")
    return back(login)


def give_mandate(login: str) -> AnyResponse:
    """Note that a person acts for a subject."""
    code, capacity = request.form.get("subject", ""), request.form.get("capacity", "")
    try:
        until = _day(request.form.get("until", ""))
        name = change(GiveMandate(current().actor, login, code, capacity, until, request.form.get("born", "")))
    except Invalid as error:
        return page(login, errors_from(error.problems))
    flash(f"已登记对{name}的代理。", "success")
    return back(login)


def end_mandate(login: str, mandate_id: int) -> AnyResponse:
    """End a mandate, once confirmed."""
    if unconfirmed():
        question = "终止后，立即不能再代表该信用主体查看和办理。已经提出的申请不受影响。"
        return ask("终止授权", question, login)
    name = change(EndMandate(current().actor, login, mandate_id))
    flash(f"已终止对{name}的代理。", "success")
    return back(login)


def _day(text: str) -> date | None:
    try:
        return plain.day(text.strip()) if text.strip() else None
    except ValueError:
        raise Invalid("授权没有登记。", [Problem("until", "截止日应如 2027-01-31")]) from None
