"""What may carry a step that no article read here carries: documents by their rank (层级), and which rank the step demands.

An office's own rule stands beside the law, never for it: listing, a punitive measure and an order to put right diminish
rights or lay duties, so that only law, regulations (for an order also government rules) or central documents carry them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from repairflow.law.procedure.model import Action

RANKS: Mapping[str, str] = {
    "law": "法律", "regulation": "法规（行政法规、地方性法规）", "central": "党中央、国务院文件", "rule": "规章（部门规章、地方政府规章）",
    "normative": "规范性文件",
}  # fmt: skip
LEVELS: Mapping[str, str] = {"national": "国家", "province": "省级", "city": "设区的市", "county": "县级"}
ISSUED_AT: Mapping[str, frozenset[str]] = {
    "law": frozenset({"national"}),
    "regulation": frozenset({"national", "province", "city"}),
    "central": frozenset({"national"}),
    "rule": frozenset({"national", "province", "city"}),
    "normative": frozenset(LEVELS),
}
"""At which levels organs issue documents of a rank: 立法法 gives a county neither regulations nor rules."""

ANY = frozenset({*RANKS, ""})
"""A step of procedure; what was confirmed before ranks were asked carries it still."""
LISTING = frozenset({"law", "regulation", "central"})
ORDER = frozenset({"law", "regulation", "rule"})
LONGER = frozenset({"law", "regulation", "central", "rule"})

LISTS = frozenset({"enter_list", "impose_measure"})
LETTERS_OF_LISTS = frozenset({"listing_notice", "listing_decision", "joint_measure_notice"})
ORDERS = frozenset({"rectification_order"})
BURDENING_EFFECTS = frozenset({"restart_period"})
"""What lasts longer for the subject than its decision says: it rests on an article of its own (`effect_basis`)."""

_COUNTY = re.compile(
    r"^[^（(]{1,8}?(?:(?<!自治)(?<!省)(?<!市)县(?!级)|(?<!自治)旗|镇|街道)"
    r"|^[^（(]{1,4}(?<!自治)(?<!保护)(?<!名胜)(?<!试验)(?<!开发)(?<!示范)(?<!保税)(?<!合作)(?<!园)(?<!特)(?<!新)(?<!地)区"
)
"""How the title of a document of a county, district or township begins."""
_LAW = re.compile(r"(?:法|法典|决定|解释)$")
_NUMBER = re.compile(r"[0-9０-９〇零一二三四五六七八九十百]")


def demanded(action: Action) -> frozenset[str]:
    """Of which rank a document must be that carries this step."""
    if LISTS.intersection(action.effects) or action.letter in LETTERS_OF_LISTS:
        return LISTING
    return ORDER if action.letter in ORDERS else ANY


def in_words(ranks: frozenset[str]) -> str:
    """The ranks that will do, as a message names them; empty where any will."""
    return "" if ranks == ANY else "、".join(RANKS[one].partition("（")[0] for one in RANKS if one in ranks)


def rank_fault(rank: str, level: str) -> str | None:
    """Why no organ of this level issues documents of this rank; None where one does."""
    if rank in ISSUED_AT and level in LEVELS and level not in ISSUED_AT[rank]:
        levels = "、".join(LEVELS[one] for one in LEVELS if one in ISSUED_AT[rank])
        return f"{LEVELS[level]}的机关不能制定{in_words(frozenset({rank}))}（只有{levels}的机关可以）"
    return None


def title_fault(rank: str, document: str) -> str | None:
    """Why a document of this name cannot be of this rank; None where nothing speaks against it."""
    title = document.partition("《")[2].rpartition("》")[0]
    if rank == "law" and not _LAW.search(title):
        return "名称不是法律的名称，请核对文件层级"
    if rank in {"law", "regulation", "central", "rule"} and _COUNTY.search(title):
        return f"从名称看是县级以下的文件，不是{in_words(frozenset({rank}))}；请核对文件层级"
    return None


def number_fault(number: str) -> str | None:
    """Why this is no number of a document (文号); None where it may be one."""
    return (
        None
        if "号" in number and _NUMBER.search(number)
        else "不是文号，如 云政规〔2026〕3号、主席令第70号、公告第12号"
    )
