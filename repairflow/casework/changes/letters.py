"""Commands about letters; those with an id of their own (serve, correct, reissue, withdraw) stand beside their modules."""

from __future__ import annotations

from dataclasses import dataclass

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
