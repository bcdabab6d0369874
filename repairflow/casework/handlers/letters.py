"""Letters after they were issued: served, corrected, withdrawn, issued anew; consents; who must sign."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from repairflow.casework.admin import certificates, remaking
from repairflow.casework.admin.permissions import SYSTEM_ADMIN, capacity
from repairflow.casework.changes import (
    ChangeConsent,
    IssueNotice,
    RemakeLetter,
    RequireSignature,
    RevokeCertificate,
    SignForLetter,
    TakeBackRevocation,
)
from repairflow.casework.context import Services
from repairflow.casework.documents import publication_notice, rendering_job, signing_policy
from repairflow.casework.documents.lookup import letter_for
from repairflow.casework.documents.revisions import letter_correction, reissue
from repairflow.casework.documents.service import arrival, consent, service
from repairflow.casework.handlers.base import Table
from repairflow.records.rows import ServiceRow


def _sign_for(tx: Connection, services: Services, given: SignForLetter, now: datetime) -> ServiceRow:
    served = service.receive(tx, services, given.actor, given.letter, now)
    if served.mode == "electronic":
        arrival.opened(tx, given.actor, letter_for(tx, given.actor, given.letter), now)
    return served


def _consent(tx: Connection, services: Services, given: ChangeConsent, now: datetime) -> None:
    if given.given:
        consent.speaks(tx, given.actor, given.subject_id)
        consent.sign(given.actor, given.signed_by)
    (consent.agree if given.given else consent.disagree)(tx, given.actor, given.subject_id, now)


def _signature(tx: Connection, services: Services, given: RequireSignature, now: datetime) -> None:
    """By a system administrator. Afterwards letters that waited for a key are tried again. Forbidden otherwise."""
    capacity(given.actor, SYSTEM_ADMIN)
    signing_policy.require(tx, given.code, given.required, now)
    rendering_job.wake(tx, now)


def _revocation_taken_back(tx: Connection, services: Services, given: TakeBackRevocation, now: datetime) -> None:
    """Afterwards letters that waited for another certificate are tried again."""
    certificates.take_back(tx, given, now)
    rendering_job.wake(tx, now)


HANDLERS: Table = {
    service.Service: service.serve,
    service.Withdrawal: service.withdraw,
    SignForLetter: _sign_for,
    letter_correction.CorrectLetter: letter_correction.correct,
    letter_correction.WithdrawLetter: lambda tx, _, given, now: letter_correction.withdraw(tx, given, now),
    reissue.Reissue: reissue.propose,
    reissue.Decision: reissue.issue,
    reissue.DeclineReissue: lambda tx, _, given, now: reissue.decline(tx, given, now),
    ChangeConsent: _consent,
    IssueNotice: lambda tx, at, given, now: publication_notice.issue(tx, at, given.actor, given.record, now),
    RequireSignature: _signature,
    RevokeCertificate: lambda tx, _, given, now: certificates.revoke(tx, given, now),
    TakeBackRevocation: _revocation_taken_back,
    RemakeLetter: lambda tx, _, given, now: remaking.ask(tx, given, now),
}
