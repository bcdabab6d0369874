"""Single values of a penalty row: text, days, amounts, kinds of penalty. Pure; a BadValue says what to do in Chinese."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from repairflow.gateway.penalty_grid import Cell, CellFault
from repairflow.law.identifiers import check_resident_id, mask_id
from repairflow.law.packs import RulePack

EARLIEST = date(1990, 1, 1)
"""No decision of the 双公示 scheme is older; an earlier day is a slip of the pen or of Excel."""

_BLANK = {"", "无", "/", "-", "--", "—", "——", "NULL", "空", "N/A"}
_EDGES = " \t\r\n\xa0\u3000\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\ufeff"
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E\+?\d{2}", re.IGNORECASE)
_SERIALS = (32_874, 109_938)  # Excel's 1990-01-01 to 2200-12-31
_SERIAL_ZERO = date(1899, 12, 30)  # Excel counts a 29 February 1900 that never was
_DAY = re.compile(
    r"(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|年(\d{1,2})月(\d{1,2})日?|(\d{2})(\d{2}))(?:[T ]?\d{1,2}:[\d:.]+)?"
)
_AMOUNT = re.compile(r"([+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)(万元)?")
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_SEPARATORS = re.compile(r"[;,、\n]")
_YEAR = re.compile(r"[〔\[(【{](\d{4})[〕\])】}]")
_RESIDENT_ID = re.compile(r"(?<![0-9A-Za-z])\d{17}[0-9Xx](?![0-9A-Za-z])")
_LIKE_AN_ID = re.compile(
    r"(?<![0-9A-Za-z])\d{6}(?:(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])\d{5}[0-9Xx]|\d{2}(?:0[1-9]|1[0-2])[0-3]\d{4})(?![0-9A-Za-z])"
)


class BadValue(Exception):
    """A value that cannot be taken; the message is the reason, in Chinese."""


def text_of(cell: Cell) -> str:
    """A cell as text without blanks and invisible marks around it; '' where the office wrote “无” or “/”."""
    if isinstance(cell, CellFault):
        raise BadValue(cell.reason)
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        return f"{cell:.15g}"  # Excel knows 15 digits
    if isinstance(cell, int):
        if abs(cell) >= 10**15:
            raise BadValue("被 Excel 当作数字，末几位已丢失。请把这一列设为文本后重新填写")
        return str(cell)
    text = cell.strip(_EDGES)
    return "" if text.upper() in _BLANK else text


def checked(text: str, longest: int, lines: bool) -> str:
    """`text` if it is at most `longest` characters and holds no control characters; line breaks only with `lines`."""
    if len(text) > longest:
        raise BadValue(f"共 {len(text)} 字，超过上限 {longest} 字")
    if text.isprintable() and "\ufffd" not in text:
        return text
    for character in text:
        if character in "\r\n\t" and lines:
            continue
        if character == "\ufffd" or unicodedata.category(character) in {"Cc", "Cf", "Cs", "Cn"}:
            raise BadValue(f"含有不可见的控制字符或乱码（U+{ord(character):04X}），请删去后重新填写")
    return text


def code_text(text: str) -> str:
    """`text` unless Excel has turned the number into 9.12305E+17, which cannot be undone."""
    if _SCIENTIFIC.fullmatch(text):
        raise BadValue("被 Excel 变成了科学记数，原来的数字已丢失。请把这一列设为文本后重新填写")
    return text


def document_number(text: str) -> str:
    """A decision number (文号) in the form of GB/T 9704: no spaces, the year in 〔〕; so that equal ones meet."""
    plain = "".join(text.translate(_HALF_WIDTH).split())
    return _YEAR.sub(r"〔\1〕", plain, count=1)


def day_of(cell: Cell) -> date | None:
    """A day from a date cell, an Excel serial, 2026-6-12, 2026/6/12, 2026.6.12, 20260612 or 2026年6月12日."""
    if isinstance(cell, date):
        return cell
    if isinstance(cell, float):
        cell = int(cell) if abs(cell) < 10**9 else text_of(cell)  # the fraction is the time of day
    text = unicodedata.normalize("NFKC", text_of(cell))
    if not text:
        return None
    if re.fullmatch(r"\d{5,6}(?:\.\d+)?", text) and _SERIALS[0] <= float(text) < _SERIALS[1] + 1:
        return _SERIAL_ZERO + timedelta(days=int(float(text)))
    found = _DAY.fullmatch(text)
    if not found:
        raise BadValue("不是可识别的日期，请写成 2026-06-12 的样式")
    year, _, m1, d1, m2, d2, m3, d3 = found.groups()
    try:
        return date(int(year), int(m1 or m2 or m3), int(d1 or d2 or d3))
    except ValueError:
        raise BadValue("没有这一天，请核对") from None


def amount_of(cell: Cell) -> Decimal | None:
    """An amount in 万元 as Decimal(18,6), not negative; None for an empty cell."""
    if isinstance(cell, date):
        raise BadValue("应填写金额（万元），现为日期。请核对单元格格式")
    text = unicodedata.normalize("NFKC", text_of(cell)).replace(" ", "")
    if not text:
        return None
    if isinstance(cell, float) and _SCIENTIFIC.search(text.replace("e-", "e+")):
        text = f"{Decimal(text):f}"
    found = _AMOUNT.fullmatch(text)
    if not found:
        unit = "（以元计的金额请除以 10000）" if re.fullmatch(r"[\d,.]+元", text) else ""
        raise BadValue(f"应填写数字，单位万元{unit}")
    amount = Decimal(found[1].replace(",", ""))
    if amount < 0:
        raise BadValue("金额不能为负数")
    if amount >= 10**12:
        raise BadValue("金额过大，请核对；单位为万元")
    if isinstance(cell, float):
        amount = round(amount, 6)  # a computed cell is off in the fifteenth digit
    if amount != round(amount, 6):
        raise BadValue("最多六位小数（单位万元，六位小数即一分）")
    return abs(amount)


def kinds_of(text: str, pack: RulePack) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Codes of the pack's penalty kinds (处罚类别) and the names as delivered, in their order, none twice.

    Several are joined by ; 、 or a comma. “其他-…” is the pack's kind named 其他….
    """
    known = _names(tuple((kind.label, code) for code, kind in pack.penalty.items()))
    other = next((code for label, code in known.items() if label.startswith("其他")), None)
    found: dict[str, str] = {}
    unknown = []
    for part in _SEPARATORS.split(unicodedata.normalize("NFKC", text)):
        name = part.strip()
        if not name:
            continue
        code = known.get(_plain(name)) or known.get(name)
        if code is None and re.match(r"其他[-:(—]", name):
            code = other
        if code:
            found.setdefault(code, name)
        else:
            unknown.append(name)
    if unknown:
        may = "、".join(kind.label for kind in pack.penalty.values())
        raise BadValue(f"没有“{'、'.join(unknown)}”这一处罚类别，可填：{may}")
    return tuple(found), tuple(found.values())


@lru_cache(maxsize=8)
def _names(kinds: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    """Codes by the names a file may give them: the same for each of its rows."""
    return {_plain(label): code for label, code in kinds} | {code: code for _, code in kinds}


def without_personal_numbers(text: str) -> str:
    """`text` with each resident ID number in it masked: no record needs one in its running text."""
    # 《个人信息保护法》第六条：限于实现处理目的的最小范围。
    return _RESIDENT_ID.sub(lambda m: mask_id(m[0]) if check_resident_id(m[0], date.max).ok else m[0], text)


def shown(cell: Cell, personal: bool) -> str:
    """A value as a report may repeat it: at most 40 characters, personal numbers masked wherever they stand."""
    if isinstance(cell, CellFault):
        return ""
    text = str(cell).strip(_EDGES)
    text = mask_id(text) if personal else _LIKE_AN_ID.sub(lambda m: mask_id(m[0]), text)
    text = "".join(c if c.isprintable() else "·" for c in text)
    return text if len(text) <= 40 else text[:39] + "…"


def _plain(label: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", label))
