"""The pages of supervisors and heads under /oversight: every address, its view and who may use it."""

from __future__ import annotations

from flask import Blueprint

from repairflow.web.core.routes import GET, POST, Route, register
from repairflow.web.oversight import late, monthly_results, platform_letters, pushes, statistics, stuck, sync

SUPERVISOR = "supervisor"
SUPERVISORS = (SUPERVISOR, "head")

ROUTES = (
    Route("/", GET, statistics.statistics, SUPERVISORS),
    Route("/late.csv", GET, statistics.late_list, SUPERVISORS),
    Route("/late", GET, late.late, SUPERVISOR),
    Route("/late/provisional", POST, late.confirm_provisional, SUPERVISOR),
    Route("/late/<number>", GET, late.late_case, SUPERVISOR),
    Route("/results", GET, monthly_results.results, SUPERVISORS),
    Route("/results.csv", GET, monthly_results.results_list, SUPERVISORS),
    Route("/pushes", GET, pushes.pushes, SUPERVISORS),
    Route("/pushes/retry", GET, stuck.ask_retry_all, SUPERVISORS),
    Route("/pushes/retry", POST, stuck.retry_all, SUPERVISORS),
    Route("/pushes/settle", GET, stuck.ask_settle, SUPERVISORS),
    Route("/pushes/settle", POST, stuck.settle, SUPERVISORS),
    Route("/jobs/<int:job_id>", GET, stuck.job, SUPERVISORS),
    Route("/jobs/<int:job_id>/note", POST, stuck.mind_job, SUPERVISORS),
    Route("/pushes/<int:row_id>", GET, pushes.push, SUPERVISORS),
    Route("/pushes/<int:row_id>/note", POST, pushes.mind, SUPERVISORS),
    Route("/pushes/<int:row_id>/retry", GET, pushes.ask_retry, SUPERVISORS),
    Route("/pushes/<int:row_id>/retry", POST, pushes.retry, SUPERVISORS),
    Route("/pushes/<int:row_id>/waive", GET, pushes.waive, SUPERVISORS),
    Route("/sync", GET, sync.sync, SUPERVISORS),
    Route("/sync/<int:finding_id>/chase", POST, sync.chase, SUPERVISORS),
    Route("/sync/<int:finding_id>/capture", POST, sync.capture, SUPERVISORS),
    Route("/sync/report", GET, platform_letters.ask_report, SUPERVISORS),
    Route("/sync/report", POST, platform_letters.report, SUPERVISORS),
    Route("/sync/<int:finding_id>/letter", GET, platform_letters.ask_letter, SUPERVISORS),
    Route("/sync/<int:finding_id>/letter", POST, platform_letters.write, SUPERVISORS),
    Route("/sync/<int:finding_id>/answer", POST, platform_letters.answer, SUPERVISORS),
    Route("/sync/<int:finding_id>/correction", GET, platform_letters.ask_correction, SUPERVISORS),
    Route("/sync/<int:finding_id>/correction", POST, platform_letters.correct, SUPERVISORS),
    Route("/captures/<token>", GET, sync.captured, SUPERVISORS),
    Route("/captures/<token>/file.zip", GET, sync.capture_file, SUPERVISORS),
    Route("/captures/<token>/picture.png", GET, sync.capture_picture, SUPERVISORS),
    Route("/clock", GET, pushes.ask_clock, SUPERVISOR),
    Route("/clock", POST, pushes.confirm_clock, SUPERVISOR),
)
blueprint = register(Blueprint("oversight", __name__, url_prefix="/oversight"), ROUTES)
"""For supervisors of credit offices and heads of authorities."""
