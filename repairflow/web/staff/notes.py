"""内部备注: what the offices of a case tell each other, on its page."""

from __future__ import annotations

import re

from flask import flash, make_response, redirect, request, url_for

from repairflow.casework.cases.note_readers import READ_BY
from repairflow.casework.changes import AddNote
from repairflow.casework.command_ids import Entry
from repairflow.errors import Conflict, Invalid
from repairflow.web.core import form_ids
from repairflow.web.core.changing import change_once
from repairflow.web.core.context import current
from repairflow.web.core.routes import Answer
from repairflow.web.staff import case_page
from repairflow.web.ui.forms import FieldError, errors_from

BETWEEN = re.compile(r"[、，,；;]")
"""What stands between the names that are typed where the offices have too many people to choose from."""

TEXT = "note-text"
"""The id of the field of the words."""


def add_note(number: str) -> Answer:
    """Keep the note, once however often its form is sent; show the page again with what is wrong."""
    here, form = current(), request.form
    named = (*form.getlist("named"), *BETWEEN.split(form.get("names", "")))
    try:
        note = AddNote(here.actor, number, form.get("text", ""), named)
        change_once(note, form_ids.sent(Entry.DESK), lambda _, seq: {"seq": seq})
    except Invalid as error:
        found = [
            one if one.field.startswith("note-") else FieldError(TEXT, one.text) for one in errors_from(error.problems)
        ]
        return _again(number, found, 422)
    except Conflict as error:  # the form was sent before with other words: what was typed stays, under a new id
        return _again(number, [FieldError(TEXT, str(error))], 409)
    flash(f"备注已保存，{READ_BY}。", "success")
    return redirect(url_for("desk.case", number=number, _anchor="h-notes"), 303)


def _again(number: str, wrong: list[FieldError], status: int) -> Answer:
    here = current()
    with here.read() as tx:
        return make_response(case_page.page(tx, here, number, side=case_page.SideForm(wrong, request.form)), status)
