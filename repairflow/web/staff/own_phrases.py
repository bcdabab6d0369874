"""我的常用语: the phrases for reasons that the visitor keeps, offered beside the shipped on the page of a case."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, make_response, redirect, render_template, request, url_for

from repairflow.casework.admin import own_phrases
from repairflow.casework.changes import DropPhrase, SavePhrase
from repairflow.errors import Invalid
from repairflow.web.core.changing import change
from repairflow.web.core.context import current
from repairflow.web.core.routes import Answer
from repairflow.web.ui.forms import FieldError, errors_from


def phrases() -> str:
    """Show the visitor's phrases."""
    return _page(())


def save_phrase() -> Answer:
    """Keep one more, or show what is wrong."""
    try:
        change(SavePhrase(current().actor, request.form.get("text", "")))
    except Invalid as error:
        return make_response(_page(errors_from(error.problems)), 422)
    flash("常用语已保存，填写理由时可以选用。", "success")
    return redirect(url_for("desk.phrases"), 303)


def drop_phrase(phrase_id: int) -> Answer:
    """Give one up."""
    change(DropPhrase(current().actor, phrase_id))
    flash("常用语已删除。", "success")
    return redirect(url_for("desk.phrases"), 303)


def _page(errors: Sequence[FieldError]) -> str:
    here = current()
    with here.read() as tx:
        found = own_phrases.of(tx, here.actor)
    return render_template(
        "desk/own_phrases.html", phrases=found, errors=errors, longest=own_phrases.LONGEST,
        typed=request.form.get("text", "") if errors else "", wrong=next((one.text for one in errors), ""),
    )  # fmt: skip
