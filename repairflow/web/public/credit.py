"""信用信息查询: what stands before the public of one organisation, for everybody, by its code or exact name."""

from __future__ import annotations

from datetime import timedelta

from flask import render_template
from werkzeug.wrappers import Response as AnyResponse

from repairflow import times
from repairflow.casework.queries.records.public_lookup import look_up
from repairflow.web.core import arguments
from repairflow.web.core.context import Site, current
from repairflow.web.core.rate_limit import Shared
from repairflow.web.core.security import network
from repairflow.web.public.unlisted import unlisted

LOOKS, WINDOW = 60, timedelta(minutes=1)


def throttle(site: Site) -> Shared:
    """Count how often one address asks, by whichever page."""
    return Shared(site.db, site.settings, "credit", LOOKS, WINDOW)


def credit() -> AnyResponse:
    """Show the form, and what was found of whom was asked for. Whoever has nothing public gets one and the same answer."""
    here, text = current(), " ".join(arguments.text("q").split())
    if not text:
        return unlisted(render_template("public/credit.html", text="", found=None, now=here.now))
    here.site.one(throttle).take(network(), times.now())
    with here.read() as tx:
        found = look_up(tx, here.law, text, here.today)
    return unlisted(render_template("public/credit.html", text=text, found=found, now=here.now))
