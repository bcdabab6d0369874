"""Rows of who takes part: offices, people, their roles and sessions, subjects and mandates."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple


class OfficeRow(NamedTuple):
    """An office (单位)."""

    id: int
    code: str
    name: str
    short_name: str
    mark: str
    kind: str
    uscc: str | None
    division_code: str | None
    parent_id: int | None
    contact: str
    domain: str
    review_organs: str
    court: str
    review_channel: str
    repair_seal: str
    objection_seal: str
    service_note: str
    closes_at: str
    closed_on: date | None
    successor_id: int | None


class OfficeHeadingRow(NamedTuple):
    """A heading of an office's own tables, and the column it stands for."""

    id: int
    office_id: int
    heading: str
    plain: str
    field: str
    person_id: int
    at: datetime


class OfficeNameRow(NamedTuple):
    """A former name of an office."""

    id: int
    office_id: int
    name: str
    until: date
    at: datetime


class OwnRuleRow(NamedTuple):
    """A rule an office has confirmed as its own (本单位规则)."""

    id: int
    office_id: int
    procedure: str
    version: str
    action: str
    document: str
    document_day: date
    rank: str
    issuer: str
    issuer_level: str
    document_number: str
    note: str
    person_id: int
    confirmed_at: datetime


class PersonRow(NamedTuple):
    """A person who signs in: staff or agent."""

    id: int
    login: str
    name: str
    kind: str
    password_hash: str | None
    totp_secret: bytes | None
    phone: bytes | None
    email: str | None
    active: bool
    sample: bool


class RoleGrantRow(NamedTuple):
    """A role a person has in an office."""

    id: int
    person_id: int
    role: str
    office_id: int
    admin_slot: int | None


class SubjectRow(NamedTuple):
    """A subject (信用主体)."""

    id: int
    kind: str
    name: str
    uscc: str | None
    id_index: str | None
    id_sealed: bytes | None
    legal_representative: str | None
    address: str | None
    no_commitment_until: date | None
    plain_name: str
    initials: str
    ended_on: date | None
    successor_id: int | None
    born_sealed: bytes | None


class SubjectNameRow(NamedTuple):
    """A former name of a subject (曾用名)."""

    id: int
    subject_id: int
    name: str
    plain_name: str
    initials: str
    until: date
    at: datetime


class MandateRow(NamedTuple):
    """A mandate: for whom an agent acts."""

    id: int
    person_id: int
    subject_id: int
    capacity: str
    valid_from: date
    valid_until: date | None


class WebSessionRow(NamedTuple):
    """A session in a browser."""

    id: int
    token_digest: str
    person_id: int
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    second_factor_at: datetime | None
    address: str | None


class ApiTokenRow(NamedTuple):
    """A token for the API."""

    id: int
    digest: str
    person_id: int
    label: str
    created_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    warned_at: datetime | None
