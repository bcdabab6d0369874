"""Pages of the auditor: the log as it stands, any case's history, verification of everything, the evidence bundle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fcntl import LOCK_EX, LOCK_NB, flock
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import Response, redirect, render_template, send_file, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response as AnyResponse

from repairflow import times
from repairflow.auditing import bundle, checkpoints
from repairflow.auditing.report import Report
from repairflow.auditing.verify import verify as walk
from repairflow.casework import log_stamps
from repairflow.casework.case_state.situation import pinned
from repairflow.casework.cases import informant, personal_erasure
from repairflow.casework.changes import MarkRead
from repairflow.casework.queries import inbox
from repairflow.casework.queries.audit import case_papers, findings, kept_beside, witnesses
from repairflow.casework.queries.audit import event_search as found_events
from repairflow.casework.queries.audit.case_events import head_fits, history
from repairflow.casework.queries.audit.log_status import trail_state
from repairflow.casework.queries.cases import view
from repairflow.casework.search import own_number
from repairflow.errors import Invalid, NotFound, Unavailable
from repairflow.law.procedure.library import Library
from repairflow.records.rows import CaseRow
from repairflow.web.audit import event_search, evidence_page, row_words
from repairflow.web.core import arguments
from repairflow.web.core.changing import change
from repairflow.web.core.context import Site, current

MOST_EVENTS = 1_000_000
"""A request that walks more keeps a browser waiting too long: then the command line does it."""
PAGE, SHOWN = 20, 5
MOST_BUNDLED = 50
"""Cases whose bundles are taken away at once."""
TOO_MANY = "办理留痕已超过 {most} 条，请在服务器上执行 repairflow audit verify，不受浏览器等待时间的限制。"
BUSY = "正在为另一人核验，请稍后再试。"


class Verification:
    """The verification of everything, one at a time among all processes that share a folder."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._lock = site.settings.work / "verification.lock"

    def run(self) -> Report:
        """Verify all events and the log. Raises Unavailable while another one runs."""
        self._lock.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._lock.open("wb") as held:  # a lock of the file, which ends with whoever holds it
            try:
                flock(held, LOCK_EX | LOCK_NB)
            except BlockingIOError:
                raise Unavailable(BUSY) from None
            with self._site.db.read() as tx:
                services = self._site.services
                report = walk(tx, services.anchors, self._site.signer.verifier)
                beside = tuple(kept_beside.prove(tx, services.anchors, self._site.settings.keys, services.vault))
                return replace(report, findings=report.findings + beside)


def home() -> AnyResponse | str:
    """Show the state of the log, cases to look up, and what should be looked into."""
    here = current()
    actor, search, after = here.actor, arguments.text("q"), arguments.text("after")
    with here.read() as tx:
        page = view.listing(tx, here.law, actor, here.today, view.Wanted(search=search or None, after=after, size=PAGE))
        state = trail_state(tx)
        notices = inbox.inbox(tx, actor, size=SHOWN).rows
        missing = findings.missing(tx, actor)
        seen_by, unread = _witnesses(tx, here.settings.witness_policy)
        uninformed = findings.without_informed(tx, actor, size=SHOWN) if missing else ()
    if search and not after and len(page.lines) == 1 and page.lines[0].number == own_number(search):
        return redirect(url_for("audit.case", number=page.lines[0].number), 303)
    return render_template(
        "audit/home.html",
        state=state,
        key=str(here.site.signer.verifier),
        anchored=checkpoints.newest_anchor(here.services.anchors, here.today),
        stamp=log_stamps.newest(here.services.anchors, times.now()) if here.settings.tsa_url else None,
        witnesses=seen_by,
        unread_policy=unread,
        page=page,
        search=search,
        later=bool(after),
        notices=[n for n in notices if n.read_at is None],
        uninformed=uninformed,
        missing=missing,
    )


def _witnesses(tx: Connection, policy: str) -> tuple[Sequence[witnesses.Standing], str]:
    """Return the witnesses of the settings' policy, and why it cannot be read."""
    try:
        return (witnesses.standings(tx, Path(policy)), "") if policy else ((), "")
    except Invalid as error:
        return (), error.message


def read_notices() -> AnyResponse:
    """Mark all messages as read."""
    change(MarkRead(current().actor))
    return redirect(url_for("audit.home"), 303)


def verify() -> str:
    """Verify everything and show the report. Raises Unavailable for too many events, and while another one verifies."""
    here = current()
    with here.read() as tx:
        state = trail_state(tx)
    if state.events > MOST_EVENTS:
        raise Unavailable(TOO_MANY.format(most=f"{MOST_EVENTS:,}"))
    began = times.now()
    report = here.site.one(Verification).run()
    seconds = (times.now() - began).total_seconds()
    return render_template(
        "audit/verification.html", report=report, verdict=_verdict(report), seconds=seconds,
        words=row_words,
    )  # fmt: skip


def case(number: str) -> str:
    """Show the history of a case with what is wrong in it."""
    here = current()
    with here.read() as tx:
        row = view.visible(tx, here.actor, number)
        shown = _case(tx, here.law, row)
    return render_template("audit/case.html", **shown)


def evidence(number: str) -> Response:
    """Give the evidence bundle of a case."""
    here = current()
    with here.read() as tx:
        row = view.visible(tx, here.actor, number)
        key = here.site.signer.verifier
        pdfs = case_papers.pdf_files(tx, here.services.letters, row.id)
        stamp = log_stamps.for_bundle(here.services.anchors, key, checkpoints.signed_size(tx, key))
        packed = bundle.build(tx, row.number, key, pdfs, evidence_page.pressed(tx, here.law, [row], key), stamp)
    # send_file writes a Chinese name as headers must (RFC 6266).
    return send_file(
        BytesIO(packed), mimetype="application/zip", as_attachment=True, download_name=f"证据包-{row.number}.zip"
    )


def evidence_of_query() -> Response:
    """Give the evidence bundles of all cases that a search finds. Invalid for none and for too many of them."""
    here, search = current(), arguments.text("q")
    with here.read() as tx:
        wanted = view.Wanted(search=search or None, size=MOST_BUNDLED + 1)
        lines = view.listing(tx, here.law, here.actor, here.today, wanted).lines
        if not 0 < len(lines) <= MOST_BUNDLED:
            raise Invalid(f"一次可以取 1 至 {MOST_BUNDLED} 个办件的证据包，请换一个查找条件。")
        return _bundles(tx, [line.number for line in lines])


def evidence_of_search() -> Response:
    """Give the evidence bundles of all cases whose trail a search finds. Invalid for none and for too many of them."""
    here = current()
    with here.read() as tx:
        wanted = event_search.wanted_of(event_search.asked_for())
        return _bundles(tx, found_events.cases_of(tx, here.law, wanted, MOST_BUNDLED))


def _bundles(tx: Connection, numbers: Sequence[str]) -> Response:
    here = current()
    rows = [view.visible(tx, here.actor, number) for number in numbers]
    pdfs = {row.number: case_papers.pdf_files(tx, here.services.letters, row.id) for row in rows}
    key = here.site.signer.verifier
    stamp = log_stamps.for_bundle(here.services.anchors, key, checkpoints.signed_size(tx, key))
    packed = bundle.build_set(tx, key, pdfs, evidence_page.pressed(tx, here.law, rows, key), stamp)
    return send_file(BytesIO(packed), mimetype="application/zip", as_attachment=True, download_name="证据包.zip")


def _case(tx: Connection, law: Library, row: CaseRow) -> dict[str, Any]:
    kept = history(tx, law, row)
    if not kept:
        raise NotFound
    procedure, pack = pinned(law, row)
    papers = case_papers.of_case(tx, row)
    return {
        "case": row,
        "procedure": procedure,
        "pack": pack,
        "subject": papers.subject,
        "deciding": papers.deciding,
        "letters": papers.letters,
        "events": kept[::-1],
        "faults": [item for item in kept if item.fault],
        "head_fits": head_fits(row, kept),
        "asked": informant.standing(tx, row.number),
        "held_roles": {role for role, _ in current().actor.roles},
        "personal": personal_erasure.is_left(tx, row.id, row.number),
        "erased": personal_erasure.last(tx, row.number),
        "unsequenced": sum(item.position is None for item in kept),
    }


def _verdict(report: Report) -> tuple[str, str]:
    """Tone and words of a report."""
    return {
        "tampered": ("error", f"发现 {len(report.findings)} 处不符，内容可能被改动"),
        "unanchored": ("warning", "内部一致；尚无外部见证，不能排除整库被重写"),
        "anchored": ("success", "未发现改动，并有外部见证"),
    }[report.state]
