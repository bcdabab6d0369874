"""What each test makes the database's server execute, and what it costs; a plug-in of pytest, see `scripts/asked_once.py`.

    REPAIRFLOW_TEST_DATABASE=postgresql python -m pytest -p tests.support.statements_asked --statements FILE …

FILE gets a line of JSON for each test: its name, the seconds of processor time of the test with all it started and of the
server, and what it asked, as digests; the text of a digest stands at the first line that has it. The server's own log says
what it was asked, so processes a test starts are heard like the test itself.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

import pytest

from tests.support import databases, one_database

MARK = "#-# "
"""Begins every line the server writes of its own; what follows without it belongs to the line before."""
LOGGED = f"""
log_statement = all
log_line_prefix = '{MARK}%e '
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_error_verbosity = terse
log_lock_waits = on
lc_messages = 'C'
"""
TICKS = os.sysconf("SC_CLK_TCK")
_LINE = re.compile(r"(\w{5}) (\w+): +(?:statement: |execute [^:]*: )?(.*)", re.DOTALL)
_NUMBERS = re.compile(r"\$\d+|(?<![\w.])\d+(?:\.\d+)?\b")
_NAMES = re.compile(r"\b(rf|sa_savepoint|_pg3|pg_temp)_?\d+\b|\bc_[0-9a-f]{8,}_[0-9a-f]+\b")
_MANY = re.compile(r"(\?(?:::[\w ]+)?)(?:, *\?(?:::[\w ]+)?)+")
_ROWS = re.compile(r"(\([^()]*\))(?:, *\1)+")


def normalised(text: str) -> str:
    """The text of a statement without the values in it, nor how many of one kind."""
    text = " ".join(text.split())
    text = _NUMBERS.sub("?", _NAMES.sub("a", text))
    return _ROWS.sub(r"\1", _MANY.sub(r"\1", text))


class Log:
    """What a server has written since one last looked."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[str, str] = {}
        path.touch()
        self._file = path.open(encoding="utf-8", errors="replace", newline="\n")

    def asked(self) -> set[str]:
        """Statements and refusals since the last time, normalised; the file is emptied."""
        found = set()
        for entry in self._file.read().split(MARK)[1:]:
            if entry not in self._known:
                self._known[entry] = self._of(entry)
            found.add(self._known[entry])
        if self._file.tell() > 64 * 1024 * 1024:
            os.truncate(self._path, 0)
            self._file.seek(0)
        return found - {""}

    @staticmethod
    def _of(entry: str) -> str:
        line = _LINE.match(entry)
        if line is None:
            return ""
        code, level, text = line.groups()
        if level in {"ERROR", "FATAL", "PANIC"}:
            return f"{level} {code} " + re.sub(r'".*?"|\d+', "?", text.splitlines()[0])
        if level == "LOG" and ("statement: " in entry[:40] or "execute " in entry[:40]):
            return normalised(text)
        if level == "LOG" and "still waiting for" in text:
            return "LOG waits for a lock"
        return ""


def _seconds(pid: int) -> float:
    """Processor time of a process, those it has started and those it has outlived; nothing once it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        children = {child for task in tasks for child in (task / "children").read_text().split()}
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / TICKS + sum(_seconds(int(child)) for child in children)


class Recorder:
    """Writes what each test asked and took."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._told: set[str] = set()
        self._log: Log | None = None
        self._postmaster = 0
        """The server's first process, once there is one."""

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Iterator[Any]:
        """Once there is a server, its log is read."""
        result = yield
        if isinstance(result, databases.PostgreSQL):
            with result._at("postgres") as tx:
                ((folder,),) = tx.execute("SHOW data_directory").fetchall()
            self._postmaster = int((Path(str(folder)) / "postmaster.pid").read_text().splitlines()[0])
            self._log = Log(Path(str(folder)) / "log")
            self._log.asked()
        return result

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[Any]:
        mine, server = _seconds(os.getpid()), _seconds(self._postmaster) if self._postmaster else 0.0
        result = yield
        asked = self._log.asked() if self._log is not None else set()
        line: dict[str, Any] = {
            "test": item.nodeid,
            "seconds": round(_seconds(os.getpid()) - mine, 3),
            "server": round(_seconds(self._postmaster) - server, 3) if server else 0.0,
        }
        digests = {hashlib.sha256(text.encode()).hexdigest()[:12]: text for text in asked}
        line["left_out"] = one_database.left_out(item)
        line["asked"] = sorted(digests)
        line["texts"] = {key: text for key, text in digests.items() if key not in self._told}
        self._told |= digests.keys()
        self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._file.flush()
        return result


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--statements", metavar="FILE", help="where what each test asked is written")


def pytest_configure(config: pytest.Config) -> None:
    wanted = config.getoption("--statements")
    if wanted:
        databases.POSTGRESQL_CONF += LOGGED
        worker = os.environ.get("PYTEST_XDIST_WORKER", "")
        path = Path(f"{wanted}.{worker}" if worker else wanted)
        config.pluginmanager.register(Recorder(path.open("a", encoding="utf-8")))
