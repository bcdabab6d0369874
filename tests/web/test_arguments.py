"""What a request brings is read by one reader: every kind of wrong value has its answer, and no view reads past it."""

from __future__ import annotations

import ast
import io
import re
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import EnvironBuilder

from repairflow import plain
from repairflow.errors import Invalid, Unreadable
from repairflow.web.core import arguments
from tests.house.sources import dotted, modules

SEEN: list[object] = []


@pytest.fixture
def app() -> Flask:
    app = Flask("asked")
    app.testing = True
    arguments.install(app)
    SEEN.clear()

    @app.get("/rows/<int:row>")
    def row(row: int) -> str:
        SEEN.append(row)
        return "row"

    @app.route("/named/<name>", methods=["GET", "POST"])
    def named(name: str) -> str:
        SEEN.append(name)
        return "named"

    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.mark.parametrize(
    ("written", "read"),
    [("1", 1), ("0012", 12), (str(2**63 - 1), 2**63 - 1)]
    + [(text, None) for text in ("0", str(2**63), "9" * 30, "-1", "+1", "1_0", "１", "1%00", "x", "1.0")],
)
def test_the_key_of_a_row_is_a_number_that_a_column_holds(client: FlaskClient, written: str, read: int | None) -> None:
    assert client.get(f"/rows/{written}").status_code == (404 if read is None else 200)
    assert ([] if read is None else [read]) == SEEN


@pytest.mark.parametrize(
    ("written", "read"),
    [("XF-2026-000001", "XF-2026-000001"), ("溪环", "溪环"), ("x" * 200, "x" * 200)]
    + [(text, arguments.NOTHING) for text in ("x" * 201, "a%00b", "%1b", "%0a", "%C2%85", "%E2%80%AE")],
)
def test_a_part_of_a_path_that_is_no_name_names_nothing(client: FlaskClient, written: str, read: str) -> None:
    client.get(f"/named/{written}")
    assert [read] == SEEN


@pytest.mark.parametrize(
    ("query", "read"),
    [
        ("", ""),
        ("a=", ""),
        ("a=+明川+", "明川"),
        ("a=1&a=1", "1"),
        ("a=明川%09食品", "明川\t食品"),  # pasted from a table
        ("b=2", ""),
        ("a=" + "字" * 200, "字" * 200),
        ("a=" + "字" * 201, Unreadable),
        ("a=1&a=2", Unreadable),
        ("a=%00", Unreadable),
        ("a=x%1by", Unreadable),
        ("a=%7f", Unreadable),
        ("b=%00", Unreadable),  # not asked for, and the page might carry it on
        ("%00=1", Unreadable),
        ("x" * 201 + "=1", Unreadable),
    ],
)
def test_text_that_an_address_asks(app: Flask, query: str, read: str | type[Exception]) -> None:
    with app.test_request_context(f"/named/x?{query}"):
        if isinstance(read, str):
            assert arguments.text("a") == read
        else:
            with pytest.raises(read):
                arguments.text("a")


def test_after_a_refusal_there_is_nothing_left_to_read(app: Flask) -> None:
    """The error's own page shows the search again: it must not fail in turn."""
    with app.test_request_context("/named/x?q=%00"):
        with pytest.raises(Unreadable):
            arguments.text("q")
        assert arguments.text("q") == ""


@pytest.mark.parametrize(
    ("query", "read"),
    [("", None), ("n=", None), ("n=0", 0), ("n=12", 12), (f"n={2**63 - 1}", 2**63 - 1)]
    + [(f"n={text}", Invalid) for text in (2**63, "9" * 30, "-1", "１２", "²", "1_0", "%2B1", "0x1", "x")]
    + [("n=" + "9" * 5000, Unreadable), ("n=1&n=2", Unreadable)],
)
def test_a_number_that_an_address_asks(app: Flask, query: str, read: int | type[Exception] | None) -> None:
    with app.test_request_context(f"/named/x?{query}"):
        if isinstance(read, type):
            with pytest.raises(read):
                arguments.number("n")
        else:
            assert arguments.number("n") == read


@pytest.mark.parametrize(
    "part",
    [
        b'name="a"\r\n\r\nlost \x00',
        b'name="a\x00"\r\n\r\nlost',
        b'name="a"; filename="\x00.png"\r\n\r\nlost',
        b"name=\"a\"; filename*=UTF-8''a%00.png\r\n\r\nlost",
        b"\r\n\r\nlost",  # without a name
        b'name="' + b"a" * 201 + b'"\r\n\r\nlost',
    ],
)
def test_a_form_with_what_no_database_holds_is_refused_whole(part: bytes) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="good"\r\n\r\n1\r\n--x\r\n'
    body += b"Content-Disposition: form-data; " + part + b"\r\n--x--\r\n"
    environ = EnvironBuilder(
        "/named/x", method="POST", input_stream=io.BytesIO(body), content_type="multipart/form-data; boundary=x",
        content_length=len(body),
    ).get_environ()  # fmt: skip
    request = arguments.Request(environ)
    with pytest.raises(Unreadable):
        _ = request.form
    assert (len(request.form), len(request.files)) == (0, 0)


@pytest.mark.parametrize(
    ("text", "holds"), [("明川 𠮷", True), ("", True), ("a\x00", False), ("\ud800", False), ("x\udfff", False)]
)
def test_what_a_database_holds(text: str, holds: bool) -> None:
    assert plain.storable(text) is holds


@pytest.mark.parametrize(
    ("text", "read"),
    [("2026-06-20", date(2026, 6, 20))]
    + [
        (text, None)
        for text in ("", "20260620", "2026-W25-6", "2026-6-20", "２０２６-06-20", "0001-01-01", "9999-12-31")
    ],
)
def test_a_day_is_written_in_one_way(text: str, read: date | None) -> None:
    if read is not None:
        assert plain.day(text) == read
    else:
        with pytest.raises(ValueError, match=r"."):
            plain.day(text)


@pytest.mark.parametrize("text", ["0001-01-01T00:00", "0001-01-01T00:00+14:00", "9999-12-31T23:59-12:00", "x", ""])
def test_a_moment_far_off_is_none(text: str) -> None:
    """To turn the first or the last year there is into another zone breaks off."""
    with pytest.raises(ValueError, match=r"."):
        plain.moment(text)


READS_ITSELF = {
    "repairflow/web/core/arguments.py": "the reader",
    "repairflow/web/core/security.py": "whether a static file's address names its version",
}


def test_no_view_reads_an_address_past_the_reader() -> None:
    direct = re.compile(r"(^|\.)request\.(args|values|query_string)\b")
    found = {
        m.path
        for m in modules()
        if m.path.startswith("repairflow/web/")
        for node in ast.walk(m.tree)
        if direct.search(dotted(node))
    }
    assert found == READS_ITSELF.keys()


def test_no_view_makes_numbers_or_days_of_texts_by_itself() -> None:
    """int() and fromisoformat take more than anybody means: other scripts' digits, underscores, numbers no column holds."""
    loose = re.compile(r"(^|\.)(isdecimal|isdigit|isnumeric|fromisoformat|strptime)$")
    spans = re.compile(r"\.(total_seconds|timestamp)$")
    allowed = {
        "repairflow/web/core/incoming.py": "bytes, whose digits are ASCII, and sixteen of them at most",
    }
    found = [
        f"{m.path}:{call.lineno} {dotted(call.func)}"
        for m in modules()
        if m.path.startswith("repairflow/web/") and m.path not in allowed
        for call in ast.walk(m.tree)
        if isinstance(call, ast.Call)
        and (loose.search(dotted(call.func)) or dotted(call.func) == "int")
        and not (call.args and isinstance(call.args[0], ast.Call) and spans.search(dotted(call.args[0].func)))
    ]
    assert found == []
