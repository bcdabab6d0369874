"""The account of a step: what the trail keeps of it, and whom the inbox tells."""

from __future__ import annotations

from sqlalchemy import Connection

from repairflow.casework.cases.opening import PERSONAL_INPUTS
from repairflow.casework.cases.transition_context import Transition
from repairflow.casework.notifications import inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.casework.permissions import enters_for_subject
from repairflow.law.procedure.channels import WINDOW


def content(it: Transition) -> dict[str, object]:
    """Return what the trail keeps of a step besides its columns and its law: facts seen, answers, effects, letter."""
    decided, change = it.decided, it.change
    kept: dict[str, object] = {
        "basis": list(it.action.basis),
        "answers": [{"guard": a.guard, "ok": a.ok, "text": a.text} for a in decided.answers],
        "inputs": {k: v for k, v in decided.inputs.items() if k not in PERSONAL_INPUTS},
    }
    if enters_for_subject(it.command.actor, decided.role, it.at.case):
        kept["channel"] = WINDOW
    if decided.facts:
        kept["facts"] = dict(decided.facts)
    if it.command.ground is not None:
        kept["ground"] = it.command.ground
    if decided.materials:
        kept["materials"] = [{"kind": m.kind, "digest": m.digest} for m in decided.materials]
    if change is not None:
        done: dict[str, object] = {"effects": list(change.effects), "from": change.from_state, "to": change.to_state}
        if change.corrections:
            done["corrections"] = [list(item) for item in change.corrections]
        kept["record"] = done
    if it.composed is not None:
        kept["letter"] = it.composed.said
    return kept


def notify(tx: Connection, it: Transition) -> None:
    """Tell the subject what was done, and the officers whose turn it now is."""
    case, procedure, state, composed = it.at.case, it.at.procedure, it.state, it.composed
    body = f"{procedure.label}办件 {case.number} 现为“{state.label}”。"
    if composed is not None:
        body += f"已制发《{composed.title}》（{composed.number}）。"
    if not (case.confidential or it.internal) and (composed is not None or state.final):
        title = f"{it.action.label}：{case.number}"
        inbox.notify_subject(tx, case.subject_id, Notice.of(case, "progress", title, body, it.now))
    if enters_for_subject(it.command.actor, it.decided.role, case):
        said = f"{it.command.actor.name}在窗口代您办理了“{it.action.label}”（{case.number}）。如果不是您的意思，请立即告知办理单位。"
        inbox.notify_subject(
            tx, case.subject_id, Notice.of(case, "progress", f"窗口代办：{it.action.label}", said, it.now)
        )
    if it.decided.to_state != case.state and not state.final:
        told = Notice.of(case, "turn", f"待办：{case.number} {state.label}", body, it.now)
        turn = it.services.law.awaited[procedure.procedure, procedure.version, it.decided.to_state]
        inbox.notify_roles(tx, turn, case, told)
