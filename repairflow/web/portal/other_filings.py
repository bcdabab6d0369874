"""Filings besides repair and objection, each on one page: review of a case, a commitment, removal from a list, …"""

from __future__ import annotations

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from repairflow.casework.command_ids import Entry
from repairflow.casework.commands import Event
from repairflow.casework.queries.records.credit_file import subjects
from repairflow.casework.queries.records.lists_and_interviews import standing
from repairflow.casework.subject_keys import key_of
from repairflow.law.procedure.channels import PORTAL
from repairflow.web.core.context import current
from repairflow.web.portal.credit_file import chosen_subject
from repairflow.web.portal.forms import verb
from repairflow.web.portal.offered_filings import askable
from repairflow.web.shared.filing_form.model import Frame
from repairflow.web.shared.filing_form.views import converse, procedure_or_404


def ask() -> str:
    """Show what may be filed for a subject as such."""
    here = current()
    with here.read() as tx:
        holder = chosen_subject(subjects(tx, here.actor))
        lists = standing(tx, here.law, here.actor, holder.id).entries if holder is not None else ()
    return render_template(
        "portal/ask.html",
        holder=holder,
        key=key_of(holder) if holder is not None else "",
        entries=[one for one in lists if not one.left and not one.favourable and one.record],
        procedures=[(p, verb(p.procedure, p.label)) for p in askable(here.law) if p.subject == "subject"],
    )


def ask_form(procedure: str, key: str) -> AnyResponse:
    """Show the form of such a filing, or take it in."""
    here = current()
    found = procedure_or_404(askable(here.law), procedure)

    def done(made: Event) -> AnyResponse:
        return redirect(url_for("portal.receipt", number=made.case), 303)

    back = {"record": "portal.record", "case": "portal.case"}.get(found.subject)
    frame = Frame(
        actor=here.actor,
        channel=PORTAL,
        back=url_for(back, number=key) if back else url_for("portal.ask"),
        back_text={"record": "返回这条信息", "case": f"返回办件 {key}"}.get(found.subject, "返回"),
        title=verb(found.procedure, found.label),
        entry=Entry.PORTAL,
        case_page="portal.case",
        note=found.summary,
        promise="提交后立即建立办件，期限从次日起算。办理不收取任何费用。",
    )
    return converse(found, key, frame, done)
