"""Headings of tables of permits (行政许可) and other acts beside penalties, and which of them no table of penalties has.

By those no table of penalties is taken for one of permits, nor the other way.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

SURE = ("XK_XDR_MC", "XK_WSH", "XK_NR", "行政许可决定文书号", "许可决定文书号", "许可决定日期")
LABELS: Mapping[str, str] = {
    "kind": "行为种类", "name": "行政相对人名称", "code": "统一社会信用代码", "subject_kind": "行政相对人类别",
    "id_number": "自然人证件号码", "document_number": "决定文书号", "decision_date": "决定日期", "title": "决定内容",
    "basis": "法律依据", "valid_from": "有效期自", "valid_until": "有效期至",
}  # fmt: skip
_HEADINGS: Mapping[str, Sequence[str]] = {
    "kind": ("行政行为种类", "行政行为类别", "行政行为"),
    "name": ("相对人名称", "XK_XDR_MC"),
    "code": ("行政相对人代码_1(统一社会信用代码)", "信用代码", "XK_XDR_SHXYM"),
    "subject_kind": ("XK_XDR_LB",),
    "id_number": ("证件号码", "身份证号码", "XK_XDR_ZJHM", "XK_XDR_SFZ"),
    "document_number": ("行政许可决定文书号", "许可决定文书号", "文书号", "文号", "决定书文号", "XK_WSH"),
    "decision_date": ("许可决定日期", "作出决定日期", "XK_JDRQ"),
    "title": ("许可内容", "行为内容", "XK_NR"),
    "document": ("行政许可决定文书名称", "XK_XKWS"),
    "basis": ("依据", "行为依据"),
    "valid_from": ("XK_YXQZ",),
    "valid_until": ("有效期止", "许可有效期", "XK_YXQZI"),
}
"""`document` says what was decided where no column does."""


def plain(heading: str) -> str:
    """Return a heading without the accidents of typing."""
    return re.sub(r"[\s*＊:：（）()]", "", heading).upper()


_OWN = {plain(label): name for name, label in LABELS.items()}
_KNOWN = {plain(word): name for name, words in _HEADINGS.items() for word in words} | _OWN


def field_named(heading: str) -> str | None:
    """Return the field of an act that a heading stands for; None for one nobody knows."""
    return _KNOWN.get(plain(heading))


def is_own(heading: str) -> bool:
    """Tell whether a heading is the label of its field, not another word for it."""
    return plain(heading) in _OWN


def is_of_permits(headings: Sequence[str]) -> bool:
    """Tell whether these are the headings of a table of permits."""
    return any(plain(heading) in {plain(sure) for sure in SURE} for heading in headings)
