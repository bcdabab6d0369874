"""签名证书: which certificates letters were signed with, which of them are revoked; and a letter whose PDF is to be made again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from repairflow import plain
from repairflow.casework.admin import permissions
from repairflow.casework.changes import RemakeLetter, RevokeCertificate, TakeBackRevocation
from repairflow.casework.documents import certificates as of_letters
from repairflow.errors import Conflict, Invalid, NotFound, Problem, RepairFlowError
from repairflow.web.core.changing import change
from repairflow.web.core.context import current
from repairflow.web.ui.forms import errors_from

REFUSALS = (Invalid, NotFound, Conflict)


def certificates() -> AnyResponse:
    """Show every certificate that a letter was signed with."""
    return _page()


def revoke_certificate() -> AnyResponse:
    """State from which day a certificate is revoked, or show the form with what is wrong."""
    given = request.form
    try:
        new = change(RevokeCertificate(current().actor, given.get("certificate", ""), _day(), given.get("reason", "")))
    except REFUSALS as error:
        return _page(error, {"": "certificate"})
    flash(
        "已登记吊销。请给该单位换上新的签名密钥。" if new else "已经这样登记，没有改动。", "success" if new else "info"
    )
    return redirect(url_for("admin.certificates"), 303)


def take_back_revocation() -> AnyResponse:
    """Take back that a certificate is revoked."""
    given = request.form
    try:
        change(TakeBackRevocation(current().actor, given.get("revoked", ""), given.get("undo_reason", "")))
    except REFUSALS as error:
        return _page(error, {"": "revoked", "certificate": "revoked", "reason": "undo_reason"})
    flash("已撤回吊销的登记，记入留痕。", "success")
    return redirect(url_for("admin.certificates"), 303)


def remake_letter() -> AnyResponse:
    """Have the PDF of a letter made again."""
    given = request.form
    try:
        change(RemakeLetter(current().actor, given.get("number", ""), given.get("remake_reason", "")))
    except REFUSALS as error:
        return _page(error, {"": "number", "reason": "remake_reason"})
    flash("已安排重新制作。文件完好的，不会改动。", "success")
    return redirect(url_for("admin.certificates"), 303)


def _day() -> date:
    try:
        return plain.day(request.form.get("day", "").strip())
    except ValueError:
        told = [Problem("day", "请填写吊销日期，如 2026-09-01")]
        raise Invalid("没有登记，请按提示修改后再提交。", told) from None


def _page(error: RepairFlowError | None = None, fields: Mapping[str, str] | None = None) -> AnyResponse:
    here = current()
    told = getattr(error, "problems", ()) or ([Problem("", error.message)] if error is not None else [])
    problems = [Problem((fields or {}).get(one.where, one.where), one.text) for one in told]
    with here.read() as tx:
        found = of_letters.known(tx)
    named = [(one.sha256, f"{one.office} {one.holder}（{one.sha256[:16]}…）") for one in found]
    revoked = {one.sha256 for one in found if one.revoked_on is not None}
    text = render_template(
        "admin/certificates.html", certificates=found, writes=here.actor.has_role(permissions.SYSTEM_ADMIN),
        errors=errors_from(problems), wrong={one.where: one.text for one in problems}, typed=request.form, now=here.now,
        choices=named, revoked=[one for one in named if one[0] in revoked],
    )  # fmt: skip
    return make_response(text, error.status if error is not None else 200)
