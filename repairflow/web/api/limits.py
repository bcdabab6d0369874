"""How often the API may be called: what one person changes, and how often one address verifies letters."""

from __future__ import annotations

from datetime import timedelta

from repairflow import times
from repairflow.casework.actor import Actor
from repairflow.web.core.context import RequestContext, Site
from repairflow.web.core.rate_limit import Shared
from repairflow.web.core.security import network

WRITES, LOOKS = 300, 60
MINUTE = timedelta(minutes=1)


def writer(here: RequestContext) -> Actor:
    """Return the actor of a request that changes something; TooMany when it asks too often."""
    here.site.one(_writes).take(here.actor.id, times.now())
    return here.actor


def count_verification(here: RequestContext) -> None:
    """Count one verification by this address; TooMany when there were too many."""
    here.site.one(_looks).take(network(), times.now())


def _writes(site: Site) -> Shared:
    return Shared(site.db, site.settings, "api write", WRITES, MINUTE)


def _looks(site: Site) -> Shared:
    return Shared(site.db, site.settings, "verify", LOOKS, MINUTE)
