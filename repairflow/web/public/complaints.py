"""Complaints and reports (投诉、举报) by anybody, without an account: whom it is about, the form, number and code, its state.

No account is noted in the events, names are sealed as they come in, and a visitor who happens to be signed in is treated
like everybody else.
"""

from __future__ import annotations

from datetime import timedelta

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from repairflow import times
from repairflow.casework.actor import ANYBODY
from repairflow.casework.case_state.publicity_objections import COMPLAINT, MATTER
from repairflow.casework.cases import tracking_code
from repairflow.casework.cases.filing import filers
from repairflow.casework.command_ids import Entry
from repairflow.casework.commands import Event
from repairflow.casework.queries.filing.for_officers import in_force
from repairflow.casework.queries.records.subject_lookup import credit_code_of
from repairflow.errors import NotFound
from repairflow.law.procedure.channels import PORTAL
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.roles import CITIZEN_ROLES
from repairflow.web.core import arguments
from repairflow.web.core.context import RequestContext, Site, current
from repairflow.web.core.rate_limit import Shared
from repairflow.web.core.security import network
from repairflow.web.public.unlisted import unlisted
from repairflow.web.shared.filing_form.model import Frame
from repairflow.web.shared.filing_form.views import converse, procedure_or_404

LOOKS, PRESSES, WRONG_CODES = 30, 20, 20
LOOK_WINDOW, PRESS_WINDOW = timedelta(minutes=1), timedelta(hours=1)
OBJECTION_NOTE = (
    "公示期内任何人都可以提出异议。您写的具体事实转给认定单位核实，核查办结以前不会按没有异议办理；"
    "您的身份信息密封保存，不转给认定单位和被公示的单位。处理结果向您反馈。不收取任何费用。"
)
OBJECTION_LABELS = {
    "facts": "异议内容和理由", "complainant_name": "提出人姓名", "complainant_contact": "提出人联系方式",
}  # fmt: skip
"""What the form of a complaint is called where it objects to a designation."""
UNKNOWN = "没有找到这个单位。请填写营业执照上的统一社会信用代码，或者与营业执照完全一致的名称。"


def throttle(site: Site) -> Shared:
    """Count how often one address looks."""
    return Shared(site.db, site.settings, "report look", LOOKS, LOOK_WINDOW)


def presses(site: Site) -> Shared:
    """Count how many forms one address sends."""
    return Shared(site.db, site.settings, "report", PRESSES, PRESS_WINDOW)


def wrong_codes(site: Site) -> Shared:
    """Count how many wrong codes come for one case."""
    return Shared(site.db, site.settings, "follow", WRONG_CODES, PRESS_WINDOW)


def report() -> str:
    """Show what anybody may report."""
    return render_template("public/report.html", procedures=_open_to_anybody(current()))


def report_about(procedure: str) -> AnyResponse:
    """Ask whom the report is about, and go on to its form when it is found."""
    here = current()
    found = procedure_or_404(_open_to_anybody(here), procedure)
    text, unknown = "".join(arguments.text("q").split()), ""
    if text:
        here.site.one(throttle).take(network(), times.now())
        with here.read() as tx:
            code = credit_code_of(tx, text)
        if code is not None:
            return redirect(url_for("public.report_form", procedure=procedure, key=code), 303)
        unknown = UNKNOWN
    page = render_template("public/report_about.html", procedure=found, text=text, unknown=unknown)
    return unlisted(page, 404 if unknown else 200)


def report_form(procedure: str, key: str) -> AnyResponse:
    """Show the form, or take it in and show number and code."""
    here = current()
    found = procedure_or_404(_open_to_anybody(here), procedure)
    here.site.one(presses if request.method == "POST" else throttle).take(network(), times.now())

    objects = procedure == COMPLAINT and arguments.text("about") == MATTER

    def done(made: Event) -> AnyResponse:
        # No address holds the code: the page that shows it is the answer to the form itself.
        code = tracking_code.code(here.services.vault, made.case)
        return make_response(
            render_template("public/report_done.html", named="异议" if objects else found.label, made=made, code=code)
        )

    frame = Frame(
        actor=ANYBODY,
        channel=PORTAL,
        back=url_for("public.lists") if objects else url_for("public.report_about", procedure=procedure),
        back_text="名单公示" if objects else "重新选择单位",
        title="对认定前公示的异议" if objects else found.label,
        entry=Entry.PUBLIC,
        note=OBJECTION_NOTE if objects else found.summary,
        promise="提交后给您办件编号和查询码，请记下来。",
        labels=OBJECTION_LABELS if objects else {},
        preset={"source": "portal", **({"about": MATTER} if objects else {})},
    )
    answer = converse(found, key, frame, done)
    return unlisted(answer, answer.status_code)


def report_follow() -> AnyResponse:
    """Show the state of a report to whoever has its number and code."""
    here = current()
    if request.method == "GET":
        return unlisted(render_template("public/report_follow.html", number="", state="", wrong=""))
    here.site.one(throttle).take(network(), times.now())
    number = request.form.get("number", "")[:40]
    try:
        with here.read() as tx:
            state = tracking_code.follow(tx, here.law, here.services.vault, number, request.form.get("code", "")[:60])
    except NotFound as error:
        # counted for the case from wherever; whoever has the right code is never kept out by those who guess
        here.site.one(wrong_codes).take(number.strip().upper(), times.now())
        page = render_template("public/report_follow.html", number=number, state="", wrong=error.message)
        return unlisted(page, 404)
    return unlisted(render_template("public/report_follow.html", number=number, state=state, wrong=""))


def _open_to_anybody(here: RequestContext) -> list[Procedure]:
    return [p for p in in_force(here.law, here.today) if set(filers(p)) & CITIZEN_ROLES]
