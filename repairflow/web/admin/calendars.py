"""Calendars (工作日历): the years that count, and loading one more: checked first, then confirmed by a person."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from repairflow import plain
from repairflow.casework import law_store
from repairflow.casework.cases import calendar_loading
from repairflow.casework.changes import LoadCalendar
from repairflow.errors import Invalid, Problem
from repairflow.law.calendar.workdays import CalendarError, from_chinesecalendar
from repairflow.web.core.changing import change
from repairflow.web.core.context import RequestContext, current

MOST = 64 * 1024
"""Bytes; a year is about two thousand."""
SHOWN = 200


def calendar() -> str:
    """Show the years that are known."""
    return _page(current())


def check_calendar() -> AnyResponse:
    """Show what loading would do; nothing is written."""
    here = current()
    try:
        content, where = _given()
        with here.read() as tx:
            here.services.law_store.refresh(tx)
            plan = calendar_loading.plan(tx, here.law, content, where, here.today)
    except Invalid as error:
        return make_response(_page(here, error), 422)
    return make_response(
        render_template("admin/calendar_check.html", plan=plan, content=content, where=where, most=SHOWN)
    )


def load_calendar() -> AnyResponse:
    """Load a year and show which due days moved."""
    here = current()
    content, where = request.form.get("content", "").replace("\r\n", "\n"), request.form.get("where", "")[:100]
    try:
        done = change(LoadCalendar(here.actor, content, where))
    except CalendarError as error:
        return make_response(_page(here, error), 422)
    if not done.new:
        flash(f"{done.year.title}的安排已经载入过，内容相同，没有改动。", "info")
        return redirect(url_for("admin.calendar"), 303)
    flash(
        f"已载入{done.year.title}的放假安排，{len(done.moved)} 个届满日变动，已记入留痕并告知有关人员。",
        "success",
    )
    return make_response(
        render_template("admin/calendar_loaded.html", plan=done, most=SHOWN)
        if done.moved
        else redirect(url_for("admin.calendar"), 303)
    )


def _given() -> tuple[str, str]:
    """Text and name of what was handed in: a file, or a year of the chinesecalendar package. Invalid when neither is."""
    file = request.files.get("file")
    if file is not None and file.filename:
        data = file.read(MOST + 1)
        if len(data) > MOST:
            raise Invalid("文件太大：一年的放假安排不会超过 64 KB。")
        try:
            return data.decode("utf-8-sig").replace("\r\n", "\n"), file.filename[-100:]
        except UnicodeDecodeError:
            raise Invalid("文件不是 UTF-8 编码的文本，请另存为 UTF-8 后再上传。") from None
    year = request.form.get("year", "").strip()
    if not year:
        raise Invalid("请选择文件，或者填写年份。", [Problem("file", "请选择一个 TOML 文件，或者在右侧填写年份")])
    try:
        wanted = plain.whole(year, 1900, 2199)
    except ValueError:
        raise Invalid("年份应为四位数字，如 2027。", [Problem("year", "年份应为四位数字，如 2027")]) from None
    return from_chinesecalendar(wanted), f"{wanted}.toml"


def _page(here: RequestContext, error: Invalid | None = None) -> str:
    with here.read() as tx:
        here.services.law_store.refresh(tx)
        rows = law_store.loaded(tx)
    known = here.law.calendars
    years = sorted((*known.national.years.values(), *known.local.values()), key=lambda year: (-year.year, year.region))
    problems = [] if error is None else list(error.problems) or [Problem("", error.message)]
    return render_template(
        "admin/calendar.html",
        years=[(year, rows.get((year.region, year.year))) for year in years],
        missing=calendar_loading.missing_year(known.national, here.today),
        error=error.message if error is not None else "",
        problems=problems,
    )
