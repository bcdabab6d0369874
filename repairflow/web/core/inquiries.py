"""How often somebody may ask about others (信用查询): by page and call together."""

from __future__ import annotations

from datetime import timedelta

from repairflow import times
from repairflow.casework.actor import Actor
from repairflow.web.core.context import RequestContext, Site
from repairflow.web.core.rate_limit import Shared

ASKS, MINUTE = 60, timedelta(minutes=1)


def ask(here: RequestContext) -> Actor:
    """Return the actor of a question about others; TooMany when it asks too often."""
    here.site.one(_asks).take(here.actor.id, times.now())
    return here.actor


def _asks(site: Site) -> Shared:
    return Shared(site.db, site.settings, "standing", ASKS, MINUTE)
