"""核验修复方式, and the register of bodies that offer services (信用服务机构)."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for

from repairflow.casework.cases import service_bodies
from repairflow.casework.changes import EnterServiceBody, SettleMeans
from repairflow.casework.queries.records import means as queries
from repairflow.errors import Invalid, Problem
from repairflow.law.service_bodies import FLAGS, SERVICES
from repairflow.web.core.changing import change
from repairflow.web.core.context import current
from repairflow.web.core.routes import Answer


def means() -> str:
    """Show what waits for the visitor's offices."""
    return _means()


def settle_means(means_id: int) -> Answer:
    """Say whether a declared means was found true."""
    form = request.form
    try:
        change(SettleMeans(current().actor, means_id, form.get("decision") == "verified", form.get("reason", "")))
    except Invalid as error:
        return make_response(_means(means_id, error.problems), 422)
    flash("已登记核验结果，已告知当事人。", "success")
    return redirect(url_for("desk.means"), 303)


def bodies() -> str:
    """Show the register, with its form for who keeps it."""
    return _bodies({})


def enter_body() -> Answer:
    """Register a body, change it, or warn of it."""
    typed = request.form.to_dict()
    try:
        change(EnterServiceBody(current().actor, typed, request.form.getlist("services")))
    except Invalid as error:
        return make_response(_bodies(typed, error.problems), 422)
    flash("已登记。", "success")
    return redirect(url_for("desk.bodies"), 303)


def _means(means_id: int = 0, problems: tuple[Problem, ...] = ()) -> str:
    here = current()
    with here.read() as tx:
        rows = queries.waiting(tx, here.law, here.actor)
    return render_template(
        "desk/means.html", rows=rows, tried=means_id, typed=request.form,
        errors=[{"field": f"{means_id}-{p.where}", "text": p.text} for p in problems],
    )  # fmt: skip


def _bodies(typed: dict[str, str], problems: tuple[Problem, ...] = ()) -> str:
    here = current()
    with here.read() as tx:
        rows = queries.bodies(tx)
        keeps = service_bodies.keeps_as(tx, here.actor) is not None
    wrong = {p.where: p.text for p in problems}
    kinds = {"flag": "choice", "fees": "long_text", "reason": "long_text"}
    fields = [
        {
            "name": name, "label": label, "kind": kinds.get(name, "text"), "required": name in ("uscc", "name", "fees"),
            "max": service_bodies.LONGEST.get(name, 40), "choices": [("", "不提醒"), *FLAGS.items()] if name == "flag" else [],
            "value": typed.get(name, ""), "error": wrong.get(name, ""),
            "hint": "已登记的机构再填一次即更改" if name == "uscc" else "",
        }
        for name, label in service_bodies.LABELS.items()
    ]  # fmt: skip
    return render_template(
        "desk/bodies.html", rows=rows, keeps=keeps, fields=fields, services=SERVICES, flags=FLAGS, wrong=wrong,
        chosen=request.form.getlist("services"), errors=[{"field": p.where, "text": p.text} for p in problems],
    )  # fmt: skip
