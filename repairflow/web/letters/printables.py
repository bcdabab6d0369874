"""Papers to print: forms filled in beforehand, the office's slips, the return sheet, and all letters of a case as one."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime

from flask import Blueprint, send_file
from werkzeug.wrappers import Response as AnyResponse

from repairflow import times
from repairflow.casework.documents import rendering_job
from repairflow.casework.queries import printables
from repairflow.casework.queries.cases import file as case_file
from repairflow.casework.queries.cases.file import CaseFile
from repairflow.errors import Unavailable
from repairflow.letters.model import LetterData
from repairflow.letters.pdf.merge import gather, pages
from repairflow.web.core import access, sessions
from repairflow.web.letters.context import Room
from repairflow.web.shared.downloads import READER

PAPERS_URL = "/papers"


def install(door: Blueprint, room: Room) -> None:
    """Afterwards `door` prints."""

    @door.get(f"{PAPERS_URL}/records/<number>/<kind>.pdf")
    @access.access(access.SIGNED_IN)
    def record_form(number: str, kind: str) -> AnyResponse:
        with room.db.read() as tx:
            paper = printables.record_form(tx, room.services, sessions.current_actor(), number, kind, times.now())
        return _printed(room, paper, number)

    @door.get(f"{PAPERS_URL}/cases/<number>/<kind>.pdf")
    @access.access(access.SIGNED_IN)
    def case_paper(number: str, kind: str) -> AnyResponse:
        make = printables.slip if kind in printables.SLIPS else printables.case_form
        with room.db.read() as tx:
            paper = make(tx, room.services, sessions.current_actor(), number, kind, times.now())
        return _printed(room, paper, number)

    @door.get(f"{PAPERS_URL}/letters/<token>/return.pdf")
    @access.access(access.STAFF)
    def return_sheet(token: str) -> AnyResponse:
        with room.db.read() as tx:
            paper = printables.return_sheet(tx, sessions.current_actor(), token, times.now())
        return _printed(room, paper, token)

    @door.get("/cases/<number>/letters.pdf")
    @access.access(access.STAFF)
    def bound(number: str) -> AnyResponse:
        actor, now = sessions.current_actor(), times.now()
        with room.db.read() as tx:
            file = case_file.read(tx, room.services, actor, number, now)
        with room.printing():
            whole = _bound(room, file, number, now)
        return _pdf(whole, f"{number}文书汇编.pdf")


def _bound(room: Room, file: CaseFile, number: str, now: datetime) -> bytes:
    """All letters of a case as one file, behind an index."""
    parts = []
    for row in file.made:
        path = rendering_job.path_of(room.settings.letters, row.token)
        try:
            parts.append((row.token, f"{row.title} {row.number}", path.read_bytes()))
        except FileNotFoundError:
            raise Unavailable(f"{row.number}的文件暂时取不到，请稍后再试。") from None
    index = _index(room, file, [(token, pages(pdf)) for token, _, pdf in parts], now)
    return gather(f"{number} 文书汇编", [("卷宗目录", index), *((name, pdf) for _, name, pdf in parts)])


def _index(room: Room, file: CaseFile, parts: Sequence[tuple[str, int]], now: datetime) -> bytes:
    """The index pressed. It says on which page each letter begins, so its own length must be known first."""
    length = 1
    while True:
        starts, following = {}, length + 1
        for token, count in parts:
            starts[token] = f"第{following}页"
            following += count
        with room.db.read() as tx:
            paper = printables.index(tx, file.at, now, starts)
        pressed = room.press.press(paper)
        if pressed.pages <= length:
            return pressed.pdf
        length = pressed.pages


def _printed(room: Room, paper: LetterData, about: str) -> AnyResponse:
    with room.printing():
        return _pdf(room.press.press(paper).pdf, f"{paper.title}（{about}）.pdf")


def _pdf(content: bytes, name: str) -> AnyResponse:
    response = send_file(io.BytesIO(content), mimetype="application/pdf", download_name=name, max_age=0)
    response.headers["Content-Security-Policy"] = READER
    response.headers["Cache-Control"] = "private, no-store"
    return response
