"""The QR of a letter, as a small black-and-white picture that the press hands to the page itself."""

from __future__ import annotations

import io

import segno

MASK = 3
"""One pattern for all: trying all eight for the best takes a fourteenth of a letter's time, and readers read any."""


def qr_png(url: str) -> bytes:
    """A PNG of the QR with 15 % redundancy (level M), four dots a module, without quiet zone: the page keeps that free.

    Not SVG: the engine reads a path of 600 steps in 18 ms, this picture in one.
    """
    target = io.BytesIO()
    segno.make(url, error="m", micro=False, boost_error=False, mask=MASK).save(target, kind="png", scale=4, border=0)
    return target.getvalue()
