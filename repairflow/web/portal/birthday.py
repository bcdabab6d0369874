"""出生日期: who speaks for a person whose document's number tells no birthday states it once."""

from __future__ import annotations

from flask import flash, make_response, redirect, request, url_for

from repairflow.casework.changes import StateBirthday
from repairflow.errors import Invalid
from repairflow.web.core.changing import change
from repairflow.web.core.context import current
from repairflow.web.core.routes import Answer
from repairflow.web.portal.credit_file import record_page


def state_birthday(number: str) -> Answer:
    """State the birthday, or show the record's page with what is wrong."""
    try:
        change(StateBirthday(current().actor, number, request.form.get("born", "")))
    except Invalid as error:
        return make_response(record_page(number, error.problems), 422)
    flash("已登记出生日期，已经封存，页面不再显示。登记有误的，请持有效证件向办理单位提出。", "success")
    return redirect(url_for("portal.record", number=number), 303)
