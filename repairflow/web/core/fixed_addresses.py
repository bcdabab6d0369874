"""Addresses that are the same on every page: each page names dozens of them, and to write one anew costs as much as a query."""

from __future__ import annotations

from flask import current_app, request, url_for

EXTENSION = "fixed_addresses"


def fixed(endpoint: str, **values: str) -> str:
    """Return the address of an endpoint with these few values, as `url_for`, written once for the application.

    Below a prefix, which each request may say otherwise, it is written anew.
    """
    known: dict[tuple[object, ...], str] = current_app.extensions.setdefault(EXTENSION, {})
    key = (endpoint, *values.items())
    found = known.get(key) if not request.script_root else None
    if found is None:
        found = url_for(endpoint, **values)  # type: ignore[arg-type]  # all of them stand in the address, none is an option
        if not request.script_root:
            known[key] = found
    return found
