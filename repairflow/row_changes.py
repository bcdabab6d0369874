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
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection

from repairflow import times

EXEMPT = frozenset(
    {
        "web_session", "draft", "notice", "preference",  # sessions, drafts, notices
        "heartbeat", "attempt", "command_claim", "job", "job_error",  # what machines remember of themselves
        "event", "event_personal", "log_leaf",  # the trail proves itself
        "row_touch", "row_change", "alembic_version",
    }
)  # fmt: skip
"""Tables whose rows are not held to be facts."""

UNHELD: Mapping[str, frozenset[str]] = {
    "outbox": frozenset({"attempts", "lease_until", "last_error"}),
    "import_run": frozenset({"rows_done"}),
    # the chains prove these: `auditing.verify`
    "cases": frozenset({"version", "chain_head"}),
    "record": frozenset({"chain_seq", "chain_head"}),
    "letter": frozenset({"number", "kind", "text_digest", "chain_head"}),
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

Fields = Mapping[str, Any]


class Touch(NamedTuple):
    """One note of a trigger: the row as it was and as it is, as JSON; None where there was none."""

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
    tx.info.pop("wrote", None)
    tx.info["row_mark"] = None
    if tx.dialect.name == "sqlite":
        known = tx.info.get("rows_held")  # a connection that saw the table once sees it until a migration takes it away
        if not known:
            known = tx.info["rows_held"] = bool(_ask(tx, "SELECT 1 FROM sqlite_master WHERE name = 'row_change'"))
        if known:
            tx.info["row_mark"] = _ask(tx, "SELECT coalesce(max(id), 0) FROM row_touch")[0][0]
    else:
        known = tx.info.get("rows_held")
        if not known:
            known = tx.info["rows_held"] = _ask(tx, "SELECT to_regclass('row_change')")[0][0] is not None
        if known:
            tx.info["row_mark"] = 0


def keep(tx: Connection) -> None:
    """At the end of a transaction of the program: what it changed stands in `row_change`. Does nothing when it wrote
    nothing."""
    begun = tx.info.get("row_mark")
    if begun is None or not tx.info.pop("wrote", False):
        return
    if tx.dialect.name == "sqlite":
        found = _ask(tx, "SELECT tbl, row_id, was, now FROM row_touch WHERE id > ? ORDER BY id", (begun,))
    else:
        found = _ask(
            tx,
            "SELECT tbl, row_id, was, now FROM row_touch WHERE tx = pg_current_xact_id()::text ORDER BY id",
        )
    if not found:
        return
    write(tx, lines(Touch(*row) for row in found))
    if tx.dialect.name == "sqlite":
        _do(tx, "DELETE FROM row_touch WHERE id > ?", (begun,))
    else:
        _do(tx, "DELETE FROM row_touch WHERE tx = pg_current_xact_id()::text")


def write(tx: Connection, made: Iterable[Line]) -> None:
    """Afterwards the lines stand in `row_change`."""
    at = times.now().isoformat(timespec="seconds")
    cursor = tx.connection.cursor()
    mark_of = "?" if tx.dialect.name == "sqlite" else "%s"
    places = ", ".join([mark_of] * 6)
    try:
        cursor.executemany(
            f"INSERT INTO row_change (tbl, row_id, kind, salt, fields, at) VALUES ({places})",  # noqa: S608  # no value
            [(*line, at) for line in made],
        )
    finally:
        cursor.close()


def lines(touches: Iterable[Touch]) -> list[Line]:
    """What the touches of one transaction come to, one line a row; none for a row that is as it was."""
    first: dict[tuple[str, int], str | None] = {}
    last: dict[tuple[str, int], str | None] = {}
    for table, row_id, was, now in touches:
        first.setdefault((table, row_id), was)
        last[table, row_id] = now
    made = (line(Touch(*row, first[row], now)) for row, now in last.items())
    return [one for one in made if one is not None]


def line(touch: Touch, kind: str = "insert") -> Line | None:
    """The line of one row; `kind` is that of a row that was not there before. None when nothing is to be kept."""
    table, row_id, was, now = touch
    if was is None and now is None:
        return None
    salt = secrets.token_hex(8)
    if now is None:
        return Line(table, row_id, "delete", "", "{}")
    if was is None:
        new = read(table, now)
        return Line(table, row_id, kind, salt, written({name: shown(salt, name, new[name]) for name in new}))
    changed = {
        name: [shown(salt, name, before), shown(salt, name, after)]
        for name, before, after in _differing(table, was, now)
    }
    return Line(table, row_id, "update", salt, written(changed)) if changed else None


def read(table: str, row: str) -> dict[str, Any]:
    """The held fields of a row that a trigger or a verification wrote as JSON."""
    unheld = UNHELD.get(table, frozenset())
    return {name: _plain(value) for name, value in _READER.decode(row).items() if name != "id" and name not in unheld}


def _differing(table: str, was: str, now: str) -> Iterator[tuple[str, object, object]]:
    """The held fields that are not what they were, with both values as `read` gives them. Most of a row is as it was, so
    what is the same is looked at no further."""
    unheld = UNHELD.get(table, frozenset())
    before = _READER.decode(was)
    for name, value in _READER.decode(now).items():
        old = before.get(name)
        if (old is value or (old == value and not isinstance(value, dict | list))) or name == "id" or name in unheld:
            continue
        if (one := _plain(old)) != (other := _plain(value)):
            yield name, one, other


def shown(salt: str, name: str, value: object) -> object:
    """A field as a line keeps it: itself, or its salted digest where it may be personal or is long."""
    if not isinstance(value, str):
        return value  # nothing, a number, a truth
    if len(value) <= _LONGEST and is_open(name):
        return value
    return "~" + hashlib.sha256(f"{salt}\n{name}\n{value}".encode()).hexdigest()[:40]


def is_open(name: str) -> bool:
    """Whether a column's words are no personal value: codes, states, numbers of ours, days."""
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


def _ask(tx: Connection, statement: str, values: tuple[object, ...] = ()) -> list[Any]:
    cursor = tx.connection.cursor()
    try:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
    finally:
        cursor.close()


def _do(tx: Connection, statement: str, values: tuple[object, ...] = ()) -> None:
    cursor = tx.connection.cursor()
    try:
        cursor.execute(statement, values)
    finally:
        cursor.close()
