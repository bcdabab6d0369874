"""Records (失信信息) in lists by keyset, for whoever may see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, select

from repairflow.casework import search as search_terms
from repairflow.casework.actor import Actor
from repairflow.casework.permissions import record_scope
from repairflow.casework.queries import paging
from repairflow.casework.told_periods import dated, told_of
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.packs import Severity
from repairflow.records import office, record, subject


class RecordLine(NamedTuple):
    """A record in a list, with its subject and authority."""

    id: int
    number: str
    kind: str
    document_number: str
    decision_date: date
    behaviour: str
    severity: Severity
    state: str
    publish_from: date | None
    min_until: date | None
    apply_from: date | None
    max_until: date | None
    pack: str
    authority_id: int
    source: Mapping[str, object]
    class_waits_for: str | None
    subject_name: str
    uscc: str | None
    authority_code: str
    authority_name: str


@dataclass(frozen=True, slots=True)
class RecordPage:
    """Record rows, newest first, and where the next page begins; `next` is empty on the last."""

    rows: tuple[RecordLine, ...]
    next: str
    told: frozenset[int]  # ids of those whose days may be told for certain


def listing(
    tx: Connection,
    law: Library,
    actor: Actor,
    *,
    state: str | None = None,
    search: str | None = None,
    after: str | None = None,
    size: int = 30,
) -> RecordPage:
    """Return one page of the records an actor may see, each with name and code of its subject and authority.

    `search` is what somebody typed, as `casework.search` reads it. `after` is the cursor
    the page before gave; Invalid when it is not one of ours.
    """
    authority = office.alias()
    query = (
        select(
            *(record.c[name] for name in RecordLine._fields[:-4]),
            subject.c.name.label("subject_name"),
            subject.c.uscc,
            authority.c.code.label("authority_code"),
            authority.c.name.label("authority_name"),
        )
        .join(subject, subject.c.id == record.c.subject_id)
        .join(authority, authority.c.id == record.c.authority_id)
        .where(record_scope(actor))
    )
    if state:
        query = query.where(record.c.state == state)
    if search and (text := search.strip()):
        query = query.where(search_terms.records(tx, text))
    rows, following = paging.page(tx, query, record.c.id, RecordLine, after or "", size)
    return RecordPage(tuple(rows), following, told_of(tx, law, map(dated, rows)))
