"""A procedure as a picture: SVG drawn here without a browser, and Mermaid text for those who keep notes.

The SVG carries presentation attributes for a viewer without our style sheet, and classes (`rf-dg-…`) by which theme.css
gives it the colours of the page, light or dark. It holds no style, script or link: a strict CSP lets it stand in a page.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import pairwise

from repairflow.law.drawing.graph import Way, state_ranks, staying, taken_ways, text_width, ways, wrapped
from repairflow.law.drawing.layout import Layout, Line, Node, arrange
from repairflow.law.paths import usual_path
from repairflow.law.procedure import Procedure
from repairflow.law.sides import OutcomeSide, outcome_side

__all__ = ["mermaid", "svg"]

BOX_TEXT, BOX_LEADING, LABEL_TEXT, LABEL_LEADING, NOTE_TEXT, NOTE_LEADING = 14.0, 20.0, 12.0, 17.0, 11.0, 16.0
ARROW = 8.0
FONT = "PingFang SC, Microsoft YaHei, Noto Sans CJK SC, Source Han Sans SC, sans-serif"

# Fill and stroke without our style sheet, by the side an end speaks for; None is a state that is not final.
_BOXES: dict[OutcomeSide | None, tuple[str, str]] = {
    None: ("#ffffff", "#8fa3b8"),
    "for": ("#e6f3ec", "#1b6e45"),
    "against": ("#fbe6e4", "#b3261e"),
    "neutral": ("#eef2f6", "#566575"),
}
_INK, _MUTED, _GONE = "#1b2733", "#566575", "#1d4e89"


def svg(procedure: Procedure, taken: Sequence[str] = (), here: str | None = None) -> str:
    """The procedure as one `<svg>` element, top down, the usual path first.

    `taken` are the actions of a case in their order: its way is drawn strong. `here` is the state it stands in, which
    gets a ring. Names that the procedure does not know are passed over. The same input gives the same text.
    """
    found = ways(procedure)
    layout = _layout(procedure, found)
    gone, stood = taken_ways(procedure, taken) if taken or here else (set(), set())
    standing = procedure.state.get(here) if here is not None else None
    parts = [_ring(layout.nodes[f"s:{here}"], standing.final)] if standing is not None else []
    parts += [*_lines(found, layout, gone), *_labels(procedure, found, layout, gone)]
    for state in procedure.state:
        parts += _box(procedure, state, layout.nodes[f"s:{state}"], state in stood, state == here)
    now = f"；现在处于“{standing.label}”" if standing is not None else ""
    size = (
        f'viewBox="0 0 {layout.width:.0f} {layout.height:.0f}" width="{layout.width:.0f}" height="{layout.height:.0f}"'
    )
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" class="rf-dg" role="img" lang="zh-CN" {size} font-family="{FONT}">',
        f"<title>{escape(procedure.label)}流程图{escape(now)}</title>",
        f"<desc>{escape(_in_words(procedure))}</desc>",
        *parts,
        "</svg>",
        "",
    ])  # fmt: skip


def _in_words(procedure: Procedure) -> str:
    usual = "、".join(procedure.state[state].label for state in usual_path(procedure))
    ends = "、".join(state.label for state in procedure.state.values() if state.final)
    return f"通常依次经过：{usual}。" + (f"可能的结果：{ends}。" if ends else "")


def _layout(procedure: Procedure, found: Sequence[Way]) -> Layout:
    ranks, usual = state_ranks(procedure), usual_path(procedure)
    nodes = []
    for name, state in procedure.state.items():
        lines, notes = wrapped(state.label), _notes(procedure, name)
        widths = [text_width(line, BOX_TEXT) for line in lines] + [text_width(note, NOTE_TEXT) for note in notes]
        height = BOX_LEADING * len(lines) + NOTE_LEADING * len(notes) + 16
        nodes.append(Node(f"s:{name}", 2 * ranks[name], max(84.0, max(widths) + 28), height))
    links = []
    for number, way in enumerate(found):
        texts = _texts(procedure, way)
        key, target = f"w:{number}", f"s:{way.target}"
        width = max(text_width(text, LABEL_TEXT) for text in texts) + 8
        above = [ranks[s] for s in way.sources]
        early = (
            way.back or len(way.sources) == 1
        )  # near where the choice is made; a shared label waits for all its lines
        row = 2 * ranks[way.target] + 1 if way.back else 2 * above[0] + 1 if early else 2 * ranks[way.target] - 1
        nodes.append(Node(key, row, width, LABEL_LEADING * len(texts) + 2))
        for source in way.sources:
            straight = 24.0 if way.target in usual and source in usual and not way.back else 1.0
            ends = (key, f"s:{source}") if way.back else (f"s:{source}", key)
            links.append(Line(f"{key}:{source}", *ends, straight))
        straight = 24.0 if way.target in usual and set(way.sources) & set(usual) and not way.back else 1.0
        links.append(Line(f"{key}:", *((target, key) if way.back else (key, target)), straight))
    return arrange(nodes, links, f"s:{procedure.initial}")


def _texts(procedure: Procedure, way: Way) -> list[str]:
    return [line for name in way.actions for line in wrapped(procedure.action[name].label)]


def _notes(procedure: Procedure, state: str) -> list[str]:
    return [line for label in staying(procedure, state) for line in wrapped(f"↻ {label}", 14)]


def _box(procedure: Procedure, state: str, node: Node, stood: bool, here: bool) -> list[str]:
    spec = procedure.state[state]
    side = outcome_side(spec.outcome) or ("neutral" if spec.final else None)
    fill, stroke = _BOXES[side]
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
    for note in _notes(procedure, state):
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


def _labels(procedure: Procedure, found: Sequence[Way], layout: Layout, gone: set[tuple[str, str]]) -> list[str]:
    parts = []
    for number, way in enumerate(found):
        node = layout.nodes[f"w:{number}"]
        y = node.y - node.height / 2 + 1
        for name in way.actions:
            went = any((source, name) in gone for source in way.sources)
            kind, fill = ("rf-dg-label rf-dg-gone", _GONE) if went else ("rf-dg-label", _MUTED)
            for line in wrapped(procedure.action[name].label):
                y += LABEL_LEADING
                parts.append(_text(kind, line, node.x, y - 4.5, LABEL_TEXT, fill, bold=went))
    return parts


def _lines(found: Sequence[Way], layout: Layout, gone: set[tuple[str, str]]) -> list[str]:
    """All lines, those the case has gone on top."""
    below: list[str] = []
    above: list[str] = []
    ports = _ports(layout)
    for number, way in enumerate(found):
        for source in (*way.sources, ""):
            went = any((s, name) in gone for s in ([source] if source else way.sources) for name in way.actions)
            # The half that touches the target bears the arrow.
            arrow = "" if source else "up" if way.back else "down"
            drawn = _line(layout, f"w:{number}:{source}", ports, arrow, _line_classes(way, went))
            (above if went else below).append(drawn)
    return below + above


def _line_classes(way: Way, went: bool) -> str:
    return " ".join(["rf-dg-line", *(["rf-dg-system"] if way.system else []), *(["rf-dg-gone"] if went else [])])


def _ports(layout: Layout) -> dict[tuple[str, str], float]:
    """Where each line meets the edge of its box: spread out, in the order of where the lines come from or go to."""
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


def _line(layout: Layout, key: str, ports: dict[tuple[str, str], float], arrow: str, classes: str) -> str:
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
    drawn = f'<path class="{classes}" d="{" ".join(path)}" {pen}/>'
    if head:
        drawn += f'<polygon class="rf-dg-head{" rf-dg-gone" if went else ""}" points="{head}" fill="{colour}"/>'
    return drawn


def mermaid(procedure: Procedure) -> str:
    """The procedure as a Mermaid flowchart: ASCII ids, Chinese labels, system steps dotted."""
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
            fill, stroke = _BOXES[side]
            lines += [f"    classDef {side} fill:{fill},stroke:{stroke}", f"    class {ends} {side}"]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """Mermaid ends a label at a quotation mark and reads a number sign as an entity."""
    return text.replace("#", "#35;").replace('"', "#quot;").replace("\n", " ")
