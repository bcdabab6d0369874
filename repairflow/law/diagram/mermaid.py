"""The procedure as Mermaid text, for notes and wikis; the pages do not use it."""

from __future__ import annotations

from repairflow.law.diagram.scene import BOXES
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.roles import outcome_side


def mermaid(procedure: Procedure) -> str:
    """Return the procedure as a Mermaid flowchart: ASCII ids, Chinese labels, system steps dotted."""
    lines = ["flowchart TD"]
    for name, state in procedure.state.items():
        box = f'(["{_quoted(state.label)}"])' if state.final else f'["{_quoted(state.label)}"]'
        lines.append(f"    s_{name}{box}")
    for action in procedure.action.values():
        arrow = "-.->" if action.by == ("system",) else "-->"
        for source in action.from_:
            lines.append(f'    s_{source} {arrow}|"{_quoted(action.label)}"| s_{action.to or source}')
    for side in ("for", "against", "neutral"):
        ends = ",".join(f"s_{n}" for n, s in procedure.state.items() if outcome_side(s.outcome) == side)
        if ends:
            fill, stroke = BOXES[side]
            lines += [f"    classDef {side} fill:{fill},stroke:{stroke}", f"    class {ends} {side}"]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """Mermaid ends a label at a quotation mark and reads a number sign as an entity."""
    return text.replace("#", "#35;").replace('"', "#quot;").replace("\n", " ")
