"""The QR of a letter, as a small black-and-white picture that the press draws itself."""

from __future__ import annotations

import segno

MASK = 3
"""One pattern for all: trying all eight for the best takes a fourteenth of a letter's time, and readers read any."""


def qr_rows(url: str) -> list[list[int]]:
    """Return the modules of the QR with 15 % redundancy (level M), row by row, 1 for black, without quiet zone: the page keeps that
    free."""
    code = segno.make(url, error="m", micro=False, boost_error=False, mask=MASK)
    return [[int(module) for module in row] for row in code.matrix]
