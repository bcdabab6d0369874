"""The first page of a filing, what the record and the conditions say, and its draft: begun, continued, discarded."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from repairflow import times
from repairflow.casework.case_state.materials import clear, reuse
from repairflow.casework.cases import drafts
from repairflow.casework.credit_records import birthday_statement
from repairflow.casework.own_signature import SIGNATURE
from repairflow.casework.queries.filing import on_record, vacant_posts
from repairflow.casework.queries.records.credit_file import RecordView, record_view
from repairflow.casework.reusable_materials import MANDATE, mandate_paper
from repairflow.web.core import acting
from repairflow.web.core.context import current
from repairflow.web.portal.credit_file import card
from repairflow.web.portal.filing.wizard import lacking, open_wizard, stepper
from repairflow.web.portal.forms import verb
from repairflow.web.shared import paper_links
from repairflow.web.ui.forms import ask_to_confirm, unconfirmed


def start(procedure: str, number: str) -> AnyResponse | str:
    """Show what the record says, whether the conditions are met, and what a filing needs."""
    here = current()
    actor, now, law = here.actor, here.now, here.law
    with here.read() as tx:
        view = record_view(tx, law, actor, number, now)
        begun = drafts.unfinished(tx, actor)
        if why := view.left_by_removal(procedure):
            return _to_the_entry(number, why)
        found = view.opening_of(procedure)
        spec, pack = on_record.rules(law, procedure, view.authority, view.centre, here.today)
        birthday = birthday_statement.standing(tx, here.services.vault, actor, view.subject.id, here.today)
        nobody = vacant_posts.warning(tx, spec, actor, view.row) if found.open else ""
    acting.keep(actor, view.row.subject_id)
    standing = next((d for d in begun if d.record == number and d.procedure == procedure), None)
    return render_template(
        "portal/filing/start.html",
        procedure=spec,
        verb=verb(procedure, spec.label),
        view=view,
        card=card(view, begun),
        opening=found,
        birthday=birthday,
        nobody=nobody,
        conditions=on_record.conditions(spec, pack, view.row, found),
        materials=spec.material,
        required=on_record.required_materials(
            spec, pack, by_agent=actor.is_agent_of(view.row.subject_id), now=now, signed=SIGNATURE in spec.inputs
        ),
        draft=standing,
        objection=_objection(view, procedure),
        guide=_guide(procedure),
        steps=stepper(spec, "portal.start"),
        cites=law.cites(spec.basis, spec),
        papers=paper_links.of_record(number, procedure),
    )


def begin(procedure: str, number: str) -> AnyResponse:
    """Begin a draft, or continue the one that is there."""
    here = current()
    actor = here.actor
    with here.begin() as tx:
        now = times.now()
        view = record_view(tx, here.law, actor, number, now)
        if why := view.left_by_removal(procedure):
            return _to_the_entry(number, why)
        view.opening_of(procedure)
        token = drafts.begin(tx, actor, procedure=procedure, record_id=view.row.id, now=now)
        begun = drafts.read(tx, actor, token)
        spec = on_record.rules(here.law, procedure, view.authority, view.centre, here.today)[0]
        if not begun.answers and not begun.materials and MANDATE in spec.material:
            standing = mandate_paper(tx, actor, view.row.subject_id)
            if standing is not None:
                drafts.add(tx, actor, token, reuse(tx, actor, standing.token, MANDATE, now), now)
    return redirect(url_for("portal.draft", token=token), 303)


def draft(token: str) -> AnyResponse:
    """Go to the first page on which something is missing."""
    here = current()
    with here.read() as tx:
        wizard = open_wizard(tx, here, token)
    if wizard.draft.made:
        return redirect(url_for("portal.receipt", number=wizard.draft.made), 303)
    open_pages = {place for place, _ in lacking(wizard)}
    for endpoint, _ in wizard.pages:
        if endpoint in open_pages:
            return redirect(url_for(endpoint, token=token), 303)
    return redirect(url_for("portal.check", token=token), 303)


def discard(token: str) -> AnyResponse | str:
    """Delete a draft and its files, once confirmed."""
    here = current()
    if unconfirmed():
        back = url_for("portal.draft", token=token)
        return ask_to_confirm("删除草稿", "已填写的内容和上传的材料都会删除，不能恢复。", back)
    with here.begin() as tx:
        gone = drafts.discard(tx, here.actor, token)
    with here.begin() as tx:
        clear(tx, here.services.materials, gone)
    flash("草稿已经删除。", "success")
    return redirect(url_for("portal.credit_file"), 303)


def _to_the_entry(number: str, why: str) -> AnyResponse:
    """Lead to the page of the entry, which offers the removal, and say `why`."""
    flash(f"{why}。", "warning")
    return redirect(url_for("portal.record", number=number), 303)


def _objection(view: RecordView, procedure: str) -> str | None:
    """Give where to object, for a visitor who files something else but may mean that the record is wrong; None where not open."""
    found = [o for o in view.openings if o.procedure == "objection" != procedure and o.open]
    return url_for("portal.start", procedure="objection", number=view.row.number) if found else None


def _guide(procedure: str) -> str | None:
    """Give the address of the guide to a procedure; None for an application without public pages."""
    return url_for("public.guide", name=procedure) if "public.guide" in current_app.view_functions else None
