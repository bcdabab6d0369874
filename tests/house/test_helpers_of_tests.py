"""What tests ask of their helpers is there: also in long runs that nobody starts every day."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

from flask import Flask

from tests.house.sources import ROOT


def asked(path: Path) -> Iterator[tuple[str, str]]:
    """Yield each `module.name` of a helper's module that a file of tests reads."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    known = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tests"):
            known |= {one.asname or one.name: f"{node.module}.{one.name}" for one in node.names}
    stored = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    given = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            name = node.value.id
            module = known.get(name, "")
            if module and name not in stored | given and (ROOT / (module.replace(".", "/") + ".py")).is_file():
                yield module, node.attr


def test_no_test_asks_a_helper_for_what_it_has_not() -> None:
    found, seen = [], set()
    for path in sorted((ROOT / "tests").rglob("*.py")):
        for module, name in asked(path):
            seen.add(module)
            if not hasattr(importlib.import_module(module), name):
                found.append(f"{path.relative_to(ROOT)}: {module}.{name}")
    assert len(seen) > 20
    assert found == []


def _answers(app: Flask, path: str) -> str | int:
    answer = app.test_client().get(path)
    return answer.text if answer.status_code == 200 else answer.status_code


def _application(said: str) -> Flask:
    app = Flask("repairflow")
    app.add_url_rule("/a/<int:number>", "one", lambda number: f"{said} {number}", defaults={})
    return app


def test_applications_share_what_finds_an_address_and_nothing_else() -> None:
    """Tests of many applications make it once (support/once.py): each answers by its own views, and takes more of its own."""
    first, second = _application("first"), _application("second")
    assert [_answers(app, "/a/7") for app in (first, second)] == ["first 7", "second 7"]
    assert first.url_map._matcher is second.url_map._matcher
    more = _application("more")
    assert _answers(more, "/b") == 404
    assert more.url_map._matcher is first.url_map._matcher
    more._got_first_request = False
    more.add_url_rule("/b", "other", lambda: "b", methods=["GET"])
    assert [_answers(more, path) for path in ("/a/7", "/b")] == ["more 7", "b"]
    assert [_answers(app, path) for app in (first, second) for path in ("/a/7", "/b")] == [
        "first 7",
        404,
        "second 7",
        404,
    ]
    strict = Flask("repairflow")
    strict.url_map.strict_slashes = False
    strict.add_url_rule("/a/<int:number>", "one", lambda number: f"{number}", defaults={})
    assert [_answers(app, "/a/7/") for app in (strict, first)] == ["7", 404]
