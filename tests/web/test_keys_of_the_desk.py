"""The help page of the desk names every key that does something, and none that does nothing."""

from __future__ import annotations

import re

import pytest

from tests.house.sources import ROOT

SHOWN = {"ArrowDown": "↓", "ArrowUp": "↑", "Escape": "Esc", "k+": "K"}
"""What is written on a key whose name in a browser is another."""


def handled() -> set[str]:
    """The keys of the handlers of the frame, as people call them."""
    script = (ROOT / "repairflow/web/static/rf.js").read_text(encoding="utf-8")
    goto = (ROOT / "repairflow/web/static/goto.js").read_text(encoding="utf-8")
    (table,) = re.findall(r"const does = \{(.*?)\};", script, re.DOTALL)
    named = {quoted or plain for quoted, plain in re.findall(r'(?:"([^"]+)"|\b(\w+)): (?:keys\?\.|\(\) =>)', table)}
    compared = set(re.findall(r'(?:event\.key|before) === "([^"]+)"', script))
    assert re.search(r'ctrlKey .*toLowerCase\(\) !== "k"', goto)
    return {SHOWN.get(key, key) for key in named | compared} | {"Ctrl", "K"}


@pytest.mark.either_database
def test_the_help_names_the_keys_that_work() -> None:
    page = (ROOT / "templates/desk/help.html").read_text(encoding="utf-8")
    named = {key for listed in re.findall(r"line\(\[([^\]]+)\]", page) for key in re.findall(r'"([^"]+)"', listed)}
    assert named == handled()
