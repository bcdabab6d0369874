"""Which records may not be repaired (不可修复), as grounds a clerk can see and cite. Pure.

The rule of order 36 is that all may be repaired but what a law, a regulation or a document of the centre excepts. Nobody has
read such an exception here yet, so each mark names the article its office rests on, and none follows from a kind by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Bar(NamedTuple):
    """One ground: what it is called, when it applies, where that is to be read, and whether somebody read it there."""

    label: str
    when: str
    cite: str
    verified: bool


BARS: Mapping[str, Bar] = {
    "by_law": Bar(
        "法律、行政法规明确规定不可修复",
        "写明哪一部法律、行政法规第几条规定这类信息不可修复",
        "《信用修复管理办法》（国家发展和改革委员会令第36号）",
        verified=False,
    ),
    "by_document": Bar(
        "党中央、国务院文件明确规定不可修复",
        "写明文件的名称、文号和段落",
        "《关于进一步完善信用修复制度的实施方案》（国办发〔2025〕22号）",
        verified=False,
    ),
    "lifelong": Bar(
        "终身禁止从业、终身禁入",
        "处罚决定本身没有期限的禁止，写明决定所依据的条文",
        "由作出决定的单位写明",
        verified=False,
    ),
}
