"""docs/deploy.md and the configurations under deploy/ say the same."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from repairflow.settings import PREFIX, Settings

ROOT = Path(__file__).parent.parent.parent
FILES = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "deploy").iterdir()}
PAGE = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
PASSWORDS = re.compile("PASSWORD$")


def test_the_page_is_a_manifest_of_the_configurations() -> None:
    assert set(re.findall(r"deploy/([\w.-]+)", PAGE)) == FILES.keys()


def test_every_word_to_be_filled_in_is_explained() -> None:
    asked = {word for text in FILES.values() for word in re.findall("@([A-Z0-9_]+)@", text)}
    told = set(re.findall("@([A-Z0-9_]+)@", PAGE))
    assert {word for word in asked if not PASSWORDS.search(word)} == told


def test_nodes_are_given_settings_that_there_are() -> None:
    known = {PREFIX + one.name.upper() for one in fields(Settings)}
    said = set(re.findall(r"^(?:Environment=)?(REPAIRFLOW_\w+)", "\n".join(FILES.values()), re.MULTILINE))
    assert said <= known
    assert len(said) > 5
