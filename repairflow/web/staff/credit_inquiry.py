"""信用查询: whether organisations are listed now, one or thousands at once, for a stated purpose."""

from __future__ import annotations

import csv
import io
from contextlib import closing

from flask import make_response, render_template, request

from repairflow.casework.changes import InquireCredit
from repairflow.casework.queries.records.credit_inquiry import Standing
from repairflow.errors import Invalid, Problem
from repairflow.web.core.changing import change
from repairflow.web.core.context import current
from repairflow.web.core.inquiries import ask
from repairflow.web.core.routes import Answer
from repairflow.web.ui.csv import as_csv
from repairflow.web.ui.filters import day
from repairflow.web.ui.forms import errors_from

SHOWN = 200
"""Rows a page shows; more are taken away as a table."""
LONGEST_FILE = 400 << 10
HEADING = ("行", "统一社会信用代码", "名称", "是否有公示中的信息", "公示中的信息", "正在执行的措施", "说明")


def screening() -> str:
    """Show the form."""
    return _page({})


def screen() -> Answer:
    """Answer on the page, or as a table to take away; or show the form with what is wrong."""
    here = current()
    actor = ask(here)
    typed = {name: request.form.get(name, "") for name in ("purpose", "codes")}
    try:
        found: list[Standing] = change(InquireCredit(actor, typed["purpose"], _codes(typed["codes"])))
    except Invalid as error:
        return make_response(_page(typed, problems=error.problems), 422)
    if request.form.get("as") == "csv" or len(found) > SHOWN:
        return as_csv(f"信用查询{here.today:%Y%m%d}.csv", HEADING, (_line(n, one) for n, one in enumerate(found, 1)))
    return make_response(_page(typed, found))


def _page(typed: dict[str, str], found: list[Standing] | None = None, problems: tuple[Problem, ...] = ()) -> str:
    errors = errors_from(problems)
    return render_template(
        "desk/screening.html", typed={"purpose": "", "codes": "", **typed}, found=found, errors=errors,
        wrong={"purpose": "", "codes": "", "file": "", **{one.field: one.text for one in errors}},
        records=_records, measures=_measures,
    )  # fmt: skip


def _codes(typed: str) -> tuple[str, ...]:
    """What was typed, line by line, and the first column of the file that came with it."""
    lines = typed.splitlines()
    file = request.files.get("file")
    if file is not None and file.filename:
        with closing(file):
            content = file.read(LONGEST_FILE + 1)
        if len(content) > LONGEST_FILE:
            raise Invalid("没有查询，请按提示修改。", [Problem("file", "文件超过 400 KiB，请分几次查询")])
        try:
            lines += [row[0] for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))) if row]
        except (UnicodeDecodeError, csv.Error):
            said = "文件须为 UTF-8 的 CSV 或者文本，第一列是统一社会信用代码"
            raise Invalid("没有查询，请按提示修改。", [Problem("file", said)]) from None
    return tuple(line.strip() for line in lines if line.strip() and line.strip() != HEADING[1])


def _records(one: Standing) -> str:
    return "；".join(f"{row.authority} {row.document_number}（公示至 {day(row.until)}）" for row in one.records)


def _measures(one: Standing) -> str:
    return "；".join(f"{row.label}（{row.office}，{row.imposed_on} 起）" for row in one.measures)


def _line(number: int, one: Standing) -> tuple[object, ...]:
    return number, one.code, one.name, "是" if one.listed else "否", _records(one), _measures(one), one.problem
