"""A procedure as a picture: SVG drawn here without a browser, and Mermaid text for those who keep notes.

The SVG carries presentation attributes for a viewer without our style sheet, and classes (`rf-dg-…`) by which theme.css
gives it the colours of the page, light or dark. It holds no style, script or link: a strict CSP lets it stand in a page.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import pairwise

from repairflow.law.diagram.graph import Way, taken_ways, wrapped
from repairflow.law.diagram.layout import Node
from repairflow.law.diagram.mermaid import mermaid
from repairflow.law.diagram.scene import (
    BOX_LEADING,
    BOX_TEXT,
    BOXES,
    LABEL_LEADING,
    LABEL_TEXT,
    NOTE_LEADING,
    NOTE_TEXT,
    Scene,
    notes,
    scene,
)
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.paths import usual_path
from repairflow.law.procedure.roles import outcome_side

__all__ = ["Diagram", "mermaid", "svg"]

ARROW = 8.0
FONT = "PingFang SC, Microsoft YaHei, Noto Sans CJK SC, Source Han Sans SC, sans-serif"

_INK, _MUTED, _GONE = "#1b2733", "#566575", "#1d4e89"


class Diagram:
    """A procedure laid out once, to be drawn for any case."""

    def __init__(self, procedure: Procedure) -> None:
        self.procedure = procedure
        self._scene = scene(procedure)

    def svg(self, taken: Sequence[str] = (), here: str | None = None) -> str:
        """Return the procedure as one `<svg>` element, top down.

        `taken` are the actions of a case in their order: its way is drawn strong. `here` is the state it stands in,
        which gets a ring. Names that the procedure does not know are passed over. The same input gives the same text.
        """
        p, layout = self.procedure, self._scene.layout
        gone, stood = taken_ways(p, taken) if taken or here else (set(), set())
        standing = p.state.get(here) if here is not None else None
        parts = [_ring(layout.nodes[f"s:{here}"], standing.final)] if standing is not None else []
        parts += [*_lines(self._scene, gone), *_labels(p, self._scene, gone)]
        for state in p.state:
            parts += _box(p, state, layout.nodes[f"s:{state}"], state in stood, state == here)
        now = f"；现在处于“{standing.label}”" if standing is not None else ""
        width, height = f"{layout.width:.0f}", f"{layout.height:.0f}"
        return "\n".join([
            '<svg xmlns="http://www.w3.org/2000/svg" class="rf-dg" role="img" lang="zh-CN" '
            f'viewBox="0 0 {width} {height}" width="{width}" height="{height}" font-family="{FONT}">',
            f"<title>{escape(p.label)}流程图{escape(now)}</title>",
            f"<desc>{escape(_in_words(p))}</desc>",
            *parts,
            "</svg>",
            "",
        ])  # fmt: skip


def svg(procedure: Procedure, taken: Sequence[str] = (), here: str | None = None) -> str:
    """As `Diagram.svg`, for one picture only; who draws many of one procedure keeps its Diagram."""
    return Diagram(procedure).svg(taken, here)


def _in_words(procedure: Procedure) -> str:
    usual = "、".join(procedure.state[state].label for state in usual_path(procedure))
    ends = "、".join(state.label for state in procedure.state.values() if state.final)
    return f"通常依次经过：{usual}。" + (f"可能的结果：{ends}。" if ends else "")


def _box(procedure: Procedure, state: str, node: Node, stood: bool, here: bool) -> list[str]:
    spec = procedure.state[state]
    side = outcome_side(spec.outcome) or ("neutral" if spec.final else None)
    fill, stroke = BOXES[side]
    classes = ["rf-dg-box", *([f"rf-dg-{side}"] if side else []), *(["rf-dg-gone"] if stood else [])]
    if stood and not spec.final:
        stroke = _GONE
    left, top, radius = node.x - node.width / 2, node.y - node.height / 2, node.height / 2 if spec.final else 7
    parts = [
        f'<rect class="{" ".join(classes)}" x="{left:.1f}" y="{top:.1f}" width="{node.width:.1f}" '
        f'height="{node.height:.1f}" rx="{radius:.1f}" fill="{fill}" stroke="{stroke}" '
        f'stroke-width="{2.4 if stood else 1.4}"/>'
    ]
    y = top + 8
    for line in wrapped(spec.label):
        y += BOX_LEADING
        parts.append(_text("rf-dg-name", line, node.x, y - 5.5, BOX_TEXT, _INK, bold=here))
    for note in notes(procedure, state):
        y += NOTE_LEADING
        parts.append(_text("rf-dg-note", note, node.x, y - 4.5, NOTE_TEXT, _MUTED))
    return parts


def _ring(node: Node, final: bool) -> str:
    width, height = node.width + 10, node.height + 10
    return (
        f'<rect class="rf-dg-here" x="{node.x - width / 2:.1f}" y="{node.y - height / 2:.1f}" width="{width:.1f}" '
        f'height="{height:.1f}" rx="{height / 2 if final else 12:.1f}" fill="none" stroke="#f2b01e" stroke-width="3"/>'
    )


def _text(kind: str, text: str, x: float, y: float, size: float, fill: str, *, bold: bool = False) -> str:
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" font-size="{size:.0f}" text-anchor="middle" '
        f'fill="{fill}"{weight}>{escape(text)}</text>'
    )


def _labels(procedure: Procedure, drawn: Scene, gone: set[tuple[str, str]]) -> list[str]:
    parts = []
    for number, way in enumerate(drawn.ways):
        node = drawn.layout.nodes[f"w:{number}"]
        y = node.y - node.height / 2 + 1
        for name in way.actions:
            went = any((source, name) in gone for source in way.sources)
            kind, fill = ("rf-dg-label rf-dg-gone", _GONE) if went else ("rf-dg-label", _MUTED)
            for line in wrapped(procedure.action[name].label):
                y += LABEL_LEADING
                parts.append(_text(kind, line, node.x, y - 4.5, LABEL_TEXT, fill, bold=went))
    return parts


def _lines(drawn: Scene, gone: set[tuple[str, str]]) -> list[str]:
    """Return all lines, those the case has gone on top."""
    below: list[str] = []
    above: list[str] = []
    for number, way in enumerate(drawn.ways):
        for source in (*way.sources, ""):
            went = any((s, name) in gone for s in ([source] if source else way.sources) for name in way.actions)
            # The half that touches the target bears the arrow.
            arrow = "" if source else "up" if way.back else "down"
            line = _line(drawn, f"w:{number}:{source}", arrow, _line_classes(way, went))
            (above if went else below).append(line)
    return below + above


def _line_classes(way: Way, went: bool) -> str:
    return " ".join(["rf-dg-line", *(["rf-dg-system"] if way.system else []), *(["rf-dg-gone"] if went else [])])


def _line(drawn: Scene, key: str, arrow: str, classes: str) -> str:
    layout, ports = drawn.layout, drawn.ports
    stops = [layout.nodes[stop] for stop in layout.routes[key]]
    first, last = stops[0], stops[-1]
    x, y = ports[key, "bottom"], first.y + first.height / 2
    head = ""
    if arrow == "up":
        head = f"{x:.1f},{y:.1f} {x - ARROW / 2:.1f},{y + ARROW:.1f} {x + ARROW / 2:.1f},{y + ARROW:.1f}"
        y += ARROW
    path = [f"M{x:.1f} {y:.1f}"]
    for before, node in pairwise(stops):
        start, end = layout.spans[before.row][1], layout.spans[node.row][0]
        goal = ports[key, "top"] if node is last else node.x
        if node is last and arrow == "down":
            end -= ARROW
        if y < start:
            path.append(f"V{start:.1f}")
        else:
            start = y
        middle = (start + end) / 2
        path.append(f"C{x:.1f} {middle:.1f} {goal:.1f} {middle:.1f} {goal:.1f} {end:.1f}")
        x, y = goal, end
    foot = last.y - last.height / 2
    if arrow == "down":
        head = f"{x:.1f},{foot:.1f} {x - ARROW / 2:.1f},{foot - ARROW:.1f} {x + ARROW / 2:.1f},{foot - ARROW:.1f}"
    if y < foot:
        path.append(f"V{foot:.1f}")
    went = "rf-dg-gone" in classes
    colour = _GONE if went else "#8fa3b8"
    dash = ' stroke-dasharray="5 4"' if "rf-dg-system" in classes else ""
    pen = f'fill="none" stroke="{colour}" stroke-width="{2.4 if went else 1.4}"{dash}'
    written = f'<path class="{classes}" d="{" ".join(path)}" {pen}/>'
    if head:
        written += f'<polygon class="rf-dg-head{" rf-dg-gone" if went else ""}" points="{head}" fill="{colour}"/>'
    return written
