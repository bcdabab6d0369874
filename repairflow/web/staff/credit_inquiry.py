"""信用查询: whether organisations are listed now, one or thousands at once, for a stated purpose."""

from __future__ import annotations

from flask import make_response, render_template, request

from repairflow.casework.changes import InquireCredit
from repairflow.casework.queries.records.credit_inquiry import Standing
from repairflow.errors import Invalid, Problem
from repairflow.web.core.changing import change
from repairflow.web.core.context import current
from repairflow.web.core.inquiries import ask
from repairflow.web.core.routes import Answer
from repairflow.web.shared import inquiry_files as files
from repairflow.web.ui.csv import as_csv
from repairflow.web.ui.forms import errors_from

SHOWN = 200
"""Rows a page shows; more are taken away as a table."""


def screening() -> str:
    """Show the form."""
    return page({})


def screen() -> Answer:
    """Answer on the page, or as a table to take away; or show the form with what is wrong."""
    here = current()
    actor = ask(here)
    typed = {name: request.form.get(name, "") for name in ("purpose", "codes")}
    try:
        found: list[Standing] = change(InquireCredit(actor, typed["purpose"], codes_asked(typed["codes"])))
    except Invalid as error:
        return make_response(page(typed, problems=error.problems), 422)
    if request.form.get("as") == "csv" or len(found) > SHOWN:
        return as_csv(
            f"信用查询{here.today:%Y%m%d}.csv", files.HEADING, (files.line(n, one) for n, one in enumerate(found, 1))
        )
    return make_response(page(typed, found))


def page(typed: dict[str, str], found: list[Standing] | None = None, problems: tuple[Problem, ...] = ()) -> str:
    """Show the form, with what was found or what is wrong."""
    errors = errors_from(problems)
    return render_template(
        "desk/screening.html", typed={"purpose": "", "codes": "", **typed}, found=found, errors=errors,
        wrong={"purpose": "", "codes": "", "file": "", **{one.field: one.text for one in errors}},
        records=files.records, measures=files.measures,
    )  # fmt: skip


def codes_asked(typed: str) -> tuple[str, ...]:
    """Return what was typed, line by line, and what the file holds that came with it."""
    return (*files.without_heading(typed.splitlines()), *files.codes_sent())
