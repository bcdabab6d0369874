"""投诉 and 举报 by anybody, without an account: who it is about, the form, a number with a code, and the state by that code.

Whoever reports is nobody to the program: no account stands in the trail, names are sealed as they come in, and the visitor
who happens to be signed in reports as anybody would.
"""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from repairflow import times
from repairflow.casework.actor import Actor
from repairflow.casework.cases import tracking_code
from repairflow.casework.cases.filing import filers
from repairflow.casework.command_ids import Entry
from repairflow.casework.commands import Event
from repairflow.casework.context import Services
from repairflow.casework.queries.filing.for_officers import PORTAL, in_force
from repairflow.db import Database
from repairflow.errors import NotFound
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.roles import CITIZEN_ROLES
from repairflow.records import subject
from repairflow.settings import Settings
from repairflow.web.core import access, arguments
from repairflow.web.core.rate_limit import Shared
from repairflow.web.shared.filing_form.model import Frame
from repairflow.web.shared.filing_form.views import converse, procedure_or_404

ANYBODY = Actor(None, "公众", "public")
LOOKS, PRESSES, WRONG_CODES = 30, 20, 20
LOOK_WINDOW, PRESS_WINDOW = timedelta(minutes=1), timedelta(hours=1)
UNKNOWN = "没有找到这个单位。请填写营业执照上的统一社会信用代码，或者与营业执照完全一致的名称。"


def install(door: Blueprint, settings: Settings, db: Database, services: Services) -> None:
    """Afterwards `door` takes complaints and tip-offs; one address may look `LOOKS` times a minute and send `PRESSES`
    forms an hour."""
    looks = Shared(db, settings, "report look", LOOKS, LOOK_WINDOW)
    presses = Shared(db, settings, "report", PRESSES, PRESS_WINDOW)
    wrong_codes = Shared(db, settings, "follow", WRONG_CODES, PRESS_WINDOW)

    @door.get("/report")
    @access.access(access.PUBLIC)
    def report() -> str:
        return render_template("public/report.html", procedures=_open_to_anybody(services))

    @door.get("/report/<procedure>")
    @access.access(access.PUBLIC)
    def report_about(procedure: str) -> AnyResponse:
        found = procedure_or_404(_open_to_anybody(services), procedure)
        text, unknown = "".join(arguments.text("q").split()), ""
        if text:
            looks.take(request.remote_addr, times.now())
            if (code := _subject(db, text)) is not None:
                return redirect(url_for("public.report_form", procedure=procedure, key=code), 303)
            unknown = UNKNOWN
        page = render_template("public/report_about.html", procedure=found, text=text, unknown=unknown)
        return _hidden(page, 404 if unknown else 200)

    @door.route("/report/<procedure>/<key>", methods=["GET", "POST"])
    @access.access(access.PUBLIC)
    def report_form(procedure: str, key: str) -> AnyResponse:
        found = procedure_or_404(_open_to_anybody(services), procedure)
        (presses if request.method == "POST" else looks).take(request.remote_addr, times.now())

        def done(made: Event) -> AnyResponse:
            # No address holds the code: the page that shows it is the answer to the form itself.
            code = tracking_code.code(services.vault, made.case)
            return make_response(render_template("public/report_done.html", procedure=found, made=made, code=code))

        frame = Frame(
            actor=ANYBODY,
            channel=PORTAL,
            back=url_for("public.report_about", procedure=procedure),
            back_text="重新选择单位",
            title=found.label,
            entry=Entry.PUBLIC,
            note=found.summary,
            promise="提交后给您办件编号和查询码，请记下来。",
            preset={"source": "portal"},
        )
        answer = converse(found, key, frame, done)
        return _hidden(answer, answer.status_code)

    @door.route("/report/follow", methods=["GET", "POST"])
    @access.access(access.PUBLIC)
    def report_follow() -> AnyResponse:
        if request.method == "GET":
            return _hidden(render_template("public/report_follow.html", number="", state="", wrong=""))
        looks.take(request.remote_addr, times.now())
        number = request.form.get("number", "")[:40]
        try:
            with db.read() as tx:
                state = tracking_code.follow(
                    tx, services.law, services.vault, number, request.form.get("code", "")[:60]
                )
        except NotFound as error:
            # counted for the case from wherever; whoever has the right code is never kept out by those who guess
            wrong_codes.take(number.strip().upper(), times.now())
            page = render_template("public/report_follow.html", number=number, state="", wrong=error.message)
            return _hidden(page, 404)
        return _hidden(render_template("public/report_follow.html", number=number, state=state, wrong=""))


def _open_to_anybody(services: Services) -> list[Procedure]:
    return [p for p in in_force(services.law, times.today()) if set(filers(p)) & CITIZEN_ROLES]


def _subject(db: Database, text: str) -> str | None:
    """The credit code of the one organisation with this code or exactly this name: nobody can leaf through them."""
    with db.read() as tx:
        by_name = subject.c.name == text
        wanted = select(subject.c.uscc).where(subject.c.uscc.is_not(None), (subject.c.uscc == text.upper()) | by_name)
        codes = tx.execute(wanted.limit(2)).scalars().all()
    return codes[0] if len(codes) == 1 else None


def _hidden(page: str | AnyResponse, status: int = 200) -> AnyResponse:
    response = make_response(page, status)
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "private, no-store"  # what was typed names people
    return response
