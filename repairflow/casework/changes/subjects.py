"""Commands about organisations: what their registration authority changed of them (变更登记)."""

from __future__ import annotations

from repairflow.casework.changes.base import OfSubject


class ChangeRegistration(OfSubject):
    """Record what the registration authority changed of an organisation: name or legal representative (变更登记)."""


class EndSubject(OfSubject):
    """Record that an organisation was merged, split up or struck off, and who succeeds it (合并、分立、注销)."""
