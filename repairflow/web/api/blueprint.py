"""The route table of the JSON API under /api/v1; /api/v1/openapi.json describes it."""

from __future__ import annotations

from flask import Blueprint

from repairflow.web.api import cases, commands, description, json_body, letters, materials, records, subjects
from repairflow.web.core.access import PUBLIC, SIGNED_IN
from repairflow.web.core.routes import GET, POST, Route, register

ROUTES = (
    Route("/openapi.json", GET, description.openapi, PUBLIC),
    Route("/records", GET, records.list_records, SIGNED_IN),
    Route("/records/<number>", GET, records.show_record, SIGNED_IN),
    Route("/cases", GET, cases.list_cases, SIGNED_IN),
    Route("/cases/<number>", GET, cases.show_case, SIGNED_IN),
    Route("/cases/<number>/events", GET, cases.list_events, SIGNED_IN),
    Route("/cases/<number>/deadlines", GET, cases.list_deadlines, SIGNED_IN),
    Route("/cases", POST, commands.file_case, SIGNED_IN),
    Route("/cases/<number>/actions/<action>", POST, commands.take_action, SIGNED_IN),
    Route("/subjects/<code>", GET, subjects.show_subject, SIGNED_IN),
    Route("/subjects/<code>/registration", POST, subjects.change_registration, SIGNED_IN),
    Route("/subjects/<code>/end", POST, subjects.end_subject, SIGNED_IN),
    Route("/materials", POST, materials.upload_material, SIGNED_IN),
    Route("/cases/<number>/letters", GET, letters.list_letters, SIGNED_IN),
    Route("/letters/<token>.pdf", GET, letters.letter_pdf, SIGNED_IN),
    Route("/verify/<token>", GET, letters.verify_letter, PUBLIC),
)
blueprint = register(Blueprint("api", __name__, url_prefix=description.PREFIX), ROUTES)
blueprint.before_request(json_body.check)
