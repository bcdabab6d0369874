"""Messages of other platforms over HTTP: signed as ours are, answered at once, asked after under their serials.

Without a signature that holds nothing is read, written or told, not even whether the platform is known.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import structlog
from flask import Response, request, send_file, url_for

from repairflow import times
from repairflow.casework.cases.inbound import message_of, require_order, sender_of
from repairflow.casework.cases.inbound_effects import Sender
from repairflow.casework.cases.inbound_rows import HEADING
from repairflow.casework.changes import BroughtFile, TakeInbound
from repairflow.casework.documents import rendering_job
from repairflow.casework.queries import inbound as queries
from repairflow.casework.queries.cases.view import CaseView
from repairflow.errors import Invalid, Unauthenticated, Unavailable
from repairflow.gateway import inbound_messages, signing
from repairflow.gateway.inbound_messages import Inbound
from repairflow.gateway.messages import MEDIA_TYPE, MessageError
from repairflow.records.rows import InboundMessageRow
from repairflow.web.core.changing import change
from repairflow.web.core.context import RequestContext, Site, current
from repairflow.web.core.rate_limit import Shared
from repairflow.web.core.security import network
from repairflow.web.shared import message_files

log = structlog.get_logger(__name__)

TYPES = (MEDIA_TYPE, "application/json")
LARGEST = 12 << 20
"""Bytes of a message: it is taken apart whole."""
MESSAGES, FAILURES, MINUTE = 600, 30, timedelta(minutes=1)
STATUS = {"taken": 200, "waiting": 202, "refused": 422}
RESULT = {"taken": "taken", "waiting": "pending", "refused": "refused"}
STRANGER = "签名不符，或者没有登记为可以来文的平台。"


def take_message(code: str) -> Response:
    """Take a message, and answer what came of it: 200 taken, 202 waits for a person, 422 refused; the same again alike."""
    here = current()
    body = request.get_data()
    serial, sender = _signed(here, code, body)
    if request.mimetype not in TYPES or _coded():
        return _problem(415, "media_type", f"报文应以 {TYPES[0]} 发送，UTF-8，不压缩；没有读取。")
    if len(body) > LARGEST:
        return _problem(413, "too_large", f"报文超过 {LARGEST >> 20} MiB，没有读取。")
    try:
        message = inbound_messages.read(body)
        if message.serial != serial:
            raise MessageError("报文的 id 与 webhook-id 不一致。")
    except MessageError as error:
        log.warning("inbound message unreadable", platform=code, why=error.message)
        return _problem(error.status, error.code, error.message)
    files, message = taken_in(here, sender, message)
    row, again = change(TakeInbound(sender.actor(), code, body, message, files))
    said = _said(row)
    return _answer({**said, "duplicate": True} if again else said, STATUS[row.state])


def message_status(code: str, serial: str) -> Response:
    """Return how a message stands now: taken, pending or refused, with the case it opened as its applicant sees it."""
    here = current()
    _signed(here, code, request.path.encode())
    with here.read() as tx:
        found = queries.answered(tx, here.services, code, serial, here.now)
    said = _said(found.row)
    if found.looked:
        said["looked_at"] = [
            {"row": one.row - HEADING if found.row.kind == "records" and one.row else one.row, "state": one.state,
             "reason": one.reason if one.state in ("accepted", "refused") else None}
            for one in found.looked
        ]  # fmt: skip
    if found.case is not None:
        said["case"] = _case(here, code, found.row.serial, found.case)
    if found.corrected is not None:
        said["case"] = _standing(found.corrected)
    return _answer(said, 200)


def message_letter(code: str, serial: str, token: str) -> Response:
    """Return a letter of the case that this application opened. 503 while its PDF is still being made."""
    here = current()
    _, sender = _signed(here, code, request.path.encode())
    with here.read() as tx:
        row = queries.letter_of(tx, sender, serial, token)
    if row.pressed_at is None:
        raise Unavailable("文书正在生成，请稍后再取。")
    content = io.BytesIO(rendering_job.issued_file(here.services.letters, row))
    return send_file(content, mimetype="application/pdf", download_name=f"{row.number}.pdf", max_age=0)


def taken_in(here: RequestContext, sender: Sender, message: Inbound) -> tuple[tuple[BroughtFile, ...], Inbound]:
    """Return the files of a message, looked at and kept until a case takes them up; the message with a fault where one is not sound.

    A message that came before brings nothing again.
    """
    if not message.files:
        return (), message
    with here.read() as tx:
        if message_of(tx, sender, message.serial) is not None:
            return (), message
        require_order(tx, sender, message)
    try:
        return message_files.keep(here, sender.actor(), message), message
    except Invalid as error:
        faults = tuple((one.where, one.text) for one in error.problems) or (("materials", error.message),)
        return (), replace(message, said=None, faults=faults)


def _signed(here: RequestContext, code: str, content: bytes) -> tuple[str, Sender]:
    """Return the id of a request that a platform signed, and the platform. Unauthenticated for any other; TooMany beyond the limits."""
    try:
        with here.read() as tx:
            sender = sender_of(tx, code)
        headers = {name.lower(): value for name, value in request.headers}
        key = signing.verify(here.services.vault.open(sender.row.secret), headers, here.now, content)
    except (Unauthenticated, MessageError) as error:
        log.warning("inbound message not signed by a platform", platform=code[:40], why=error.message)
        here.site.one(_failures).take(network(), times.now())
        raise Unauthenticated(STRANGER) from None
    here.site.one(_messages).take(code, times.now())
    return key, sender


def _coded() -> bool:
    """Tell whether the bytes are said to be something else than the JSON that was signed: packed, or in another character set."""
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    return charset != "utf-8" or request.headers.get("content-encoding", "identity").lower() != "identity"


def _said(row: InboundMessageRow) -> dict[str, object]:
    """Return what the sender is told of its message."""
    return {
        "id": row.serial,
        "result": RESULT[row.state],
        "receipt": f"LW-{row.id:08d}",
        "at": row.received_at.isoformat(),
        "reasons": list(row.reasons),
        "rows": list(row.came),
    }


def _standing(found: CaseView) -> dict[str, object]:
    """Return where a case stands, for whoever is not inside."""
    case, hidden = found.case, found.case.state in found.hidden
    return {
        "number": case.number,
        "procedure": case.procedure,
        "state": None if hidden else case.state,
        "state_label": "办理中" if hidden else found.at.procedure.state[case.state].label,
        "outcome": case.outcome,
        "closed_at": case.closed_at.isoformat() if case.closed_at is not None else None,
    }


def _case(here: RequestContext, code: str, serial: str, found: CaseView) -> dict[str, object]:
    return {
        **_standing(found),
        "steps": [
            {"action": one.name, "label": one.label, "materials": list(one.materials)}
            for one in found.options
            if one.open
        ],
        "letters": [
            {
                "number": letter.number, "title": letter.title, "state": letter.state,
                "issued_at": letter.issued_at.isoformat(), "digest": letter.pdf_digest,
                "pdf": url_for("inbound.message_letter", code=code, serial=serial, token=letter.token),
                "verify": f"{here.services.public_url}/verify/{letter.token}",
            }
            for letter in found.letters
        ],
    }  # fmt: skip


def _answer(said: Mapping[str, object], status: int) -> Response:
    return Response(json.dumps(said, ensure_ascii=False), status, mimetype="application/json")


def _problem(status: int, code: str, text: str) -> Response:
    return _answer({"result": "refused", "code": code, "detail": text}, status)


def _messages(site: Site) -> Shared:
    return Shared(site.db, site.settings, "inbound", MESSAGES, MINUTE)


def _failures(site: Site) -> Shared:
    return Shared(site.db, site.settings, "inbound unsigned", FAILURES, MINUTE)
