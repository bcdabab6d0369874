"""信用服务机构: bodies that offer training, reports or advice around repair, and whom one is warned of, for everybody."""

from __future__ import annotations

from flask import render_template

from repairflow.casework.queries.records import means as queries
from repairflow.law.service_bodies import FLAGS, SERVICES
from repairflow.web.core.context import current


def bodies() -> str:
    """Show the register."""
    with current().read() as tx:
        rows = queries.bodies(tx)
    return render_template("public/service_bodies.html", rows=rows, services=SERVICES, flags=FLAGS)
