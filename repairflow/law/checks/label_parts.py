"""The parts of a name that checks look at."""

from __future__ import annotations

import re

_ASIDE = re.compile(r"[（(][^）)]*[）)]")


def bare(label: str) -> str:
    """Return a name without what stands in brackets in or behind it."""
    return _ASIDE.sub("", label).strip()
