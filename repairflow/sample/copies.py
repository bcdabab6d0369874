"""Cases in bulk: what real steps made, again with ids, numbers, names and digests of its own, each event hashed anew.

For archives that would take days step by step. Everything goes through one write transaction of the program for each
copy, so every row has its lines and every stream its chain.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, func, insert, select, update

from repairflow import times
from repairflow.app.program import Program
from repairflow.auditing import chain, checkpoints, sequencer
from repairflow.casework import row_batches
from repairflow.db import Database
from repairflow.law.document_keys import document_key
from repairflow.law.identifiers import make_uscc
from repairflow.law.names import initials, plain_name
from repairflow.letters.model import LetterData
from repairflow.letters.text.templates import digest_of
from repairflow.records import metadata, number_series
from repairflow.row_changes import EXEMPT
from repairflow.sample import names
from repairflow.sample.replaced import Pieces, put_together, taken_apart

Row = dict[str, Any]  # of any table, as it is read and written
Marks = Mapping[str, int]

_ONCE = (EXEMPT - {"notice", "event", "event_personal"}) | {
    "number_series", "definition_used", "preference", "saved_view", "job", "job_error", "push_attempt",
}  # fmt: skip
"""What a town has once, however many cases: sessions, the log, the series numbers are drawn from."""
_REGION = "320830"


class Pattern(NamedTuple):
    """The rows after `low` up to `high`, by table: so many whole cases."""

    low: Marks
    high: Marks
    cases: int


class _Kept(NamedTuple):
    """A row of the pattern, and those of its columns that are put together anew for each copy."""

    row: Row
    apart: Mapping[str, Pieces]


def marks(db: Database) -> Marks:
    """Return the newest id of every table that is copied."""
    with db.read() as tx:
        return _newest(tx)


def write(program: Program, pattern: Pattern, times_over: int, seed: int, say: Callable[[int], object]) -> None:
    """Ensure that the pattern's cases are there so many times more; `say` hears after each how many that makes."""
    if not times_over:
        return
    with program.db.read() as tx:
        copier = Copier(tx, pattern, seed)
    for number in range(times_over):
        with program.db.begin() as tx:
            copier.copy(tx, number)
        say((number + 1) * pattern.cases)
    with program.db.begin() as tx:
        copier.draw_on(tx, times_over)


def bind(program: Program) -> None:
    """Ensure that every line of a row is bound by an event, every event has its leaf, and a checkpoint says so."""
    now, bound = times.now(), 1
    while bound:
        with program.db.begin() as tx:
            bound = row_batches.bind(tx, now)
    with program.db.begin() as tx:
        while sequencer.sequence(tx, 20_000, everything=True):
            pass
    with program.db.begin() as tx:
        note = checkpoints.take(tx, program.signer, now)
    if note is not None:
        checkpoints.anchor(program.services.anchors, note, times.today())


class Copier:
    """The pattern, read and taken apart once."""

    def __init__(self, tx: Connection, pattern: Pattern, seed: int) -> None:
        self._seed, self._low = seed, pattern.low
        rows = {table.name: _rows(tx, table, pattern) for table in _copied()}
        self._span = {name: pattern.high[name] - low for name, low in pattern.low.items()}
        newest = _newest(tx)
        self._shift = {name: newest[name] - low for name, low in pattern.low.items()}
        self._companies, self._subjects = newest["subject"], rows["subject"]
        drawn = tx.execute(select(number_series.c.series, number_series.c.last)).all()
        self._last = max(row.last for row in drawn if not row.series.startswith("letter:"))
        papers = [*(row["document_number"] for row in rows["record"]), *(row["number"] for row in rows["letter"])]
        numbers = [row["number"] for name in ("cases", "record") for row in rows[name]]
        self._last_paper = tx.execute(select(func.count()).select_from(metadata.tables["record"])).scalar_one()
        self._last_paper = max(self._last_paper, *map(_paper_count, papers), *(row.last for row in drawn))
        self._numbers, self._papers = numbers, papers
        self._tokens = [row["token"] for name in ("letter", "material") for row in rows[name]]
        digests = {row["text_digest"] for row in rows["letter"]} | {row["digest"] for row in rows["event"]}
        self._known = {*numbers, *papers, *self._tokens, *digests, *self._substitutes(0)}
        self._kept = {table.name: [self._apart(table, row) for row in rows[table.name]] for table in _copied()}

    def copy(self, tx: Connection, number: int) -> None:
        """Make one copy more; `number` counts them from 0."""
        new = self._substitutes(number)
        for kept in self._kept["letter"]:
            new[kept.row["text_digest"]] = _text_digest(_value(kept, "content", new))
        events = self._events(new, number)
        for table in _copied():
            made = (
                events
                if table.name == "event"
                else [self._anew(table, one, new, number) for one in self._kept[table.name]]
            )
            if made:
                tx.execute(insert(table), made)

    def draw_on(self, tx: Connection, times_over: int) -> None:
        """Ensure that the next number of every series is behind those of the copies, as are the ids PostgreSQL gives."""
        letters = number_series.c.series.startswith("letter:")
        for which, last in ((~letters, self._last), (letters, self._last_paper)):
            tx.execute(update(number_series).where(which).values(last=last * (times_over + 1)))
        if tx.dialect.name == "postgresql":
            for table in _copied():
                following = select(func.setval(func.pg_get_serial_sequence(table.name, "id"), func.max(table.c.id)))
                tx.execute(following)

    def _substitutes(self, number: int) -> dict[str, str]:
        """Return what a copy says in place of the pattern's numbers, names, codes and tokens."""
        new = {one: f"{one[:8]}{int(one[8:]) + self._last * (number + 1):06d}" for one in self._numbers}
        for one in self._papers:
            mark, count = one.removesuffix("号").rsplit("〕", 1)
            new[one] = f"{mark}〕{int(count) + self._last_paper * (number + 1)}号"
        for place, row in enumerate(self._subjects):
            which = self._companies + number * len(self._subjects) + place
            new[row["name"]] = names.company(which, self._seed)
            new[row["uscc"]] = make_uscc(_REGION, names.serial(which))
        return new | {token: secrets.token_urlsafe(16) for token in self._tokens}

    def _apart(self, table: Table, row: Row) -> _Kept:
        found: dict[str, Pieces] = {}
        for name, value in row.items():
            if isinstance(value, bytes) and table.name == "event":
                act = chain.opening(_act(row))
                found[name] = taken_apart(value.removeprefix(act).decode(), self._known)
            elif (
                isinstance(value, str | dict | list) and table.name != "event_personal"
            ):  # its digest stands in the body
                said = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
                pieces = taken_apart(said, self._known)
                if len(pieces) > 1:
                    found[name] = pieces
        return _Kept(row, found)

    def _anew(self, table: Table, kept: _Kept, new: Mapping[str, str], number: int) -> Row:
        """Return the row as the copy has it."""
        row = kept.row | {name: _value(kept, name, new) for name in kept.apart}
        row["id"] = self._moved(table.name, row["id"], number)
        for key in table.foreign_keys:
            name, of = key.parent.name, key.column.table.name
            if row[name] is not None and of in self._low:
                row[name] = self._moved(of, row[name], number)
        return _fitted(table.name, row, number)

    def _moved(self, table: str, key: int, number: int) -> int:
        """Return the id of a copied row; that of what the town has once stays."""
        return key if key <= self._low[table] else key + self._shift[table] + number * self._span[table]

    def _events(self, new: dict[str, str], number: int) -> list[Row]:
        """Return the events, each hashed over its predecessor; their digests are substitutes from here on."""
        table, heads, made = metadata.tables["event"], dict[str, str](), []
        for kept in self._kept["event"]:
            row = self._anew(table, kept, new, number)
            if row["command_id"] is not None:
                row["command_id"] += f"/{number}"
            row["body"] = chain.opening(_act(row)) + put_together(kept.apart["body"], new).encode()
            row["prev"] = heads.get(row["stream"], "")
            row["digest"] = heads[row["stream"]] = chain.link(row["prev"], row["body"])
            new[kept.row["digest"]] = row["digest"]
            made.append(row)
        return made


def _copied() -> list[Table]:
    return [table for table in metadata.sorted_tables if table.name not in _ONCE and "id" in table.c]


def _newest(tx: Connection) -> Marks:
    return {table.name: tx.execute(select(func.max(table.c.id))).scalar() or 0 for table in _copied()}


def _rows(tx: Connection, table: Table, pattern: Pattern) -> list[Row]:
    """Return the pattern's rows of a table; of events those of cases and records."""
    inside = table.c.id > pattern.low[table.name], table.c.id <= pattern.high[table.name]
    found = [dict(row) for row in tx.execute(select(table).where(*inside).order_by(table.c.id)).mappings()]
    return [row for row in found if table.name != "event" or row["stream"].startswith(("case/", "record/"))]


def _act(row: Row) -> chain.Act:
    return chain.Act(**{name: row[name] for name in chain.Act._fields if name != "at"}, at=chain.instant(row["at"]))


def _value(kept: _Kept, name: str, new: Mapping[str, str]) -> object:
    """Return a column as the copy has it."""
    said = put_together(kept.apart[name], new)
    return said if isinstance(kept.row[name], str | bytes) else json.loads(said)


def _fitted(table: str, row: Row, number: int) -> Row:
    """Return the row with what follows from its other columns, and what only one row may have."""
    match table:
        case "subject":
            row |= {"plain_name": plain_name(row["name"]), "initials": initials(row["name"])}
        case "person":
            row["login"] += f"-{number}"
        case "record":
            row["document_key"] = document_key(row["document_number"])
        case "record_spelling":
            row["key"] = document_key(row["spelling"])
        case "outbox":
            row["key"] += f"/{number}"
            if row["topic"] == "press":
                row |= {"key": f"press-{row['letter_id']}", "lane": f"press/{row['letter_id']}"}
                if row["state"] == "waiting":  # or a worker would be busy for days with letters of an invented archive
                    row |= {"state": "waived", "next_at": None, "ended_at": row["created_at"]}
    return row


def _text_digest(content: object) -> str:
    data = LetterData.model_validate(content)
    return "sha256:" + digest_of(data.kind, data.template_version, data.title, data.paragraphs, data.fields)


def _paper_count(number: str) -> int:
    """Return the count in a number of a decision or letter."""
    return int(number.removesuffix("号").rsplit("〕", 1)[1])
