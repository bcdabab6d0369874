"""What came of a hearing, recorded with its transcript by who held it (登记听证情况)."""

from __future__ import annotations

from flask import request

from repairflow.casework.case_state.told_files import TRANSCRIPT_KIND
from repairflow.casework.changes import RecordHearing
from repairflow.casework.permissions import post_in
from repairflow.casework.queries.cases import view as case_queries
from repairflow.errors import Forbidden, Invalid, Problem, TooMany
from repairflow.web.core.context import RequestContext, current
from repairflow.web.core.routes import Answer
from repairflow.web.shared import form_files
from repairflow.web.staff import meetings


def record_hearing(number: str) -> Answer:
    """Keep the transcript and record what came of the hearing; show the form again with what is wrong."""
    here, form = current(), request.form
    try:
        transcript = _transcript(here, number)
    except (Invalid, TooMany) as error:
        wrong = Invalid(error.message, [Problem("transcript", error.message)])
        return meetings.again(number, wrong, "result")
    given = RecordHearing(
        here.actor, number, form.get("came", ""), form.get("attended", ""), form.get("said", ""),
        form.get("outcome", ""), transcript, corrects=form.get("corrects") == "yes", why=form.get("why", ""),
    )  # fmt: skip
    said = (
        "听证情况已更正，原来的登记在留痕中保留。"
        if given.corrects
        else "听证情况已登记，写入办理留痕，当事人会收到通知。"
    )
    return meetings.done(number, given, said, "result")


def _transcript(here: RequestContext, number: str) -> str:
    """Keep the file that came with the form, in a transaction of its own, as every uploaded file; gives its token, or nothing."""
    sent = form_files.sent_file("transcript", TRANSCRIPT_KIND)
    if sent is None:
        return ""
    with here.read() as tx:  # nobody uploads to what he does not handle
        case = case_queries.view(tx, here.law, here.actor, number, here.now).case
    if post_in(here.actor, case.deciding_id) is None:
        raise Forbidden("听证情况由决定单位登记。")
    return form_files.keep(here, here.actor, sent)
