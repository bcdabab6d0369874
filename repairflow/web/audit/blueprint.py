"""The pages of auditors under /audit, and what witnesses read: every address, its view and who may use it."""

from __future__ import annotations

from flask import Blueprint

from repairflow.web.audit import access_audit, event_search, findings, personal_data, public_log, row_words, views
from repairflow.web.core.access import PUBLIC
from repairflow.web.core.routes import GET, POST, Route, register

AUDITORS = ("auditor", "audit_admin")

ROUTES = (
    Route("", GET, views.home, AUDITORS),
    Route("/notices/read", POST, views.read_notices, AUDITORS),
    Route("/verification", POST, views.verify, AUDITORS),
    Route("/seen", GET, access_audit.seen, AUDITORS),
    Route("/trail", GET, event_search.trail, AUDITORS),
    Route("/trail.csv", GET, event_search.table, AUDITORS, "trail_table"),
    Route("/trail-bundles.zip", GET, views.evidence_of_search, AUDITORS),
    Route("/sampling", GET, findings.sample, AUDITORS),
    Route("/findings", GET, findings.findings, AUDITORS),
    Route("/findings", POST, findings.raise_finding, AUDITORS),
    Route("/findings.csv", GET, findings.table, AUDITORS, "findings_table"),
    Route("/findings/<number>", POST, findings.settle, AUDITORS, "settle_finding"),
    Route("/cases/<number>", GET, views.case, AUDITORS),
    Route("/cases/<number>/rows", GET, row_words.rows, AUDITORS),
    Route("/cases/<number>/erasure", POST, personal_data.erase, "audit_admin"),
    Route("/cases/<number>/informant", POST, personal_data.allow, AUDITORS),
    Route("/bundles.zip", GET, views.evidence_of_query, AUDITORS),
    Route("/cases/<number>/bundle.zip", GET, views.evidence, AUDITORS),
    Route("/checkpoint", GET, public_log.checkpoint, PUBLIC),
    Route("/cosigned", GET, public_log.cosigned, PUBLIC),
    Route("/key", GET, public_log.key, PUBLIC),
    Route("/tile/<path:name>", GET, public_log.tile, PUBLIC),
    Route("/verify-letter.zip", GET, public_log.letter_verifier, PUBLIC),
    Route("/consistency", GET, public_log.consistency, PUBLIC),
)
blueprint = register(Blueprint("audit", __name__, url_prefix="/audit"), ROUTES)
"""For auditors; what witnesses read is open to everybody."""
