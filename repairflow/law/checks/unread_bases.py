"""Reading on past bases that call themselves verified and name nobody: what else is wrong with the file is told in the same run."""

from __future__ import annotations

from typing import Any

from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.overlay_form import Overlay
from repairflow.law.procedure.packs import RulePack
from repairflow.law.toml_file import meaning_digest, read_toml

PROVEN_BY = ("article", "says", "source", "read_by", "read_on")


def procedure(text: str) -> Procedure:
    """Return the procedure with such bases taken as not read; raises ValidationError for every other fault of form."""
    return Procedure.model_validate(_unread(text))


def overlay(text: str) -> Overlay:
    """As `procedure`, of an overlay."""
    return Overlay.model_validate(_unread(text))


def pack(text: str) -> RulePack:
    """As `procedure`, of a rule pack."""
    return RulePack.model_validate(_unread(text))


def _unread(text: str) -> dict[str, Any]:
    data = read_toml(text)
    for basis in data["basis"].values() if isinstance(data.get("basis"), dict) else ():
        if isinstance(basis, dict) and basis.get("verified") is True and not all(basis.get(name) for name in PROVEN_BY):
            basis["verified"] = False
    return {**data, "digest": meaning_digest(data)}
