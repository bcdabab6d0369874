"""The table of settings in docs/operations.md is the one in settings.py: names, defaults, meanings, in the same order."""

from __future__ import annotations

import re
from dataclasses import fields

from repairflow.settings import PREFIX, Settings
from tests.house.sources import ROOT

LINE = re.compile(r"^    (?P<name>\w+): [^=]+ = (?P<default>.+?)  # (?P<meaning>.+)$", re.MULTILINE)


def table() -> str:
    """The table as the page must have it, from the fields and the comments beside them."""
    source = (ROOT / "repairflow" / "settings.py").read_text(encoding="utf-8")
    told = {found["name"]: found["meaning"].replace("<", "&lt;") for found in LINE.finditer(source)}
    rows = [f"| `{PREFIX}{one.name.upper()}` | {shown(one.default)} | {told[one.name]} |" for one in fields(Settings)]
    return "\n".join(("| setting | default | meaning |", "|---|---|---|", *rows))


def shown(value: object) -> str:
    """A default as one would write it into the environment."""
    if isinstance(value, tuple):
        value = ",".join(value)
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"`{text}`" if text else "empty"


def test_the_page_lists_every_setting_as_it_is() -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert table() in page, f"docs/operations.md should have:\n{table()}"


def test_the_page_names_every_key() -> None:
    """What a backup must not miss: a restored database without its keys is unreadable."""
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    for key in ("session.key", "vault.key", "log.key", "offices/"):
        assert key in page, key
