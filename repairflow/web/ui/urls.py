"""Where pages of other blueprints find the page of a letter."""

from __future__ import annotations

from flask import current_app, url_for


def page_of(token: str) -> str | None:
    """Return the page that tells how a letter was served and lets it be served, corrected or withdrawn; None in an application
    without it."""
    return url_for("papers.letter", token=token) if "papers.letter" in current_app.view_functions else None
