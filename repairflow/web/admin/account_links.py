"""What opens an account, sent anew to its person: links for password and second factor. Tokens of programs are ended."""

from __future__ import annotations

from flask import flash, request
from werkzeug.wrappers import Response as AnyResponse

from repairflow.casework.admin import credential_links, credentials
from repairflow.casework.changes import EndToken, SendLink
from repairflow.errors import Invalid
from repairflow.web.admin.account_page import NEW_LINK, RESET_FACTOR, ask, back, page
from repairflow.web.core.changing import change
from repairflow.web.core.context import current
from repairflow.web.ui.forms import errors_from, unconfirmed

SENT = "已将链接通过{}发给本人，{} 小时内有效。"
PRINTED = "已生成通知单，请另一名管理员在“通知单”页面打印后当面交给本人。"


def end_token(login: str, token_id: int) -> AnyResponse:
    """End the token of a program."""
    label = change(EndToken(current().actor, login, token_id))
    flash(f"接口令牌“{label}”已作废。", "success")
    return back(login)


def reset_password(login: str) -> AnyResponse:
    """Send a link that sets the password."""
    return _send(login, credential_links.PASSWORD, "发放链接", NEW_LINK)


def reset_second_factor(login: str) -> AnyResponse:
    """Send a link that releases the bound device."""
    return _send(login, credential_links.SECOND_FACTOR, "重置动态口令", RESET_FACTOR)


def _send(login: str, opens: str, label: str, question: str) -> AnyResponse:
    """Send a link by the way the form names, once confirmed."""
    here = current()
    way = request.form.get("way", "")
    if unconfirmed():
        return ask(label, question, login)
    try:
        change(SendLink(here.actor, login, opens, way, mail=bool(here.settings.smtp_url)))
    except Invalid as error:
        return page(login, errors_from(error.problems))
    hours = credentials.LINK_LIVES.total_seconds() / 3600
    flash(
        SENT.format(credential_links.WAYS[way], f"{hours:.0f}") if way in credential_links.TOPICS else PRINTED,
        "success",
    )
    return back(login)
