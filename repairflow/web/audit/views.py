"""Pages of the auditor: the log as it stands, any case's history, verification of everything, the evidence bundle."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any

from flask import Blueprint, Response, redirect, render_template, send_file, url_for
from sqlalchemy import Connection, select
from werkzeug.wrappers import Response as AnyResponse

from repairflow import times
from repairflow.auditing import bundle
from repairflow.auditing.notes import Signer
from repairflow.auditing.report import Report
from repairflow.auditing.verify import verify as walk
from repairflow.casework.case_state.situation import pinned
from repairflow.casework.context import Services
from repairflow.casework.documents import rendering_job
from repairflow.casework.queries import inbox
from repairflow.casework.queries.audit import findings
from repairflow.casework.queries.audit.case_events import head_fits, history
from repairflow.casework.queries.audit.log_status import TrailState, trail_state
from repairflow.casework.queries.cases import view
from repairflow.db import Database
from repairflow.errors import NotFound, Unavailable
from repairflow.law.procedure.library import Library
from repairflow.records import letter, office, subject
from repairflow.settings import Settings
from repairflow.web.core import access, arguments, sessions

AUDITORS = ("auditor", "audit_admin")
MOST_EVENTS = 1_000_000
"""A request that walks more keeps a browser waiting too long: then the command line does it."""
PAGE, SHOWN = 20, 5
TOO_MANY = "办理留痕已超过 {most} 条，请在服务器上执行 repairflow audit verify，不受浏览器等待时间的限制。"
BUSY = "正在为另一人核验，请稍后再试。"


def install(door: Blueprint, settings: Settings, db: Database, services: Services, signer: Signer) -> None:
    """Afterwards `door` has the auditor's pages."""
    one_at_a_time = Lock()
    anchors = settings.home / "anchors"

    @door.get("")
    @access.access(*AUDITORS)
    def home() -> AnyResponse | str:
        actor, search, after = sessions.current_actor(), arguments.text("q"), arguments.text("after")
        with db.read() as tx:
            page = view.listing(tx, services.law, actor, times.today(), search=search or None, after=after, size=PAGE)
            state = trail_state(tx)
            notices = inbox.inbox(tx, actor, size=SHOWN)
            uninformed = findings.without_informed(tx, actor, size=SHOWN)
            coverage = findings.coverage(tx, actor)
        if search and not after and len(page.lines) == 1 and page.lines[0].number == search.upper():
            return redirect(url_for("audit.case", number=page.lines[0].number), 303)
        return _home(
            state,
            page=page,
            search=search,
            notices=[n for n in notices if n.read_at is None],
            uninformed=uninformed,
            missing=coverage.public - coverage.informed,
        )

    @door.post("/notices/read")
    @access.access(*AUDITORS)
    def read_notices() -> AnyResponse:
        with db.begin() as tx:
            inbox.mark_read(tx, sessions.current_actor(), times.now())
        return redirect(url_for("audit.home"), 303)

    @door.post("/verification")
    @access.access(*AUDITORS)
    def verify() -> str:
        with db.read() as tx:
            state = trail_state(tx)
        if state.events > MOST_EVENTS:
            raise Unavailable(TOO_MANY.format(most=f"{MOST_EVENTS:,}"))
        if not one_at_a_time.acquire(blocking=False):
            raise Unavailable(BUSY)
        try:
            began = times.now()
            with db.read() as tx:
                report = walk(tx, anchors, signer.verifier)
        finally:
            one_at_a_time.release()
        seconds = (times.now() - began).total_seconds()
        return render_template("audit/verification.html", report=report, verdict=_verdict(report), seconds=seconds)

    @door.get("/cases/<number>")
    @access.access(*AUDITORS)
    def case(number: str) -> str:
        with db.read() as tx:
            row = view.visible(tx, sessions.current_actor(), number)
            shown = _case(tx, services.law, row)
        return render_template("audit/case.html", **shown)

    @door.get("/cases/<number>/bundle.zip")
    @access.access(*AUDITORS)
    def evidence(number: str) -> Response:
        with db.read() as tx:
            row = view.visible(tx, sessions.current_actor(), number)
            packed = bundle.build(tx, row.number, signer.verifier, _pdfs(tx, settings.letters, row.id))
        # send_file writes a Chinese name as headers must (RFC 6266).
        return send_file(
            BytesIO(packed), mimetype="application/zip", as_attachment=True, download_name=f"证据包-{row.number}.zip"
        )

    def _home(state: TrailState, **more: Any) -> str:
        files = sorted(anchors.glob("*.checkpoint"))
        return render_template("audit/home.html", state=state, key=str(signer.verifier), anchors=files, **more)


def _case(tx: Connection, law: Library, row: Any) -> dict[str, Any]:
    kept = history(tx, law, row)
    if not kept:
        raise NotFound
    procedure, pack = pinned(law, row)
    faults = [item for item in kept if item.fault]
    return {
        "case": row,
        "procedure": procedure,
        "pack": pack,
        "subject": tx.execute(select(subject).where(subject.c.id == row.subject_id)).one(),
        "deciding": tx.execute(select(office).where(office.c.id == row.deciding_id)).one(),
        "letters": tx.execute(select(letter).where(letter.c.case_id == row.id).order_by(letter.c.id)).all(),
        "events": kept[::-1],
        "faults": faults,
        "head_fits": head_fits(row, kept),
        "unsequenced": sum(item.position is None for item in kept),
    }


def _pdfs(tx: Connection, folder: Path, case_id: int) -> dict[str, Path]:
    """The PDF files of a case's letters that lie on this node, by 文号."""
    rows = tx.execute(
        select(letter.c.number, letter.c.token).where(letter.c.case_id == case_id, letter.c.pressed_at.is_not(None))
    )
    found = {row.number: rendering_job.path_of(folder, row.token) for row in rows}
    return {number: path for number, path in found.items() if path.exists()}


def _verdict(report: Report) -> tuple[str, str]:
    """Tone and words of a report."""
    return {
        "tampered": ("error", f"发现 {len(report.findings)} 处不符，内容可能被改动"),
        "unanchored": ("warning", "内部一致；尚无外部见证，不能排除整库被重写"),
        "anchored": ("success", "未发现改动，并有外部见证"),
    }[report.state]
