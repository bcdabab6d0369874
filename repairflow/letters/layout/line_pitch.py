"""The line pitch: the standard's, or a tighter one for a letter whose seal would otherwise stand almost alone on a page.

GB/T 9704-2012, 7.3.5.4: when what is left of a page cannot hold the seal and the date, line or character spacing is adjusted.
We adjust the lines' alone: the grid of 28 characters, the sizes of type and the margins stay.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from string import Template
from typing import TYPE_CHECKING

from repairflow.letters.layout.page import FEW
from repairflow.letters.model import LetterData
from repairflow.settings import asset

if TYPE_CHECKING:
    from repairflow.letters.pdf.weasyprint_adapter import CSS, Document

STANDARD = 225 / 22  # mm from line to line (5.2.3)
LONG_PARAGRAPHS, LONG_TEXT = 200, 15_000
_SEAL = 42 - 0.4  # mm from the seal's top to the lower edge of what is signed, as at the standard pitch


@dataclass(frozen=True, slots=True)
class Step:
    """One way to tighten: the pitch as a share of the standard one, the blank lines above the title, and how many mm the seal
    stands under the text, which is within one line of it (7.3.5.1)."""

    share: float
    above_title: int
    seal_top: float


STEPS = (Step(0.94, 2, 4.5), Step(0.85, 1, 1.0))  # in the order in which they are tried


@cache
def tighter(step: Step) -> CSS:
    """Return what a step changes in the style sheet."""
    from repairflow.letters.pdf.weasyprint_adapter import CSS

    line = STANDARD * step.share
    measures = {
        "line": line, "two_lines": 2 * line, "above_title": step.above_title * line,
        "seal_top": step.seal_top, "below_day": step.seal_top + _SEAL - 4 * line,
    }  # fmt: skip
    source = Template((asset("templates") / "letters" / "layout" / "tight.css").read_text("utf-8"))
    return CSS(string=source.substitute({name: f"{measure:.3f}mm" for name, measure in measures.items()}))


@cache
def tail_kept() -> CSS:
    """Keep what ends a letter (class tail) on one page: each closing line (an address of many lines) whole, before them more than FEW
    lines, be they the last rows of a table."""
    from repairflow.letters.pdf.weasyprint_adapter import CSS

    return CSS(string=f".tail {{ break-after: avoid; widows: {FEW + 1} }} .closing {{ break-inside: avoid }}")


def long(letter: LetterData) -> bool:
    """Tell whether a letter has so many pages (some twenty and more) that nobody looks for one that tighter lines would spare."""
    return len(letter.paragraphs) > LONG_PARAGRAPHS or len(letter.all_text()) > LONG_TEXT


def spills(pages: Document) -> bool:
    """Tell whether the signature stands on a later page than the first, behind FEW lines of text or fewer, or behind closing lines
    alone (办件编号, 特此通知, 联系方式), however many."""
    from repairflow.letters.pdf.weasyprint_adapter import boxes

    for number, page in reversed([*enumerate(pages.pages)]):
        found = list(boxes(page))
        signed = next((box for box in found if "signed" in box.classes), None)
        if signed is not None:
            above = {round(box.down) for box in found if box.text.strip() and box.down < signed.down}
            closing = min((round(box.down) for box in found if "closing" in box.classes), default=None)
            alone = closing is not None and all(down >= closing for down in above)
            return number > 0 and (len(above) <= FEW or alone)
    return False  # a form for others to sign
