"""A pytest plug-in for `scripts/letters_to_look_at.sh`: the first letter of each kind that any test issues is kept as JSON in the
folder LETTERS_TO_LOOK_AT, as it is written beside its event; one that a driven case has put there stays."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from sqlalchemy import select

from repairflow.letters.issue import compose
from repairflow.letters.model import LetterData
from repairflow.records import letter

_write = compose.write


def kept(tx: Any, composed: compose.Composed, *args: Any, **named: Any) -> int:
    """Write a letter as `compose.write` does, and keep it as it then stands."""
    made = _write(tx, composed, *args, **named)
    file = Path(os.environ["LETTERS_TO_LOOK_AT"]) / f"{composed.kind}.json"
    if not file.exists():
        content = tx.execute(select(letter.c.content).where(letter.c.id == made)).scalar_one()
        file.write_text(LetterData.model_validate(content).model_dump_json(), "utf-8")
    return made


def pytest_configure() -> None:
    """Put the keeping in place of the plain writing."""
    compose.write = kept
