"""信用信息查询: what stands before the public of one organisation, for everybody, by its code or exact name; also at the address of
its QR, and within pages of other sites.
"""

from __future__ import annotations

from datetime import timedelta

from flask import render_template
from werkzeug.wrappers import Response as AnyResponse

from repairflow import times
from repairflow.casework.queries.records.public_lookup import Found, look_up
from repairflow.law.identifiers import check_uscc
from repairflow.web.core import arguments
from repairflow.web.core.context import RequestContext, Site, current
from repairflow.web.core.rate_limit import Shared
from repairflow.web.core.security import embeddable, network
from repairflow.web.public.unlisted import unlisted

LOOKS, WINDOW = 60, timedelta(minutes=1)
NO_CODE = "?"
"""What is looked for where an address holds no credit code: nobody bears it, and it is answered as any unknown one."""


def looks(site: Site) -> Shared:
    """Count how often one address asks, by whichever page."""
    return Shared(site.db, site.settings, "credit", LOOKS, WINDOW)


def credit() -> AnyResponse:
    """Show the form, and what was found of whom was asked for. Whoever has nothing public gets one and the same answer."""
    return unlisted(_asked("public/credit.html"))


def embedded_credit() -> AnyResponse:
    """Show the same within a page of another site."""
    return embeddable(unlisted(_asked("public/embedded_credit.html")))


def standing(code: str) -> AnyResponse:
    """Show what stands now of whoever bears this credit code: where the QR of an organisation leads."""
    here, check = current(), check_uscc(code)
    found = found_of(here, check.code if check.ok else NO_CODE)
    return unlisted(
        render_template("public/standing.html", code=check.code if check.ok else "", found=found, now=here.now)
    )


def _asked(page: str) -> str:
    here, text = current(), " ".join(arguments.text("q").split())
    found = found_of(here, text) if text else None
    return render_template(page, text=text, found=found, now=here.now)


def found_of(here: RequestContext, text: str) -> tuple[Found, ...]:
    """Return what stands before the public of whom was asked for. TooMany for who asks too often."""
    here.site.one(looks).take(network(), times.now())
    with here.read() as tx:
        return look_up(tx, here.law, text, here.today)
