"""Where the text of a letter stands on its pages, as pdftotext (poppler-utils) reads it, and what breaks between its lines."""

from __future__ import annotations

import re
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass

_MARGIN = 28 / 25.4 * 72  # the left edge of running text, in points; a paragraph begins two characters further in
_NUMBER = re.compile(
    r"[0-9]\n[0-9,.年月日时分元万号条款项个〕]|[0-9A-Z]-?\n-?[0-9]|[年月〔第]\n[0-9]|〔\n|\n〕|〕\n|[一-龥]\n〔"
)
"""A line that breaks inside a number, a day, an amount, a code or the number of a document."""
_TERM = re.compile(r"主\n体|体\n名|名\n单|[重般微]\n失|失\n信[，信主]|公\n示期|示\n期")
"""A line of a cell that breaks inside a set term."""
_MARKS = "，、。；：）》”’"


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line: its page, its left edge, foot and height in points from the page's upper left corner, and its text."""

    page: int
    left: float
    foot: float
    height: float
    text: str


def printed(pdf: bytes) -> list[Line]:
    """The lines of a file, from above; those of tables word by word, because neighbouring cells are read as one line."""
    shown = subprocess.run(["pdftotext", "-bbox-layout", "-", "-"], input=pdf, capture_output=True, check=True).stdout
    pages = ET.fromstring(shown[shown.index(b"<doc>") : shown.index(b"</doc>") + len(b"</doc>")])
    found = []
    for number, page in enumerate(pages.iter("page"), 1):
        for line in page.iter("line"):
            whole = _line(number, line, "".join(word.text or "" for word in line.iter("word")))
            if _running(whole):
                found.append(whole)
            else:
                found += [_line(number, word, word.text or "") for word in line.iter("word")]
    return sorted(found, key=lambda line: (line.page, line.foot, line.left))


def _line(page: int, box: ET.Element, text: str) -> Line:
    left, top, foot = (float(box.attrib[name]) for name in ("xMin", "yMin", "yMax"))
    return Line(page, left, foot, foot - top, text)


def torn(pdf: bytes) -> list[str]:
    """The places where a line of a letter breaks although it must not, or leaves one character alone on the next."""
    found = []
    for upper, lower in _breaks(printed(pdf)):
        alone = re.fullmatch(rf"[一-龥][{_MARKS}]*", lower.text)
        at = f"{upper.text[-4:]}\n{lower.text[:4]}"
        if alone or _NUMBER.search(at) or (not _running(upper) and _TERM.search(at)):
            found.append(f"{upper.text[-8:]} / {lower.text[:8]}")
    return found


def _breaks(lines: list[Line]) -> Iterator[tuple[Line, Line]]:
    """Each two lines of one paragraph or one cell, the second right under the first."""
    for place, upper in enumerate(lines):
        for lower in lines[place + 1 :]:
            if lower.page != upper.page or lower.foot - upper.foot > 30:
                break
            if abs(lower.height - upper.height) < 0.5 and _follows(upper, lower):
                yield upper, lower


def _running(line: Line) -> bool:
    """Whether a line is of running text, which is larger than what stands in tables."""
    return line.height > 15.5


def _follows(upper: Line, lower: Line) -> bool:
    down = lower.foot - upper.foot
    if _running(upper):  # at the standard pitch or a tighter one
        return 0 < down < 30 and abs(lower.left - _MARGIN) < 8 and upper.left - _MARGIN < 40
    return 0 < down < 1.62 * upper.height and abs(lower.left - upper.left) < 7
