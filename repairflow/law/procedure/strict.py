"""What every value read from a definition file is: frozen, and without keys nobody knows."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Strict(BaseModel):
    """Base of all that is read from definitions."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)
