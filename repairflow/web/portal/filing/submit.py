"""The last page of a filing: everything to be checked once more, and the button that files it."""

from __future__ import annotations

from collections.abc import Sequence

from flask import redirect, render_template, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response as AnyResponse

from repairflow import times
from repairflow.casework.cases import drafts
from repairflow.casework.command_ids import UNCLAIMED, Entry
from repairflow.casework.commands import Event, Filing
from repairflow.casework.dispatch import Sent, dispatch
from repairflow.casework.own_signature import SIGNATURE
from repairflow.errors import Invalid, Refused
from repairflow.web.core.context import RequestContext, current
from repairflow.web.portal.filing.wizard import FilingWizard, lacking, open_wizard, signed
from repairflow.web.portal.forms import faults, verb
from repairflow.web.ui.form_answers import shown
from repairflow.web.ui.forms import FieldError

ANCHORS = {"portal.answers": "answers", "portal.materials": "materials", "portal.commitment": "commitment"}
WHERE = {
    "materials_complete": "materials",
    "commitment_signed": "commitment",
    "materials": "materials",
    SIGNATURE: "commitment",
}
"""The part of the page for a guard or an input."""


def check(token: str) -> AnyResponse | str:
    """Show everything that will be filed."""
    here = current()
    with here.read() as tx:
        wizard = open_wizard(tx, here, token)
    if wizard.draft.made:
        return redirect(url_for("portal.receipt", number=wizard.draft.made), 303)
    return check_page(wizard, ())


def submit(token: str) -> AnyResponse | tuple[str, int]:
    """File the draft and go to its receipt; show the page again with everything that is missing or wrong."""
    here = current()
    try:
        with here.begin() as tx:
            wizard = open_wizard(tx, here, token)
            made = wizard.draft.made or _hand_in(tx, here, wizard)
    except (Refused, Invalid) as error:
        return check_page(wizard, _wrong(wizard, error)), 422
    return redirect(url_for("portal.receipt", number=made), 303)


def _wrong(wizard: FilingWizard, error: Refused | Invalid) -> list[FieldError]:
    """List all that is wrong. A faulty form is refused before any guard runs, so what else is missing is added here; and where
    paper would do instead of the signature, the guards ask for paper, which nobody needs here."""
    spec = wizard.procedure.inputs.get(SIGNATURE)
    unsigned = spec is not None and not spec.required and not signed(wizard)
    lacks = [FieldError(ANCHORS[place], text) for place, text in lacking(wizard)]
    return lacks if lacks and (unsigned or isinstance(error, Invalid)) else faults(error, WHERE)


def _hand_in(tx: Connection, here: RequestContext, wizard: FilingWizard) -> str:
    """File the draft and give the number of the case; the same one when it is pressed twice."""
    asked = {*wizard.questions, SIGNATURE}
    inputs = {name: wizard.draft.answers.get(name, "") for name in wizard.procedure.inputs if name in asked}
    if not signed(wizard):
        inputs.pop(SIGNATURE, None)  # a name without the tick, or under an older text, is no signature
    draft, actor = wizard.draft, here.actor
    filing = Filing(draft.procedure, draft.record, actor, UNCLAIMED, inputs, draft.tokens)
    sent = Sent(Entry.PORTAL, draft.command_id, [draft.token])
    made: Event = dispatch(tx, here.services, filing, times.now(), sent)
    drafts.end(tx, actor, draft.token, made.case, times.now())
    return made.case


def check_page(wizard: FilingWizard, errors: Sequence[FieldError]) -> str:
    """Show the page with what is wrong."""
    questions = wizard.questions.items()
    return render_template(
        "portal/filing/check.html",
        wizard=wizard,
        here="portal.check",
        errors=errors,
        lacking=[(url_for(place, token=wizard.draft.token), text) for place, text in lacking(wizard)],
        answers=[
            {
                "label": spec.label,
                "value": shown(spec, wizard.draft.answers.get(name), wizard.pack),
                "href": url_for("portal.answers", token=wizard.draft.token, _anchor=name),
            }
            for name, spec in questions
        ],
        signed=signed(wizard),
        signature=SIGNATURE in wizard.procedure.inputs,
        verb=verb(wizard.procedure.procedure, wizard.procedure.label),
    )
