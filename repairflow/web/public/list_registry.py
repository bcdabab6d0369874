"""名单公示: public lists with those who stand on them, and designations that are published before they are decided."""

from __future__ import annotations

from flask import Response, render_template, url_for

from repairflow.casework.admin.offices import DOMAINS
from repairflow.casework.queries.records import list_registry as queries
from repairflow.casework.queries.records import published_lists
from repairflow.law import sectors
from repairflow.web.core import arguments
from repairflow.web.core.context import current
from repairflow.web.ui.csv import as_csv

HEADING = ("名称", "统一社会信用代码", "列入单位", "列入日期", "期满日期", "期满日期已核实")


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
        told = queries.told(tx, here.law, found, page.rows)
        proposed = queries.announced(tx, here.law, here.today, kind)
        published = published_lists.of_kind(tx, kind, done=True)
    return render_template(
        "public/list.html", one=found, page=page, proposed=proposed, text=text, after=after,
        rules=sectors.rules(found.kind, found.pack), term=sectors.term(found.kind), domains=DOMAINS,
        published=published, told=told,
        next=url_for("public.list_kind", kind=kind, q=text or None, after=page.next) if page.next else None,
    )  # fmt: skip


def published_part(token: str, part: int) -> Response:
    """Give one part of a list as it was published on its day of a year, without what was annulled since."""
    here = current()
    with here.read() as tx:
        row, found = published_lists.part(tx, here.law, here.today, token, part)
    return as_csv(f"{row.label}-{row.day}-{part}.csv", HEADING, found)
