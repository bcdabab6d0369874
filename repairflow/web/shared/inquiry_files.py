"""Files of credit codes, in and out, for pages and API alike: what is asked about, and what was answered."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from contextlib import closing

from flask import Response, request, send_file

from repairflow import plain
from repairflow.casework.queries.records.credit_inquiry import Standing
from repairflow.casework.queries.records.inquiry_results import Answered
from repairflow.errors import Invalid, Problem
from repairflow.records.rows import InquiryRunRow
from repairflow.web.ui.csv import as_csv
from repairflow.web.ui.filters import day

LONGEST_FILE = 400 << 10
HEADING = ("行", "统一社会信用代码", "名称", "是否有公示中的信息", "公示中的信息", "正在执行的措施", "说明")
REFUSED = "没有查询，请按提示修改。"
NO_FILE = "文件须为 UTF-8 的 CSV、文本（第一列是统一社会信用代码）或者 JSON（代码的数组）"


def codes_sent() -> list[str]:
    """Return the codes of the file that came with this form; none where none came. Invalid for one that cannot be read."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return []
    with closing(file):
        content = file.read(LONGEST_FILE + 1)
    if len(content) > LONGEST_FILE:
        raise Invalid(REFUSED, [Problem("file", "文件超过 400 KiB，请分几次查询")])
    try:
        text = content.decode("utf-8-sig")
        found = _of_json(text) if text.lstrip().startswith(("[", "{")) else _of_lines(text)
        if not plain.all_storable(found):
            raise ValueError("what no database holds")
    except (UnicodeDecodeError, ValueError, csv.Error):
        raise Invalid(REFUSED, [Problem("file", NO_FILE)]) from None
    return found


def _of_lines(text: str) -> list[str]:
    return without_heading(row[0] for row in csv.reader(io.StringIO(text)) if row)


def without_heading(lines: Iterable[str]) -> list[str]:
    """Return what stands in the lines: no empty ones, no heading."""
    return [line.strip() for line in lines if line.strip() and line.strip() != HEADING[1]]


def _of_json(text: str) -> list[str]:
    """Return an array of codes, or an object whose `codes` is one; each entry is one row, whatever it is. ValueError for anything else."""
    given = plain.parsed(text.encode())
    if isinstance(given, dict):
        given = given.get("codes")
    if not isinstance(given, list):
        raise ValueError("no array")
    return [one.strip() if isinstance(one, str) else "?" for one in given]


def line(number: int, one: Standing) -> tuple[object, ...]:
    """Return one row of the table that is taken away."""
    return number, one.code, one.name, "是" if one.listed else "否", records(one), measures(one), one.problem


def records(one: Standing) -> str:
    """Return the records in publicity, in words."""
    return "；".join(
        f"{row.authority} {row.document_number}（公示至 {day(row.until)}{'' if row.period_confirmed else '，待核实'}）"
        for row in one.records
    )


def measures(one: Standing) -> str:
    """Return the measures in force, in words."""
    return "；".join(f"{row.label}（{row.office}，{row.imposed_on} 起）" for row in one.measures)


def answers_csv(name: str, rows: Iterable[Answered]) -> Response:
    """Return every answered row, with the instant at which it was looked up."""
    lines = ((*line(row.number, row.standing), row.at.isoformat()) for row in rows)
    return as_csv(f"{name}.csv", (*HEADING, "查询时间"), lines)


def answers_json(name: str, run: InquiryRunRow, rows: Iterable[Answered]) -> Response:
    """Return the same as JSON: what was asked, and `items`, each as a call is answered."""
    asked = {"token": run.token, "purpose": run.purpose, "state": run.state, "total": run.total, "done": run.done}
    said = json.dumps({**asked, "items": [_item(row) for row in rows]}, ensure_ascii=False, indent=1, default=str)
    content = io.BytesIO(said.encode())
    return send_file(content, mimetype="application/json", as_attachment=True, download_name=f"{name}.json", max_age=0)


def _item(row: Answered) -> dict[str, object]:
    one = row.standing
    return {
        "row": row.number, "code": one.code, "problem": one.problem or None, "name": one.name or None,
        "listed": one.listed, "at": row.at.isoformat(),
        "records": [
            {
                "number": shown.number, "kind": shown.kind, "document_number": shown.document_number,
                "decision_date": shown.decision_date, "severity": shown.severity, "disputed": shown.state == "disputed",
                "until": shown.until, "period_confirmed": shown.period_confirmed, "authority": shown.authority,
                "list_kind": shown.list_kind,
            }
            for shown in one.records
        ],
        "measures": [
            {
                "code": held.code, "label": held.label, "office": held.office, "imposed_on": held.imposed_on,
                "until": held.until,
            }
            for held in one.measures
        ],
    }  # fmt: skip
