"""Route tables: each blueprint is one table on one page that says path, methods, view and who may use it.

A view is a function of a module, never one made while the application is put together; it takes what it works with from
`context.current()`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from flask import Blueprint, Response
from flask.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response as AnyResponse

from repairflow.web.core import access

Answer: TypeAlias = Response | AnyResponse | str | tuple[str, int]
"""What views of pages give."""
View: TypeAlias = Callable[..., object]

GET, POST, FORM = ("GET",), ("POST",), ("GET", "POST")
"""FORM: the page of a form and the form itself at one address."""


@dataclass(frozen=True, slots=True)
class Route:
    """One line of a table. `who` is a policy of `access` or several of which one suffices."""

    path: str
    methods: tuple[str, ...]
    view: View
    who: str | tuple[str, ...]
    endpoint: str = ""  # the name of the view where it is empty

    @property
    def name(self) -> str:
        """The endpoint within its blueprint."""
        return self.endpoint or str(getattr(self.view, "__name__", ""))

    @property
    def policy(self) -> frozenset[str]:
        """Who may use it."""
        return frozenset((self.who,) if isinstance(self.who, str) else self.who)


def register(blueprint: Blueprint, routes: Iterable[Route]) -> Blueprint:
    """Ensure that the blueprint has these routes, and every application it is registered with knows who may use them.

    Raises ValueError for a route which nobody may use.
    """
    for route in routes:
        if not route.policy:
            raise ValueError(f"say who may use {route.path}")
        blueprint.add_url_rule(route.path, route.name, route.view, methods=route.methods)  # type: ignore[arg-type]  # any answer
        blueprint.record(_declare(route))
    return blueprint


def _declare(route: Route) -> Callable[[BlueprintSetupState], None]:
    def declare(state: BlueprintSetupState) -> None:
        access.declare(state.app, f"{state.name}.{route.name}", *route.policy)

    return declare
