"""What the program changed in each row, kept beside the rows, so that a change by anybody else shows.

Triggers note every row that a transaction touched, as it was and as it is (`records.row_triggers`). At the end of a
transaction of the program (`db.begin`) those notes become lines of `row_change`: which fields, from what, to what. A row
changed by hand has no such line, and `auditing.row_proof` names it. Personal and long values stand there as salted
digests; what only orders the work of machines is not kept.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection

from repairflow import times
from repairflow.prepared import cursor

NO_FACTS = frozenset(
    {
        "web_session", "draft", "notice",
        "attempt", "command_claim", "heartbeat",  # what machines remember for a while, by keys that are no numbers
        "search_part",  # made out of facts, and held against them by `auditing.search_proof`
        "uninformed",  # as well, by `auditing.uninformed_proof`
        "kept_figure",  # what the worker counts, and counts anew every night
    }
)  # fmt: skip
"""Sessions, drafts, notices and caches: the only tables whose rows have no lines."""

EXEMPT = NO_FACTS | {
    "event", "event_personal", "log_leaf",  # the trail proves itself
    "row_touch", "row_change", "alembic_version",
}  # fmt: skip
"""Tables whose rows have no lines."""

UNHELD: Mapping[str, frozenset[str]] = {
    "outbox": frozenset({"attempts", "lease_until", "last_error"}),
    "import_run": frozenset({"rows_done"}),
    # where a machine is with it; who asked for what, and what was found out, is held
    "job": frozenset({"done", "total", "attempt", "rescues", "failures", "node", "next_at"}),
    "inbound_message": frozenset(
        {"body"}
    ),  # megabytes of files: `queries.audit.message_proof` holds them against their digest
    # the chains prove these: `auditing.verify`
    "cases": frozenset({"version", "chain_head"}),
    "record": frozenset({"chain_seq", "chain_head"}),
    "letter": frozenset({"number", "kind", "text_digest", "chain_head", "press_seq"}),
    "checkpoint": frozenset({"root", "note"}),
}
"""Columns of other tables that are not, or are proved elsewhere."""

_OPEN = frozenset(
    {
        "action", "capacity", "channel", "class_waits_for", "clock", "code", "digest", "domain", "kind", "left_how",
        "list_kind", "mode", "number", "outcome", "owner", "pack", "procedure", "role", "rung", "severity", "state",
        "topic", "version",
    }
)  # fmt: skip
_OPEN_ENDS = (
    "_at",
    "_on",
    "_day",
    "_from",
    "_until",
    "_date",
    "_wan",
    "_digest",
    "_version",
    "_kind",
    "_code",
    "_rung",
)
_LONGEST = 100

Fields = Mapping[str, object]

_THERE_SQLITE = "SELECT 1 FROM sqlite_master WHERE name = 'row_change'"
_THERE = "SELECT to_regclass('row_change')"
_NEWEST = "SELECT max(id) FROM row_touch"
_TAKE_SQLITE = "DELETE FROM row_touch WHERE id > ? RETURNING id, tbl, row_id, was, now"
_TAKE = "DELETE FROM row_touch WHERE tx = pg_current_xact_id()::text RETURNING id, tbl, row_id, was, now"
_WRITE_SQLITE = "INSERT INTO row_change (tbl, row_id, kind, salt, fields, at) VALUES (?, ?, ?, ?, ?, ?)"
_WRITE = (
    "INSERT INTO row_change (tbl, row_id, kind, salt, fields, at) SELECT *, %s"
    " FROM unnest(%s::text[], %s::bigint[], %s::text[], %s::text[], %s::text[])"
)


class Touch(NamedTuple):
    """One note of a trigger. `was` is None for a row that is new, `now` for one that is deleted.

    Of a new row `now` is the whole row as JSON; of a changed one it holds what changed, each field as `,"name":[was,is]`.
    """

    table: str
    row_id: int
    was: str | None
    now: str | None


class Line(NamedTuple):
    """One line of `row_change` to be: `kind` is insert, update, delete, or base for a row older than these lines."""

    table: str
    row_id: int
    kind: str
    salt: str
    fields: str


def mark(tx: Connection) -> None:
    """At the beginning of a transaction: what triggers noted before it belongs to nobody's transaction of ours."""
    kept = tx.info
    kept.pop("wrote", None)
    kept["row_mark"] = None
    sqlite = tx.dialect.name == "sqlite"
    if not kept.get("rows_held"):  # a connection that saw the table once sees it until a migration takes it away
        found = cursor(tx).execute(_THERE_SQLITE if sqlite else _THERE).fetchall()
        kept["rows_held"] = bool(found) and found[0][0] is not None
    if kept["rows_held"]:
        kept["row_mark"] = (cursor(tx).execute(_NEWEST).fetchall()[0][0] or 0) if sqlite else 0


def keep(tx: Connection) -> None:
    """At the end of a transaction of the program: what it changed stands in `row_change`. Does nothing when it wrote
    nothing."""
    begun = tx.info.get("row_mark")
    if begun is None or not tx.info.pop("wrote", False):
        return
    asked = (_TAKE_SQLITE, (begun,)) if tx.dialect.name == "sqlite" else (_TAKE,)
    found = cursor(tx).execute(*asked).fetchall()
    if found:
        found.sort()  # by their own numbers, which come first
        write(tx, lines(Touch(*note[1:]) for note in found))


def write(tx: Connection, made: Sequence[Line]) -> None:
    """Ensure that the lines stand in `row_change`."""
    if not made:
        return
    at = times.now().isoformat(timespec="seconds")
    if tx.dialect.name == "sqlite":
        cursor(tx).executemany(_WRITE_SQLITE, [(*line, at) for line in made])
    else:  # one statement for all: each costs the server and the driver several times what its row does
        columns = [list(column) for column in zip(*made, strict=True)]
        cursor(tx).execute(_WRITE, (at, *columns))


def lines(touches: Iterable[Touch]) -> list[Line]:
    """Return what the touches of one transaction come to; none for a row that is as it was."""
    rows: dict[tuple[str, int], _Touched] = {}
    for touch in touches:
        row = rows.get(touch[:2])
        if row is None:
            row = rows[touch[:2]] = _Touched(touch)
        row.follow(touch)
    return [line for row in rows.values() for line in row.lines()]


class _Touched:
    """A row on its way through a transaction."""

    __slots__ = ("changed", "gone", "row", "table", "there", "whole")

    def __init__(self, first: Touch) -> None:
        self.table, self.row, self.there = first.table, first.row_id, first.was is not None
        self.gone = False  # whether the row that was there was deleted
        self.whole: dict[str, object] | None = None  # a row made in this transaction
        self.changed: dict[str, list[object]] = {}  # fields of one that was there before

    def follow(self, touch: Touch) -> None:
        """Take what one more touch did."""
        if touch.now is None:
            self.gone, self.whole, self.changed = self.gone or self.there, None, {}
        elif touch.was is None:
            self.whole = _READER.decode(touch.now)
        else:
            for name, (was, now) in _pairs(touch.was, touch.now).items():
                if self.whole is not None:
                    self.whole[name] = now
                else:
                    self.changed[name] = [self.changed.get(name, (was,))[0], now]

    def lines(self) -> Iterator[Line]:
        """Yield what is to be kept of it."""
        if self.gone:
            yield Line(self.table, self.row, "delete", "", "{}")
        if self.whole is not None:
            yield _made(self.table, self.row, self.whole, "insert")
        elif self.changed and (fields := dict(_differing(self.table, self.changed))):
            salt = secrets.token_hex(8)
            told = {name: [shown(salt, name, one) for one in pair] for name, pair in fields.items()}
            yield Line(self.table, self.row, "update", salt, written(told))


def _pairs(was: str, now: str) -> dict[str, list[object]]:
    """Return what an update changed: the fields with what was and what is."""
    if was:  # a trigger of before revision 0040 notes whole rows
        before, after = _READER.decode(was), _READER.decode(now)
        return {name: [before.get(name), value] for name, value in after.items()}
    found: dict[str, list[object]] = _READER.decode("{" + now[1:] + "}")
    return found


def _differing(table: str, changed: Mapping[str, list[object]]) -> Iterator[tuple[str, tuple[object, object]]]:
    unheld = UNHELD.get(table, frozenset())
    for name, (was, now) in changed.items():
        if was is not now and name != "id" and name not in unheld and (one := _plain(was)) != (other := _plain(now)):
            yield name, (one, other)


def base(table: str, row_id: int, row: str) -> Line:
    """Return the first line of a row that is older than these lines."""
    return _made(table, row_id, _READER.decode(row), "base")


def _made(table: str, row_id: int, row: Mapping[str, object], kind: str) -> Line:
    salt = secrets.token_hex(8)
    unheld = UNHELD.get(table, frozenset())
    fields: dict[str, object] = {}
    for name, value in row.items():  # `_held` and `shown` in one: an import makes ten lines a row
        if name != "id" and name not in unheld:
            if isinstance(value, dict | list):
                value = _plain(value)
            fields[name] = shown(salt, name, value) if isinstance(value, str) else value
    return Line(table, row_id, kind, salt, written(fields))


def read(table: str, row: str) -> dict[str, object]:
    """Return the held fields of a row that a trigger or a verification wrote as JSON."""
    return dict(_held(table, _READER.decode(row)))


def _held(table: str, row: Mapping[str, object]) -> Iterator[tuple[str, Any]]:
    unheld = UNHELD.get(table, frozenset())
    return ((name, _plain(value)) for name, value in row.items() if name != "id" and name not in unheld)


def shown(salt: str, name: str, value: object) -> object:
    """Return a field as a line keeps it: itself, or its salted digest where it may be personal or is long."""
    if not isinstance(value, str):
        return value  # nothing, a number, a truth
    if len(value) <= _LONGEST and is_open(name):
        return value
    return "~" + hashlib.sha256(f"{salt}\n{name}\n{value}".encode()).hexdigest()[:40]


@cache
def is_open(name: str) -> bool:
    """Tell whether a column's words are no personal value: codes, states, numbers of ours, days."""
    return name in _OPEN or name.endswith(_OPEN_ENDS)


def written(fields: Fields) -> str:
    """Fields as the line keeps them, the same for the same fields."""
    return _WRITER.encode(fields)


def _plain(value: object) -> object:
    return json.dumps(value, ensure_ascii=False, sort_keys=True) if isinstance(value, dict | list) else value


def _number(digits: str) -> str:
    return format(float(digits), ".12g")


# Kept: json would make a new one of each for every row of every transaction.
_READER = json.JSONDecoder(parse_float=_number)
_WRITER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
