"""Single values of a penalty row: text, days, amounts, kinds of penalty. Pure; a BadValue says what to do in Chinese."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from repairflow.gateway.penalties.amounts import wan_of
from repairflow.gateway.penalties.clean import EDGES, is_lasting, is_nothing
from repairflow.gateway.penalties.days import BadDay, day_in
from repairflow.gateway.penalties.grid import Cell, CellFault
from repairflow.gateway.penalties.kinds import Kinds, UnknownKind, kinds_in
from repairflow.law.identifiers import mask_id, without_likely_numbers
from repairflow.law.procedure.packs import RulePack

EARLIEST = date(1990, 1, 1)
"""No decision of the 双公示 scheme is older; an earlier day is a slip of the pen or of Excel."""

_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E\+?\d{2}", re.IGNORECASE)
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_YEAR = re.compile(r"[〔\[(【{](\d{4})[〕\])】}]")

_YEAR_APART = re.compile(r"(?<=[^\W\d])\s*((?:19|20)\d{2})\s+(?=\d)")
"""溪环罚 2026 21: without its space the year would run into the serial."""


class BadValue(Exception):
    """A value that cannot be taken; the message is the reason, in Chinese."""


def text_of(cell: Cell) -> str:
    """Return a cell as text without blanks and invisible marks around it; '' where the office wrote “无” or “/”."""
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
    text = cell.strip(EDGES)
    return "" if is_nothing(text) else text


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
    if _SCIENTIFIC.fullmatch(unicodedata.normalize("NFKC", text).replace(",", "").replace(" ", "")):
        raise BadValue("被 Excel 变成了科学记数，原来的数字已丢失。请把这一列设为文本后重新填写")
    return text


def document_number(text: str) -> str:
    """Return a decision number (文号) in the form of GB/T 9704: no spaces, the year in 〔〕; so that equal ones meet."""
    plain = _YEAR_APART.sub(r"\1-", text.translate(_HALF_WIDTH))
    plain = "".join(plain.split())
    return _YEAR.sub(r"〔\1〕", plain, count=1)


def day_of(cell: Cell) -> date | None:
    """Return a day from a date cell, an Excel serial or a text (`penalty_days`); None for an empty cell."""
    if isinstance(cell, date):
        return cell
    if isinstance(cell, float):
        cell = int(cell) if abs(cell) < 10**9 else text_of(cell)  # the fraction is the time of day
    text = text_of(cell)
    if not text:
        return None
    try:
        return day_in(text)
    except BadDay as error:
        raise BadValue(str(error)) from None


def end_of(cell: Cell) -> date | None:
    """Return the last day of a period; None for an empty cell and for an end that never comes (长期)."""
    return None if isinstance(cell, str) and is_lasting(cell) else day_of(cell)


_PROCEDURES: Mapping[str, bool] = {
    "简易程序": True, "简易": True, "当场处罚": True, "当场处罚程序": True, "是": True,
    "普通程序": False, "一般程序": False, "普通": False, "一般": False, "否": False,
}  # fmt: skip


def is_simple(cell: Cell) -> bool | None:
    """Tell whether 处罚程序 says 简易程序; None for an empty cell."""
    text = unicodedata.normalize("NFKC", text_of(cell)).replace(" ", "")
    if not text:
        return None
    if text not in _PROCEDURES:
        raise BadValue("应为简易程序或者普通程序")
    return _PROCEDURES[text]


def amount_of(cell: Cell) -> Decimal | None:
    """Return an amount in 万元 as Decimal(18,6), not negative; None for an empty cell."""
    if isinstance(cell, date):
        raise BadValue("应填写金额（万元），现为日期。请核对单元格格式")
    text = unicodedata.normalize("NFKC", text_of(cell))
    if not text:
        return None
    if isinstance(cell, float) and _SCIENTIFIC.search(text.replace("e-", "e+")):
        text = f"{Decimal(text):f}"
    found = wan_of(text)
    if found is None:
        unit = "（以元计的金额请除以 10000）" if re.fullmatch(r"[\d,.]+[元圆]整?", text) else ""
        raise BadValue(f"应填写数字，单位万元{unit}")
    amount = found
    if amount < 0:
        raise BadValue("金额不能为负数")
    if amount >= 10**12:
        raise BadValue("金额过大，请核对；单位为万元")
    if isinstance(cell, float):
        amount = round(amount, 6)  # a computed cell is off in the fifteenth digit
    if amount != round(amount, 6):
        raise BadValue("最多六位小数（单位万元，六位小数即一分）")
    return abs(amount)


def kinds_of(text: str, pack: RulePack) -> Kinds:
    """Codes of the pack's penalty kinds (处罚类别), names and hints; see `penalty_kinds`."""
    try:
        return kinds_in(text, pack)
    except UnknownKind as error:
        raise BadValue(str(error)) from None


def shown(cell: Cell, personal: bool) -> str:
    """Return a value as a report may repeat it: at most 40 characters, personal numbers masked wherever they stand."""
    if isinstance(cell, CellFault):
        return ""
    text = str(cell).strip(EDGES)
    text = mask_id(text) if personal else without_likely_numbers(text)
    text = "".join(c if c.isprintable() else "·" for c in text)
    return text if len(text) <= 40 else text[:39] + "…"
