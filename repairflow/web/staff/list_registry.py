"""名单: every list that offices keep, who stands on it and who left, as pages and as a table; and what each field's rules are."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for

from repairflow.casework.admin.offices import DOMAINS
from repairflow.casework.cases.list_publication import may_stop
from repairflow.casework.changes import PublishList, ResumePublication, StopPublication
from repairflow.casework.queries.records import list_registry as queries
from repairflow.casework.queries.records import published_lists
from repairflow.errors import Conflict, Invalid, NotFound
from repairflow.law import sectors
from repairflow.law.procedure.packs import SEVERITY_LABELS
from repairflow.law.procedure.remedy import length
from repairflow.web.core import arguments
from repairflow.web.core.changing import change
from repairflow.web.core.context import current
from repairflow.web.core.routes import Answer
from repairflow.web.ui.csv import as_csv

HEADING = (
    "名称",
    "统一社会信用代码",
    "列入单位",
    "列入日期",
    "期满日期",
    "期满日期已核实",
    "依据文书",
    "离开日期",
    "怎样离开",
    "办件编号",
)


def lists() -> str:
    """Show the lists there are, and what is published before a designation."""
    here = current()
    queries.demand_staff(here.actor)
    with here.read() as tx:
        found = queries.registry(tx, here.law, here.today, public=False)
        proposed = queries.announced(tx, here.law, here.today)
    return render_template("desk/lists.html", rows=found, proposed=proposed, domains=DOMAINS, term=sectors.term)


def list_kind(kind: str) -> str:
    """Show one list: its rules and one page of its entries."""
    here, text, after = current(), arguments.text("q"), arguments.text("after")
    show, split = arguments.text("show") or queries.STANDING, arguments.flag("files")
    queries.demand_staff(here.actor)
    found = queries.kept(here.law, here.today, kind, public=False)
    with here.read() as tx:
        page = queries.entries(tx, found, show=show, text=text, after=after)
        told = queries.told(tx, here.law, found, page.rows)
        proposed = queries.announced(tx, here.law, here.today, kind)
        published = published_lists.of_kind(tx, kind, done=False)
        if split:  # the whole list is counted, so only for whoever asks
            parts = queries.parts(tx, found, show=show, text=text, size=queries.EXPORTED)
        else:
            parts = () if queries.exceeds(tx, found, show=show, text=text, size=queries.EXPORTED) else ("",)
    return render_template(
        "desk/list.html", one=found, page=page, proposed=proposed, text=text, show=show, after=after, how=queries.how_left(found.kind),
        rules=sectors.rules(found.kind, found.pack), term=sectors.term(found.kind), domains=DOMAINS,
        measures=[found.pack.measure[code] for code in found.kind.measures], length=length,
        next=url_for("desk.list_kind", kind=kind, q=text or None, show=show, after=page.next) if page.next else None,
        published=published, told=told, stops=may_stop(here.actor),
        files=[url_for("desk.list_entries", kind=kind, q=text or None, show=show, after=part or None) for part in parts],
    )  # fmt: skip


def list_entries(kind: str) -> Response:
    """Give those on a list that a search finds as a table, newest first, so many a file; `after` is where the file before ended."""
    here, text = current(), arguments.text("q")
    show = arguments.text("show") or queries.STANDING
    queries.demand_staff(here.actor)
    found = queries.kept(here.law, here.today, kind, public=False)
    with here.read() as tx:
        after = arguments.text("after")
        page = queries.entries(tx, found, show=show, text=text, after=after, size=queries.EXPORTED)
        told = queries.told(tx, here.law, found, page.rows)
    left = queries.how_left(found.kind)
    rows = [
        (one.name, one.uscc or "", one.office, one.listed_on, one.until or "",
         "是" if one.id in told else "待核实", one.basis or "", one.left_on or "", left.get(one.left_how or "", ""), one.case)
        for one in page.rows
    ]  # fmt: skip
    answer = as_csv(f"{found.kind.label}-{here.today}.csv", HEADING, rows)
    if page.next:
        following = url_for("desk.list_entries", kind=kind, q=text or None, show=show, after=page.next)
        answer.headers["Link"] = f'<{following}>; rel="next"'
    return answer


def publish_list(kind: str) -> Answer:
    """Publish a list beside its day of the year."""
    try:
        change(PublishList(current().actor, kind, request.form.get("reason", "")))
        flash("已经开始公布，下面可以看到进度。", "success")
    except (Conflict, Invalid) as error:
        flash("；".join(one.text for one in getattr(error, "problems", ())) or error.message, "warning")
    return redirect(url_for("desk.list_kind", kind=kind), 303)


def stop_publication(token: str) -> Answer:
    """Stop the yearly publication of a list."""
    if not change(StopPublication(current().actor, token)):
        flash("公布已经结束，没有需要停止的。", "warning")
    return redirect(url_for("desk.lists"), 303)


def resume_publication(token: str) -> Answer:
    """Go on with a publication that was stopped or failed."""
    if not change(ResumePublication(current().actor, token)):
        flash("这次公布不需要继续。", "warning")
    return redirect(url_for("desk.lists"), 303)


def fields() -> str:
    """Show the fields and what each has of its own."""
    here = current()
    found = sectors.sectors(here.law, here.today)
    with here.read() as tx:
        mine = queries.domain_of(tx, here.actor)
    return render_template("desk/fields.html", rows=found, domains=DOMAINS, mine=mine)


def field(domain: str) -> str:
    """Show the rules of one field: lists, measures, behaviours, graded measures, procedures."""
    here = current()
    if domain not in DOMAINS:
        raise NotFound("没有这个领域。")
    found = sectors.sector(here.law, domain, here.today)
    interview = here.law.in_force("interview", here.today, domain)
    return render_template(
        "desk/field.html", one=found, name=DOMAINS[domain], domains=DOMAINS, rules=sectors.rules, term=sectors.term,
        severity=SEVERITY_LABELS, length=length, interview=interview,
        steps=[(one, here.law.in_force(one.procedure, here.today, domain)) for one in found.ladder.values()],
    )  # fmt: skip
