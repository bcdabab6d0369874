"""Papers to print: forms filled in beforehand, the office's slips, the return sheet, and all letters of a case as one."""

from __future__ import annotations

import io
from collections.abc import Sequence

from flask import send_file

from repairflow.casework.documents import rendering_job
from repairflow.casework.documents.rendering_job import Replaced
from repairflow.casework.queries import printables, rectification_report
from repairflow.casework.queries.cases import file as case_file
from repairflow.casework.queries.cases.file import CaseFile
from repairflow.casework.queries.completeness import Bound
from repairflow.errors import Unavailable
from repairflow.letters.model import LetterData
from repairflow.letters.pdf.merge import gather, pages
from repairflow.web.core.context import RequestContext, current
from repairflow.web.core.routes import Answer
from repairflow.web.shared.downloads import READER
from repairflow.web.shared.press import on_demand


def record_form(number: str, kind: str) -> Answer:
    """Print a form about a record, filled in as far as is known."""
    here = current()
    with here.read() as tx:
        paper = printables.record_form(tx, here.services, here.actor, number, kind, here.now)
    return _printed(paper, number)


def case_paper(number: str, kind: str) -> Answer:
    """Print a form or one of the office's slips about a case."""
    here = current()
    make = printables.slip if kind in printables.SLIPS else printables.case_form
    with here.read() as tx:
        if kind == rectification_report.KIND:
            paper = rectification_report.report(tx, here.actor, number, here.now)
        else:
            paper = make(tx, here.services, here.actor, number, kind, here.now)
    return _printed(paper, number)


def return_sheet(token: str) -> Answer:
    """Print the sheet on which the addressee of a letter signs for it."""
    here = current()
    with here.read() as tx:
        paper = printables.return_sheet(tx, here.actor, token, here.now)
    return _printed(paper, token)


def bound(number: str) -> Answer:
    """Print all letters of a case as one file."""
    here = current()
    with here.read() as tx:
        file = case_file.read(tx, here.services, here.actor, number, here.now)
    with on_demand().printing():
        whole = _bound(here, file, number)
    return _pdf(whole, f"{number}文书汇编.pdf")


def _bound(here: RequestContext, file: CaseFile, number: str) -> bytes:
    """Return all letters of a case as one file, behind an index, which names one whose file is lost, or in whose place another lies."""
    parts, replaced = [], dict[str, Replaced]()
    for row in file.made:
        try:
            pdf = rendering_job.issued_file(here.services.letters, row)
        except Replaced as other:
            replaced[row.token] = other
        except Unavailable:
            continue
        else:
            parts.append((row.token, f"{row.title} {row.number}", pdf))
    if file.made and not parts:
        if replaced:
            raise next(iter(replaced.values()))
        raise Unavailable("这个办件的文书文件暂时都取不到，请稍后再试；一直如此的，请联系管理员。")
    index = _index(here, file, [(token, pages(pdf)) for token, _, pdf in parts], frozenset(replaced))
    whole = [("卷宗目录", index), *((name, pdf) for _, name, pdf in parts)]
    count = sum(pages(pdf) for _, pdf in whole)
    heads = on_demand().press.press(printables.page_numbers(count, here.now)).pdf
    made = max(
        [file.at.history[-1].at, *(row.issued_at for row in file.made)]
    )  # the newest thing it tells: not when it is printed
    return gather(f"{number} 文书汇编", whole, heads, made)


def _index(here: RequestContext, file: CaseFile, parts: Sequence[tuple[str, int]], replaced: frozenset[str]) -> bytes:
    """Return the index pressed. It says on which page each letter begins, so its own length must be known first."""
    length = 1
    while True:
        starts, following = {}, length + 1
        for token, count in parts:
            starts[token] = following
            following += count
        with here.read() as tx:
            paper = printables.index(tx, here.services, file.at, here.now, Bound(starts, following - 1, replaced))
        pressed = on_demand().press.press(paper)
        if pressed.pages <= length:
            return pressed.pdf
        length = pressed.pages


def _printed(paper: LetterData, about: str) -> Answer:
    with on_demand().printing():
        return _pdf(on_demand().press.press(paper).pdf, f"{paper.title}（{about}）.pdf")


def _pdf(content: bytes, name: str) -> Answer:
    response = send_file(io.BytesIO(content), mimetype="application/pdf", download_name=name, max_age=0)
    response.headers["Content-Security-Policy"] = READER
    response.headers["Cache-Control"] = "private, no-store"
    return response
