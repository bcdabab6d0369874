"""What no log line, no error and no `repr` may say; and that every line is one object that says where it belongs."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import structlog
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from repairflow import logs
from repairflow.app.program import Program
from repairflow.app.web import make_app
from repairflow.casework.context import Services
from repairflow.cli import main
from repairflow.db import Database
from repairflow.errors import ConfigurationError
from repairflow.gateway.mail import SmtpMail
from repairflow.redaction import redact
from repairflow.settings import Settings, load
from repairflow.vault import Vault
from repairflow.web.core import access
from repairflow.worker.heartbeat import Tick
from tests.conftest import Clock
from tests.support.building import Town, law
from tests.support.calling import Caller

PASSWORD, KEY, RESIDENT = "hush-hush", "the-session-key-of-this-node", "11010519491231002X"
TRADER = "92320830MA1X2Y3T4C"
ADDRESS = f"postgresql+psycopg://rf:{PASSWORD}@db.example.gov.cn:5432/repairflow"
SECRETS = (PASSWORD, KEY, RESIDENT, "db.example.gov.cn")


@pytest.fixture(autouse=True)
def _form() -> Iterator[None]:
    before = structlog.get_config()
    logs.configure(as_json=True)
    yield
    structlog.configure(**before)
    for handler in logging.getLogger().handlers[:]:
        if isinstance(handler, logs._Handler):
            logging.getLogger().removeHandler(handler)


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """What was logged: every line of standard error is an object, and nothing went to standard output."""
    said = capsys.readouterr()
    assert said.out == ""
    return [json.loads(line) for line in said.err.splitlines()]


def bare(said: object) -> None:
    for secret in SECRETS:
        assert secret not in str(said), secret


@pytest.fixture
def secretive(settings: Settings) -> Settings:
    return replace(settings, secret_key=KEY, database_url=ADDRESS, smtp_url=f"smtp://rf:{PASSWORD}@db.example.gov.cn")


def test_settings_show_no_secret(secretive: Settings) -> None:
    bare(repr(secretive))
    bare(f"{secretive}")
    bare(repr(Program(secretive, None, None)))  # type: ignore[arg-type]  # only its settings matter here
    bare(repr(SmtpMail(secretive.smtp_url, "a@b")))
    assert secretive.secret_key == KEY  # it is still the key


def test_faulty_settings_are_told_without_secrets(home: Path) -> None:
    environ = {"REPAIRFLOW_HOME": str(home), "REPAIRFLOW_DATABASE_URL": f"mysql://rf:{PASSWORD}@db.example.gov.cn/x"}
    with pytest.raises(ConfigurationError) as refused:
        load({**environ, "REPAIRFLOW_SMTP_URL": f"http://rf:{PASSWORD}@db.example.gov.cn"})
    bare(refused.value)


def test_an_error_is_told_without_values_and_locals(secretive: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    def breaks(settings: Settings, number: str) -> None:
        raise ValueError(f"cannot use '{number}' with {settings.database_url} and {settings}")

    Tick("sweep", 5, lambda: breaks(secretive, RESIDENT))()
    (line,) = lines(capsys)
    bare(line)
    assert (line["event"], line["tick"], line["error"], line["level"]) == (
        "tick failed",
        "sweep",
        "ValueError",
        "error",
    )
    assert line["words"].startswith("ValueError: cannot use")
    assert line["where"][-1].startswith("tests/security/test_secrets.py:")
    assert line["where"][-1].endswith(" breaks")


def test_a_statement_is_told_without_its_values(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    def breaks() -> None:
        with database.begin() as tx:
            tx.execute(text("INSERT INTO no_such_table VALUES (:number)"), {"number": RESIDENT})

    Tick("sweep", 5, breaks)()
    (line,) = lines(capsys)
    bare(line)
    assert "OperationalError" in line["words"] or "UndefinedTable" in line["words"]
    with pytest.raises(DBAPIError) as error:
        breaks()
    bare(error.value)  # whoever prints the error itself


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (f"证件 {RESIDENT} 不符", "证件 … 不符"),
        ("旧证件 110105491231002", "旧证件 …"),
        (f"个体户 {TRADER}", "个体户 …"),
        ("企业 91320830MA1X2Y3T4C", "企业 91320830MA1X2Y3T4C"),  # a company is no person
        ("电话 13800138000", "电话 …"),
        (f"cannot reach {ADDRESS}", "cannot reach postgresql+psycopg://…"),
        ("smtp://rf:hush@mail.example:587", "smtp://…@mail.example:587"),
        ("sqlite:////srv/repairflow/repairflow.db is locked", "sqlite://… is locked"),
        ("host=db user=rf password=hush dbname=x", "host=db user=rf password=… dbname=x"),
        ("Authorization: Bearer abcdefgh12345678", "Authorization: Bearer …"),
        (f"cookie {'a' * 43}", "cookie …"),
        ("核" * 43, "核" * 43),  # a sentence of as many characters is no token
        ("GET /verify/Zm9vYmFyYmF6cXV4eHg HTTP/1.1", "GET /verify/… HTTP/1.1"),
        ({"password": "hush", "case": "XF-2026-000001"}, {"password": "…", "case": "XF-2026-000001"}),
        ({"rows": [{"api_token": "hush"}, RESIDENT]}, {"rows": [{"api_token": "…"}, "…"]}),
        ({"born": "2010-05-20"}, {"born": "…"}),
        ({"at": 12, "final": True, "none": None}, {"at": 12, "final": True, "none": None}),
    ],
    ids=lambda value: str(value)[:24],
)
def test_what_is_hidden(said: object, shown: object) -> None:
    assert redact(said) == shown


def test_every_way_of_logging_is_redacted(capsys: pytest.CaptureFixture[str]) -> None:
    structlog.get_logger("x").warning(f"words of {RESIDENT}", detail=[f"token={PASSWORD}"])
    logging.getLogger("some.library").warning("cannot reach %s", ADDRESS)
    said = lines(capsys)
    bare(said)
    assert [line["level"] for line in said] == ["warning", "warning"]
    assert said[1]["logger"] == "some.library"


def test_plain_lines_are_lines_too(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(as_json=False)
    structlog.get_logger("x").warning(f"two\nlines of {RESIDENT}", why="a\nb")
    said = capsys.readouterr().err
    bare(said)
    assert said.count("\n") == 1


def application(town: Town, **changes: Any) -> Flask:
    settings = replace(town.settings, **changes)
    return make_app(Program(settings, town.db, Services.of(law(), Vault(b"v" * 32), settings)))


@pytest.fixture
def town(database: Database, settings: Settings, clock: Clock) -> Town:
    return Town(database, settings)


def test_each_request_leaves_a_line_with_its_id_and_case(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    case = town.file_repair()
    app = application(town, log_json=True)
    caller = Caller(app, town, "acceptor@ENV")
    capsys.readouterr()
    answer = caller.get(f"/cases/{case}?q={RESIDENT}")
    app.test_client().get(f"/verify/{'t' * 22}")
    first, second = lines(capsys)
    assert (first["event"], first["case"], first["status"], first["method"]) == ("request", case, 200, "GET")
    assert first["request_id"] == answer.headers["X-Request-ID"]
    assert first["person"] == town.people["acceptor@ENV"]
    assert first["route"] == "/api/v1/cases/<number>"
    assert isinstance(first["ms"], int)
    assert "case" not in second
    assert second["request_id"] != first["request_id"]
    assert "t" * 22 not in str(second)
    bare([first, second])


def test_without_the_setting_requests_leave_no_line(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    app = application(town)
    capsys.readouterr()
    app.test_client().get("/login")
    assert lines(capsys) == []


def test_a_broken_request_is_told_with_its_id(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    app = application(town)

    @app.get("/login/broken")
    def broken() -> str:
        number, key = RESIDENT, KEY
        raise KeyError(number + key)

    access.declare(app, "broken", access.PUBLIC)
    capsys.readouterr()
    answer = app.test_client().get("/login/broken")
    (line,) = lines(capsys)
    assert (line["event"], line["error"]) == ("request failed", "KeyError")
    assert line["request_id"] == answer.headers["X-Request-ID"]
    assert line["where"][-1].endswith(" broken")
    bare(line)
    bare(answer.text)


def test_a_command_that_fails_shows_no_address(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("REPAIRFLOW_HOME", str(home))
    monkeypatch.setenv("REPAIRFLOW_DATABASE_URL", f"postgresql+psycopg://rf:{PASSWORD}@127.0.0.1:1/repairflow")
    with pytest.raises(SystemExit) as ended:
        main(["deadlines", "list"])
    said = capsys.readouterr()
    assert ended.value.code == 3
    assert "连接不上数据库" in said.err
    bare(said)


def test_init_names_its_database_without_the_password(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("REPAIRFLOW_HOME", str(settings.home))
    address = str(settings.database_url)
    if "postgres@" in address:
        address = address.replace("postgres@", f"postgres:{PASSWORD}@")
    monkeypatch.setenv("REPAIRFLOW_DATABASE_URL", address)
    with pytest.raises(SystemExit) as ended:
        main(["init"])
    said = capsys.readouterr()
    assert (ended.value.code, "数据库已就绪" in said.out) == (0, True)
    bare(said)
