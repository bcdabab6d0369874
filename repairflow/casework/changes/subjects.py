"""Commands about subjects: entered by hand, and what the registration authority changed of organisations (变更登记)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from repairflow.casework.changes.base import Change, OfSubject


@dataclass(frozen=True, slots=True)
class EnterSubject(Change):
    """Enter a subject by hand; its code is checked by its check digit (录入信用主体)."""

    given: Mapping[str, str]  # by the names of its form


class ChangeRegistration(OfSubject):
    """Record what the registration authority changed of an organisation: name or legal representative (变更登记)."""


@dataclass(frozen=True, slots=True)
class TakeBackRegistration(Change):
    """Take back the last change of an organisation that was recorded by mistake; both stay in the trail (撤回变更登记)."""

    subject: str  # its credit code
    seq: int  # of the change, in the subject's stream
    reason: str


class EndSubject(OfSubject):
    """Record that an organisation was merged, split up or struck off, and who succeeds it (合并、分立、注销)."""
