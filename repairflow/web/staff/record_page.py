"""One record as an office reads it: what was decided, how long it is public, its measures, cases, letters and changes."""

from __future__ import annotations

from flask import render_template

from repairflow.casework.documents.lookup import letters_of_record
from repairflow.casework.queries.cases import timeline
from repairflow.casework.queries.records.credit_file import record_view
from repairflow.web.core.context import current
from repairflow.web.ui import components


def record(number: str) -> str:
    """Show one record that the office found, provided, or has a case of."""
    here = current()
    with here.read() as tx:
        view = record_view(tx, here.law, here.actor, number, here.now)
        events = timeline.of_record(tx, here.law, view.row.id)
        rows = letters_of_record(tx, here.actor, view.row.id)
    pack = here.law.packs.get(view.row.pack)
    return render_template(
        "desk/record.html", view=view, events=components.timeline(events),
        letters=components.letters(rows, view.subject.name), bar=components.bar(view),
        kinds=[pack.penalty[k].label if pack and k in pack.penalty else k for k in view.row.penalty_kinds],
    )  # fmt: skip
