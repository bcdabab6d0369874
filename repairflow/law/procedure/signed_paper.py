"""The paper that a subject signed (书面撤回申请、放弃声明): a clerk brings it who enters at the window that the subject gives
something up or binds itself. Pure."""

from __future__ import annotations

from repairflow.law.procedure.model import Action, Input, Procedure
from repairflow.law.procedure.roles import SUBJECT_ROLES

SIGNED_PAPER = "signed_paper"
"""The input that asks for it, and the kind of its file; no procedure names it."""
LABEL = "当事人签名或者盖章的书面材料"
_ASKED = Input(kind="material", label=LABEL, hint="扫描件或者照片；由代理人提交的，连同授权委托书")
_NAMES = frozenset({"commitment_signed_by"})
WITHDRAWN = "withdrawn"


def is_declared(procedure: Procedure, name: str) -> bool:
    """Tell whether all that a step of the subject holds is its own declaration: it withdraws, waives or signs. Nothing but its signature
    shows that it wanted to; a step that brings answers, papers or a reason shows more."""
    action = procedure.action[name]
    if SUBJECT_ROLES.isdisjoint(action.by):
        return False
    ends = procedure.state[action.to].outcome if action.to is not None else None
    brings = action.materials or any(use.guard == "new_material_supplied" for use in action.guards)
    return ends == WITHDRAWN or not (brings or action.reason or action.inputs.keys() - _NAMES)


def as_entered(procedure: Procedure, name: str, action: Action) -> Action:
    """Return the action as a clerk takes it for the subject: where `is_declared` its form asks for the signed paper."""
    if not is_declared(procedure, name):
        return action
    return action.model_copy(update={"inputs": {**action.inputs, SIGNED_PAPER: _ASKED}})
