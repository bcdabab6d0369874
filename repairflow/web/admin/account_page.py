"""The page of one person: posts, mandates, and what opens the account. Nobody finds buttons on the own page."""

from __future__ import annotations

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from repairflow.casework.admin import (
    accounts,
    credential_links,
    credentials,
    offices,
    permissions,
    roles_and_mandates,
    tokens,
)
from repairflow.web.admin import change_log
from repairflow.web.core.context import current
from repairflow.web.ui.forms import FieldError, ask_to_confirm

MAKER, GUARD = permissions.SYSTEM_ADMIN, permissions.SECURITY_ADMIN
DISABLE = "停用后立即退出登录，接口令牌作废，不能再登录；岗位和办理留痕保留，可以恢复使用。"
NEW_LINK = (
    "原密码立即失效并退出登录。一次性链接直接送达本人，发放人看不到。本人和审计管理员会收到通知。请先核实确是本人要求。"
)
RESET_FACTOR = "本人用收到的链接解除绑定的设备，下次登录后重新绑定。本人和审计管理员会收到通知。请先核实确是本人要求。"


def person(login: str) -> AnyResponse:
    """Show the page of a person. NotFound when there is none."""
    return page(login)


def page(login: str, errors: list[FieldError] | None = None) -> AnyResponse:
    """Show the page of a person with what is wrong in its form."""
    here = current()
    mail, actor = bool(here.settings.smtp_url), here.actor
    with here.read() as tx:
        row = accounts.one(tx, login)
        text = render_template(
            "admin/people_one.html", row=row, errors=errors or [], wrong={e.field: e.text for e in errors or []},
            ways=list(credential_links.ways(row, mail=mail).items()), link_ends=credentials.link_ends(row.password_hash), now=here.now,
            has_password=credentials.is_password(row.password_hash), bound=row.totp_secret is not None,
            posts=roles_and_mandates.held(tx, row.id),
            tokens=tokens.listed(tx, row.id, here.now),
            mandates=roles_and_mandates.mandates(tx, here.services.vault, row.id, here.today), groups=_groups(),
            offices=[(one.code, one.name) for one in offices.listed(tx)], kinds=accounts.KINDS,
            capacities=roles_and_mandates.capacities(tx, row.id), makes=is_one(MAKER), guards=is_one(GUARD) and row.id != actor.id,
            own=row.id == actor.id, past=change_log.latest(tx, "account", login), given=request.form,
            texts={"disable": DISABLE, "reset": NEW_LINK, "factor": RESET_FACTOR},
        )  # fmt: skip
    return make_response(text, 422 if errors else 200)


def ask(label: str, question: str, login: str) -> AnyResponse:
    """Ask before a step, where no script has asked."""
    return make_response(ask_to_confirm(label, question, url_for("admin.person", login=login)))


def back(login: str) -> AnyResponse:
    """Go to the page of a person."""
    return redirect(url_for("admin.person", login=login), 303)


def _groups() -> dict[str, list[tuple[str, str]]]:
    return {title: list(labels.items()) for title, labels in roles_and_mandates.groups().items()}


def is_one(role: str) -> bool:
    """Say whether the visitor holds a role."""
    return current().actor.has_role(role)
