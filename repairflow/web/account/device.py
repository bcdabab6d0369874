"""The device for one-time codes (动态口令): binding it and releasing it."""

from __future__ import annotations

import base64
import binascii
import io

import segno
from flask import current_app, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from repairflow import times
from repairflow.casework.admin import second_factor
from repairflow.casework.changes import BindDevice, ReleaseDevice
from repairflow.errors import ConfigurationError, Invalid, Problem
from repairflow.vault import Vault
from repairflow.web.account.shared import signed_in_here, tries
from repairflow.web.core import arguments
from repairflow.web.core.changing import change
from repairflow.web.core.context import current
from repairflow.web.ui import forms, navigation


def begin() -> AnyResponse:
    """Show the secret of a new device; go to the account when one is bound."""
    here = current()
    person_id, _ = signed_in_here()
    with here.read() as tx:
        left = second_factor.recovery_left(tx, here.services.vault, person_id)
    if left is not None:
        return redirect(url_for("account.home"), 303)
    return page(second_factor.new_secret())


def bind() -> AnyResponse:
    """Bind the first device. The secret comes back sealed and bound to its person, so the page needs no row of its own."""
    here = current()
    person_id, session_id = signed_in_here()
    here.site.one(tries).take(("code", person_id), times.now())
    secret = _unsealed(here.services.vault, person_id)
    try:
        codes = change(BindDevice(here.actor, session_id, secret, request.form.get("code", "").strip()))
    except Invalid as error:
        return page(secret, error.problems)
    here.site.one(tries).forget(("code", person_id))
    home = navigation.home_of(current_app, here.actor)
    return make_response(
        render_template(
            "account/recovery.html",
            codes=codes,
            onwards=forms.way_back(arguments.address("next"), home),
        )
    )


def release() -> AnyResponse:
    """Release the bound device, for a code of that device."""
    here = current()
    person_id, _ = signed_in_here()
    here.site.one(tries).take(("code", person_id), times.now())
    try:
        change(ReleaseDevice(here.actor, request.form.get("code", "")))
    except Invalid as error:
        for problem in error.problems:
            flash(problem.text, "error")
        return redirect(url_for("account.home"), 303)
    flash("已解除原来的绑定，请绑定新的设备。", "success")
    return redirect(url_for("account.second_factor"), 303)


def page(secret: str, problems: tuple[Problem, ...] = ()) -> AnyResponse:
    """Show the form that binds a device with this secret."""
    here = current()
    person_id, _ = signed_in_here()
    address = second_factor.address(secret, here.actor.name)
    shown = forms.errors_from(problems)
    sealed = base64.urlsafe_b64encode(here.services.vault.seal(f"{person_id} {secret}")).decode()
    text = render_template(
        "account/second_factor.html", errors=shown, wrong={e.field: e.text for e in shown}, sealed=sealed,
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        qr=_picture(address),
    )  # fmt: skip
    return make_response(text, 422 if problems else 200)


def _unsealed(vault: Vault, person_id: int) -> str:
    """Give the secret that this person's page was made with. Invalid for any other."""
    try:
        owner, _, secret = vault.open(base64.urlsafe_b64decode(request.form.get("sealed", ""))).partition(" ")
    except (binascii.Error, ValueError, ConfigurationError):
        owner, secret = "", ""
    if owner != str(person_id):
        raise Invalid("页面停留过久或内容不完整，请返回重新打开绑定页面。")
    return secret


def _picture(address: str) -> str:
    """Draw the QR as a PNG in base64; the page keeps its quiet zone white, on dark pages too."""
    png = io.BytesIO()
    segno.make(address, error="m", micro=False).save(png, kind="png", scale=4, border=0)
    return base64.b64encode(png.getvalue()).decode()
