"""In which unit a table counts money, wherever it says so: in a heading, in one above it, over the table, or below."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from repairflow.gateway.penalties.fields import BRACKETS, FIELDS, Named, field_named

_YUAN = re.compile(
    r"(?:^|[(,、:])(?:金额)?(?:计量)?(?:单位)?:?(?:人民币)?元(?:$|[),、])|单位[:=为是]*(?:人民币)?[元圆](?![\u4e00-\u9fff])"
    r"|单位[:=为是]*元人民币|以(?:人民币)?元(?:为单位|计)|(?:金额|数额|罚没款|罚款)(?:的?单位)?(?:均|都|全部)?(?:为|以|按|系|是)(?:人民币)?元"
)
_IN_BRACKETS = re.compile(r"[(]([^()]*)[)]")
_YUAN_ALONE = re.compile(
    r"(?:金额|计量)?(?:单位)?[:=为]?(?:人民币|RMB|CNY|¥)?[:,]?(?:元|圆|YUAN|RMB|CNY|¥)(?:人民币)?", re.IGNORECASE
)
_LATIN = re.compile(
    r"(?:units?|currency|amounts?|单位|币种)[:=为]?[(]?(?:in)?(?:RMB|CNY|YUAN|[¥元圆])+(?![\u4e00-\u9fffA-Z])",
    re.IGNORECASE,
)
_TRADITIONAL = str.maketrans("圓單額萬幣為億計罰數", "圆单额万币为亿计罚数")
_FOREIGN = re.compile(r"美元|港元|港币|欧元|日元|日币|英镑|澳元|台币|外币|美金|USD|HKD|EUR|[$€£]", re.IGNORECASE)
_ALONE = re.compile(r"\(?(?:单位:?)?(?:人民币)?元\)?")
_OTHER = re.compile(
    r"([十百千仟佰]万?|[百千]万|亿|角|分|美|欧|港|日|英镑|台币)(?:元)?(?=$|[),、)为计])|USD|EUR|HKD|[$€£]",
    re.IGNORECASE,
)
_NAMES_UNIT = re.compile(r"[(（]|单位|计量|以")
_IN_WAN = re.compile(r"[(]?(?:金额|计量)*单位[:为]?(?:人民币)?万元[)]?")
_MONEY = re.compile(r"[元圆块¥]|人民币|RMB|CNY|YUAN", re.IGNORECASE)


def unit_fault(
    head: Sequence[Sequence[str]], top: int, bottom: int, headings: Sequence[str], named: Named = field_named
) -> str | None:
    """Return why the amounts of a table cannot be taken as 万元; None where nothing says otherwise.

    `head` are the first rows, of which `top` to `bottom` are the headings; `headings` what stands for each column.
    """
    amounts = [place for place, heading in enumerate(headings) if _is_amount(heading, named)]
    if not amounts:
        return None
    for row in head[:top]:
        if any(says_yuan(cell) for cell in row):
            return "表格上方写明以元为单位（或者不是万元的其他单位），请把金额换算为万元，并改正单位"
    for place in amounts:
        if _counts_yuan(headings[place]):
            return f"“{headings[place]}”以元为单位（或者不是万元的其他单位），请换算为万元并改正表头"
        for row in head[top : bottom + 1]:
            if _counts_yuan(_over(row, place, amounts)):
                return f"“{headings[place]}”以元为单位（或者不是万元的其他单位），请换算为万元并改正表头"
    below = head[bottom + 1] if bottom + 1 < len(head) else ()
    if any(place < len(below) and _ALONE.fullmatch(_plain(below[place])) for place in amounts):
        return "表头下方写明金额以元为单位，请换算为万元并改正单位"
    return None


def _over(row: Sequence[str], place: int, amounts: Sequence[int]) -> str:
    """Return the heading over a column: of merged cells only the first holds the text."""
    while place in amounts and (place >= len(row) or not row[place]) and place - 1 in amounts:
        place -= 1
    return row[place] if place < len(row) else ""


def _is_amount(heading: str, named: Named) -> bool:
    name = named(heading)
    return bool(name and FIELDS[name].use == "amount")


def _counts_yuan(heading: str) -> bool:
    """Tell whether the heading of a column of amounts names money and no 万: 罚款金额（元/人）, 罚款金额（人民币）."""
    plain = _plain(heading)
    return says_yuan(heading) or ("万" not in plain and bool(_MONEY.search(plain)))


def says_yuan(text: str) -> bool:
    """Tell whether a heading or a line beside the table says that its amounts count something else than 万元."""
    plain = re.sub(r"[“”\"'‘’]", "", _plain(text)).translate(BRACKETS)
    if _NAMES_UNIT.search(plain) and (_other_unit(plain) or _FOREIGN.search(plain)):
        return True
    if any(_YUAN_ALONE.fullmatch(inner) for inner in _IN_BRACKETS.findall(plain)):
        return True
    if "万" not in plain and _LATIN.search(plain):
        return True
    return ("元" in plain or "圆" in plain) and "万元" not in plain and bool(_YUAN.search(plain))


def says_unit(text: str) -> bool:
    """Tell whether a line beside the table says in which unit it counts, 万元 or another."""
    return says_yuan(text) or bool(_IN_WAN.fullmatch(_plain(text)))


def _other_unit(plain: str) -> bool:
    """Tell whether a heading or a line over the table names a unit that is neither 万元 nor 元: 千元, 亿元, 美元."""
    stated = re.search(r"(?:单位|计量单位|以|\()[:]?(?:金额|人民币)?[:]?([^(),:为计]{1,4}?)(?:为单位|计|\)|$)", plain)
    return bool(stated and _OTHER.fullmatch(stated[1]))


def _plain(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).translate(_TRADITIONAL)
