"""An informant's sealed identity: the head of the deciding office asks, and sees it once when an auditor allowed it."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from repairflow.casework.case_state.situation import pinned
from repairflow.casework.cases import informant
from repairflow.casework.changes import AskInformant, OpenInformant
from repairflow.casework.queries.cases import view
from repairflow.web.core.changing import change
from repairflow.web.core.context import current


def informant_page(number: str) -> str:
    """Show where the asking stands."""
    return _page(number, {})


def ask(number: str) -> AnyResponse:
    """Ask to see who reported."""
    change(AskInformant(current().actor, number, request.form.get("reason", "")))
    return redirect(url_for("desk.informant_page", number=number), 303)


def look(number: str) -> str:
    """Show who reported, once."""
    return _page(number, change(OpenInformant(current().actor, number)))


def _page(number: str, opened: dict[str, str]) -> str:
    here = current()
    with here.read() as tx:
        case = view.visible(tx, here.actor, number)
        sealed = informant.is_sealed(tx, case.id)
        last = informant.standing(tx, number)
        procedure, _ = pinned(here.law, case)
    labels = {name: spec.label for name, spec in procedure.inputs.items()}
    shown = [(labels.get(name, name), value) for name, value in opened.items()]
    head = ("head", case.deciding_id) in here.actor.roles
    return render_template("desk/informant.html", case=case, last=last, shown=shown, head=head, sealed=sealed)
