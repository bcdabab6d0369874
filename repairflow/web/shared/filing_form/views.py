"""A filing on one page: a form drawn from the procedure file, a page that shows it once more, and then the case.

Staff, portal and public pages share it. Each turn carries everything with it, so that nothing typed or uploaded is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from repairflow import times
from repairflow.casework import plausible_days
from repairflow.casework.commands import Event
from repairflow.casework.inputs import LONGEST
from repairflow.casework.queries.filing.for_officers import about
from repairflow.errors import Conflict, Invalid, NotFound, Refused
from repairflow.law import only_bad_lists
from repairflow.law.acts import OF_RECORDS
from repairflow.law.guards.demanded_inputs import sometimes_demanded
from repairflow.law.procedure.model import Input, Procedure
from repairflow.web.core import acting, form_ids
from repairflow.web.core.changing import change, rehearse
from repairflow.web.core.context import RequestContext, current
from repairflow.web.shared.filing_form.model import (
    INPUTS,
    FilingForm,
    Filled,
    Frame,
    faults,
    faults_of_form,
    filing,
    lay_out,
    sent,
    take,
)  # fmt: skip
from repairflow.web.ui.form_answers import NAMES_AN_OFFICE, label_of, shown
from repairflow.web.ui.forms import SOMETIMES, FieldError


def converse(procedure: Procedure, key: str, frame: Frame, done: Callable[[Event], AnyResponse]) -> AnyResponse:
    """Return one turn of the form for this request: shown, shown once more, or filed; then what `done` answers.

    Raises NotFound when the key names nothing the actor may file on, and Forbidden when it may not file at all.
    """
    here, actor = current(), frame.actor
    with here.read() as tx:
        found = about(tx, actor, procedure, key, frame.channel)
        form = lay_out(tx, here, procedure, found, frame)
        acting.keep(actor, found.subject.id)
        begun = frame.chosen.answers if frame.chosen is not None else {}
        filled = sent(tx, actor) if request.method == "POST" else Filled(form_ids.fresh(frame.entry), inputs=begun)
    if request.method == "GET":
        return _form(here, form, filled, frame)
    filled = take(here, actor, form, _carried(filled, frame))
    step = request.form.get("step")
    if step == "edit":
        return _form(here, form, filled, frame)
    if step != "file":  # filing asks all this itself, and knows what it has filed before
        filled = replace(filled, errors=[*filled.errors, *faults_of_form(form, filled)])
    if filled.errors:
        return _form(here, form, filled, frame)
    try:
        if step != "file":  # what filing would refuse is told before anybody is asked to confirm
            rehearse(filing(form, filled, actor), form_ids.sent(frame.entry))
            return make_response(
                render_template("filings/check.html", **_shown_again(form, filled, frame), frame=frame)
            )
        made = change(filing(form, filled, actor), form_ids.sent(frame.entry))
    except (Refused, Invalid) as error:
        return _form(here, form, replace(filled, errors=faults(form, error)), frame)
    except Conflict as error:  # filed before with other words: what is typed now is kept, as a new filing
        return _form(here, form, _anew(filled, frame, error.message), frame)
    return done(made)


def _carried(filled: Filled, frame: Frame) -> Filled:
    """Return the form with the id it carries, or, where that is not one of ours, with a new one and word of it."""
    try:
        form_ids.given(frame.entry)
    except Invalid as error:
        return _anew(filled, frame, error.message)
    return filled


def _anew(filled: Filled, frame: Frame, why: str) -> Filled:
    return replace(filled, command_id=form_ids.fresh(frame.entry), errors=[FieldError("", why)])


def _form(here: RequestContext, form: FilingForm, filled: Filled, frame: Frame) -> AnyResponse:
    wrong: dict[str, str] = {}
    errors = [replace(error, text=_in_its_words(form, frame, error.text)) for error in filled.errors]
    for error in errors:
        wrong.setdefault(error.field, error.text)
    page = render_template(
        "filings/form.html",
        form=form,
        filled=filled,
        frame=frame,
        errors=errors,
        wrong=wrong,
        fields=[
            {**_question(form, filled, name, spec, wrong), **_called(frame, name)}
            for name, spec in form.questions.items()
        ],
        max_mib=here.services.max_upload // (1 << 20),
        cites=here.law.cites(form.procedure.basis, form.procedure),
        unless={one: only_bad_lists.unless(form.procedure, form.pack) for one in only_bad_lists.MATERIALS},
    )
    return make_response(page, 422 if filled.errors else 200)


def _question(form: FilingForm, filled: Filled, name: str, spec: Input, wrong: Mapping[str, str]) -> dict[str, Any]:
    office = name in NAMES_AN_OFFICE
    out = OF_RECORDS if form.about.act is not None and name == "ground" else frozenset[str]()
    items = form.pack.lists.get(spec.choices or "", {}).items()
    listed = [(code, item.label) for code, item in items if code not in out]
    return {
        "name": f"{INPUTS}.{name}",
        "id": f"{INPUTS}-{name}",
        "label": label_of(name, spec),
        "kind": "choice" if office else spec.kind,
        "hint": spec.hint or "",
        "required": spec.required,
        "when": SOMETIMES if name in sometimes_demanded(form.procedure) else "",
        "value": filled.given(name),
        "error": wrong.get(f"{INPUTS}-{name}", ""),
        "choices": list(form.offices) if office else listed,
        "unkept": spec.vaulted,
        "unless": only_bad_lists.unless(form.procedure, form.pack) if name in only_bad_lists.INPUTS else "",
        "max": LONGEST.get(spec.kind, LONGEST["long_text"]),
        "last": plausible_days.last_day(name, spec, times.today()),
    }


def _in_its_words(form: FilingForm, frame: Frame, text: str) -> str:
    """Return what is wrong with the fields called as this form calls them."""
    for name, label in frame.labels.items():
        text = text.replace(f"“{label_of(name, form.procedure.inputs[name])}”", f"“{label}”")
    return text


def _called(frame: Frame, name: str) -> dict[str, str]:
    return {"label": frame.labels[name]} if name in frame.labels else {}


def _shown_again(form: FilingForm, filled: Filled, frame: Frame) -> dict[str, Any]:
    kept = [("command_id", filled.command_id), ("kind", filled.kind)]
    kept += [(f"{INPUTS}.{name}", str(filled.given(name))) for name in form.questions]
    kept += [("materials", row.token) for row in filled.files]
    offices = dict(form.offices)
    answers = [
        {
            "label": frame.labels.get(name) or label_of(name, spec),
            "value": shown(spec, filled.given(name), form.pack, offices if name in NAMES_AN_OFFICE else None),
        }
        for name, spec in form.questions.items()
        if name not in only_bad_lists.left_out(form.pack, filled.given(only_bad_lists.CHOSEN))
    ]
    if filled.kind:
        answers.insert(0, {"label": "种类", "value": form.procedure.kinds[filled.kind]})
    files = [(form.procedure.material[row.kind].label, row) for row in filled.files]
    return {"form": form, "kept": kept, "answers": answers, "files": files}


def procedure_or_404(known: Sequence[Procedure], name: str) -> Procedure:
    """Return the procedure of that name among those somebody may file; NotFound otherwise."""
    for procedure in known:
        if procedure.procedure == name:
            return procedure
    raise NotFound
