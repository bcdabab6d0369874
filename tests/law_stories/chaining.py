"""What the stories of rectification, interviews and lists share: who files, about whom, and what a step opened."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select

from repairflow.law.identifiers import make_uscc
from repairflow.records import case_link, cases, list_entry, record
from tests.support.building import COMPANIES, Town


def uscc(company: str = "yunxi") -> str:
    return make_uscc("320830", next(item[2] for item in COMPANIES if item[0] == company))


def opened(town: Town, procedure: str, who: str = "examiner@ENV", **more: Any) -> str:
    """A case an officer opens ex officio about the company (and a record, where one is named); its number."""
    number = more.pop("record", None)
    about = {} if number else {"subject": uscc()}
    return town.file(procedure, number, town.actor(who), **({"kinds": ()} | about | more))


def follow_up(town: Town, case: str) -> Row[Any]:
    """The one case that a case opened."""
    return town.one(
        select(cases).join(case_link, case_link.c.to_id == cases.c.id).where(case_link.c.from_id == town.case(case).id)
    )


def entries(town: Town, case: str) -> list[Row[Any]]:
    """The list entries a listing made, with the number and state of their records."""
    return town.all(
        select(list_entry, record.c.number, record.c.state, record.c.subject_id.label("holder"))
        .join(record, record.c.id == list_entry.c.record_id, isouter=True)
        .where(list_entry.c.case_id == town.case(case).id)
        .order_by(list_entry.c.id)
    )
