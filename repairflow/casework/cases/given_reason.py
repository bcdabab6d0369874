"""The reason and the ground that come with a step: what its procedure asks of them, in one case or in many."""

from __future__ import annotations

from repairflow import plain
from repairflow.casework.case_state.ground_findings import grounds_of
from repairflow.casework.case_state.situation import Situation
from repairflow.casework.inputs import plain_text
from repairflow.errors import Problem
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.signed_paper import is_declared
from repairflow.letters.fonts.printable import how_else, unprintable

LONGEST_REASON = 2000
HOW_BROUGHT = "当事人怎样提出的（记入留痕）"
"""What is asked of a clerk who takes a step for a subject that came to the window."""


def problems(at: Situation, name: str, reason: str, ground: str | None) -> list[Problem]:
    """Return what is wrong with the reason and the ground of a step; none where both are as its procedure asks."""
    action, found = at.procedure.action[name], list[Problem]()
    if action.reason == "code":
        if ground not in grounds_of(at, name):
            found.append(Problem("ground", f"请从清单中选择{action.label}的事由"))
    elif ground is not None:
        found.append(Problem("ground", "此步骤没有事由清单，请去掉"))
    said = reason.strip()
    if action.reason is True and not said:
        found.append(Problem("reason", f"请填写{action.label}的理由"))
    elif said and not plain.named(said):
        found.append(Problem("reason", "理由只有标点，没有文字，请写明"))
    try:
        plain_text(reason, LONGEST_REASON)
    except ValueError as error:
        found.append(Problem("reason", f"理由{error}"))
    if odd := unprintable(said):
        found.append(Problem("reason", f"理由含有文书印不出来的字：{odd}；{how_else(said)}"))
    return found


def asks_how_brought(procedure: Procedure, name: str, *, entered: bool) -> bool:
    """Tell whether a step needs a reason that says how the subject brought it: a clerk enters it (`entered`), and it demands no paper
    that would show it."""
    demands = any(use.guard == "new_material_supplied" for use in procedure.action[name].guards)
    return entered and not demands and not is_declared(procedure, name)


def how_brought(reason: str) -> list[Problem]:
    """Return that the reason which `asks_how_brought` is missing; none where it is given."""
    lacking = "请写明当事人怎样提出的，如：本人到窗口递交书面申请，原件已存卷"
    return [] if reason.strip() else [Problem("reason", lacking)]
