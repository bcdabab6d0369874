"""Figures that stand in pages and programs and in no file of procedures or packs, each with the text it comes from. Pure.

Whoever shows one takes it from here; docs/law.md and `readiness` list what nobody has read of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from repairflow.law.acts import PUBLISHED_WITHIN


@dataclass(frozen=True, slots=True)
class PageFigure:
    """A number of working days that nobody has read in its text: what it is for, how many, and the text to be read."""

    what: str
    days: int
    text: str

    @property
    def words(self) -> str:
        """The figure as the list of open figures has it."""
        return f"{self.what}{self.days}个工作日"


TOLD_ELSEWHERE = PageFigure("市场监管部门的修复决定推送外省登记机关（推送页面）", 3, "《市场监督管理信用修复管理办法》")
PUBLICATION = PageFigure(
    "行政许可、行政处罚自作出决定之日起公示（公示时限页面）", PUBLISHED_WITHIN, "“双公示”工作要求（文件待核原文）"
)

PAGE_FIGURES = (TOLD_ELSEWHERE, PUBLICATION)
