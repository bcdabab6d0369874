"""The pages that everybody may use: every address and its view."""

from __future__ import annotations

from flask import Blueprint

from repairflow.web.core.access import PUBLIC
from repairflow.web.core.routes import FORM, GET, Route, register
from repairflow.web.public import (
    acts,
    blank_forms,
    commitments,
    complaints,
    corrections,
    credit,
    examples,
    exchange,
    guides,
    health,
    kiosk,
    list_registry,
    open_data,
    service_bodies,
    start,
    statistics,
    verify,
    withdrawals,
)

ROUTES = (
    Route("/start", GET, start.start, PUBLIC),
    Route("/robots.txt", GET, start.robots, PUBLIC),
    Route("/credit", GET, credit.credit, PUBLIC),
    Route("/credit/<code>", GET, credit.standing, PUBLIC),
    Route("/embed/credit", GET, credit.embedded_credit, PUBLIC),
    Route("/verify", GET, verify.verify, PUBLIC),
    Route("/verify/<token>", GET, verify.letter, PUBLIC),
    Route("/guides", GET, guides.guides, PUBLIC),
    Route("/guides.json", GET, guides.guides_data, PUBLIC),
    Route("/guides/<name>.json", GET, guides.guide_data, PUBLIC),
    Route("/guides/forms/<kind>.pdf", GET, blank_forms.blank_form, PUBLIC),
    Route("/guides/<name>", GET, guides.guide_of, PUBLIC, "guide"),
    Route("/lists", GET, list_registry.lists, PUBLIC),
    Route("/lists/<kind>", GET, list_registry.list_kind, PUBLIC),
    Route("/lists/publications/<token>/<int:part>.csv", GET, list_registry.published_part, PUBLIC),
    Route("/commitments", GET, commitments.commitments, PUBLIC),
    Route("/commitments/<number>", GET, commitments.commitment, PUBLIC),
    Route("/acts", GET, acts.acts, PUBLIC),
    Route("/acts/<number>", GET, acts.act, PUBLIC),
    Route("/exchange", GET, exchange.exchange, PUBLIC),
    Route("/exchange/keys", GET, exchange.keys, PUBLIC, "exchange_keys"),
    Route("/exchange/schemas/<name>", GET, exchange.schema, PUBLIC),
    Route("/service-bodies", GET, service_bodies.bodies, PUBLIC),
    Route("/corrections", GET, corrections.corrections, PUBLIC),
    Route("/withdrawals", GET, withdrawals.withdrawals, PUBLIC),
    Route("/examples", GET, examples.examples, PUBLIC),
    Route("/statistics", GET, statistics.statistics, PUBLIC),
    Route("/data", GET, open_data.data, PUBLIC),
    Route("/data.json", GET, open_data.data_catalogue, PUBLIC),
    Route("/data/<name>.json", GET, open_data.data_json, PUBLIC),
    Route("/data/<name>.csv", GET, open_data.data_csv, PUBLIC),
    Route("/data/schemas/<name>.json", GET, open_data.data_schema, PUBLIC),
    Route("/data/csvw/<name>.json", GET, open_data.data_csvw, PUBLIC),
    Route("/kiosk", GET, kiosk.kiosk, PUBLIC),
    Route("/kiosk/clear", GET, kiosk.clear, PUBLIC),
    Route("/kiosk/credit", FORM, kiosk.kiosk_credit, PUBLIC),
    Route("/kiosk/verify", FORM, kiosk.kiosk_verify, PUBLIC),
    Route("/kiosk/guides", GET, kiosk.kiosk_guides, PUBLIC),
    Route("/kiosk/guides/<name>", GET, kiosk.kiosk_guide, PUBLIC),
    Route("/report", GET, complaints.report, PUBLIC),
    Route("/report/<procedure>", GET, complaints.report_about, PUBLIC),
    Route("/report/<procedure>/<key>", FORM, complaints.report_form, PUBLIC),
    Route("/report/follow", FORM, complaints.report_follow, PUBLIC),
    Route("/health", GET, health.health, PUBLIC),
    Route("/ready", GET, health.ready, PUBLIC),
    Route("/metrics", GET, health.metrics, PUBLIC),
)
blueprint = register(Blueprint("public", __name__), ROUTES)
"""For everybody; /metrics answers this machine alone."""
