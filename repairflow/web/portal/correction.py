"""公开更正 of an annulled record, as its subject wishes."""

from __future__ import annotations

from flask import flash, redirect, url_for

from repairflow.casework.changes import AskCorrection
from repairflow.web.core.changing import change
from repairflow.web.core.context import current
from repairflow.web.core.routes import Answer
from repairflow.web.ui.forms import yes_or_no


def ask_correction(number: str) -> Answer:
    """Have the correction published, or taken down."""
    on = yes_or_no("on")
    change(AskCorrection(current().actor, number, on=on))
    flash("已在“更正公告”公开。" if on else "已从“更正公告”撤下。", "success")
    return redirect(url_for("portal.record", number=number), 303)
