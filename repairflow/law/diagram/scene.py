"""A procedure laid out: what stands where, before anybody writes it down as SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from repairflow.law.diagram.graph import Way, from_service, state_ranks, staying, text_width, ways, wrapped
from repairflow.law.diagram.layout import Layout, Line, Node, arrange
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.paths import usual_path
from repairflow.law.procedure.vocabulary import OutcomeSide

BOX_TEXT, BOX_LEADING, LABEL_TEXT, LABEL_LEADING, NOTE_TEXT, NOTE_LEADING = 14.0, 20.0, 12.0, 17.0, 11.0, 16.0

# Fill and stroke without our style sheet, by the side an end speaks for; None is a state that is not final.
BOXES: dict[OutcomeSide | None, tuple[str, str]] = {
    None: ("#ffffff", "#8fa3b8"),
    "for": ("#e6f3ec", "#1b6e45"),
    "against": ("#fbe6e4", "#b3261e"),
    "neutral": ("#eef2f6", "#566575"),
}


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything about a diagram that does not depend on a case. Keys: `s:<state>`, `w:<number of the way>`, and for
    lines `w:<number>:<source>`, or `w:<number>:` for the half that touches the target. `ports` are the x at which a line
    meets the bottom or top of what it joins."""

    ways: tuple[Way, ...]
    layout: Layout
    ports: Mapping[tuple[str, str], float]


def scene(procedure: Procedure) -> Scene:
    """Lay a procedure out, top down, the usual path straight."""
    found = tuple(ways(procedure))
    layout = _arranged(procedure, found)
    return Scene(found, layout, _ports(layout))


def _arranged(procedure: Procedure, found: Sequence[Way]) -> Layout:
    ranks, usual = state_ranks(procedure), usual_path(procedure)
    nodes = []
    for name, state in procedure.state.items():
        lines, small = wrapped(state.label), notes(procedure, name)
        widths = [text_width(line, BOX_TEXT) for line in lines] + [text_width(note, NOTE_TEXT) for note in small]
        height = BOX_LEADING * len(lines) + NOTE_LEADING * len(small) + 16
        nodes.append(Node(f"s:{name}", 2 * ranks[name], max(84.0, max(widths) + 28), height))
    links = []
    for number, way in enumerate(found):
        texts = [line for name in way.actions for line in wrapped(procedure.action[name].label)]
        key, target = f"w:{number}", f"s:{way.target}"
        width = max(text_width(text, LABEL_TEXT) for text in texts) + 8
        above = [ranks[s] for s in way.sources]
        if way.back:
            row = 2 * ranks[way.target] + 1
        elif len(way.sources) == 1:
            row = 2 * above[0] + 1  # near where the choice is made
        else:
            row = 2 * ranks[way.target] - 1  # where all its lines have come together
        nodes.append(Node(key, row, width, LABEL_LEADING * len(texts) + 2))
        for source in way.sources:
            straight = 24.0 if way.target in usual and source in usual and not way.back else 1.0
            ends = (key, f"s:{source}") if way.back else (f"s:{source}", key)
            links.append(Line(f"{key}:{source}", *ends, straight))
        straight = 24.0 if way.target in usual and set(way.sources) & set(usual) and not way.back else 1.0
        links.append(Line(f"{key}:", *((target, key) if way.back else (key, target)), straight))
    return arrange(nodes, links, f"s:{procedure.initial}")


def notes(procedure: Procedure, state: str) -> list[str]:
    """Return what a box says below its name: limits that start with the service of a letter, steps that leave the case where it is."""
    served = [f"送达起算：{clock.label}" for clock in from_service(procedure, state)]
    said = [*served, *(f"↻ {label}" for label in staying(procedure, state))]
    return [line for text in said for line in wrapped(text, 14)]


def _ports(layout: Layout) -> dict[tuple[str, str], float]:
    """Return where each line meets the edge of its box: spread out, in the order of where the lines come from or go to."""
    sides: dict[tuple[str, str], list[tuple[float, str]]] = {}
    for key, stops in layout.routes.items():
        sides.setdefault((stops[0], "bottom"), []).append((layout.nodes[stops[1]].x, key))
        sides.setdefault((stops[-1], "top"), []).append((layout.nodes[stops[-2]].x, key))
    ports = {}
    for (stop, side), lines in sides.items():
        node = layout.nodes[stop]
        step = min(18.0, (node.width - 28) / max(1, len(lines) - 1)) if stop.startswith("s:") else 0.0
        for place, (_, key) in enumerate(sorted(lines)):
            ports[key, side] = node.x + (place - (len(lines) - 1) / 2) * step
    return ports
