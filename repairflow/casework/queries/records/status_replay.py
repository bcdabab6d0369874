"""A status extract held against the trail: how its subject stood at its moment, built again from what the program wrote in
each row until then. What was changed by hand, in the extract or in a record, makes the two differ.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, Table, select

from repairflow.casework.queries.records.list_registry import Kept, kinds
from repairflow.casework.queries.records.status import KIND, record_words
from repairflow.law.guards import PUBLIC_STATES, day_text
from repairflow.law.guards.lists_and_interviews import OFF_LIST
from repairflow.law.procedure.library import Library
from repairflow.law.publicity import stay_is_over
from repairflow.records import letter, list_entry, record, row_change
from repairflow.records.rows import LetterRow, first_row
from repairflow.times import local_day

Fields = Mapping[str, Any]
Status = tuple[list[tuple[str, ...]], list[tuple[str, ...]]]
"""Records by number with class, period and mark; lists by label with the day."""


def agrees(tx: Connection, law: Library, token: str) -> bool | None:
    """Tell whether the extract with this token says what a replay at its moment gives; None for another letter."""
    row = first_row(tx.execute(select(letter).where(letter.c.token == token, letter.c.kind == KIND)), LetterRow)
    return None if row is None else extract_of(row) == replay(tx, law, row)


def extract_of(row: LetterRow) -> Status:
    """Return what an extract says."""
    fields: Mapping[str, Any] = row.content.get("fields") or {}
    records = [(str(one[0]), str(one[3]), str(one[4])) for one in fields.get("rows") or ()]
    lists = [(str(one[0]), str(one[3])) for one in fields.get("list_rows") or ()]
    return sorted(records), sorted(lists)


def replay(tx: Connection, law: Library, row: LetterRow) -> Status:
    """Return how the subject of an extract stood when it was issued."""
    own = row_change.c.tbl == letter.name, row_change.c.row_id == row.id
    before = tx.execute(select(row_change.c.id).where(*own).order_by(row_change.c.id).limit(1)).scalar()
    today = local_day(row.issued_at)
    every, file = (_then(tx, table, row.subject_id, before) for table in (list_entry, record))
    entries = [one for one in every if one["left_on"] is None and one["principal_id"] is None]
    of_entries, known = {one["record_id"] for one in every}, kinds(law, today)
    standing = {one["record_id"]: known.get(str(one["list_kind"])) for one in entries}
    decisions = [one for one in file if one["id"] not in of_entries]
    records = [one for one in file if _shown(one, standing, decisions, today)]
    public = {one["id"] for one in records}
    lists = [
        (found.kind.label, day_text(date.fromisoformat(str(one["listed_on"]))))
        for one in entries
        if (found := known.get(str(one["list_kind"]))) is not None
        and found.kind.public
        and (
            one["record_id"] in public
            if one["record_id"] is not None
            else not stay_is_over(found.kind, date.fromisoformat(str(one.get("renewed_on") or one["listed_on"])), today)
        )
    ]
    return sorted(tuple(record_words(_with_days(one))) for one in records), sorted(lists)


def _shown(row: Fields, standing: Mapping[object, Kept | None], decisions: Iterable[Fields], today: date) -> bool:
    """As `standing.shown_on` and `beyond_last_day` ask the database."""
    if row["state"] not in PUBLIC_STATES or row["minor"] or row["of_person"]:
        return False
    if row["state"] == "held" or row["max_until"] is None or str(row["max_until"]) >= today.isoformat():
        return True
    kept = standing.get(row["id"])
    return kept is not None and kept.kind.no_new and any(_newer(one, row) for one in decisions)


def _newer(one: Fields, row: Fields) -> bool:
    """Tell whether a decision is later than a record and still stands."""
    later = str(one["decision_date"]) > str(row["decision_date"])
    return later and one["annulled_at"] is None and one["state"] not in OFF_LIST


def _with_days(row: Fields) -> dict[str, Any]:
    days = {name: date.fromisoformat(row[name]) if row[name] else None for name in ("publish_from", "max_until")}
    return {**row, **days}


def _then(tx: Connection, table: Table, subject_id: int | None, before: int | None) -> list[dict[str, Any]]:
    """Return the rows of a subject as they stood before a line of `row_change`."""
    ids = tx.execute(select(table.c.id).where(table.c.subject_id == subject_id)).scalars().all()
    lines = tx.execute(
        select(row_change.c.row_id, row_change.c.kind, row_change.c.fields)
        .where(row_change.c.tbl == table.name, row_change.c.row_id.in_(ids), row_change.c.id < (before or 0))
        .order_by(row_change.c.id)
    )
    rows: dict[int, dict[str, Any]] = {}
    for key, kind, written in lines:
        fields: dict[str, Any] = json.loads(written)
        if kind == "update":
            rows[key] |= {name: pair[1] for name, pair in fields.items()}
        elif kind == "delete":
            rows.pop(key, None)
        else:
            rows[key] = {**fields, "id": key}
    return [row for row in rows.values() if row["subject_id"] == subject_id]
