"""Letters over the API, their PDFs, and public verification."""

from __future__ import annotations

import io
from dataclasses import asdict

from flask import send_file, url_for

from repairflow import times
from repairflow.casework.documents import lookup, rendering_job
from repairflow.casework.queries.cases import view
from repairflow.casework.queries.documents.verification import verification
from repairflow.casework.queries.records import status_replay
from repairflow.records.rows import LetterRow
from repairflow.web.api.description import answers, api
from repairflow.web.api.limits import count_verification
from repairflow.web.api.schemas.letters import (
    LaterDecisionAnswer,
    LetterAnswer,
    LettersAnswer,
    SaidAnswer,
    VerifiedAnswer,
)
from repairflow.web.core.context import current
from repairflow.web.core.routes import Answer

RETRY_SECONDS = 5


@api.validate(resp=answers(HTTP_200=LettersAnswer), operation_id="list_letters", tags=["letters"])
def list_letters(number: str) -> LettersAnswer:
    """办件的文书

    新的在前。
    """
    here = current()
    with here.read() as tx:
        case = view.visible(tx, here.actor, number)
        rows = lookup.letters_of_case(tx, here.actor, case.id)
    return LettersAnswer(case=case.number, items=[_letter(row, here.services.public_url) for row in rows])


@api.validate(resp=answers(503, HTTP_202=LetterAnswer), operation_id="letter_pdf", tags=["letters"])
def letter_pdf(token: str) -> Answer | tuple[LetterAnswer, int, dict[str, str]]:
    """文书 PDF

    尚在生成的回答 202，请按 Retry-After 再取。
    """
    here = current()
    with here.read() as tx:
        row = lookup.letter_for(tx, here.actor, token)
    if row.pressed_at is None:
        return _letter(row, here.services.public_url), 202, {"Retry-After": str(RETRY_SECONDS)}
    content = io.BytesIO(rendering_job.issued_file(here.services.letters, row))
    sent = send_file(content, mimetype="application/pdf", download_name=f"{row.number}.pdf", max_age=0)
    sent.direct_passthrough = False  # what checks every answer of the API reads this one, too
    return sent


@api.validate(resp=answers(429, HTTP_200=VerifiedAnswer), operation_id="verify_letter", tags=["letters"], security=[])
def verify_letter(token: str) -> VerifiedAnswer:
    """查验文书

    公开：不需要登录。没有这份文书的一律回答 404。
    """
    here = current()
    count_verification(here)
    with here.read() as tx:
        found = verification(tx, token, times.local_day(times.now()))
        agrees = status_replay.agrees(tx, here.law, token)
    told = {
        "superseded_by": found.superseded_by or None,
        "ended": found.ended or None,
        "pdf_digest": found.pdf_digest or None,
        "signature": found.made.signature if found.made is not None else None,
        "signature_doubtful": found.made is not None and found.made.doubtful,
        "remade": (found.made.remade or None) if found.made is not None else None,
        "decided": found.decided or None,
        "details": [SaidAnswer(label=label, said=said) for label, said in found.details],
        "replay_agrees": agrees,
        "later": [LaterDecisionAnswer(**{**one._asdict(), "ends": one.ends or None}) for one in found.later],
    }
    return VerifiedAnswer(**{**asdict(found), **told})


def _letter(row: LetterRow, public_url: str) -> LetterAnswer:
    return LetterAnswer(
        token=row.token,
        kind=row.kind,
        title=row.title,
        number=row.number,
        state=row.state,
        issued_at=row.issued_at,
        event_seq=row.event_seq,
        text_digest=row.text_digest,
        pdf_digest=row.pdf_digest,
        pdf_size=row.pdf_size,
        pdf=url_for("api.letter_pdf", token=row.token) if row.pressed_at else None,
        verify=f"{public_url}/verify/{row.token}",
    )
