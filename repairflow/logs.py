"""Log lines: configured once for site, worker and commands; each passes one redaction, and no error tells its values.

A traceback that shows locals shows the settings, and with them the session's key and the database's password. So a line
has the kinds of the errors, their words without what stands in quotes, and where they were raised: nothing else.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from repairflow import times
from repairflow.errors import RepairFlowError
from repairflow.redaction import redact
from repairflow.trouble import of_postgresql, trouble_of

FRAMES = 12
DEPTH = 4
_HOME = str(Path(__file__).parent.parent) + "/"
_LIBRARIES = re.compile(r"^.*/(?:site-packages|lib/python[\d.]+)/")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|“[^”]*”|‘[^’]*’|「[^」]*」")
_LONG_NUMBER = re.compile(r"\d{5,}")
LONGEST = 300


def configure(*, as_json: bool) -> None:
    """Ensure that every line of structlog and of the standard library goes to standard error in one form.

    `as_json`: one JSON object a line. Calling it again changes the form and nothing else.
    """
    _shape(as_json)
    root = logging.getLogger()
    for handler in root.handlers[:]:
        if isinstance(handler, _Handler):
            root.removeHandler(handler)
    root.addHandler(_Handler(as_json))


def _shape(as_json: bool) -> None:
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, structlog.processors.add_log_level, _Renderer(as_json)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),  # as it is now: whoever redirects it is followed
        cache_logger_on_first_use=False,
    )


class _Renderer:
    """The last processor: from what a line says to its text."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json

    def __call__(self, _logger: object, _method: str, said: MutableMapping[str, object]) -> str:
        return line(said, as_json=self._as_json)


class Lines(logging.Formatter):
    """The same form for what libraries log."""

    def __init__(self, as_json: bool) -> None:
        super().__init__()
        self._as_json = as_json

    def format(self, record: logging.LogRecord) -> str:
        """Return one line."""
        said: dict[str, object] = {
            "event": record.getMessage(),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        if record.exc_info:
            said["exc_info"] = record.exc_info
        return line(structlog.contextvars.get_contextvars() | said, as_json=self._as_json)


class _Handler(logging.StreamHandler[Any]):
    """Ours, on the root logger."""

    def __init__(self, as_json: bool) -> None:
        super().__init__()
        self.setFormatter(Lines(as_json))

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stderr
        super().emit(record)


def line(said: Mapping[str, object], *, as_json: bool) -> str:
    """Return one line: the time, what is said, and of an error (`exc_info`) its words and places."""
    rest = dict(said)
    error = _error_of(rest.pop("exc_info", None))
    rest.pop("stack_info", None)
    if error is not None:
        rest |= description(error)
    whole = {
        "at": times.now().isoformat(timespec="milliseconds"),
        **{name: redact(one, name) for name, one in rest.items()},
    }
    if as_json:
        return json.dumps(whole, ensure_ascii=False, default=str)
    shown = " ".join(f"{name}={_plain(value)}" for name, value in whole.items() if name not in {"at", "level", "event"})
    return f"{whole['at']} [{whole.get('level', 'info')}] {_one_line(str(whole.get('event', '')))} {shown}".rstrip()


def description(error: BaseException) -> dict[str, object]:
    """Return an error as a log line may tell it: its kind, its words, and where it was raised, innermost last."""
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    return {
        "error": type(error).__qualname__,
        "words": words(error),
        "where": [f"{_place(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames],
    }


def words(error: BaseException) -> str:
    """Return what an error says, without values: texts in quotes and long numbers are left out, and statements altogether."""
    said, one = [], error
    for _ in range(DEPTH):
        said.append(_words(one))
        behind = one.orig if isinstance(one, DBAPIError) and one.orig is not None else one.__cause__
        if behind is None or behind is one:
            break
        one = behind
    return "；".join(dict.fromkeys(said))


def for_people(error: BaseException) -> str:
    """Return what a page may say of an error nobody foresaw: the trouble behind it, or its words without values."""
    if (trouble := trouble_of(error)) is not None:
        return trouble.message
    of_database = isinstance(error, SQLAlchemyError) or of_postgresql(error) is not None
    return words(error) if of_database else _safe(str(error))


def _words(error: BaseException) -> str:
    kind = type(error).__qualname__
    if (refused := of_postgresql(error)) is not None:
        parts = [kind, refused.sqlstate, refused.diag.table_name, refused.diag.constraint_name]
        return " ".join(part for part in parts if part)
    if isinstance(error, SQLAlchemyError):
        return kind
    if isinstance(error, RepairFlowError):
        return f"{kind}: {_safe(error.message)}"
    return f"{kind}: {_safe(str(error))}" if str(error) else kind


def _safe(text: str) -> str:
    """Quoted parts are what somebody sent or what a row held; so are long numbers."""
    return _one_line(_LONG_NUMBER.sub("…", _QUOTED.sub("‘…’", str(redact(text)))))[:LONGEST]


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _plain(value: object) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else _one_line(str(value))


def _place(file: str) -> str:
    return _LIBRARIES.sub("", file.removeprefix(_HOME))


def _error_of(given: object) -> BaseException | None:
    if isinstance(given, BaseException):
        return given
    if isinstance(given, tuple):
        return given[1] if isinstance(given[1], BaseException) else None
    return sys.exc_info()[1] if given else None


_shape(as_json=False)  # before anybody configures, too: structlog's own tracebacks show locals
