"""The route table of letters and papers; what each visitor may see and do is casework's to say."""

from __future__ import annotations

from flask import Blueprint

from repairflow.web.core.access import ENTERPRISE, SIGNED_IN, STAFF
from repairflow.web.core.routes import GET, POST, Route, register
from repairflow.web.letters import batch_notices, consent, correction, letter_page, printables, reissue, service

ROUTES = (
    Route("/papers/records/<number>/<kind>.pdf", GET, printables.record_form, SIGNED_IN),
    Route("/papers/cases/<number>/<kind>.pdf", GET, printables.case_paper, SIGNED_IN),
    Route("/papers/letters/<token>/return.pdf", GET, printables.return_sheet, STAFF),
    Route("/cases/<number>/letters.pdf", GET, printables.bound, STAFF),
    Route("/letters/<token>", GET, letter_page.letter, SIGNED_IN),
    Route("/letters/<token>/receipt", POST, service.receipt, ENTERPRISE),
    Route("/letters/<token>/service", POST, service.serve, STAFF),
    Route("/letters/<token>/service/withdrawal", POST, service.take_back, STAFF),
    Route("/letters/<token>/correction", POST, correction.correct, STAFF),
    Route("/letters/<token>/withdrawal", POST, correction.withdraw, STAFF),
    Route("/letters/<token>/reissue", GET, reissue.reissue, STAFF),
    Route("/letters/<token>/reissue", POST, reissue.propose, STAFF),
    Route("/letters/<token>/reissue/issue", POST, reissue.issue, STAFF),
    Route("/letters/<token>/reissue/decline", POST, reissue.decline, STAFF),
    Route("/service-consent", GET, consent.consent, ENTERPRISE),
    Route("/service-consent/<int:subject_id>", POST, consent.change_consent, ENTERPRISE),
    Route("/desk/letters", GET, batch_notices.batch, STAFF),
    Route("/desk/letters/preview/<number>", GET, batch_notices.batch_preview, STAFF),
    Route("/desk/letters", POST, batch_notices.issue_batch, STAFF),
    Route("/desk/letters/results", GET, batch_notices.batch_results, STAFF),
)
blueprint = register(Blueprint("papers", __name__), ROUTES)
