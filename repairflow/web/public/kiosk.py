"""自助终端: large pages for a touch screen in a hall, where the next person must see nothing of the one before.

What was asked travels in the body of a form, so that no address holds it; each form carries the token of a cookie, and `clear`
takes the cookie away: what somebody sends again by going back is refused. The script replaces each page instead of
adding to the history, and clears after a minute without a touch; without script the page does so a minute after it came.
"""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from repairflow.casework.queries.documents.verification import UNKNOWN
from repairflow.errors import NotFound
from repairflow.web.core import sessions
from repairflow.web.core.context import current
from repairflow.web.public import guides
from repairflow.web.public.credit import found_of
from repairflow.web.public.unlisted import unlisted
from repairflow.web.public.verify import LONGEST, checked, token_of

LONGEST_NAME = 200


def kiosk() -> AnyResponse:
    """Show the first page."""
    return unlisted(render_template("kiosk/start.html"))


def clear() -> AnyResponse:
    """Take away all that this browser keeps of us, and show the first page. Where the browser says that another site
    sent somebody here, nothing is taken: nobody is signed out by a link. One that does not say so (an old one, or over plain http)
    is cleared all the same: the next person at a terminal counts more than a visitor who has to sign in again."""
    answer = unlisted(redirect(url_for("public.kiosk")), 303)
    if request.headers.get("Sec-Fetch-Site", "none") in {"none", "same-origin"}:
        settings = current().settings
        answer.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
        for name in request.cookies:  # browsers mind that header over https alone
            answer.delete_cookie(name, path="/", secure=settings.secure, httponly=True, samesite="Lax")
        answer.delete_cookie(
            sessions.cookie_name(settings), path="/", secure=settings.secure, httponly=True, samesite="Lax"
        )
    return answer


def kiosk_credit() -> AnyResponse:
    """Show the form, and what stands before the public of whom was asked for."""
    here, text = current(), " ".join(request.form.get("q", "")[:LONGEST_NAME].split())
    found = found_of(here, text) if text else None
    return unlisted(render_template("kiosk/credit.html", found=found, now=here.now))


def kiosk_verify() -> AnyResponse:
    """Show the form, and what is known of the letter whose code was typed or scanned."""
    typed, found, unknown = request.form.get("code", "")[:LONGEST], None, ""
    if typed.strip():
        try:
            found = checked(token_of(typed))
        except NotFound:
            unknown = UNKNOWN
    return unlisted(render_template("kiosk/verify.html", found=found, unknown=unknown))


def kiosk_guides() -> AnyResponse:
    """Show what can be applied for."""
    return unlisted(render_template("kiosk/guides.html", cards=guides.offered()))


def kiosk_guide(name: str) -> AnyResponse:
    """Show how one thing is applied for. NotFound when it is not in force."""
    address = f"{current().settings.public_url.rstrip('/')}{url_for('public.guide', name=name)}"
    return unlisted(render_template("kiosk/guide.html", guide=guides.shown(name), address=address))
