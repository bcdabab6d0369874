"""What may carry a step that no article read here carries: documents by their rank (层级), and which rank the step demands.

An office's own rule stands beside the law, never for it: listing, a punitive measure and an order to put right diminish
rights or lay duties, so that only law, regulations (for an order also government rules) or central documents carry them.
So with what brings a list or a measure back.
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

SOURCES: Mapping[str, str] = {
    "law": "法律", "administrative_regulation": "法律、行政法规", "local_regulation": "法律、行政法规、地方性法规",
    "rule": "法律、法规、规章",
}  # fmt: skip
"""The lowest source that a pack lets carry a measure (`source_rank`), and the sources from there upwards in words. Central documents
are no source of a penalty (行政处罚法 16)."""
_SOURCES_DOWN = tuple(SOURCES)

ANY = frozenset({*RANKS, ""})
"""A step of procedure; what was confirmed before ranks were asked carries it still."""
LISTING = frozenset({"law", "regulation", "central"})
ORDER = frozenset({"law", "regulation", "rule"})
LONGER = frozenset({"law", "regulation", "central", "rule"})

LISTS = frozenset({"enter_list", "impose_measure", "reimpose_measures"})
"""What puts somebody on a list or lays a measure on him, for the first time or again."""
RESTORES = "restore_record"
OF_LIST = "list_removal"
LETTERS_OF_LISTS = frozenset({"listing_notice", "listing_decision", "joint_measure_notice", "removal_revoked"})
ORDERS = frozenset({"rectification_order"})
BURDENING_EFFECTS = frozenset({"restart_period"})
"""What lasts longer for the subject than its decision says: it rests on an article of its own (`effect_basis`)."""

_COUNTY = re.compile(
    r"^[^（(]{1,8}?(?:(?<!自治)(?<!省)(?<!市)县(?!级)|(?<!自治)旗|镇|街道)"
    r"|^[^（(]{1,4}(?<!自治)(?<!保护)(?<!名胜)(?<!试验)(?<!开发)(?<!示范)(?<!保税)(?<!合作)(?<!园)(?<!特)(?<!新)(?<!地)区"
)
"""How the title of a document of a county, district or township begins."""
_LAW = re.compile(r"(?:(?<![办方做看说执司])法|公司法|法典|法修正案)$")
"""How the title of a law ends: 办法 and 方法 are none."""
_OF_CONGRESS = re.compile(r"^全国人(?:大|民代表大会).*(?:决定|解释)$")
_EDITION = re.compile(r"[（(][^（()）]*[）)]$")
"""What a title says of its edition: （2021年修订）."""
_BESIDE = re.compile(r"^[^第]*?(?:解释|细则|办法|规定|意见|答复|批复|复函|解答|释义|通知|方案|标准|基准)")
"""After a title: what is written is not that law but a document about it (《…法》实施细则)."""
_CONGRESS = re.compile(r"全国人(?:大|民代表大会)|(?:国家)?主席令")
_LOCAL_CONGRESS = re.compile(r"人大|人民代表大会")
_COUNCIL = re.compile(r"国务院(?!办公)(?![^、，,；; 和令]*(?:部|委|局|署|院|办|会议))")
_CENTRE = re.compile(
    r"(?:中共中央|党中央|国务院)(?:办公厅)?(?![^、，,；; 和令]*(?:部|委|局|署|院|会议))"
    r"|(?<![\u4e00-\u9fff])(?:中发|中办|国发|国办|国函)"
)
_PLACE = re.compile(r"^[^（(]{1,8}?(?:省(?!级|际)|自治区|自治州|(?<!城)市(?!场|政|民|容))")
"""How the title of a document of a province or city begins."""
_OFFICE_OF = re.compile(r"工作委员会|法工委|办公[厅室]|专门委员会|研究室")
"""Offices of a congress: their answers and notices are neither laws nor regulations."""
_NUMBER = re.compile(r"[0-9０-９〇零一二三四五六七八九十百]")


def demanded(action: Action) -> frozenset[str]:
    """Of which rank a document must be that carries this step."""
    if LISTS.intersection(action.effects) or action.letter in LETTERS_OF_LISTS or _lists_again(action):
        return LISTING
    return ORDER if action.letter in ORDERS else ANY


def _lists_again(action: Action) -> bool:
    """Tell whether a step restores the record of somebody who was taken off a list."""
    before = (use.parameters.get("procedure") for use in action.guards if use.guard == "first_case_was")
    return RESTORES in action.effects and any(named == OF_LIST or named == (OF_LIST,) for named in before)


def carries(least: str, rank: str, level: str) -> bool:
    """Tell whether a document of this rank, issued at this level, carries a measure whose lowest source is `least`; empty: any that may
    list.
    """
    if not least:
        return rank in LISTING
    local = "administrative_regulation" if level == "national" else "local_regulation"
    found = local if rank == "regulation" else rank
    return found in _SOURCES_DOWN and _SOURCES_DOWN.index(found) <= _SOURCES_DOWN.index(least)


def in_words(ranks: frozenset[str]) -> str:
    """Return the ranks that will do, as a message names them; empty where any will."""
    return "" if ranks == ANY else "、".join(RANKS[one].partition("（")[0] for one in RANKS if one in ranks)


def rank_fault(rank: str, level: str) -> str | None:
    """Return why no organ of this level issues documents of this rank; None where one does."""
    if rank in ISSUED_AT and level in LEVELS and level not in ISSUED_AT[rank]:
        levels = "、".join(LEVELS[one] for one in LEVELS if one in ISSUED_AT[rank])
        return f"{LEVELS[level]}的机关不能制定{in_words(frozenset({rank}))}（只有{levels}的机关可以）"
    return None


def title_fault(rank: str, document: str) -> str | None:
    """Return why a document of this name cannot be of this rank; None where nothing speaks against it."""
    for title, after in titles_of(document):
        named = _EDITION.sub("", title)
        of_law = _LAW.search(named) or (_OF_CONGRESS.search(named) and not _OFFICE_OF.search(named))
        if rank == "law" and not of_law:
            return "名称不是法律的名称，请核对文件层级"
        if rank in {"law", "regulation"} and _BESIDE.search(after):
            return f"《{title}》后面写的是解释、细则一类的文件，不是{in_words(frozenset({rank}))}本身；请核对文件层级"
        if rank in {"law", "regulation", "central", "rule"} and _COUNTY.search(title):
            return f"从名称看是县级以下的文件，不是{in_words(frozenset({rank}))}；请核对文件层级"
        if rank == "rule" and named.endswith("条例"):  # 规章制定程序条例 7
            return "规章的名称不称“条例”，请核对文件层级"
    return None


def titles_of(document: str) -> list[tuple[str, str]]:
    """Return each title in 《》, a title within it left in, and what follows it up to the next."""
    found: list[tuple[str, str]] = []
    depth, title, after = 0, "", ""
    for sign in document:
        if sign == "《":
            if depth == 0:
                if title:
                    found.append((title, after))
                title, after = "", ""
            depth += 1
        if depth == 0:
            after += sign
        elif not (depth == 1 and sign in "《》"):
            title += sign
        if sign == "》" and depth:
            depth -= 1
    return [*found, (title, after)] if title else found


def origin_fault(rank: str, level: str, document: str, issuer: str, number: str) -> str | None:
    """Return why the issuer and number do not fit the rank: a law is a congress's and the President's order promulgates it (立法法 10),
    a regulation the State Council's (立法法 72) or a local congress's (80, 81). None where they fit."""
    said = f"{issuer} {number}"
    if rank == "law" and (not _CONGRESS.search(said) or _OFFICE_OF.search(issuer)):
        return "法律由全国人民代表大会及其常务委员会制定，文号是主席令的号；请核对制定机关、文号和文件层级"
    if rank == "regulation" and level == "national":
        if not _COUNCIL.search(said) or any(_PLACE.search(title) for title, _ in titles_of(document)):
            return "行政法规由国务院制定，以国务院令公布；请核对制定机关、文号、级别和文件层级"
    elif rank == "regulation" and (
        not _LOCAL_CONGRESS.search(said) or _CONGRESS.search(said) or _OFFICE_OF.search(issuer)
    ):
        return "地方性法规由本级人民代表大会及其常务委员会制定，以公告公布；请核对制定机关、文号、级别和文件层级"
    if rank == "central" and not _CENTRE.search(said):
        return "党中央、国务院文件由党中央、国务院制发；请核对制定机关、文号和文件层级"
    return None


def number_fault(number: str) -> str | None:
    """Return why this is no number of a document (文号); None where it may be one."""
    return (
        None
        if "号" in number and _NUMBER.search(number)
        else "不是文号，如 云政规〔2026〕3号、主席令第70号、公告第12号"
    )
