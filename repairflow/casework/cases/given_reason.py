"""The reason and the ground that come with a step: what its procedure asks of them, in one case or in many."""

from __future__ import annotations

from repairflow import plain
from repairflow.casework.inputs import plain_text
from repairflow.errors import Problem
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.packs import RulePack
from repairflow.letters.fonts.printable import how_else, unprintable

LONGEST_REASON = 2000


def problems(pack: RulePack, procedure: Procedure, name: str, reason: str, ground: str | None) -> list[Problem]:
    """Return what is wrong with the reason and the ground of a step; none where both are as its procedure asks."""
    action, found = procedure.action[name], list[Problem]()
    if action.reason == "code":
        grounds = pack.lists.get(procedure.ground_list(name), {})
        if ground not in grounds:
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
