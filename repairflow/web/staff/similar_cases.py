"""同类办件: how cases of the same kind ended in the same office, beside the one to be decided."""

from __future__ import annotations

from flask import render_template

from repairflow.casework.queries.cases import similar
from repairflow.casework.queries.cases import view as case_queries
from repairflow.web.core import arguments
from repairflow.web.core.context import current


def similar_cases(number: str) -> str:
    """Show the closed cases most like this one; NotFound for who does not see inside it."""
    here, ground = current(), arguments.text("ground")
    with here.read() as tx:
        case = case_queries.visible(tx, here.actor, number)
        found = similar.similar(tx, here.law, here.actor, case, ground)
    label = here.law.procedure(case.procedure, case.procedure_version).label
    return render_template("desk/similar.html", case=case, label=label, found=found, ground=ground)
