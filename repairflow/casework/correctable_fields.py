"""What of a record an upheld objection may correct, and how the form's values are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from repairflow.gateway.penalties.days import BadDay, day_in
from repairflow.gateway.penalties.kinds import UnknownKind, kinds_in
from repairflow.law.procedure.packs import SEVERITY_LABELS, RulePack

CORRECTABLE = {
    "behaviour": "违法行为类型",
    "facts": "违法事实",
    "penalty_content": "处罚内容",
    "fine_wan": "罚款金额（万元）",
    "confiscated_wan": "没收金额（万元）",
    "document_number": "决定书文号",
    "decision_date": "决定日期",
    "penalty_kinds": "处罚类别",
    "class": "失信程度",
    "pack": "重新分类适用的规则",
    "authority": "认定单位",
    "subject_name": "主体名称",
}
ACT_CORRECTABLE = {
    "title": "决定内容",
    "document_number": "决定书文号",
    "decision_date": "决定日期",
    "basis": "法律依据",
    "valid_from": "有效期自",
    "valid_until": "有效期至",
}
"""Fields of an administrative act (行政许可等信息) that may be corrected."""
NO_END = "长期"
LABELS = {**CORRECTABLE, **ACT_CORRECTABLE}
"""Fields that may be corrected. `class` is the record's severity, `authority` an office by code or full name."""
ACT_HINTS = {"decision_date": "决定书落款日期", "valid_until": f"没有期限的写“{NO_END}”"}
HINTS = {
    "decision_date": "决定书落款日期；公示期随之重新计算",
    "penalty_kinds": "多个类别以顿号分开，如 罚款、没收违法所得；失信程度和公示期随之重新计算",
    "class": "轻微、一般或者严重；公示期随之重新计算",
    "pack": "规则包编号，如 CN-2026：按该规则和本单位写明的罚款界线重新分类，公示期随之重新计算",
    "authority": "单位全称或者编码，须在单位目录中",
    "subject_name": "登记机关登记的名称",
}
LONGEST_CORRECTION = {
    "title": 200,
    "behaviour": 500,
    "document_number": 128,
    "authority": 200,
    "subject_name": 200,
    "pack": 64,
}
LONGEST = 2000
AMOUNT_DIGITS = 6
"""What the columns of a record hold."""
_CLASSES = {**{label: code for code, label in SEVERITY_LABELS.items()}, **{code: code for code in SEVERITY_LABELS}}


def read(given: Mapping[str, str], pack: RulePack) -> dict[str, str]:
    """Return the values of a correction, as text: days as ISO text, kinds and class as codes of the pack.

    ValueError, with what is wrong after the name of the form's field, for nothing, for what cannot be corrected and for
    what no record holds.
    """
    if [name for name in given if name not in LABELS] or not given:
        raise ValueError("请至少填写一项更正，可更正：" + "、".join(CORRECTABLE.values()))
    return {name: _read(name, text, pack) for name, text in given.items()}


def _read(name: str, text: str, pack: RulePack) -> str:
    longest = LONGEST_CORRECTION.get(name, LONGEST)
    if len(text) > longest:
        raise ValueError(f"中的{LABELS[name]}不能超过 {longest} 字")
    reader = _READERS.get(name)
    try:
        return reader(text, pack) if reader is not None else text
    except ValueError as error:
        raise ValueError(f"中的{LABELS[name]}{error}") from None


def _amount(text: str, _: RulePack) -> str:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise ValueError("应为数字") from None
    if not amount.is_finite() or not 0 <= amount < 10**12:
        raise ValueError("应为不小于零的数")
    if amount != round(amount, AMOUNT_DIGITS):
        raise ValueError("最多六位小数")
    return format(amount, "f")


def _day(text: str, _: RulePack) -> str:
    try:
        return day_in(text).isoformat()
    except BadDay as error:
        raise ValueError(f"：{error}") from None


def _end(text: str, pack: RulePack) -> str:
    return NO_END if text == NO_END else _day(text, pack)


def _kinds(text: str, pack: RulePack) -> str:
    try:
        codes = kinds_in(text, pack).codes
    except UnknownKind as error:
        raise ValueError(f"：{error}") from None
    if not codes:
        raise ValueError("应为规则中的处罚类别，多个以顿号分开")
    return "、".join(codes)


def _class(text: str, _: RulePack) -> str:
    if text not in _CLASSES:
        raise ValueError(f"应为{'、'.join(SEVERITY_LABELS.values())}之一")
    return _CLASSES[text]


_READERS: Mapping[str, Callable[[str, RulePack], str]] = {
    "fine_wan": _amount,
    "confiscated_wan": _amount,
    "decision_date": _day,
    "valid_from": _day,
    "valid_until": _end,
    "penalty_kinds": _kinds,
    "class": _class,
}


def shown(field: str, value: object, pack: RulePack) -> str:
    """Return a value of a record as people read it."""
    if value is None or value == "":
        return "（空）"
    if field == "penalty_kinds" and isinstance(value, list | tuple):
        return "、".join(pack.penalty[code].label if code in pack.penalty else str(code) for code in value) or "（空）"
    if field == "class":
        return SEVERITY_LABELS[str(value)]
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value.isoformat() if isinstance(value, date) else str(value)
