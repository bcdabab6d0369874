"""docs/rows.md: every row that was asked for has a story that is there and runs on both databases, and pages that others lead to."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

import pytest
from flask import Flask

from repairflow.app.program import Program
from repairflow.app.web import make_app
from repairflow.settings import Settings
from tests.house.sources import ROOT, Module, modules
from tests.support import one_database

PAGE = ROOT / "docs" / "rows.md"
ASKED = {
    *("C2", "C3", "C4", "C6", "C12", "C15", "E17", "E18", "E19", "D2", "D3", "D7", "G3", "G4", "G14", "E1", "E11", "F15", "F16", "G1"),
    *(f"A{n}" for n in range(1, 14)), *(f"B{n}" for n in range(1, 9)), "E4", "E8", "E10", "F8", "F18", "F20",
    *(f"G{n}" for n in range(5, 11)), "G13", "G16",
}  # fmt: skip
ON_BOTH = {"life", "town", "database"}
"""Fixtures that stand on a database of the kind that is asked for."""
CODE = re.compile(r"`([^`]+)`")
RENDERS = re.compile(r'render_template\(\s*"([^"]+)"')


class Row(NamedTuple):
    """One line of the page."""

    row: str
    asked: str
    who: str
    story: str
    pages: tuple[str, ...]


def lines() -> Iterator[Row]:
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and re.fullmatch(r"[A-G]\d+", cells[0]):
            assert len(cells) == 5, line
            yield Row(cells[0], cells[1], cells[2], CODE.findall(cells[3])[0], tuple(CODE.findall(cells[4])))


@cache
def stories_of(path: str) -> Mapping[str, ast.FunctionDef]:
    tree = ast.parse((ROOT / "tests" / path).read_text(encoding="utf-8"))
    marked = any("either_database" in ast.unparse(one) for one in tree.body if isinstance(one, ast.Assign))
    return {} if marked else {one.name: one for one in tree.body if isinstance(one, ast.FunctionDef)}


@cache
def web_sources() -> tuple[Module, ...]:
    return tuple(one for one in modules("repairflow/web") if not one.path.endswith("blueprint.py"))


@cache
def templates() -> Mapping[str, str]:
    folder = ROOT / "templates"
    return {one.relative_to(folder).as_posix(): one.read_text("utf-8") for one in folder.rglob("*.html")}


def led_to_from(app: Flask, endpoint: str) -> list[str]:
    """Pages and modules that name an endpoint, but for the view itself and what it renders."""
    view = inspect.unwrap(app.view_functions[endpoint])
    own = inspect.getmodule(view)
    assert own is not None
    rendered = set(RENDERS.findall(inspect.getsource(view)))
    named = re.compile(rf"""["']{re.escape(endpoint)}["']""")
    found = [name for name, text in templates().items() if name not in rendered and named.search(text)]
    return found + [one.path for one in web_sources() if one.dotted != own.__name__ and named.search(one.text)]


def test_every_row_that_was_asked_for_has_its_line() -> None:
    found = list(lines())
    assert {one.row for one in found} == ASKED
    assert not [one for one in found if not (one.asked and one.who and one.story and one.pages)]


@pytest.mark.parametrize("line", [pytest.param(one, id=f"{one.row}-{one.story.rsplit('_', 1)[-1]}") for one in lines()])
def test_a_story_is_there_and_runs_on_both_databases(line: Row) -> None:
    path, name = line.story.split("::")
    found = stories_of(path).get(name)
    assert found is not None, f"{line.row}: no test {line.story} that runs on both"
    assert ON_BOTH & {one.arg for one in found.args.args}, line.story
    assert not one_database.is_listed(f"tests/{line.story}")
    assert "either_database" not in "".join(ast.unparse(one) for one in found.decorator_list)


def test_a_page_is_served_and_others_lead_to_it(settings: Settings) -> None:
    app = make_app(Program.at(settings))
    served: dict[tuple[str, str], str] = {}
    for rule in app.url_map.iter_rules():
        for method in rule.methods or ():
            served.setdefault((method, re.sub(r"<\w+:", "<", rule.rule)), rule.endpoint)
    faults = []
    for line in lines():
        for page in line.pages:
            method, _, path = page.rpartition(" ")
            endpoint = served.get((method, f"/api/v1{path}") if method else ("GET", path))
            if endpoint is None:
                faults.append(f"{line.row}: nothing at {page}")
            elif not method and not led_to_from(app, endpoint):
                faults.append(f"{line.row}: no page leads to {page}")
    assert faults == []


def test_a_page_nobody_names_is_found_out(settings: Settings) -> None:
    app = make_app(Program.at(settings))
    assert led_to_from(app, "desk.lists")
    assert led_to_from(app, "public.embedded_credit") != led_to_from(app, "public.credit")
