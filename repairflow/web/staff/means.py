"""核验修复方式, and the register of bodies that offer services (信用服务机构)."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for

from repairflow.casework.cases import service_bodies
from repairflow.casework.changes import EnterServiceBody, SettleMeans
from repairflow.casework.queries.records import means as queries
from repairflow.errors import Invalid, Problem
from repairflow.law.service_bodies import FLAGS, SERVICES
from repairflow.web.core import arguments
from repairflow.web.core.changing import change
from repairflow.web.core.context import current
from repairflow.web.core.routes import Answer
from repairflow.web.ui.forms import Question, errors_from, wrong_of

KINDS = {"flag": "choice", "fees": "long_text", "reason": "long_text"}
QUESTIONS = [
    Question(
        name, label, KINDS.get(name, "text"), name in ("uscc", "name", "fees"),
        "已登记的机构再填一次即更改" if name == "uscc" else "", service_bodies.LONGEST.get(name, 40),
        [("", "不提醒"), *FLAGS.items()] if name == "flag" else (),
    )
    for name, label in service_bodies.LABELS.items()
]  # fmt: skip


def means() -> str:
    """Show one page of what waits for the visitor's offices."""
    return _means()


def settle_means(means_id: int) -> Answer:
    """Say whether a declared means was found true."""
    form = request.form
    try:
        change(SettleMeans(current().actor, means_id, form.get("decision", ""), form.get("reason", "")))
    except Invalid as error:
        return make_response(_means(means_id, error.problems), 422)
    flash("已登记核验结果，已告知当事人。", "success")
    return redirect(url_for("desk.means", after=arguments.text("after") or None), 303)


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
    here, after = current(), arguments.text("after")
    with here.read() as tx:
        page = queries.waiting(tx, here.law, here.actor, after)
    return render_template(
        "desk/means.html", page=page, after=after, tried=means_id, typed=request.form,
        errors=errors_from(problems, f"{means_id}-"),
    )  # fmt: skip


def _bodies(typed: dict[str, str], problems: tuple[Problem, ...] = ()) -> str:
    here = current()
    with here.read() as tx:
        rows = queries.bodies(tx)
        keeps = service_bodies.keeps_as(tx, here.actor) is not None
    wrong = wrong_of(problems)
    return render_template(
        "desk/bodies.html", rows=rows, keeps=keeps, services=SERVICES, flags=FLAGS, wrong=wrong,
        fields=[one.answered(typed, wrong) for one in QUESTIONS], chosen=request.form.getlist("services"),
        errors=errors_from(problems),
    )  # fmt: skip
