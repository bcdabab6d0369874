"""A pytest plug-in for `scripts/letters_to_look_at.sh`: the first letter of each kind that any test composes is kept as JSON in the
folder LETTERS_TO_LOOK_AT; one that a driven case has put there stays."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from repairflow.letters.issue import compose

_composed = compose.compose


def _kept(*args: Any, **named: Any) -> compose.Composed:
    made = _composed(*args, **named)
    file = Path(os.environ["LETTERS_TO_LOOK_AT"]) / f"{made.data.kind}.json"
    if not file.exists():
        file.write_text(made.data.model_dump_json(), "utf-8")
    return made


def pytest_configure() -> None:
    """Put the keeping in place of the plain composing."""
    compose.compose = _kept
