"""Texts of letters of an installation's own, beside the shipped ones. A process has one law: they are laid over once, at its start."""

from __future__ import annotations

from collections.abc import Mapping

from repairflow.law.procedure.own_law import LETTERS, TEXT

_texts: dict[tuple[str, str], str] = {}


def texts() -> Mapping[tuple[str, str], str]:
    """Return the own texts by kind and version."""
    return _texts


def replace(found: Mapping[tuple[str, str], str]) -> bool:
    """Ensure that these are the own texts; whether that changed anything."""
    global _texts
    if found == _texts:
        return False
    _texts = dict(found)
    return True


def file_of(kind: str, version: str) -> dict[str, str]:
    """Return the file of an own text, by its path within the folder; empty for a shipped one."""
    text = _texts.get((kind, version))
    return {} if text is None else {f"{LETTERS}/{kind}/{version}{TEXT}": text}
