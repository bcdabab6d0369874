"""The pages of enterprises under /my: every address, its view and who may use it."""

from __future__ import annotations

from flask import Blueprint

from repairflow.web.core.access import ENTERPRISE
from repairflow.web.core.routes import FORM, GET, POST, Route, register
from repairflow.web.portal import (
    acts,
    birthday,
    case_actions,
    cases,
    correction,
    credit_file,
    credit_file_print,
    extracts,
    hearings,
    home,
    inbox,
    means,
    other_filings,
)
from repairflow.web.portal.filing import pages, start, submit, uploads

ROUTES = (
    Route("/", GET, home.home, ENTERPRISE),
    Route("/credit-file", GET, credit_file.credit_file, ENTERPRISE),
    Route("/credit-file.pdf", GET, credit_file_print.credit_file_pdf, ENTERPRISE),
    Route("/records/<number>", GET, credit_file.record, ENTERPRISE),
    Route("/records/<number>/means", GET, means.means, ENTERPRISE),
    Route("/records/<number>/means", POST, means.declare_means, ENTERPRISE),
    Route("/records/<number>/birthday", POST, birthday.state_birthday, ENTERPRISE),
    Route("/records/<number>/correction", POST, correction.ask_correction, ENTERPRISE),
    Route("/learning", GET, means.learning, ENTERPRISE),
    Route("/learning", POST, means.take_quiz, ENTERPRISE),
    Route("/extracts", GET, extracts.extracts, ENTERPRISE),
    Route("/extracts", POST, extracts.issue_extract, ENTERPRISE),
    Route("/extracts/<token>.pdf", GET, extracts.extract_pdf, ENTERPRISE),
    Route("/standing-qr", GET, extracts.standing_qr, ENTERPRISE),
    Route("/standing-qr.svg", GET, extracts.standing_qr_file, ENTERPRISE),
    Route("/acts", GET, acts.acts, ENTERPRISE),
    Route("/acts/<number>", GET, acts.act, ENTERPRISE),
    Route("/acts/<number>/objection", FORM, acts.object_to_act, ENTERPRISE),
    Route("/evidence", GET, credit_file.evidence, ENTERPRISE),
    Route("/file/<procedure>/<number>", GET, start.start, ENTERPRISE),
    Route("/file/<procedure>/<number>", POST, start.begin, ENTERPRISE),
    Route("/drafts/<token>", GET, start.draft, ENTERPRISE),
    Route("/drafts/<token>/discard", POST, start.discard, ENTERPRISE),
    Route("/drafts/<token>/answers", FORM, pages.answers, ENTERPRISE),
    Route("/drafts/<token>/commitment", FORM, pages.commitment, ENTERPRISE),
    Route("/drafts/<token>/materials", GET, uploads.materials, ENTERPRISE),
    Route("/drafts/<token>/materials", POST, uploads.upload, ENTERPRISE),
    Route("/drafts/<token>/materials/reuse", POST, uploads.reuse, ENTERPRISE),
    Route("/drafts/<token>/materials/<name>/remove", POST, uploads.remove, ENTERPRISE),
    Route("/drafts/<token>/materials/done", POST, uploads.uploaded, ENTERPRISE),
    Route("/drafts/<token>/check", GET, submit.check, ENTERPRISE),
    Route("/drafts/<token>/check", POST, submit.submit, ENTERPRISE),
    Route("/cases", GET, cases.cases, ENTERPRISE),
    Route("/cases/<number>", GET, cases.case, ENTERPRISE),
    Route("/cases/<number>/receipt", GET, cases.receipt, ENTERPRISE),
    Route("/cases/<number>/hearing", POST, hearings.ask_move, ENTERPRISE),
    Route("/cases/<number>/step/<action>", GET, case_actions.step, ENTERPRISE),
    Route("/cases/<number>/step/<action>/materials", POST, case_actions.step_upload, ENTERPRISE),
    Route("/cases/<number>/step/<action>", POST, case_actions.take, ENTERPRISE),
    Route("/ask", GET, other_filings.ask, ENTERPRISE),
    Route("/ask/<procedure>/<key>", FORM, other_filings.ask_form, ENTERPRISE),
    Route("/inbox", GET, inbox.inbox, ENTERPRISE),
    Route("/inbox/read", POST, inbox.inbox_read, ENTERPRISE),
)
blueprint = register(Blueprint("portal", __name__, url_prefix="/my"), ROUTES)
"""For agents and representatives of subjects."""
