"""Accounts (人员): the list, adding one, its name, closing it and opening it again."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from repairflow.casework.admin import accounts
from repairflow.casework.changes import AddPerson, RenamePerson, SwitchPerson
from repairflow.errors import Conflict, Invalid
from repairflow.web.admin.account_page import DISABLE, MAKER, ask, back, is_one, page
from repairflow.web.core import arguments
from repairflow.web.core.changing import change
from repairflow.web.core.context import current
from repairflow.web.ui.forms import FieldError, errors_from, unconfirmed

SIZE = 50


def all_accounts() -> str:
    """Show one page of the accounts."""
    here = current()
    search, after = arguments.text("q"), arguments.text("after")
    place = arguments.text("office")
    with here.read() as tx:
        found = accounts.listed(tx, search, place, after=after, size=SIZE + 1)
    following = found[SIZE - 1].login if len(found) > SIZE else None
    return render_template(
        "admin/people.html", people=found[:SIZE], search=search, place=place, following=following, first=not after,
        kinds=accounts.KINDS, makes=is_one(MAKER),
    )  # fmt: skip


def new_person() -> AnyResponse:
    """Show the form of a new account."""
    return _form({"kind": "staff"})


def add_person() -> AnyResponse:
    """Add an account, or show its form with what is wrong."""
    here = current()
    given = {name: request.form.get(name, "").strip() for name in accounts.FIELDS}
    try:
        change(AddPerson(here.actor, given["login"], given["name"], given["kind"]))
    except Invalid as error:
        return _form(given, errors_from(error.problems))
    except Conflict as error:
        return _form(given, [FieldError("login", error.message)])
    flash(f"已新建账号 {given['login']}。请安全管理员授予岗位并发放设置密码的链接。", "success")
    return redirect(url_for("admin.person", login=given["login"]), 303)


def rename(login: str) -> AnyResponse:
    """Correct the name of a person."""
    here = current()
    try:
        done = change(RenamePerson(here.actor, login, request.form.get("name", "")))
    except Invalid as error:
        return page(login, errors_from(error.problems))
    flash("姓名已更正。" if done else "姓名相同，没有改动。", "success" if done else "info")
    return back(login)


def disable(login: str) -> AnyResponse:
    """Close an account, once confirmed."""
    here = current()
    if unconfirmed():
        return ask("停用账号", DISABLE, login)
    done = change(SwitchPerson(here.actor, login, on=False))
    flash("账号已停用。" if done else "账号早已停用，没有改动。", "success" if done else "info")
    return back(login)


def enable(login: str) -> AnyResponse:
    """Open a closed account again."""
    here = current()
    done = change(SwitchPerson(here.actor, login, on=True))
    flash("账号已恢复使用。" if done else "账号没有停用，没有改动。", "success" if done else "info")
    return back(login)


def _form(given: dict[str, str], errors: list[FieldError] | None = None) -> AnyResponse:
    text = render_template(
        "admin/people_new.html", values={**dict.fromkeys(accounts.FIELDS, ""), **given}, errors=errors or [],
        wrong={e.field: e.text for e in errors or []}, kinds=list(accounts.KINDS.items()),
    )  # fmt: skip
    return make_response(text, 422 if errors else 200)
