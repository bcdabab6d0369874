"""Files that pages link to: uploaded materials, and letters as PDF, for whoever may see what they belong to."""

from __future__ import annotations

import io

from flask import Blueprint, make_response, redirect, render_template, send_file, url_for

from repairflow.auditing import letter_proof
from repairflow.casework.case_state import materials
from repairflow.casework.documents import lookup, rendering_job
from repairflow.casework.documents.service import service
from repairflow.casework.queries.records import status
from repairflow.errors import NotFound
from repairflow.records.rows import LetterRow
from repairflow.web.core.access import SIGNED_IN
from repairflow.web.core.context import current
from repairflow.web.core.routes import GET, Answer, Route, register

# What somebody uploaded runs nothing, loads nothing and is no page of ours, whatever it is.
SANDBOX = "sandbox; default-src 'none'; img-src 'self'; frame-ancestors 'none'"
# Browsers show our own letters in their reader, which a sandbox would keep out.
READER = "default-src 'none'; object-src 'self'; frame-ancestors 'none'"


def material(token: str) -> Answer:
    """Give an uploaded material."""
    here = current()
    with here.read() as tx:
        row = lookup.material_for(tx, here.law, here.actor, token)
    content = io.BytesIO(materials.content(here.services.materials, row.digest))
    # A sandboxed PDF is shown by no browser, so it is handed over; pictures are shown.
    shown = row.media_type.startswith("image/")
    return _send(content, row.media_type, row.file_name, SANDBOX, attachment=not shown)


def letter(token: str) -> Answer:
    """Give a letter as PDF; its page instead where it must be signed for first."""
    here = current()
    with here.read() as tx:
        try:
            row = lookup.letter_for(tx, here.actor, token)
        except NotFound:  # an extract is about a subject, of no case and no record
            return letter_file(status.extract(tx, here.actor, token))
        unopened = service.awaits_receipt(tx, here.services, here.actor, row)
    if unopened:  # opening it would be its service, and a link must not do that by itself
        return redirect(url_for("papers.letter", token=token), 303)
    return letter_file(row)


def proof(token: str) -> Answer:
    """Give the proof that the log holds a letter's PDF; whoever may open the letter may have it."""
    here = current()
    with here.read() as tx:
        try:
            row = lookup.letter_for(tx, here.actor, token)
        except NotFound:
            row = status.extract(tx, here.actor, token)
        written = letter_proof.build(tx, row, here.site.signer.verifier)
    response = make_response(written.encode())
    response.mimetype = "text/plain"
    response.headers.set("Content-Disposition", "attachment", filename=f"{row.token}.tlog-proof")
    response.headers["Cache-Control"] = "private, no-store"
    return response


def letter_file(row: LetterRow) -> Answer:
    """Return the PDF of a letter that whoever asks may see; 202 while it is being made."""
    if row.pressed_at is None:
        response = make_response(render_template("files/pressing.html", letter=row), 202)
        response.headers["Retry-After"] = "5"
        return response
    pdf = io.BytesIO(rendering_job.issued_file(current().services.letters, row))
    return _send(pdf, "application/pdf", f"{row.title}（{row.number}）.pdf", READER, attachment=False)


def _send(content: io.BytesIO, media_type: str, name: str, policy_text: str, *, attachment: bool) -> Answer:
    response = send_file(content, mimetype=media_type, as_attachment=attachment, download_name=name, max_age=0)
    response.headers["Content-Security-Policy"] = policy_text
    response.headers["Cache-Control"] = "private, no-store"
    return response


ROUTES = (
    Route("/materials/<token>", GET, material, SIGNED_IN),
    Route("/letters/<token>.pdf", GET, letter, SIGNED_IN),
    Route("/letters/<token>.tlog-proof", GET, proof, SIGNED_IN),
)
blueprint = register(Blueprint("files", __name__), ROUTES)
"""404 alike for absent and foreign."""
