"""The route table of the officers' desk: people of offices; what each may see and do is casework's to say."""

from __future__ import annotations

from flask import Blueprint

from repairflow.web.core.access import STAFF
from repairflow.web.core.routes import FORM, GET, POST, Route, register
from repairflow.web.staff import (
    batches,
    case_actions,
    case_lists,
    case_page,
    duty_performance,
    held_rows,
    import_steps,
    imports,
    informant,
    new_case,
    passing_on,
    record_entry,
    subjects,
)

ROUTES = (
    Route("/", GET, case_lists.queue, STAFF),
    Route("/cases", GET, case_lists.cases, STAFF),
    Route("/cases/<number>", GET, case_page.case, STAFF),
    Route("/cases/<number>/informant", GET, informant.informant_page, STAFF),
    Route("/cases/<number>/informant", POST, informant.ask, STAFF),
    Route("/cases/<number>/informant/look", POST, informant.look, STAFF),
    Route("/cases/<number>/actions/<action>", POST, case_actions.act, STAFF),
    Route("/cases/<number>/actions/<action>/revise", POST, case_actions.revise, STAFF),
    Route("/cases/<number>/actions/<action>/preview", POST, case_actions.preview, STAFF),
    Route("/cases/<number>/office", POST, passing_on.pass_on, "supervisor"),
    Route("/batch", GET, batches.choose, STAFF),
    Route("/batches", GET, batches.batches, STAFF),
    Route("/batches", POST, batches.begin_batch, STAFF),
    Route("/batches/<token>", GET, batches.batch, STAFF),
    Route("/batches/<token>/progress", GET, batches.batch_progress, STAFF),
    Route("/batches/<token>/results.csv", GET, batches.batch_results, STAFF),
    Route("/batches/<token>/start", POST, batches.start_batch, STAFF),
    Route("/batches/<token>/drop", POST, batches.drop_batch, STAFF),
    Route("/batches/<token>/stop", POST, batches.stop_batch, STAFF),
    Route("/batches/<token>/resume", POST, batches.resume_batch, STAFF),
    Route("/new", GET, new_case.new, STAFF),
    Route("/new/<channel>/<procedure>", GET, new_case.new_about, STAFF),
    Route("/new/<channel>/<procedure>/<key>", FORM, new_case.new_form, STAFF),
    Route("/imports", GET, imports.imports, STAFF),
    Route("/imports", POST, imports.upload, STAFF),
    Route("/imports/<token>", GET, imports.import_run, STAFF),
    Route("/imports/<token>/progress", GET, imports.import_progress, STAFF),
    Route("/imports/<token>/problems.csv", GET, imports.import_problems, STAFF),
    Route("/imports/samples/<name>", GET, imports.import_sample, STAFF),
    Route("/imports/<token>/confirm", POST, import_steps.confirm_import, STAFF),
    Route("/imports/<token>/drop", POST, import_steps.drop_import, STAFF),
    Route("/imports/<token>/stop", POST, import_steps.stop_import, STAFF),
    Route("/imports/<token>/resume", POST, import_steps.resume_import, STAFF),
    Route("/records/new", GET, record_entry.new_record, STAFF),
    Route("/records/new", POST, record_entry.enter_record, STAFF),
    Route("/held", GET, held_rows.held, STAFF),
    Route("/held", POST, held_rows.decide_held, STAFF),
    Route("/held/annulments", POST, held_rows.propose_annulment, STAFF),
    Route("/subjects", GET, subjects.subjects, STAFF),
    Route("/subjects/new", GET, subjects.new_subject, STAFF),
    Route("/subjects/new", POST, subjects.enter_subject, STAFF),
    Route("/subjects/<code>", GET, subjects.subject, STAFF),
    Route("/subjects/<code>/registration", POST, subjects.change_registration, STAFF),
    Route("/subjects/<code>/end", POST, subjects.end_subject, STAFF),
    Route("/performance", GET, duty_performance.performance, STAFF),
    Route("/performance/<number>", POST, duty_performance.perform_duty, STAFF),
)
blueprint = register(Blueprint("desk", __name__, url_prefix="/desk"), ROUTES)
