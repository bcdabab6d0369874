"""Which files of a case its subject is shown: what it brought itself, and what goes with a letter to it.

What an office found or was given by others (证据、协查答复、上级同意) is its enforcement file: the letter tells facts, grounds and
articles, and who applies for reconsideration reads and copies the evidence then (《行政复议法》第四十七条).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import Connection, select

from repairflow.law.letter_kinds import form_of
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.roles import SUBJECT_ROLES
from repairflow.law.procedure.signed_paper import LABEL, SIGNED_PAPER
from repairflow.records import event

EVIDENCE_KIND = "service_evidence"
"""The kind of a file that proves the service of a letter (送达凭证)."""
TRANSCRIPT_KIND = "hearing_transcript"
"""The kind of the record of a hearing (听证笔录): a paper of the office's file."""
_OWN_KINDS: Mapping[str, str] = {EVIDENCE_KIND: "送达凭证", TRANSCRIPT_KIND: "听证笔录", SIGNED_PAPER: LABEL}
"""Kinds of files that no procedure names, and what they are called."""
Shown = Callable[[str, int | None], bool]
"""Whether a file of this kind, taken up by this step, is shown."""


def label_of(procedure: Procedure, kind: str) -> str:
    """Return what a kind of file is called in a case of this procedure."""
    return _OWN_KINDS.get(kind) or procedure.material_label(kind)


def to_subject(tx: Connection, procedure: Procedure, case_id: int) -> Shown:
    """Return which files of a case its subject is shown."""
    rows = tx.execute(select(event.c.seq, event.c.action, event.c.actor_role).where(event.c.case_id == case_id))
    steps = {int(seq) for seq, action, role in rows if role in SUBJECT_ROLES or _goes_along(procedure, action)}
    return lambda kind, step: kind == EVIDENCE_KIND or step in steps


def _goes_along(procedure: Procedure, action: str) -> bool:
    """Tell whether a step of the office issues a letter to the subject: what is attached to it goes with the letter."""
    spec = procedure.action.get(action)
    return spec is not None and spec.letter is not None and form_of(procedure, spec.letter).to == "subject"
