"""What stories look at: the letters of a case, the state of a record, receipts that come in, refusals."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import select, update

from repairflow.casework.cases.transition import try_system
from repairflow.errors import Refused
from repairflow.records import letter, office, outbox
from tests.support.building import Town


def letters(town: Town, case: str) -> list[str]:
    """The kinds of letters a case has issued, in order."""
    rows = town.all(select(letter.c.kind).where(letter.c.case_id == town.case(case).id).order_by(letter.c.id))
    return [row.kind for row in rows]


def words(town: Town, case: str, kind: str) -> str:
    """Everything the newest letter of a kind says."""
    found = select(letter.c.content).where(letter.c.case_id == town.case(case).id, letter.c.kind == kind)
    content = town.all(found.order_by(letter.c.id))[-1].content
    return content if isinstance(content, str) else json.dumps(content, ensure_ascii=False, default=str)


def receipts(town: Town, case: str) -> None:
    """Every push of the case is acknowledged; the system then takes what waited for that."""
    with town.db.begin() as tx:
        tx.execute(
            update(outbox)
            .where(outbox.c.case_id == town.case(case).id, outbox.c.topic == "push")
            .values(state="done", ended_at=town.now)
        )
        try_system(tx, town.services, case, "receipt", f"receipts/{case}", town.now)


def told(town: Town, case: str) -> list[Mapping[str, Any]]:
    """The messages a case has for the platforms."""
    return [row.payload for row in town.pushes(case)]


def belongs_to(town: Town, code: str, **values: Any) -> None:
    """An office becomes part of a field, or gets a superior."""
    with town.db.begin() as tx:
        tx.execute(update(office).where(office.c.code == code).values(**values))


@contextmanager
def refused(code: str) -> Iterator[None]:
    """The step inside is refused for this reason, among others."""
    with pytest.raises(Refused) as caught:
        yield
    codes = {refusal.code for refusal in caught.value.refusals}
    assert code in codes, codes
    assert all(refusal.text for refusal in caught.value.refusals)
