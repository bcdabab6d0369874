"""What auditors do about personal data: erase it on request, allow a head to see who reported."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from repairflow.casework.changes import AllowInformant, ErasePersonal
from repairflow.web.core.changing import change
from repairflow.web.core.context import current


def erase(number: str) -> AnyResponse:
    """Erase the personal values of a closed case's trail."""
    change(ErasePersonal(current().actor, number, request.form.get("reason", "")))
    return redirect(url_for("audit.case", number=number), 303)


def allow(number: str) -> AnyResponse:
    """Allow the head who asked to see who reported."""
    change(AllowInformant(current().actor, number, request.form.get("reason", "")))
    return redirect(url_for("audit.case", number=number), 303)
