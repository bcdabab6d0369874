"""The route table of the JSON API under /api/v1; /api/v1/openapi.json describes it."""

from __future__ import annotations

from flask import Blueprint

from repairflow.web.api import (
    acts,
    cases,
    commands,
    description,
    imports,
    installation,
    json_body,
    letter_revisions,
    letter_service,
    letters,
    materials,
    oversight,
    record_changes,
    records,
    standing,
    subjects,
)
from repairflow.web.core.access import ENTERPRISE, PUBLIC, SIGNED_IN, STAFF
from repairflow.web.core.routes import GET, POST, Route, register

SUPERVISORS = ("supervisor", "head")

ROUTES = (
    Route("/openapi.json", GET, description.openapi, PUBLIC),
    Route("/records", GET, records.list_records, SIGNED_IN),
    Route("/records/<number>", GET, records.show_record, SIGNED_IN),
    Route("/standing", POST, standing.ask_standing, STAFF),
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
    Route("/letters/<token>/service", POST, letter_service.serve_letter, STAFF),
    Route("/letters/<token>/service/withdrawal", POST, letter_service.withdraw_service, STAFF),
    Route("/letters/<token>/receipt", POST, letter_service.sign_for_letter, ENTERPRISE),
    Route("/letters/<token>/correction", POST, letter_revisions.correct_letter, STAFF),
    Route("/letters/<token>/withdrawal", POST, letter_revisions.withdraw_letter, STAFF),
    Route("/letters/<token>/words", GET, letter_revisions.show_words, STAFF),
    Route("/letters/<token>/reissue", POST, letter_revisions.propose_reissue, STAFF),
    Route("/letters/<token>/reissue/issue", POST, letter_revisions.issue_reissue, STAFF),
    Route("/letters/<token>/reissue/decline", POST, letter_revisions.decline_reissue, STAFF),
    Route("/service-consent", GET, letter_service.list_consents, ENTERPRISE),
    Route("/service-consent/<int:subject_id>", POST, letter_service.change_consent, ENTERPRISE),
    Route("/records/<number>/notice", POST, record_changes.issue_notice, STAFF),
    Route("/records/<number>/performance", POST, record_changes.register_performance, STAFF),
    Route("/records/<number>/annulment", POST, record_changes.propose_annulment, STAFF),
    Route("/held-rows", GET, record_changes.list_held_rows, STAFF),
    Route("/held-rows/<int:held_id>", POST, record_changes.decide_held_row, STAFF),
    Route("/acts", GET, acts.list_acts, STAFF),
    Route("/acts", POST, acts.enter_acts, STAFF),
    Route("/acts/settlement", POST, acts.settle_acts, STAFF),
    Route("/imports", POST, imports.upload_import, STAFF),
    Route("/imports/<token>", GET, imports.show_import, STAFF),
    Route("/imports/<token>/confirm", POST, imports.confirm_import, STAFF),
    Route("/imports/<token>/drop", POST, imports.drop_import, STAFF),
    Route("/imports/<token>/stop", POST, imports.stop_import, STAFF),
    Route("/imports/<token>/resume", POST, imports.resume_import, STAFF),
    Route("/pushes", GET, oversight.list_pushes, SUPERVISORS),
    Route("/pushes/retry", POST, oversight.retry_pushes, SUPERVISORS),
    Route("/pushes/<int:push_id>/note", POST, oversight.mind_push, SUPERVISORS),
    Route("/pushes/<int:push_id>/retry", POST, oversight.retry_push, SUPERVISORS),
    Route("/cases/<number>/deadlines/<clock>/confirmation", POST, oversight.confirm_due_day, "supervisor"),
    Route("/clock", POST, oversight.confirm_clock, ("supervisor", "system_admin")),
    Route("/calendar", POST, oversight.load_calendar, "system_admin"),
    Route("/offices", POST, installation.add_office, "system_admin"),
    Route("/offices/<code>", POST, installation.change_office, "system_admin"),
    Route("/people", POST, installation.add_person, "system_admin"),
    Route("/people/<login>/name", POST, installation.rename_person, "system_admin"),
    Route("/people/<login>/active", POST, installation.switch_person, "security_admin"),
    Route("/targets/<code>/active", POST, installation.switch_target, "system_admin"),
)
blueprint = register(Blueprint("api", __name__, url_prefix=description.PREFIX), ROUTES)
blueprint.before_request(json_body.check)
