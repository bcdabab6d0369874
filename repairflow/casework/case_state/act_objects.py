"""Administrative acts (行政许可等信息) as what a case is about, in the place of a record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, select

from repairflow.errors import Invalid, Problem
from repairflow.law.acts import OF_RECORDS, ORDINARY
from repairflow.law.guards import RecordFacts
from repairflow.records import act
from repairflow.records.rows import ActRow, RecordRow, first_row, one_row

SEEN = ("published", "kept", "withdrawn")
"""States in which its subject knows of an act: before another person looked at it nobody does."""


def demand_ground(values: Mapping[str, object]) -> None:
    """Raise Invalid where an objection to an act rests on a ground that only a record can have; no form offers it."""
    if values.get("ground") in OF_RECORDS:
        raise Invalid(
            "填写的内容有误，请按提示修改后再提交。", [Problem("ground", "这一事由只适用于失信信息，请另选事由")]
        )


class Source(NamedTuple):
    """Whose information it is: who decided, and who provided it. A row of a record has both, too."""

    authority_id: int
    provider_id: int


def source_of(row: RecordRow | None, act: ActRow | None) -> RecordRow | Source | None:
    """Return whose information a case about this record or act is on; the office that made an act also provides it."""
    return row if act is None else Source(act.office_id, act.office_id)


def object_of(row: RecordRow | None, act: ActRow | None) -> RecordRow | ActRow | None:
    """Return the record or act that guards look at."""
    return row if act is None else act


def by_id(tx: Connection, act_id: int | None, *, lock: bool = False) -> ActRow | None:
    """Return the act by its id, locked until the transaction ends where that is asked; None for none."""
    if act_id is None:
        return None
    query = select(act).where(act.c.id == act_id)
    return one_row(tx.execute(query.with_for_update() if lock else query), ActRow)


def named(tx: Connection, number: str, scope: ColumnElement[bool], *, lock: bool = False) -> ActRow | None:
    """Return the act of this number that its subject knows of, within the scope; None where there is none."""
    query = select(act).where(act.c.number == number, act.c.state.in_(SEEN), scope)
    return first_row(tx.execute(query.with_for_update() if lock else query), ActRow)


def facts_of(row: ActRow) -> RecordFacts:
    """Return what guards may know of an act, in the words of a record."""
    return RecordFacts(
        row.number, f"act_{row.kind}", ORDINARY, standing(row), None, None, None, of_person=row.of_person,
        annulled=row.state == "withdrawn",
    )  # fmt: skip


def standing(row: ActRow) -> str:
    """Return how an act stands, as a state of a record says it."""
    if row.state == "published":
        return "disputed" if row.disputed_on is not None else "published"
    return "unpublished" if row.state == "kept" else "sealed"
