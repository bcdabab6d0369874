"""What a verification (核查) found on each condition: how a step's form keeps it, read back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

FIELD = "conditions"
"""The name of the form's field in every procedure that verifies conditions."""


class Finding(NamedTuple):
    """Whether a condition is met, and what was found."""

    met: bool
    note: str


def findings(inputs: Mapping[str, object]) -> Mapping[str, Finding]:
    """Return what the inputs of a step found, by the code of the condition; empty where it verified none."""
    given = inputs.get(FIELD)
    if not isinstance(given, Mapping):
        return {}
    return {
        str(code): Finding(bool(said.get("met")), str(said.get("note") or ""))
        for code, said in given.items()
        if isinstance(said, Mapping)
    }
