"""名单公示: public lists with those who stand on them, and designations that are published before they are decided."""

from __future__ import annotations

from flask import render_template, url_for

from repairflow.casework.admin.offices import DOMAINS
from repairflow.casework.queries.records import list_registry as queries
from repairflow.law import sectors
from repairflow.web.core import arguments
from repairflow.web.core.context import current


def lists() -> str:
    """Show the public lists, and what may be objected to now."""
    here = current()
    with here.read() as tx:
        found = queries.registry(tx, here.law, here.today, public=True)
        proposed = queries.announced(tx, here.law, here.today)
    return render_template("public/lists.html", rows=found, proposed=proposed, domains=DOMAINS, term=sectors.term)


def list_kind(kind: str) -> str:
    """Show one public list."""
    here, text, after = current(), arguments.text("q"), arguments.text("after")
    found = queries.kept(here.law, here.today, kind, public=True)
    with here.read() as tx:
        page = queries.entries(tx, found, public_on=here.today, text=text, after=after)
        proposed = queries.announced(tx, here.law, here.today, kind)
    return render_template(
        "public/list.html", one=found, page=page, proposed=proposed, text=text, after=after,
        rules=sectors.rules(found.kind, found.pack), term=sectors.term(found.kind), domains=DOMAINS,
        next=url_for("public.list_kind", kind=kind, q=text or None, after=page.next) if page.next else None,
    )  # fmt: skip
