"""The account of a step: what was decided of it, what the trail keeps, and whom the inbox tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from repairflow.casework.case_state.record_change import Change
from repairflow.casework.case_state.situation import Situation
from repairflow.casework.cases.opening import PERSONAL_INPUTS
from repairflow.casework.commands import Command
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.errors import Refusal
from repairflow.law.guards import Answer
from repairflow.law.procedure.model import Action
from repairflow.law.procedure.paths import awaited
from repairflow.letters.issue import compose


@dataclass(frozen=True, slots=True)
class Decided:
    """A step that may be taken: everything step 3 of the way of a transition settled, nothing written yet."""

    role: str
    to_state: str
    inputs: Mapping[str, Any]
    materials: tuple[Any, ...]
    answers: tuple[Answer, ...]
    refusals: tuple[Refusal, ...]
    secrets: Mapping[str, str] = field(default_factory=dict)  # vaulted inputs: no row and no trail holds them


def content(
    at: Situation, action: Action, command: Command, decided: Decided, change: Change | None,
    composed: compose.Composed | None,
) -> dict[str, Any]:  # fmt: skip
    """What the trail keeps of a step besides its columns: law, facts seen, answers, effects, letter."""
    kept: dict[str, Any] = {
        "procedure": at.procedure.procedure,
        "version": at.procedure.version,
        "procedure_digest": at.procedure.digest,
        "pack": at.pack.pack,
        "pack_digest": at.pack.digest,
        "basis": list(action.basis),
        "answers": [{"guard": a.guard, "ok": a.ok, "text": a.text} for a in decided.answers],
        "inputs": {k: v for k, v in decided.inputs.items() if k not in PERSONAL_INPUTS},
    }
    if command.ground is not None:
        kept["ground"] = command.ground
    if decided.materials:
        kept["materials"] = [{"kind": m.kind, "digest": m.digest} for m in decided.materials]
    if change is not None:
        kept["record"] = {"effects": list(change.effects), "from": change.from_state, "to": change.to_state}
        if change.corrections:
            kept["record"]["corrections"] = [list(item) for item in change.corrections]
    if composed is not None:
        kept["letter"] = {"kind": composed.kind, "number": composed.number, "digest": composed.text_digest}
    return kept


def tell(
    tx: Connection, at: Situation, action: Action, decided: Decided, composed: compose.Composed | None, now: datetime
) -> None:
    """Tell the subject what was done, and the officers whose turn it now is."""
    case, procedure = at.case, at.procedure
    state = procedure.state[decided.to_state]
    body = f"{procedure.label}办件 {case.number} 现为“{state.label}”。"
    if composed is not None:
        body += f"已制发《{composed.title}》（{composed.number}）。"
    if not case.confidential and (composed is not None or state.final):
        inbox.tell_subject(
            tx, case.subject_id, Notice.of(case, "progress", f"{action.label}：{case.number}", body, now)
        )
    if decided.to_state != case.state and not state.final:
        roles = awaited(procedure, decided.to_state)
        told = Notice.of(case, "turn", f"待办：{case.number} {state.label}", body, now)
        inbox.tell_roles(tx, sorted(roles), case, told)
