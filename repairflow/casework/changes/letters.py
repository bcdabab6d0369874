"""Commands about letters; those with an id of their own (serve, correct, reissue, withdraw) stand beside their modules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from repairflow.casework.changes.base import Change, OfLetter, OfPlace, OfRecord


class SignForLetter(OfLetter):
    """Sign for a letter served electronically, and open it (签收)."""


@dataclass(frozen=True, slots=True)
class ChangeConsent(Change):
    """Consent to electronic service for a subject, or take that back (同意电子送达).

    `signed_by` signs the confirmation (电子送达确认书): the name of whoever consents.
    """

    subject_id: int
    given: bool
    signed_by: str = ""


class IssueNotice(OfRecord):
    """Issue the 信用修复告知书 of a record that has none (补发告知书)."""


@dataclass(frozen=True, slots=True)
class IssueExtract(Change):
    """Issue an extract of how a subject stands before the public now (信用信息公示状况证明)."""

    subject_id: int


@dataclass(frozen=True, slots=True)
class IssueCreditFile(Change):
    """Issue a signed copy of a subject's whole credit file as it stands now (信用档案)."""

    subject_id: int


@dataclass(frozen=True, slots=True)
class RequireSignature(OfPlace):
    """Issue no letter of an office unsigned, or do so again (签章要求)."""

    required: bool


@dataclass(frozen=True, slots=True)
class RevokeCertificate(Change):
    """State from which day a certificate that letters were signed with is revoked, and why (登记签名证书吊销).

    `certificate` is its SHA-256. What was signed before the day stands; nothing is signed with it from then on.
    """

    certificate: str
    day: date
    reason: str


@dataclass(frozen=True, slots=True)
class TakeBackRevocation(Change):
    """Take back, for a reason, that a certificate is revoked (撤回签名证书吊销的登记)."""

    certificate: str
    reason: str


@dataclass(frozen=True, slots=True)
class RemakeLetter(Change):
    """Have the PDF of a letter made again that is lost or was signed with a revoked certificate, for a reason (重新制作文书 PDF)."""

    number: str
    reason: str
