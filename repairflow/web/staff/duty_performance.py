"""登记履行: the authority's records whose performance nobody has registered yet, and the form for one of them."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for

from repairflow.casework.changes import RegisterPayment, RegisterPerformance, TakeBackPayment
from repairflow.casework.credit_records import duty_performance, payments
from repairflow.errors import Invalid
from repairflow.web.core import arguments
from repairflow.web.core.changing import change
from repairflow.web.core.context import current
from repairflow.web.core.routes import Answer


def page(errors: list[dict[str, str]], number: str = "") -> str:
    """Return the list, or one record with what is wrong with its form."""
    here, text = current(), arguments.text("q")
    with here.read() as tx:
        found = duty_performance.awaiting(tx, here.law, here.actor, number or text, arguments.number("page") or 1)

    def address(page: int) -> str:
        return url_for("desk.performance", q=text or None, page=page if page > 1 else None)

    return render_template(
        "desk/performance.html",
        rows=found.rows,
        told=found.told,
        paid=found.paid,
        payments=found.payments,
        kinds=payments.KINDS,
        total=found.total,
        words=f"第 {found.page} 页，共 {found.pages} 页" if found.pages > 1 else "",
        previous=address(found.page - 1) if found.page > 1 else None,
        following=address(found.page + 1) if found.page < found.pages else None,
        text=text,
        errors=errors,
        typed=request.form,
        today=here.today,
    )


def performance() -> str:
    """Show the records whose performance nobody has registered yet."""
    return page([])


def perform_duty(number: str) -> Answer:
    """Register that a record's duties were performed."""
    form = request.form
    try:
        given = (form.get(name, "") for name in ("performed", "corrected", "evidence"))
        change(RegisterPerformance(current().actor, number, *given))
    except Invalid as error:
        faults = [{"field": f"{number}-{p.where}", "text": p.text} for p in error.problems]
        return make_response(page(faults, number), 422)
    flash(f"已登记 {number} 的义务履行情况。", "success")
    return redirect(url_for("desk.performance"), 303)


def register_payment(number: str) -> Answer:
    """Register that a part of a record's penalty was paid."""
    form = request.form
    try:
        given = (form.get(name, "") for name in ("kind", "wan", "day", "evidence"))
        change(RegisterPayment(current().actor, number, *given))
    except Invalid as error:
        faults = [{"field": f"{number}-paid-{p.where}", "text": p.text} for p in error.problems]
        return make_response(page(faults, number), 422)
    flash(f"已登记 {number} 的缴纳情况。", "success")
    return redirect(url_for("desk.performance", q=number), 303)


def take_back_payment(number: str, seq: int) -> Answer:
    """Take back a payment that was registered wrongly."""
    try:
        change(TakeBackPayment(current().actor, number, seq, request.form.get("reason", "")))
    except Invalid as error:
        faults = [{"field": f"{number}-back-{seq}-{p.where}", "text": p.text} for p in error.problems]
        return make_response(page(faults, number), 422)
    flash(f"已撤回 {number} 的一笔缴纳登记，可以重新登记。", "success")
    return redirect(url_for("desk.performance", q=number), 303)
