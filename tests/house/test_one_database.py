"""The list of tests that PostgreSQL need not be asked: it names tests that are there, and leaves out no statement."""

from __future__ import annotations

import ast
from functools import cache

import pytest

from scripts import asked_once
from scripts.asked_once import Seen, chosen, folded, unasked
from tests.house.sources import ROOT
from tests.support import one_database
from tests.support.statements_asked import normalised


@cache
def functions(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(one.name for one in tree.body if isinstance(one, ast.FunctionDef))


def test_every_line_names_a_test_that_is_there() -> None:
    """A renamed test runs on both; its old name is taken off the list."""
    for line in one_database.listed():
        path, _, rest = line.partition("::")
        assert (ROOT / path).is_file(), line
        assert rest.partition("[")[0] in functions(path), (
            f"{line}: a module is not listed, or its next test would be, too"
        )


def test_what_is_about_more_than_statements_is_not_listed() -> None:
    assert [line for line in one_database.listed() if asked_once.KINDS.search(line)] == []


def test_a_test_is_listed_by_itself_or_its_function(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one_database, "listed", lambda: frozenset({"b.py::test_one", "b.py::test_two[x::y]"}))
    told = [
        "b.py::test_one[1]",
        "b.py::test_two[x::y]",
        "b.py::test_two[z]",
        "b.py::test_on",
        "c.py",
    ]
    assert [one_database.is_listed(one) for one in told] == [True, True, False, False, False]


HERE = "tests/house/test_one_database.py"


def seen(name: str, seconds: float, asked: str, *, left_out: bool = False) -> Seen:
    return Seen(f"{HERE}::{name}", seconds, frozenset(asked), left_out)


def test_the_cheapest_tests_that_ask_for_everything_stay() -> None:
    tests = [
        seen("test_dear", 9, "abc"), seen("test_cheap[1]", 1, "ab"), seen("test_cheap[2]", 1, "bc"),
        seen("test_same[1]", 1, "a"), seen("test_same[2]", 1, "c"), seen("test_alone", 90, "d"),
        seen("test_marked", 1, "e", left_out=True),
    ]  # fmt: skip
    by_name = {one.test: one for one in tests}
    out = chosen(by_name, dict.fromkeys("abcde", "SELECT ?"))
    assert out == {f"{HERE}::{name}" for name in ("test_dear", "test_same[1]", "test_same[2]")}
    assert folded(out, by_name) == [f"{HERE}::test_dear", f"{HERE}::test_same"]
    assert unasked(by_name) == {"e": f"{HERE}::test_marked"}


def test_whoever_waited_for_a_lock_stays() -> None:
    tests = {one.test: one for one in (seen("test_first", 1, "ab"), seen("test_waits", 5, "bw"))}
    assert chosen(tests, {"a": "SELECT 1", "b": "COMMIT", "w": "LOG waits for a lock"}) == set()
    assert chosen(tests, {"a": "SELECT 1", "b": "COMMIT", "w": "ERROR 40001 could not serialize"}) == set()


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("SELECT  a\n FROM t WHERE a IN ($1::BIGINT, $2::BIGINT)", "SELECT a FROM t WHERE a IN (?::BIGINT)"),
        ("INSERT INTO t (a) VALUES ($1, $2), ($3, $4)", "INSERT INTO t (a) VALUES (?)"),
        ('FETCH FORWARD 50 FROM "c_7f4515ca7f50_ae"', 'FETCH FORWARD ? FROM "a"'),
        ("SAVEPOINT sa_savepoint_12", "SAVEPOINT a"),
        ("SELECT e1.x FROM t1 WHERE k = 'open' LIMIT 30", "SELECT e1.x FROM t1 WHERE k = 'open' LIMIT ?"),
    ],
)
def test_a_statement_is_the_same_whatever_its_values(text: str, becomes: str) -> None:
    assert normalised(text) == becomes
