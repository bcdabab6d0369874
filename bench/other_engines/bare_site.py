"""The limit that bench/http_api.py holds the API against: a Flask route for each request, hand-written SQL, nothing proved.

Served by gunicorn as the site is. BARE_DATABASE is a file of SQLite or an address of PostgreSQL, BARE_FOLDER where uploads lie.
Each request knows its caller by a token and is committed before it is answered; a step reads the case under a lock, asks a table whether
it may follow, and writes case, event (hashed in its case's chain), limit and notice.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask, request

URL = os.environ["BARE_DATABASE"]
FOLDER = Path(os.environ["BARE_FOLDER"])
IS_SQLITE = not URL.startswith("postgresql")
KEY = "INTEGER PRIMARY KEY" if IS_SQLITE else "bigserial PRIMARY KEY"
TABLES = (
    "CREATE TABLE IF NOT EXISTS person (id INTEGER PRIMARY KEY, name TEXT, token TEXT UNIQUE)",
    f"CREATE TABLE IF NOT EXISTS material (id {KEY}, token TEXT UNIQUE, digest TEXT, person_id INTEGER, case_number TEXT)",
    f"CREATE TABLE IF NOT EXISTS cases (id {KEY}, number TEXT UNIQUE, state TEXT, version INTEGER, head TEXT, record TEXT, facts TEXT)",
    f"CREATE TABLE IF NOT EXISTS event (id {KEY}, number TEXT, seq INTEGER, command TEXT UNIQUE,"
    " body BYTEA, digest TEXT, UNIQUE (number, seq))",
    f"CREATE TABLE IF NOT EXISTS deadline (id {KEY}, number TEXT, due TEXT)",
    f"CREATE TABLE IF NOT EXISTS notice (id {KEY}, person_id INTEGER, number TEXT, title TEXT)",
)
MACHINE = {
    ("filed", "accept"): "accepted", ("accepted", "report_verification"): "reviewing", ("reviewing", "propose_grant"): "deciding",
    ("deciding", "grant"): "granted",
}  # fmt: skip
app = Flask(__name__)
held = threading.local()


def connection() -> Any:
    if not hasattr(held, "db"):
        if IS_SQLITE:
            held.db = sqlite3.connect(URL, isolation_level=None, timeout=30)
            held.db.execute("PRAGMA journal_mode=WAL")
            held.db.execute("PRAGMA synchronous=FULL")
        else:
            held.db = psycopg.connect(URL, autocommit=True, prepare_threshold=1)
            held.db.execute(
                "SET client_min_messages = warning; CREATE SCHEMA IF NOT EXISTS bare; SET search_path TO bare"
            )
    return held.db


def say(statement: str, *values: Any) -> Any:
    return connection().execute(statement if IS_SQLITE else statement.replace("?", "%s"), values)


@contextmanager
def one() -> Iterator[None]:
    say("BEGIN IMMEDIATE" if IS_SQLITE else "BEGIN")
    try:
        yield
    except BaseException:
        say("ROLLBACK")
        raise
    say("COMMIT")


def make() -> None:
    for statement in TABLES:
        say(statement)
    for n in range(5):
        digest = hashlib.sha256(f"token-{n}".encode()).hexdigest()
        say("INSERT INTO person (id, name, token) VALUES (?, ?, ?)", n + 1, f"person {n}", digest)


def caller() -> int:
    token = request.headers["Authorization"].removeprefix("Bearer ")
    return int(say("SELECT id FROM person WHERE token = ?", hashlib.sha256(token.encode()).hexdigest()).fetchone()[0])


@app.post("/api/v1/materials")
def materials() -> tuple[dict[str, Any], int]:
    person, content = caller(), request.files["file"].read()
    digest, token = hashlib.sha256(content).hexdigest(), os.urandom(16).hex()
    path = FOLDER / digest
    if not path.exists():
        path.write_bytes(content)
    with one():
        say("INSERT INTO material (token, digest, person_id) VALUES (?, ?, ?)", token, digest, person)
    return {"token": token}, 201


@app.post("/api/v1/cases")
def file() -> tuple[dict[str, Any], int]:
    person, given = caller(), request.get_json()
    number = os.urandom(8).hex()
    with one():
        say(
            "INSERT INTO cases (number, state, version, head, record, facts) VALUES (?, 'filed', 0, '', ?, ?)",
            number, given["record"], json.dumps(given["inputs"]),
        )  # fmt: skip
        for token in given["materials"]:
            say("UPDATE material SET case_number = ? WHERE token = ? AND person_id = ?", number, token, person)
        return moved(number, "file", "filed", 0, "", person), 201


@app.post("/api/v1/cases/<number>/actions/<action>")
def act(number: str, action: str) -> tuple[dict[str, Any], int]:
    person, given = caller(), request.get_json()
    with one():
        lock = "" if IS_SQLITE else " FOR UPDATE"
        state, version, head = say(f"SELECT state, version, head FROM cases WHERE number = ?{lock}", number).fetchone()
        assert version == given["expected_version"]
        return moved(number, action, MACHINE[state, action], version, head, person), 200


@app.get("/api/v1/cases/<number>")
def show(number: str) -> dict[str, Any]:
    caller()
    state, version = say("SELECT state, version FROM cases WHERE number = ?", number).fetchone()
    events = say("SELECT seq, body FROM event WHERE number = ? ORDER BY seq", number).fetchall()
    return {
        "case": number,
        "state": state,
        "version": version,
        "events": [json.loads(bytes(body)) for _, body in events],
    }


def moved(number: str, action: str, to: str, version: int, head: str, person: int) -> dict[str, Any]:
    command = request.headers["Idempotency-Key"]
    assert say("SELECT 1 FROM event WHERE command = ?", command).fetchone() is None
    body = json.dumps({"action": action, "to": to, "by": person, "at": datetime.now(UTC).isoformat()}).encode()
    digest = hashlib.sha256(head.encode() + b"\n" + body).hexdigest()
    say(
        "INSERT INTO event (number, seq, command, body, digest) VALUES (?, ?, ?, ?, ?)",
        number, version + 1, command, body, digest,
    )  # fmt: skip
    say("UPDATE cases SET state = ?, version = ?, head = ? WHERE number = ?", to, version + 1, digest, number)
    say("INSERT INTO deadline (number, due) VALUES (?, '2026-12-31')", number)
    say("INSERT INTO notice (person_id, number, title) VALUES (?, ?, ?)", person % 5 + 1, number, f"待办：{number}")
    return {"case": number, "state": to, "version": version + 1, "seq": version + 1, "action": action}
