"""The keys by which messages to platforms are signed: which there are, and a new one in their place."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from repairflow.casework.admin import exchange_keys, permissions
from repairflow.casework.changes import RotateExchangeKey
from repairflow.web.core.changing import change
from repairflow.web.core.context import current
from repairflow.web.ui.forms import ask_to_confirm, unconfirmed

SOON = f"新密钥立即用于签名，原来的密钥与它并用 {exchange_keys.OVERLAP.days} 天，平台一方有时间换上新公钥。"
NOW = "原来的密钥立即停止签名。平台一方换上新公钥之前会拒收推送，推送自动重试。只在私钥可能泄露时这样做。"


def keys() -> str:
    """Show every key there ever was."""
    here = current()
    with here.read() as tx:
        found = [(one, one.signs(here.now)) for one in exchange_keys.published(tx)]
    writes = here.actor.has_role(permissions.SYSTEM_ADMIN)
    return render_template("admin/exchange_keys.html", keys=found, writes=writes, soon=SOON, now=NOW)


def rotate_key() -> AnyResponse:
    """Put a new key in the place of the others, once confirmed."""
    at_once = request.form.get("at_once") == "yes"
    if unconfirmed():
        return make_response(ask_to_confirm("更换签名密钥", NOW if at_once else SOON, url_for("admin.exchange_keys")))
    made = change(RotateExchangeKey(current().actor, at_once))
    flash(f"已启用新密钥 {made.code}，公钥已经公布。请告知各平台。", "success")
    return redirect(url_for("admin.exchange_keys"), 303)
