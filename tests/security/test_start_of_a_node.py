"""What a node is started with: settings that fit together, bounds that reach the site, lines in the form that was asked for."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path

import pytest
import structlog
from sqlalchemy.exc import OperationalError

from repairflow import logs
from repairflow.app import web
from repairflow.app.program import Program, hasty
from repairflow.db import Database
from repairflow.errors import ConfigurationError
from repairflow.settings import Settings, load
from repairflow.web.core.context import SITE, Site


@pytest.fixture(autouse=True)
def _form_of_lines() -> Iterator[None]:
    yield
    logs.configure(as_json=False)


COUNTED = sorted(
    one.name for one in fields(Settings)
    if one.type == "int" and one.name not in {"proxies", "press_queue", "database_pool", "web_threads"}
)  # fmt: skip


@pytest.mark.parametrize(
    ("given", "says"),
    [
        *(({name: "0"}, name.upper()) for name in COUNTED),
        *(({name: "-1"}, name.upper()) for name in COUNTED),
        ({"proxies": "-1"}, "PROXIES"),
        ({"press_queue": "-1"}, "PRESS_QUEUE"),
        ({"web_threads": "7"}, "WEB_THREADS"),
        ({"database_pool": "15"}, "DATABASE_POOL"),
        ({"push_seconds": "91"}, "PUSH_SECONDS"),
        ({"port": "65536"}, "PORT"),
        ({"database_url": "mysql://db/x"}, "DATABASE_URL"),
        ({"public_url": "ftp://credit.example"}, "PUBLIC_URL"),
        ({"smtp_url": "http://mail.example"}, "SMTP_URL"),
        ({"log_json": "perhaps"}, "LOG_JSON"),
    ],
    ids=lambda value: "".join(f"{name}={text}" for name, text in value.items()) if isinstance(value, dict) else None,
)
def test_settings_that_do_not_fit_stop_the_start(tmp_path: Path, given: dict[str, str], says: str) -> None:
    environ = {"REPAIRFLOW_HOME": str(tmp_path)} | {f"REPAIRFLOW_{name.upper()}": text for name, text in given.items()}
    with pytest.raises(ConfigurationError, match=says):
        load(environ)


def test_the_key_of_sessions_is_made_for_its_account_alone(tmp_path: Path) -> None:
    """Before anything has set the umask, as a command does that only reads its settings."""
    before = os.umask(0)
    try:
        load({"REPAIRFLOW_HOME": str(tmp_path / "home")})
    finally:
        os.umask(before)
    key = tmp_path / "home" / "keys" / "session.key"
    assert [stat.S_IMODE(path.stat().st_mode) for path in (key, key.parent)] == [0o600, 0o700]


def test_the_site_waits_for_its_database_as_its_settings_say(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {"HOME": str(settings.home), "DATABASE_URL": str(settings.database_url), "DATABASE_LOCK_SECONDS": "4"}
    for name, text in given.items():
        monkeypatch.setenv(f"REPAIRFLOW_{name}", text)
    before = os.umask(0o077)
    try:
        site: Site = web.create().extensions[SITE]
    finally:
        os.umask(before)
    assert site.db.limits == hasty(site.settings)
    assert site.db.limits.lock == 4


@pytest.mark.parametrize("as_json", [True, False])
def test_lines_have_the_form_of_the_settings(
    settings: Settings, database: Database, capsys: pytest.CaptureFixture[str], as_json: bool
) -> None:
    Program.at(replace(settings, log_json=as_json))
    capsys.readouterr()
    structlog.get_logger("x").warning("something happened")
    said = capsys.readouterr().err
    assert said.startswith("{") is as_json
    if as_json:
        assert json.loads(said)["event"] == "something happened"


def test_a_statement_is_told_in_no_line() -> None:
    """Statements name what was looked for, and a broken one may hold it."""
    error = OperationalError("SELECT id FROM person WHERE name = 何不言", {"name": "何不言"}, ValueError("x"))
    assert logs.words(error) == "OperationalError；ValueError: x"
    assert "何不言" not in logs.for_people(error)
