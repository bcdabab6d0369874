"""Every table, one file per noun family: columns and constraints, no behaviour.

`metadata` holds them all. A table with `info={"guarded": True}` is business data: `db` refuses to commit a change to
it without an event in the same transaction.
"""

from repairflow.records.act import act
from repairflow.records.assignment import absence, assignment_rule, case_assignment
from repairflow.records.attempt import attempt
from repairflow.records.audit_finding import audit_finding
from repairflow.records.base import metadata
from repairflow.records.batch import batch, batch_case
from repairflow.records.calendar import calendar_year
from repairflow.records.capture import page_capture
from repairflow.records.case import case_link, cases, material, sealed_input
from repairflow.records.claim import command_claim
from repairflow.records.credential_link import credential_link
from repairflow.records.deadline import deadline, rung_fired
from repairflow.records.draft import draft
from repairflow.records.example import example
from repairflow.records.exchange import exchange_key
from repairflow.records.fine_threshold import fine_threshold
from repairflow.records.following import followed_subject, public_change
from repairflow.records.inbound import inbound_message
from repairflow.records.inquiry import inquiry_part, inquiry_run
from repairflow.records.job import job, job_error
from repairflow.records.kept import kept_figure, uninformed
from repairflow.records.letter import letter, number_series
from repairflow.records.list_publication import list_publication, list_publication_part
from repairflow.records.lists import interview_entry, linked_person, list_entry, stays_from
from repairflow.records.means import learning, repair_means, service_body
from repairflow.records.meeting import meeting, meeting_room
from repairflow.records.office_heading import office_heading
from repairflow.records.outbox import notice, outbox, push_attempt, target
from repairflow.records.own_rule import own_rule
from repairflow.records.party import (
    api_token,
    mandate,
    office,
    office_name,
    person,
    role_grant,
    subject,
    subject_name,
    web_session,
)
from repairflow.records.reach import calendar_feed, preference
from repairflow.records.record import held_row, import_row, import_run, measure, record, record_spelling
from repairflow.records.redress import redress, withdrawal_statement
from repairflow.records.row_change import row_change, row_touch
from repairflow.records.saved_view import own_phrase, saved_view
from repairflow.records.search_part import search_part
from repairflow.records.service import office_seal, reissue, service, service_consent
from repairflow.records.sync import page_look, platform_letter, sync_finding
from repairflow.records.trail import (
    checkpoint,
    cosignature,
    definition_repin,
    definition_used,
    event,
    event_personal,
    law_draft,
    law_file,
    log_leaf,
    of_no_case,
)
from repairflow.records.worker import heartbeat

__all__ = [
    "absence",
    "act",
    "api_token",
    "assignment_rule",
    "attempt",
    "audit_finding",
    "batch",
    "batch_case",
    "calendar_feed",
    "calendar_year",
    "case_assignment",
    "case_link",
    "cases",
    "checkpoint",
    "command_claim",
    "cosignature",
    "credential_link",
    "deadline",
    "definition_repin",
    "definition_used",
    "draft",
    "event",
    "event_personal",
    "example",
    "exchange_key",
    "fine_threshold",
    "followed_subject",
    "heartbeat",
    "held_row",
    "import_row",
    "import_run",
    "inbound_message",
    "inquiry_part",
    "inquiry_run",
    "interview_entry",
    "job",
    "job_error",
    "kept_figure",
    "law_draft",
    "law_file",
    "learning",
    "letter",
    "linked_person",
    "list_entry",
    "list_publication",
    "list_publication_part",
    "log_leaf",
    "mandate",
    "material",
    "measure",
    "meeting",
    "meeting_room",
    "metadata",
    "notice",
    "number_series",
    "of_no_case",
    "office",
    "office_heading",
    "office_name",
    "office_seal",
    "outbox",
    "own_phrase",
    "own_rule",
    "page_capture",
    "page_look",
    "person",
    "platform_letter",
    "preference",
    "public_change",
    "push_attempt",
    "record",
    "record_spelling",
    "redress",
    "reissue",
    "repair_means",
    "role_grant",
    "row_change",
    "row_touch",
    "rung_fired",
    "saved_view",
    "sealed_input",
    "search_part",
    "service",
    "service_body",
    "service_consent",
    "stays_from",
    "subject",
    "subject_name",
    "sync_finding",
    "target",
    "uninformed",
    "web_session",
    "withdrawal_statement",
]
