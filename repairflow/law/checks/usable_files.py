"""What a definition file holds, where it can be read at all: no TOML and no oversized procedure goes to the checks."""

from __future__ import annotations

import tomllib
from typing import Any

from repairflow.law.checks.checked_files import Checked
from repairflow.law.procedure.bounds import too_many
from repairflow.law.toml_file import broken, read_toml


def content(checked: Checked, where: str, text: str) -> dict[str, Any] | None:
    """Return the content of a file; None where it is no TOML or larger than any procedure, which is noted."""
    try:
        data = read_toml(text)
    except tomllib.TOMLDecodeError as error:
        checked.refused([broken(error, text, where)], where)
        return None
    if "procedure" in data and (found := too_many(data, text, where)):
        checked.refused(found, where)
        return None
    return data
