"""Every view is a function of a module in a table, and no module of the web asks the database itself."""

from __future__ import annotations

import inspect
import re
from typing import get_args

import pytest
from flask import Blueprint, Flask

from repairflow.app.program import Program
from repairflow.app.web import WARNING_PAGES, make_app
from repairflow.casework.queries.oversight.banners import WarningCode
from repairflow.settings import Settings
from repairflow.web.core import access
from repairflow.web.core.routes import GET, Route, register
from tests.house.sources import Module, imported, modules

TYPES = {"sqlalchemy.Connection", "sqlalchemy.Engine", "sqlalchemy.exc.DBAPIError"}
"""All that the web needs of SQLAlchemy: what a transaction is called, and what it raises when the database is in trouble."""
ROW_TYPE = re.compile(r"repairflow\.records\.rows\.\w+Row")


def here() -> str:
    return "here"


def test_every_view_is_a_function_of_a_module_in_a_table(settings: Settings) -> None:
    """Else one must run the program to learn which function answers an address, and who may use it."""
    app = make_app(Program.at(settings))
    loose = []
    for endpoint, view in app.view_functions.items():
        found = inspect.unwrap(view)
        if not access.declared(app, endpoint) or (endpoint != "static" and found.__qualname__ != found.__name__):
            loose.append(endpoint)
    assert loose == []


def test_every_warning_has_a_page(settings: Settings) -> None:
    """Else the first warning of its kind breaks every page of staff."""
    assert set(WARNING_PAGES) == set(get_args(WarningCode))
    assert set(WARNING_PAGES.values()) <= set(make_app(Program.at(settings)).view_functions)


def test_a_table_names_somebody_for_each_route() -> None:
    app = Flask("x")
    app.register_blueprint(register(Blueprint("a", "a"), [Route("/a", GET, here, (access.STAFF, "auditor"))]))
    assert access.declared(app, "a.here") == {"staff", "auditor"}
    with pytest.raises(ValueError, match="say who may use /b"):
        register(Blueprint("b", "b"), [Route("/b", GET, here, ())])


def statements(module: Module) -> list[str]:
    """Names of tables and of SQLAlchemy which the module imports."""
    names = [name for _, name in imported(module) if re.match(r"(sqlalchemy|repairflow\.records)\b", name)]
    return [name for name in names if name not in TYPES and not ROW_TYPE.fullmatch(name)]


def test_no_module_of_the_web_asks_the_database_itself() -> None:
    """What is asked stands in casework/queries, beside who may see it."""
    assert {m.path: names for m in modules("repairflow/web") if (names := statements(m))} == {}
