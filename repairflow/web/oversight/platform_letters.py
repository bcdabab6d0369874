"""Asking a platform by a letter to mend what it shows (更正函), entering its answer, and reporting what third parties show."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for

from repairflow.casework.changes import AnswerOfPlatform, CorrectAnswerOfPlatform, ReportCopy, WriteToPlatform
from repairflow.casework.documents import platform_letters
from repairflow.casework.outbound import answer_corrections
from repairflow.casework.outbound.platform_answers import ANSWERS
from repairflow.casework.outbound.platform_copies import SEEN
from repairflow.casework.queries.oversight import sync as sync_queries
from repairflow.errors import Conflict, Invalid, NotFound, Problem
from repairflow.web.core import arguments
from repairflow.web.core.changing import change
from repairflow.web.core.context import current
from repairflow.web.core.routes import Answer
from repairflow.web.ui.forms import errors_from, wrong_of


def ask_letter(finding_id: int) -> Answer:
    """Show the letter as it would be, what was written before, and the form for an answer."""
    return _page(finding_id)


def write(finding_id: int) -> Answer:
    """Issue the letter, and show it."""
    try:
        token = change(WriteToPlatform(current().actor, finding_id))
    except (Conflict, Invalid) as error:
        flash(error.message, "error")
        return redirect(url_for("oversight.ask_letter", finding_id=finding_id), 303)
    flash("更正函已制发。PDF 制作后请下载寄送，并登记送达；收到答复后在“同步情况”登记。", "success")
    return redirect(url_for("papers.letter", token=token), 303)


def answer(finding_id: int) -> Answer:
    """Enter what the platform answered."""
    typed = request.form.to_dict()
    given = AnswerOfPlatform(
        current().actor, finding_id, typed.get("answer", ""), typed.get("day", ""), typed.get("note", "")
    )
    try:
        name = change(given)
    except Invalid as error:
        return _page(finding_id, typed, error.problems)
    except Conflict as error:
        flash(error.message, "error")
    else:
        flash(f"已登记{name}的答复。", "success")
    return redirect(url_for("oversight.sync"), 303)


def ask_correction(finding_id: int) -> Answer:
    """Show what was entered as the platform's answer, and the form for what stands in its place."""
    return _correction(finding_id)


def correct(finding_id: int) -> Answer:
    """Put another answer in place of the one that was entered."""
    typed = request.form.to_dict()
    said = [typed.get(name, "") for name in ("answer", "day", "note", "reason")]
    try:
        name = change(CorrectAnswerOfPlatform(current().actor, finding_id, *said))
    except Invalid as error:
        return _correction(finding_id, typed, error.problems)
    except Conflict as error:
        flash(error.message, "error")
    else:
        flash(f"已更正登记的{name}的答复，原来的登记仍可在更正页面看到。", "success")
    return redirect(url_for("oversight.sync"), 303)


def ask_report() -> Answer:
    """Show the form of what a third party shows."""
    return _report({"number": arguments.text("number")})


def report() -> Answer:
    """Enter what a third party shows, and go on to the letter."""
    typed = request.form.to_dict()
    given = ReportCopy(
        current().actor, typed.get("target", ""), typed.get("number", ""), typed.get("shown", ""), typed.get("note", "")
    )
    try:
        finding = change(given)
    except Invalid as error:
        return _report(typed, error.problems or (Problem("", error.message),))
    flash("已登记。请核对更正函后制发。", "success")
    return redirect(url_for("oversight.ask_letter", finding_id=finding), 303)


def _page(finding_id: int, typed: dict[str, str] | None = None, problems: tuple[Problem, ...] = ()) -> Answer:
    here = current()
    with here.read() as tx:
        finding = sync_queries.finding(tx, here.actor, finding_id)
        before = sync_queries.letters(tx, [finding_id])[finding_id]
        known = (
            finding.document_number is not None
            and not finding.of_act
            and sync_queries.sees(tx, here.actor, finding.number)
        )
        try:
            text, why = platform_letters.words(tx, here.services, here.actor, finding_id, here.now), ""
        except (Conflict, Invalid) as error:
            text, why = None, error.message
    page = render_template(
        "oversight/platform_letter.html", finding=finding, before=before, text=text, why=why, today=here.today,
        record_page=url_for("desk.record", number=finding.number) if known else "",
        answers=list(ANSWERS.items()), typed=typed or {}, errors=errors_from(problems), wrong=wrong_of(problems),
    )  # fmt: skip
    return make_response(page, 422 if problems else 200)


def _correction(finding_id: int, typed: dict[str, str] | None = None, problems: tuple[Problem, ...] = ()) -> Answer:
    here = current()
    with here.read() as tx:
        finding = sync_queries.finding(tx, here.actor, finding_id, mended=True)
        was = answer_corrections.answered(tx, finding_id)
        entries = answer_corrections.entries(tx, finding.target_code, finding.number)
    if was is None:
        raise NotFound("这项差异没有登记过答复。")
    before = {"answer": was.answer, "day": was.answered_on.isoformat(), "note": was.answer_note or ""}
    page = render_template(
        "oversight/answer_correction.html", finding=finding, was=was, entries=entries.get(was.number, []),
        answers=list(answer_corrections.CORRECTED.items()), typed=typed or before, errors=errors_from(problems), wrong=wrong_of(problems),
    )  # fmt: skip
    return make_response(page, 422 if problems else 200)


def _report(typed: dict[str, str], problems: tuple[Problem, ...] = ()) -> Answer:
    with current().read() as tx:
        platforms = sync_queries.third_parties(tx)
    page = render_template(
        "oversight/report_copy.html", platforms=platforms, seen=list(SEEN.items()), typed=typed,
        errors=errors_from(problems), wrong=wrong_of(problems),
    )  # fmt: skip
    return make_response(page, 422 if problems else 200)
