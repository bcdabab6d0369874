"""The page on architecture names files that are there."""

from __future__ import annotations

import re

from tests.house.sources import ROOT

PACKAGE = ROOT / "repairflow"
BASES = (ROOT, PACKAGE, PACKAGE / "casework", PACKAGE / "casework" / "queries")


def test_every_path_of_the_page_exists() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = [name for name in re.findall(r"`([\w/]+(?:/|\.py))`", page) if "/" in name or name.endswith(".py")]
    assert len(named) > 40
    missing = [name for name in named if not any((base / name).exists() for base in BASES)]
    assert not missing
