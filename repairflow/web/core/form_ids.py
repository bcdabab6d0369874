"""The id a form carries, so that pressing it twice does one thing.

Who is signed in is told from everybody else by the account, so the form may carry any id. Of anonymous visitors nobody can
tell one from another: their forms carry a token that this site signed for this very form, and only it names the id.
"""

from __future__ import annotations

from datetime import timedelta

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeSerializer

from repairflow import times, vault
from repairflow.casework.command_ids import Entry
from repairflow.casework.dispatch import Sent
from repairflow.errors import Invalid
from repairflow.web.ui.filters import new_command_id
from repairflow.web.ui.forms import OWN_FIELDS

FIELD = "command_id"
LASTS = timedelta(days=1)
"""How long an anonymous form may lie open."""
LAPSED = "页面停留过久或者不是从本网站打开的，还没有提交。内容已保留，请核对后再次提交。"


def fresh(entry: Entry) -> str:
    """Return what a new form of this address carries."""
    if entry is not Entry.PUBLIC:
        return new_command_id()
    return str(_signer().dumps([vault.token(), int(times.now().timestamp())]))


def given(entry: Entry) -> str:
    """Return the client's part of the id that the form sent here stands for; Invalid for a token that is not ours for this form."""
    sent = request.form.get(FIELD, "")
    if entry is not Entry.PUBLIC:
        return sent
    try:
        drawn, at = _signer().loads(sent)
    except BadSignature:
        raise Invalid(LAPSED) from None
    if not 0 <= times.now().timestamp() - at <= LASTS.total_seconds():
        raise Invalid(LAPSED)
    return str(drawn)


def sent(entry: Entry, chosen: str | None = None) -> Sent:
    """Return how this form was sent: under the id it carries (or `chosen`), for all that it says.

    Raises Invalid for an anonymous form that is not ours.
    """
    said = sorted((name, value) for name, value in request.form.items(multi=True) if name not in {*OWN_FIELDS, FIELD})
    return Sent(entry, given(entry) if chosen is None else chosen, [request.path, said])


def _signer() -> URLSafeSerializer:
    """Its key is this site's, its salt the form's address: a token for one procedure or subject opens no other form."""
    return URLSafeSerializer(str(current_app.secret_key), salt=f"form {request.path}")
