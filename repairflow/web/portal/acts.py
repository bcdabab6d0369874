"""The subject's own administrative acts (行政许可等信息): what offices entered about it, and the objection against one."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from repairflow.casework.command_ids import Entry
from repairflow.casework.commands import Event
from repairflow.casework.queries.records import acts as queries
from repairflow.law.acts import ENDED, KINDS, OBJECTION, STATES
from repairflow.law.procedure.channels import PORTAL
from repairflow.web.core import arguments
from repairflow.web.core.context import current
from repairflow.web.portal.credit_file import spoken_for
from repairflow.web.portal.forms import verb
from repairflow.web.shared.filing_form.model import Frame
from repairflow.web.shared.filing_form.views import converse

NOTE = "认为信息有误、遗漏、重复或者不应当公示的，可以提出异议。受理后信息加注异议标注，核实有误的更正或者撤下。不收取任何费用。"


def acts() -> str:
    """Show the acts of one subject that it knows of, with the objection that is open against each."""
    here, after = current(), arguments.text("after")
    with here.read() as tx:
        _, holder = spoken_for(tx, here.actor)
        page = queries.of_subject(tx, here.actor, holder.id, after)
        open_cases = queries.objections(tx, here.actor, [one.id for one in page.rows])
    return render_template(
        "portal/acts.html", holder=holder, page=page, after=after, open_cases=open_cases, kinds=KINDS, states=STATES, ended=ENDED,
    )  # fmt: skip


def act(number: str) -> str:
    """Show one act, the cases about it, and whether an objection may be filed."""
    here = current()
    with here.read() as tx:
        one = queries.own(tx, here.actor, number)
        open_case = queries.objections(tx, here.actor, [one.id]).get(one.id)
        about = queries.cases_about(tx, here.actor, one.id)
    return render_template(
        "portal/act.html", one=one, open_case=open_case, about=about, may=queries.may_be_objected_to(one, open_case),
        kinds=KINDS, states=STATES, ended=ENDED,
    )  # fmt: skip


def object_to_act(number: str) -> AnyResponse:
    """Show the form of an objection against an act, or take it in."""
    here = current()
    with here.read() as tx:
        one = queries.own(tx, here.actor, number)
    procedure = here.law.in_force(OBJECTION, here.today)

    def done(made: Event) -> AnyResponse:
        return redirect(url_for("portal.receipt", number=made.case), 303)

    frame = Frame(
        actor=here.actor,
        channel=PORTAL,
        back=url_for("portal.act", number=one.number),
        back_text="返回这条信息",
        title=verb(procedure.procedure, procedure.label),
        entry=Entry.PORTAL,
        case_page="portal.case",
        note=NOTE,
        promise="提交后立即建立办件，期限从次日起算。办理不收取任何费用。",
    )
    return converse(procedure, one.number, frame, done)
