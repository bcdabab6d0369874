"""人员: the list, adding an account, and one person's page: posts, mandates, what opens the account.

System administrators make accounts, security administrators do the rest; nobody finds buttons on his own page.
"""

from __future__ import annotations

from functools import partial

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from repairflow import times
from repairflow.casework.admin import (
    accounts,
    credential_links,
    credentials,
    offices,
    permissions,
    roles_and_mandates,
    tokens,
)
from repairflow.db import Database
from repairflow.errors import Conflict, Invalid
from repairflow.settings import Settings
from repairflow.vault import Vault
from repairflow.web.admin import change_log, roles
from repairflow.web.admin.roles import Page
from repairflow.web.core import access, arguments, sessions
from repairflow.web.ui.forms import FieldError, ask_to_confirm, errors_from, unconfirmed

READERS = (permissions.SYSTEM_ADMIN, permissions.SECURITY_ADMIN)
MAKER, GUARD = permissions.SYSTEM_ADMIN, permissions.SECURITY_ADMIN
SIZE = 50
DISABLE = "停用后立即退出登录，接口令牌作废，不能再登录；岗位和办理留痕保留，可以恢复使用。"
RESET = (
    "原密码立即失效并退出登录。一次性链接直接送达本人，发放人看不到。本人和审计管理员会收到通知。请先核实确是本人要求。"
)
RESET_FACTOR = "本人用收到的链接解除绑定的设备，下次登录后重新绑定。本人和审计管理员会收到通知。请先核实确是本人要求。"
SENT = "已将链接通过{}发给本人，{} 小时内有效。"
PRINTED = "已生成通知单，请另一名管理员在“通知单”页面打印后当面交给本人。"


def install(door: Blueprint, settings: Settings, db: Database, vault: Vault) -> None:
    """Afterwards `door` has `people`, `new_person`, `person` and what may be done there."""
    mail = bool(settings.smtp_url)
    page = partial(_page, db, vault, mail)
    _making(door, db, page)
    _opening(door, db, page)
    _sending(door, db, vault, mail, page)
    roles.install(door, db, vault, page)


def _making(door: Blueprint, db: Database, page: Page) -> None:
    @door.get("/people", endpoint="people")
    @access.access(*READERS)
    def all_people() -> str:
        search, after = arguments.text("q"), arguments.text("after")
        place = arguments.text("office")
        with db.read() as tx:
            found = accounts.listed(tx, search, place, after=after, size=SIZE + 1)
        following = found[SIZE - 1].login if len(found) > SIZE else None
        return render_template(
            "admin/people.html", people=found[:SIZE], search=search, place=place, following=following, first=not after,
            kinds=accounts.KINDS, makes=_is(MAKER),
        )  # fmt: skip

    @door.get("/people/new")
    @access.access(MAKER)
    def new_person() -> AnyResponse:
        return _form({"kind": "staff"})

    @door.post("/people/new")
    @access.access(MAKER)
    def add_person() -> AnyResponse:
        given = {name: request.form.get(name, "").strip() for name in accounts.FIELDS}
        try:
            with db.begin() as tx:
                accounts.add(tx, sessions.current_actor(), given["login"], given["name"], given["kind"], times.now())
        except Invalid as error:
            return _form(given, errors_from(error.problems))
        except Conflict as error:
            return _form(given, [FieldError("login", error.message)])
        flash(f"已新建账号 {given['login']}。请安全管理员授予岗位并发放设置密码的链接。", "success")
        return redirect(url_for("admin.person", login=given["login"]), 303)

    @door.get("/people/<login>")
    @access.access(*READERS)
    def person(login: str) -> AnyResponse:
        return page(login)

    @door.post("/people/<login>/name")
    @access.access(MAKER)
    def rename(login: str) -> AnyResponse:
        try:
            with db.begin() as tx:
                done = accounts.rename(tx, sessions.current_actor(), login, request.form.get("name", ""), times.now())
        except Invalid as error:
            return page(login, errors_from(error.problems))
        flash("姓名已更正。" if done else "姓名相同，没有改动。", "success" if done else "info")
        return _back(login)


def _opening(door: Blueprint, db: Database, page: Page) -> None:
    @door.post("/people/<login>/disable")
    @access.access(GUARD)
    def disable(login: str) -> AnyResponse:
        if unconfirmed():
            return _ask("停用账号", DISABLE, login)
        with db.begin() as tx:
            done = accounts.disable(tx, sessions.current_actor(), login, times.now())
        flash("账号已停用。" if done else "账号早已停用，没有改动。", "success" if done else "info")
        return _back(login)

    @door.post("/people/<login>/enable")
    @access.access(GUARD)
    def enable(login: str) -> AnyResponse:
        with db.begin() as tx:
            done = accounts.enable(tx, sessions.current_actor(), login, times.now())
        flash("账号已恢复使用。" if done else "账号没有停用，没有改动。", "success" if done else "info")
        return _back(login)


def _sending(door: Blueprint, db: Database, vault: Vault, mail: bool, page: Page) -> None:
    @door.post("/people/<login>/tokens/<int:token_id>/end")
    @access.access(GUARD)
    def end_token(login: str, token_id: int) -> AnyResponse:
        with db.begin() as tx:
            label = tokens.end(tx, sessions.current_actor(), login, token_id, times.now())
        flash(f"接口令牌“{label}”已作废。", "success")
        return _back(login)

    @door.post("/people/<login>/password")
    @access.access(GUARD)
    def reset_password(login: str) -> AnyResponse:
        return send(login, credential_links.PASSWORD, "发放链接", RESET)

    @door.post("/people/<login>/second-factor")
    @access.access(GUARD)
    def reset_second_factor(login: str) -> AnyResponse:
        return send(login, credential_links.SECOND_FACTOR, "重置动态口令", RESET_FACTOR)

    def send(login: str, opens: str, label: str, question: str) -> AnyResponse:
        order = credential_links.Order(opens, request.form.get("way", ""), mail)
        if unconfirmed():
            return _ask(label, question, login)
        try:
            with db.begin() as tx:
                credential_links.send(tx, vault, sessions.current_actor(), accounts.one(tx, login), order, times.now())
        except Invalid as error:
            return page(login, errors_from(error.problems))
        hours = credentials.LINK_LIVES.total_seconds() / 3600
        flash(
            SENT.format(credential_links.WAYS[order.way], f"{hours:.0f}")
            if order.way in credential_links.TOPICS
            else PRINTED,
            "success",
        )
        return _back(login)


def _form(given: dict[str, str], errors: list[FieldError] | None = None) -> AnyResponse:
    text = render_template(
        "admin/people_new.html", values={**dict.fromkeys(accounts.FIELDS, ""), **given}, errors=errors or [],
        wrong={e.field: e.text for e in errors or []}, kinds=list(accounts.KINDS.items()),
    )  # fmt: skip
    return make_response(text, 422 if errors else 200)


def _page(db: Database, vault: Vault, mail: bool, login: str, errors: list[FieldError] | None = None) -> AnyResponse:
    """The page of a person."""
    actor, today = sessions.current_actor(), times.today()
    with db.read() as tx:
        row = accounts.one(tx, login)
        text = render_template(
            "admin/people_one.html", row=row, errors=errors or [], wrong={e.field: e.text for e in errors or []},
            ways=list(credential_links.ways(row, mail=mail).items()), link_ends=credentials.link_ends(row.password_hash), now=times.now(),
            has_password=credentials.is_password(row.password_hash), bound=row.totp_secret is not None,
            posts=roles_and_mandates.held(tx, row.id),
            tokens=tokens.listed(tx, row.id, times.now()), mandates=roles_and_mandates.mandates(tx, vault, row.id, today), groups=_groups(),
            offices=[(one.code, one.name) for one in offices.listed(tx)], kinds=accounts.KINDS,
            capacities=roles_and_mandates.CAPACITIES, makes=_is(MAKER), guards=_is(GUARD) and row.id != actor.id,
            own=row.id == actor.id, past=change_log.latest(tx, "account", login), given=request.form,
            texts={"disable": DISABLE, "reset": RESET, "factor": RESET_FACTOR},
        )  # fmt: skip
    return make_response(text, 422 if errors else 200)


def _ask(label: str, question: str, login: str) -> AnyResponse:
    """The question before a step, where no script asked it."""
    return make_response(ask_to_confirm(label, question, url_for("admin.person", login=login)))


def _back(login: str) -> AnyResponse:
    """To the person's page."""
    return redirect(url_for("admin.person", login=login), 303)


def _groups() -> dict[str, list[tuple[str, str]]]:
    return {title: list(labels.items()) for title, labels in roles_and_mandates.GROUPS.items()}


def _is(role: str) -> bool:
    return sessions.current_actor().has_role(role)
