"""The life of a credit record (信用信息的状态): the procedure whose actions are what steps of cases do to it."""

from __future__ import annotations

from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import Procedure

RECORD_PROCEDURE = "record"


def life(law: Library) -> Procedure:
    """Return the record's own life, newest version."""
    return law.versions(RECORD_PROCEDURE)[-1]
