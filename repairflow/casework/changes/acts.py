"""Commands about administrative acts beside penalties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from repairflow.casework.changes.base import Change


@dataclass(frozen=True, slots=True)
class EnterActs(Change):
    """Enter administrative acts of an office, by form or table; another person publishes them (许可等行政行为)."""

    office: str  # its code
    rows: Sequence[Mapping[str, str]]  # by the names of `gateway.permit_headings.LABELS`
    provenance: str = ""  # of acts of the past that are delivered late: where they come from


@dataclass(frozen=True, slots=True)
class SettleActs(Change):
    """Publish entered acts, refuse them, end published ones (withdrawn, annulled, lapsed), or mark them as disputed
    (复核、撤下、撤销、失效、异议标注)."""

    numbers: Sequence[str]
    decision: str  # publish | refuse | withdraw | annul | end | mark | unmark
    reason: str
