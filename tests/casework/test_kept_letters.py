"""The letters that are kept to be looked at are the whole ones: with the digest at their foot that is printed after the event."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from repairflow.letters.issue import compose
from repairflow.letters.model import LetterData
from repairflow.records import letter
from tests.support import kept_letters
from tests.support.building import Town


def test_a_letter_is_kept_as_it_was_issued(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LETTERS_TO_LOOK_AT", str(tmp_path))
    monkeypatch.setattr(compose, "compose", compose.compose)  # what the plug-in replaces is put back
    monkeypatch.setattr(compose, "write", compose.write)
    kept_letters.pytest_configure()
    town.file_repair()
    issued = LetterData.model_validate(town.one(select(letter).where(letter.c.kind == "repair_receipt")).content)
    assert LetterData.model_validate_json((tmp_path / "repair_receipt.json").read_text("utf-8")) == issued
    assert issued.chain_head
