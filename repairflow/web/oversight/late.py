"""督办: what is late with any office, one late case as far as its supervisor needs it, and lapses that wait for a person."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from repairflow.casework.cases import provisional_lapse, unfounded_lapse
from repairflow.casework.changes import ConfirmProvisional
from repairflow.casework.documents.service.unserved import late as service_late
from repairflow.casework.queries.oversight import late_cases
from repairflow.errors import Invalid
from repairflow.web.core.changing import change
from repairflow.web.core.context import current


def late() -> str:
    """Show the cases that are late, and the lapses that wait for a person."""
    return _page()


def confirm_provisional() -> AnyResponse:
    """Confirm a provisional due day, so that what is due happens; or show the page with what is wrong."""
    here, given = current(), request.form
    limit = (given.get("number", ""), given.get("clock", ""))
    try:
        change(ConfirmProvisional(here.actor, *limit, given.get("reason", "")))
    except Invalid as error:
        return make_response(_page(limit, error), 422)
    flash(f"已确认 {limit[0]} 的届满日，到期处理已经执行，已记入留痕。", "success")
    return redirect(url_for("oversight.late"), 303)


def late_case(number: str) -> str:
    """Show one late case."""
    here = current()
    with here.read() as tx:
        found = late_cases.one(tx, here.law, here.actor, number, here.today)
    return render_template("oversight/late_case.html", found=found)


def _page(tried: tuple[str, str] = ("", ""), error: Invalid | None = None) -> str:
    here = current()
    with here.read() as tx:
        found = late_cases.late(tx, here.law, here.actor, here.today)
        waiting = provisional_lapse.waiting(tx, here.law)
        unfounded = unfounded_lapse.waiting(tx, here.law)
        unserved = service_late(tx, here.law, 2 * here.services.serve_within, here.today)
    return render_template(
        "oversight/late.html", found=found, most=late_cases.MOST, today=here.today, waiting=waiting, tried=tried,
        unfounded=unfounded, unserved=unserved,
        error=error.problems[0].text if error is not None and error.problems else "",
    )  # fmt: skip
