"""The letter a step issues: its words from the case, its number from the office's series."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from repairflow.casework.case_state.record_change import Change
from repairflow.casework.case_state.situation import Situation
from repairflow.casework.context import Services
from repairflow.casework.documents.fields import case
from repairflow.law.deadlines.due import Due
from repairflow.law.procedure.model import Action
from repairflow.letters.issue import compose
from repairflow.letters.text.templates import latest_version
from repairflow.records import office
from repairflow.records.rows import OfficeRow, one_row
from repairflow.times import local_day


def letter_for(
    tx: Connection, services: Services, at: Situation, name: str, action: Action, kind: str, *, dues: Mapping[str, Due],
    change: Change | None, inputs: Mapping[str, Any], reason: str | None,
    ground: str | None, now: datetime,
) -> compose.Composed:  # fmt: skip
    """Compose the letter of a step; MissingFields names what it still lacks."""
    office_row = one_row(tx.execute(select(office).where(office.c.id == at.case.deciding_id)), OfficeRow)
    addressee = case.addressee_of(tx, at, kind, inputs)
    words = case.fields(
        tx, services.law, at, name, action, kind=kind, version=latest_version(kind, local_day(now).isoformat()),
        office_row=office_row, addressee=addressee, dues=dues, change=change, inputs=inputs,
        reason=reason, ground=ground, now=now,
    )  # fmt: skip
    return compose.compose(
        tx, kind=kind, office=office_row, case_number=at.case.number, addressee=addressee.name,
        addressee_code=addressee.uscc or "", previous=compose.previous_rounds(tx, at.case.id, kind) if at.history else 0,
        fields=words, public_url=services.public_url, sealed=services.sealed, now=now,
    )  # fmt: skip
