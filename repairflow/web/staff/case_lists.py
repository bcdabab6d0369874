"""The two lists of the desk: what waits for me, by due day; and all cases I may see, with search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from zlib import crc32

from flask import redirect, render_template, url_for

from repairflow import times
from repairflow.casework.admin import saved_views
from repairflow.casework.documents.service.unserved import late as service_late
from repairflow.casework.queries.cases import queue as queue_queries
from repairflow.casework.queries.cases import queue_filter, workload
from repairflow.casework.queries.cases import view as case_queries
from repairflow.casework.queries.cases.queue import LimitRow
from repairflow.casework.queries.cases.view import CaseLine
from repairflow.casework.queries.filing.for_officers import filable
from repairflow.casework.search import own_number
from repairflow.errors import NotFound
from repairflow.law import classing
from repairflow.law.procedure.packs import SEVERITY_LABELS
from repairflow.web.core import arguments
from repairflow.web.core.context import current
from repairflow.web.core.routes import Answer
from repairflow.web.staff import queue_view
from repairflow.web.ui import components

PAGE = 30


def queue() -> str:
    """Show what waits for this officer: all of it by due day, or as a view asks for it."""
    here = current()
    actor, today, law = here.actor, here.today, here.law
    after = arguments.text("after") or None
    everything = queue_queries.waiting_for(law, actor)
    with here.read() as tx:
        view = queue_view.of_request(tx, actor)
        where = queue_filter.condition(law, actor, today, view.wanted)
        load = queue_queries.load(tx, law, actor, today, everything)
        page = case_queries.listing(tx, law, actor, today, queue_filter.page_of(where, view.order, after, PAGE))
        limits = queue_queries.limits(tx, [line.number for line in page.lines])
        unserved = service_late(tx, law, here.services.serve_within, today, actor.offices) if not after else None
        seen_to = workload.names(tx, actor, [line.number for line in page.lines])
        choices = queue_filter.choices(tx, law, actor, everything)
        views = saved_views.of(tx, actor)
        found = queue_filter.count(tx, actor, where)
    return render_template(
        "desk/queue.html",
        seen_to=seen_to,
        rows=[row(line, limits.get(line.number)) for line in page.lines],
        load=load,
        unserved=unserved,
        may_file=bool(filable(law, actor, today)),
        view=view,
        views=views,
        choices=choices,
        found=found,
        mark="" if after else _mark(found, page.lines),
        words=queue_view,
        elsewhere=view.wanted.office not in {None, *actor.offices},
        severities=SEVERITY_LABELS,
        first=view.address() if after else None,
        following=view.address(page.next) if page.next else None,
    )


def queue_changes() -> str:
    """Say whether the queue holds something else than when it was shown (`mark`); the page itself stays as it is."""
    here = current()
    with here.read() as tx:
        view = queue_view.of_request(tx, here.actor)
        where = queue_filter.condition(here.law, here.actor, here.today, view.wanted)
        first = queue_filter.page_of(where, view.order, None, PAGE)
        page = case_queries.listing(tx, here.law, here.actor, here.today, first)
        found = queue_filter.count(tx, here.actor, where)
    mark = arguments.text("mark")
    return render_template(
        "desk/queue_changes.html", view=view, mark=mark, changed=_mark(found, page.lines) != mark, found=found
    )  # fmt: skip


def _mark(found: int, lines: Sequence[CaseLine]) -> str:
    """Another one as soon as a case of the first page is another, or stands elsewhere."""
    told = "".join(f"{line.number}{line.state}{line.due_day}" for line in lines)
    return f"{found}-{crc32(told.encode()):x}"


def cases() -> Answer:
    """Show all cases this officer may see; a search that is a case's number leads to it."""
    here = current()
    actor, today, law = here.actor, here.today, here.law
    search, after = arguments.text("q"), arguments.text("after") or None
    procedure, state = arguments.text("procedure"), arguments.text("state")
    where = case_queries.closed() if state == "closed" else None
    with here.read() as tx:
        if search and not after:
            try:
                found = case_queries.visible(tx, actor, own_number(search))
                return redirect(url_for("desk.case", number=found.number), 303)
            except NotFound:
                pass  # no number: looked for everywhere
        page = case_queries.listing(
            tx,
            law,
            actor,
            today,
            case_queries.Wanted(
                where=where,
                open_only=state == "open",
                procedure=procedure or None,
                search=search,
                after=after,
                size=PAGE,
            ),
        )
        limits = queue_queries.limits(tx, [line.number for line in page.lines if line.closed_at is None])
    kept: dict[str, Any] = {"q": search or None, "procedure": procedure or None, "state": state or None}
    return render_template(
        "desk/cases.html",
        rows=[row(line, limits.get(line.number)) for line in page.lines],
        search=search,
        procedure=procedure,
        state=state,
        procedures=[(name, law.versions(name)[-1].label) for name in law.names() if law.versions(name)[-1].prefix],
        filtered=bool(search or procedure or state),
        first=url_for("desk.cases", **kept) if after else None,
        following=url_for("desk.cases", after=page.next, **kept) if page.next else None,
    )


def row(line: CaseLine, limit: LimitRow | None) -> Mapping[str, object]:
    """Return one line of a list for its template, with its due badge."""
    return {
        "line": line,
        "due": due(line, limit),
        "severity": classing.label(line.severity, line.class_waits_for) if line.severity else "",
        "disputed": line.record_state == "disputed",
    }


def due(line: CaseLine, limit: LimitRow | None) -> Mapping[str, object] | None:
    """Return the badge of a case in a list; None for a closed one or one without any limit."""
    if line.closed_at is not None or limit is None:
        return None
    day: date | None = line.due_day
    if day is None or line.days_left is None:
        text = f"{limit.label}{components.STANDS_STILL.get(limit.state, '')}"
        return {"state": "paused", "text": text, "day": None, "share": 0}
    left, total = line.days_left, max(limit.days_total, 1)
    shape = {"day": day, "provisional": limit.provisional, "share": 100 * (total - min(left, total)) / total}
    if day < times.today():
        return {**shape, "state": "late", "text": f"逾期 {-left} 个工作日", "label": limit.label}
    text = f"剩 {left} 个工作日" if left else "今天届满"
    return {**shape, "state": "soon" if left <= queue_queries.SOON else "ok", "text": text, "label": limit.label}
