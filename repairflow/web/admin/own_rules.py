"""本单位规则: what rests on no article anybody has read, and the form by which the legal reviewer confirms it."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from repairflow import plain, times
from repairflow.casework.actor import Actor
from repairflow.casework.admin import own_rules
from repairflow.casework.admin.own_rules import Shown
from repairflow.casework.changes import ConfirmRules, WithdrawRules
from repairflow.casework.changes.rules import RuleName
from repairflow.casework.confirmed_rules import Rule
from repairflow.errors import Invalid, Problem
from repairflow.law import own_rule_ranks
from repairflow.law.freshness.recheck import to_read_again
from repairflow.web.core import arguments
from repairflow.web.core.changing import change
from repairflow.web.core.context import current
from repairflow.web.ui.forms import errors_from

PAGE = 50
"""Rules that one page shows."""


def rules() -> AnyResponse:
    """Show what the visitor's offices have confirmed and what waits."""
    return _page()


def confirm_rules() -> AnyResponse:
    """Confirm the chosen rules, or show the form with what is wrong."""
    here = current()
    try:
        done = change(_read(here.actor))
    except Invalid as error:
        return _page(error.problems)
    flash(
        f"已确认 {done} 项本单位规则。" if done else "所选各项此前已经确认，没有改动。", "success" if done else "info"
    )
    return _back()


def withdraw_rules() -> AnyResponse:
    """Take the confirmation of the chosen rules back, or show the form with what is wrong."""
    try:
        office_id, rules = _chosen("confirmed")
        done = change(WithdrawRules(current().actor, office_id, rules, request.form.get("reason", "")))
    except Invalid as error:
        return _page(error.problems)
    flash(
        f"已撤回 {done} 项确认，有关步骤在重新确认以前不能制发文书。" if done else "所选各项没有确认，没有改动。",
        "success" if done else "info",
    )
    return _back()


def _back() -> AnyResponse:
    """To where the form stood: its office, what was searched for, its page."""
    office, sought, page = (arguments.text(name) or None for name in ("office", "q", "page"))
    return redirect(url_for("admin.rules", office=office, q=sought, page=page), 303)


def _page(problems: tuple[Problem, ...] = ()) -> AnyResponse:
    here = current()
    shown = errors_from(problems)
    sought, wanted = arguments.text("q"), arguments.number("office") or _posted()
    with here.read() as tx:
        places = own_rules.of_reviewer(tx, here.actor)
        office = next((one for one in places if one[0] == wanted), places[0])
        every = own_rules.shown(tx, here.law, office[0])
    found = [one for one in every if _fits(one, sought)]
    last = max(0, (len(found) - 1) // PAGE)
    page = max(0, min(arguments.number("page") or 0, last))

    def to(number: int) -> str | None:
        if not 0 <= number <= last:
            return None
        return url_for("admin.rules", office=office[0], q=sought or None, page=number or None)

    text = render_template(
        "admin/own_rules.html", offices=places, office=office, rules=found[page * PAGE :][:PAGE], found=len(found),
        waiting=sum(not one.document for one in every), total=len(every), q=sought, page=page, last=last,
        next=to(page + 1), previous=to(page - 1), errors=shown, wrong={e.field: e.text for e in shown},
        typed=request.form, chosen=frozenset(request.form.getlist("rules")),
        withdrawn=frozenset(request.form.getlist("confirmed")), again=to_read_again(here.law, times.today()),
        ranks=tuple(own_rule_ranks.RANKS.items()), levels=tuple(own_rule_ranks.LEVELS.items()),
    )  # fmt: skip
    return make_response(text, 422 if problems else 200)


def _posted() -> int | None:
    """Return the office that a form named; none for what is no number."""
    try:
        return plain.whole(request.form.get("office", ""), least=1)
    except ValueError:
        return None


def _fits(one: Shown, sought: str) -> bool:
    """Tell whether each of the words stands in what the page says of a rule."""
    said = " ".join((one.procedure, one.action, *one.cites, one.document))
    return all(word in said for word in sought.split())


def _read(actor: Actor) -> ConfirmRules:
    """Return the form as a command; Invalid for a day or an office that is none."""
    given = request.form
    problems = []
    day = times.today()
    try:
        day = plain.day(given.get("document_day", "").strip())
    except ValueError:
        problems.append(Problem("document_day", "请填写文件日期，如 2026-04-01"))
    office_id, rules = 0, list[RuleName]()
    try:
        office_id, rules = _chosen("rules")
    except Invalid as error:
        problems += error.problems
    if problems:
        raise Invalid("没有确认，请按提示修改。", problems)
    return ConfirmRules(
        actor, office_id, rules, given.get("document", ""), day, given.get("note", ""), rank=given.get("rank", ""),
        issuer=given.get("issuer", ""), issuer_level=given.get("issuer_level", ""),
        document_number=given.get("document_number", ""),
    )  # fmt: skip


def _chosen(field: str) -> tuple[int, list[RuleName]]:
    """Return the office of the form and the rules ticked in it; Invalid for what is none."""
    try:
        office_id = plain.whole(request.form.get("office", ""), least=1)
    except ValueError:
        raise Invalid("没有办理，请按提示修改。", [Problem("document", "请从本页面选择单位")]) from None
    rules = [one.split("/") for one in request.form.getlist(field)]
    if any(len(one) != len(Rule._fields) for one in rules):
        raise Invalid("没有办理，请按提示修改。", [Problem(field, "有的规则不在所列之中，请刷新页面后重新选择")])
    return office_id, [(procedure, version, action) for procedure, version, action in rules]
