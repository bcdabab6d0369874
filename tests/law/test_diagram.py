"""Diagrams: every state and action is shown, no line runs through a box, no two texts meet, nothing breaks a strict CSP."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from repairflow.law.diagram.graph import state_ranks, taken_ways, wrapped
from repairflow.law.diagram.layout import Line, Node, arrange
from repairflow.law.diagram.svg import mermaid, svg
from repairflow.law.procedure.model import Procedure, parse
from tests.support.procedures import GOOD, RECORD, good, spoilt

SVG = "{http://www.w3.org/2000/svg}"
Box = tuple[float, float, float, float]


def draw(procedure: Procedure, *taken: str, here: str | None = None) -> ET.Element:
    return ET.fromstring(svg(procedure, taken, here))


def kind(element: ET.Element) -> set[str]:
    return set(element.get("class", "").split())


def boxes(picture: ET.Element) -> list[Box]:
    found = []
    for rect in picture.iter(f"{SVG}rect"):
        if "rf-dg-box" in kind(rect):
            x, y, width, height = (float(rect.get(name, "0")) for name in ("x", "y", "width", "height"))
            found.append((x, y, x + width, y + height))
    return found


def labels(picture: ET.Element) -> list[Box]:
    found = []
    for text in picture.iter(f"{SVG}text"):
        if "rf-dg-label" in kind(text):
            x, y, size = (float(text.get(name, "0")) for name in ("x", "y", "font-size"))
            half = len(text.text or "") * size * 0.5
            found.append((x - half, y - size * 0.85, x + half, y + size * 0.15))
    return found


def points(path: str) -> Iterator[tuple[float, float]]:
    """Points along a path of M, V and C, close enough together to meet any box it runs through."""
    x = y = 0.0
    for command, rest in re.findall(r"([MVC])([^MVC]*)", path):
        numbers = [float(n) for n in rest.split()]
        if command == "M":
            x, y = numbers
        elif command == "V":
            for i in range(1, 21):
                yield x, y + (numbers[0] - y) * i / 20
            y = numbers[0]
        else:
            x1, y1, x2, y2, x3, y3 = numbers
            for i in range(1, 41):
                t = i / 40
                a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
                yield a * x + b * x1 + c * x2 + d * x3, a * y + b * y1 + c * y2 + d * y3
            x, y = x3, y3


def overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@pytest.mark.parametrize("text", [GOOD, RECORD])
def test_no_line_runs_through_a_box_or_a_label_and_no_two_meet(text: str) -> None:
    picture = draw(parse(text, "x.toml"))
    solid = boxes(picture) + labels(picture)
    assert not [pair for pair in combinations(solid, 2) if overlap(*pair)]
    for path in picture.iter(f"{SVG}path"):
        for x, y in points(path.get("d", "")):
            assert not [b for b in solid if b[0] + 1 < x < b[2] - 1 and b[1] + 1 < y < b[3] - 1]


@given(st.data())
@settings(max_examples=40)
def test_any_graph_is_laid_out_apart(data: st.DataObject) -> None:
    count = data.draw(st.integers(2, 9))
    size = st.floats(10, 160)
    nodes = [Node(str(i), data.draw(st.integers(0, 6)), data.draw(size), data.draw(size)) for i in range(count)]
    nodes[0].row = 0
    pairs = [(a, b) for a in nodes for b in nodes if a.row < b.row]
    chosen = data.draw(st.lists(st.sampled_from(pairs), max_size=14)) if pairs else []
    lines = [Line(f"l{i}", a.key, b.key) for i, (a, b) in enumerate(chosen)]
    layout = arrange(nodes, lines, "0")
    for one, other in combinations(layout.nodes.values(), 2):
        if one.row == other.row:
            assert abs(one.x - other.x) >= (one.width + other.width) / 2 + 1
    for (_, bottom), (top, _) in zip(layout.spans, layout.spans[1:], strict=False):
        assert bottom < top
    assert all(n.x - n.width / 2 > 0 and n.x + n.width / 2 < layout.width for n in layout.nodes.values())
    for line in lines:
        rows = [layout.nodes[key].row for key in layout.routes[line.key]]
        assert rows == list(range(rows[0], rows[-1] + 1))


def test_every_state_and_action_is_written_on_it() -> None:
    procedure = good()
    written = "".join(text.text or "" for text in draw(procedure).iter(f"{SVG}text"))
    assert [s.label for s in procedure.state.values() if s.label not in written] == []
    assert [a.label for a in procedure.action.values() if a.label not in written] == []


def test_the_way_of_a_case_is_strong_and_its_place_ringed() -> None:
    picture = draw(good(), "file", "request_supplement", "supply", "accept", here="checking")
    strong = {t.text for t in picture.iter(f"{SVG}text") if {"rf-dg-label", "rf-dg-gone"} <= kind(t)}
    assert strong == {"一次性告知补正", "提交补正", "受理"}
    assert len([r for r in picture.iter(f"{SVG}rect") if "rf-dg-here" in kind(r)]) == 1
    assert "现在处于“核查中”" in (picture.findtext(f"{SVG}title") or "")
    plain = draw(good())
    assert not [e for e in plain.iter() if kind(e) & {"rf-dg-gone", "rf-dg-here"}]


def test_a_shared_label_is_strong_only_on_the_line_gone() -> None:
    gone, stood = taken_ways(good(), ["accept", "withdraw"])
    assert gone == {("submitted", "accept"), ("checking", "withdraw")}
    assert stood == {"submitted", "checking", "withdrawn"}
    strong = [p for p in draw(good(), "accept", "withdraw").iter(f"{SVG}path") if "rf-dg-gone" in kind(p)]
    assert len(strong) == 4  # into and out of each of two labels


def test_ends_are_coloured_by_whom_they_speak_for() -> None:
    picture = draw(good())
    sides = [k for r in picture.iter(f"{SVG}rect") for k in kind(r) & {"rf-dg-for", "rf-dg-against", "rf-dg-neutral"}]
    assert sorted(sides) == ["rf-dg-against", "rf-dg-against", "rf-dg-for", "rf-dg-neutral"]


def test_it_is_accessible_and_fits_a_strict_policy() -> None:
    text = svg(good(), ["accept"], "checking")
    picture = ET.fromstring(text)
    assert picture.get("role") == "img"
    assert picture.findtext(f"{SVG}title", "").startswith("样例程序流程图")
    assert "通常依次经过：待受理、核查中、待决定、同步中、准予" in picture.findtext(f"{SVG}desc", "")
    assert not re.search(r"style=|<style|<script|href|\bid=|\bon[a-z]+=", text)


def test_labels_are_text_never_markup() -> None:
    procedure = parse(spoilt('label = "受理"', "label = \"<b>&'受'\""), "x.toml")
    assert "<b>" not in svg(procedure)
    assert "<b>&'受'" in "".join(t.text or "" for t in draw(procedure).iter(f"{SVG}text"))


def test_it_is_the_same_each_time() -> None:
    assert svg(good(), ["accept"], "checking") == svg(good(), ["accept"], "checking")


def test_states_stand_below_what_leads_to_them() -> None:
    ranks = state_ranks(good())
    assert ranks["submitted"] < ranks["checking"] < ranks["deciding"] < ranks["executing"] < ranks["granted"]
    assert ranks["submitted"] < ranks["supplement"] < ranks["withdrawn"]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("受理", ["受理"]),
        ("到期未履行，暂缓停止公示", ["到期未履行，", "暂缓停止公示"]),
        ("一二三四五六七八九十甲乙", ["一二三四五六", "七八九十甲乙"]),
    ],
)
def test_long_labels_break_after_punctuation_or_in_the_middle(text: str, lines: list[str]) -> None:
    assert wrapped(text) == lines


def test_mermaid_has_ascii_ids_and_chinese_labels() -> None:
    text = mermaid(parse(spoilt('label = "待会面"', "label = '待\"会#面'"), "x.toml"))
    assert text.startswith("flowchart TD\n")
    assert 's_meeting["待#quot;会#35;面"]' in text
    assert '    s_submitted -->|"受理"| s_checking' in text
    assert '    s_supplement -.->|"逾期未补正，终止办理"| s_withdrawn' in text
    assert 's_checking -->|"延长办理期限"| s_checking' in text
    for line in text.splitlines()[1:]:
        assert re.sub(r'"[^"]*"', "", line).isascii()
