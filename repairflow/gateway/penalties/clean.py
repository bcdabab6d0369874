"""Clean a cell of what sites and spreadsheets add, before anything is checked: one way for every column.

What is dropped says nothing (edges, unseen marks, the apostrophe that keeps a number text); what stands for nothing is
nothing; what cannot be read for certain (private-use characters, control codes) is left for the checks to refuse.
"""

from __future__ import annotations

import html
import re
import unicodedata

from repairflow.gateway.penalties.grid import Cell, CellFault

EDGES = " \t\r\n\xa0\u3000\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\ufeff"

_SIGNS = r"\s\-‐‑‒–—―−－─_＿/／\\＼、.。·…~～|｜"
_SIGNS_ALONE = re.compile(rf"[{_SIGNS}]+|[\[\]{{}}【】()（）\s]+")
_SIGNS_AROUND = re.compile(rf"^[{_SIGNS}]+|[{_SIGNS}]+$")
"""What some write around a word for nothing: —无—, /无."""
_WORDS_FOR_NOTHING = frozenset((
    "无", "暂无", "不适用", "空", "空值", "空白", "未填", "未填写", "无数据", "无内容", "无此项", "无相关信息", "NULL", "NONE", "NIL",
    "N/A", "NA", "#N/A", "\\N", "UNDEFINED",
    "NAT", "暂缺", "缺失", "N.A", "无此信息", "无信息", "无记录", "无相关内容",
))  # fmt: skip
_LONGEST_FOR_NOTHING = 12
_NOT_YET = re.compile(r"暂?时?(?:尚?未|没有|无法)(?:提供|填写|填报|登记|录入|取得|获取)|暂时?(?:没有|空缺|缺)")
_DATA_FOR_NOTHING = frozenset(("不详", "未知", "不明", "没有", "待补", "待补充", "缺", "未提供"))
"""Nothing in a column of codes, days or amounts, or of the name of who represents a company; in running text they say something."""
_NOBODY_SIGN = re.compile(r"[0０]+(?:\.0+)?|[*＊]+")
_NOBODY = frozenset(("未公示", "未登记", "无法定代表人", "无负责人", "无法人", "无法人代表"))
LASTING = frozenset(("长期", "永久", "长期有效", "永久有效", "长期公示", "永久公示", "无期限", "长期至今"))
"""An end that never comes."""
_LASTING = re.compile(r"至?(?:长期|永久)(?:有效|公示)?(?:至?(?:长期|永久)(?:有效|公示)?)?")

_CODE_LABEL = re.compile(
    r"(?:(?:统一)?社会信用代码|信用代码|代码|(?:公民)?身份(?:证件?)?号码?|证件号码?)[:：]\s*(?=\S)"
)
"""What stands before a code that was copied from a text."""
_ENCLOSED = re.compile(r"[(（\[【]([^()（）\[\]【】]*)[)）\]】]")
"""A code in brackets, as it stood behind a name."""
_COPY = re.compile(r"(?<=[0-9A-Za-z]{15})\s*[(（]\s*(?:\d{1,2}\s*[-－—–/]\s*\d{1,2}|[正副]本)\s*[)）]$")
"""What a licence prints behind its code: which of how many copies it is."""

_TERM = re.compile(
    r"(?:自?(?:公示|决定|公布|发布|作出)之?日起)?(?:公示期?|有效期?)?(?:[一二三四五六七八九十两半]+|\d{1,2})(?:个?月|年)(?:内|整)?"
)

# GB 18030-2022 gives these characters, which GBK and older editions left to the private use area, their places.
_PRIVATE = {
    0xE78D: 0xFE10, 0xE78E: 0xFE12, 0xE78F: 0xFE11, 0xE790: 0xFE13, 0xE791: 0xFE14, 0xE792: 0xFE15, 0xE793: 0xFE16,
    0xE794: 0xFE17, 0xE795: 0xFE18, 0xE796: 0xFE19, 0xE7C7: 0x1E3F, 0xE816: 0x20087, 0xE817: 0x20089, 0xE818: 0x200CC,
    0xE81E: 0x9FB4, 0xE826: 0x9FB5, 0xE82B: 0x9FB6, 0xE82C: 0x9FB7, 0xE831: 0x215D7, 0xE832: 0x9FB8, 0xE83B: 0x2298F,
    0xE843: 0x9FB9, 0xE854: 0x9FBA, 0xE855: 0x241FE, 0xE864: 0x9FBB,
}  # fmt: skip
_SHAPES = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""Variation selectors: which of its shapes a character is drawn in; it stays the same character."""
_QUOTED = re.compile(r'=\s*"((?:[^"]|"")*)"', re.DOTALL)
_APOSTROPHES = "'’‘`＇"
_BREAKS = re.compile(r"[ \t]*(?:\r\n|[\r\n\t\v\f\x85\u2028\u2029])[ \t\r\n]*")
_MARKUP = re.compile(
    r"&(?:[a-z]{2,8}|#\d{1,6}|#x[0-9a-f]{1,5});|</?(?:br|p|span|div|font|b|i|u|em|strong|td|tr)\b[^<>]*>", re.IGNORECASE
)
"""What a web page leaves in what was copied or exported from it."""
_LINES = ("text",)
_FIGURES = ("code", "date", "amount", "personal")
_SPACED = re.compile(r"[\u4e00-\u9fff()（）](?:[ \u3000\xa0]+[\u4e00-\u9fff()（）]){3,}")
"""A name whose characters were set apart: 甲 有 限 公 司."""
_LISTS = ("CF_CFLB", "CF_CFLB2")
_OFFICES = ("CF_CFJG", "CF_SJLY")
_SEAL = re.compile(r"[(（](?:盖章|公章|印章|签章)[)）]$")
_BETWEEN_CHINESE = re.compile(r"(?<=[\u4e00-\u9fff])[ \u3000\xa0]+(?=[\u4e00-\u9fff])")
"""What a form leaves behind and within the name of an office: 云溪县 生态环境局（盖章）."""
_NAMES = ("CF_XDR_MC", "CF_CFJG", "CF_SJLY", "CF_FRDB")


def clean(cell: Cell, use: str, name: str = "") -> Cell:
    """Return a cell as the checks should see it; `use` and `name` are its column's.

    A CellFault where it holds private-use characters that no standard gives a meaning.
    """
    if not isinstance(cell, str) or not cell:
        return "" if name == "CF_FRDB" and cell == 0 else cell
    text = _MARKUP.sub(_plain_mark, cell) if "&" in cell or "<" in cell else cell
    text = text.translate(_PRIVATE)
    kinds = () if text.isascii() else set(map(unicodedata.category, text))  # ASCII has none of those asked about
    if "No" in kinds and (use in _FIGURES or name == "CF_WSH"):
        note = next(filter(_is_note, text))
        return CellFault(f"含有上标或者带圈的数字“{note}”，可能是注号，请删去后重新填写")
    if "Co" in kinds and (odd := next((one for one in text if unicodedata.category(one) == "Co"), "")):
        return CellFault(f"含有自造字或乱码（U+{ord(odd):04X}），其他单位看到的不是这个字，请改用规范汉字")
    if "Cf" in kinds:
        text = "".join(c for c in text if unicodedata.category(c) != "Cf")
    if "Mn" in kinds:
        text = _SHAPES.sub("", text)
    text = text.strip(EDGES)
    text = _unmarked(text, use)
    if name in _LISTS:
        text = _BREAKS.sub("、", text)  # each line names a kind
    elif use == "amount":
        text = _BREAKS.sub(" ", text)  # what stands on two lines may be two amounts
    elif use not in _LINES:
        text = _BREAKS.sub(_between, text)
    if name in _NAMES:
        text = _unquoted(text, of_office=name in _OFFICES)
    if name == "CF_FRDB" and _is_nobody(text):
        return ""
    if text.upper() == "NAN" and use != "amount":  # of an amount it may be what became of a figure
        return ""
    return "" if is_nothing(text, "code" if name == "CF_XDR_LB" else use) else text


def _is_nobody(text: str) -> bool:
    """Tell whether what stands for who represents a company says that nobody does, or nobody was told."""
    return is_nothing(text, "code") or text.strip("()（）。") in _NOBODY or bool(_NOBODY_SIGN.fullmatch(text))


def _is_note(character: str) -> bool:
    """Tell whether a character is a mark of a note (①, ²): read as a figure it would make another number."""
    return unicodedata.category(character) == "No"


def is_nothing(text: str, use: str = "line") -> bool:
    """Tell whether a text is one of the ways in which offices and sites write that there is nothing."""
    if not text or _SIGNS_ALONE.fullmatch(text):
        return True
    word = "".join(unicodedata.normalize("NFKC", text).split()).strip("()[]<>【】。.'\"").upper()
    if len(word) > _LONGEST_FOR_NOTHING:
        return False
    return any(
        one in _WORDS_FOR_NOTHING or (use in _FIGURES and (one in _DATA_FOR_NOTHING or _NOT_YET.fullmatch(one)))
        for one in (word, _SIGNS_AROUND.sub("", word))
    )


def is_lasting(text: str) -> bool:
    """Tell whether a text says that an end never comes (长期、永久), or gives a term in place of its last day (公示三年)."""
    plain = re.sub(r"[\s()（）。]", "", text)
    return plain in LASTING or bool(_LASTING.fullmatch(plain)) or bool(_TERM.fullmatch(plain))


def _unmarked(text: str, use: str) -> str:
    """Without what a spreadsheet or its export adds to keep a value text: a leading apostrophe, ="…"."""
    if quoted := _QUOTED.fullmatch(text):
        text = quoted[1].replace('""', '"').strip(EDGES)
    if text and text[0] in _APOSTROPHES and text[1:].count(text[0]) == 0 and not (text[0] == "‘" and "’" in text):
        text = text[1:].strip(EDGES)
    if use in _FIGURES:
        text = text.strip("'\"’‘“”`＇＂").strip(EDGES)
    if use in ("code", "personal"):
        text = enclosed[1].strip(EDGES) if (enclosed := _ENCLOSED.fullmatch(text)) else text
        text = _CODE_LABEL.sub("", text, count=1) if _CODE_LABEL.match(text) else text
        text = _COPY.sub("", text)
    return text


def _plain_mark(found: re.Match[str]) -> str:
    """Return what a mark of a web page stands for: a line break, nothing, or its character."""
    mark = found[0]
    if mark[0] == "<":
        return "\n" if re.match(r"</?(?:br|p|div|tr)\b", mark, re.IGNORECASE) else ""
    return html.unescape(mark).replace("\xa0", " ")


def _unquoted(text: str, *, of_office: bool) -> str:
    """Return a name without the sign that ended a sentence or a list, and without quotes around the whole of it; an office's
    without its seal and the spaces within."""
    text = text.rstrip("。；;，,、.").strip(EDGES) if len(text) > 1 else text
    if (
        len(text) > 2
        and text[0] + text[-1] in ("“”", '""', "《》", "「」")
        and not set(text[1:-1]) & set('“”"《》「」')
    ):
        text = text[1:-1].strip(EDGES)
    if of_office:
        return _SEAL.sub("", _BETWEEN_CHINESE.sub("", text))
    return re.sub(r"[ \u3000\xa0]+", "", text) if _SPACED.fullmatch(text) else text


def _between(found: re.Match[str]) -> str:
    """Return a line break in a column of one line: a space between Latin words, nothing between Chinese characters."""
    text, start, end = found.string, found.start(), found.end()
    latin = text[:start][-1:].isascii() and text[end:][:1].isascii()
    return " " if latin and text[:start][-1:].isalpha() and text[end:][:1].isalpha() else ""
