"""What a letter text says in words of its own, beyond what it prints: sums, bans, threats and promises rest on no article there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

from repairflow import times
from repairflow.law import letter_kinds
from repairflow.law.checks import burden_words
from repairflow.letters.text.template_head import LetterTemplate
from repairflow.letters.text.template_lines import TextFile
from repairflow.settings import asset

Fault = tuple[str, str, str]
"""A code, the file with its line, and the sentence."""
AHEAD = timedelta(days=366)
"""How long before its day a text may be written."""
_CODE = re.compile(r"\{[{%#].*?[}%#]\}", re.DOTALL)
_PERSON = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)\d{17}[\dXx](?!\d)")
"""The number of a mobile phone or of an identity card."""


def check(head: LetterTemplate, file: TextFile) -> Iterator[Fault]:
    """Everything wrong with the words of a text; what shipped texts say word for word is none of it."""
    if file.source in shipped():
        return
    words = without_code(file.source)
    for what, said in burden_words.added(words, *map(without_code, shipped())):
        text = f"文书文字直接写了{what}“{said}”，没有条文；请用占位符印出有依据的内容（legal_bases、consequence 等），或者删去"
        yield "burden_unread", file.said(said), text
    if (person := _PERSON.search(words)) is not None:
        yield "letter_identity", file.said(person[0]), f"文书文字写有个人的号码（{person[0][:3]}……）；请删去"
    says = head.says or letter_kinds.SAYS.get(head.kind)
    if says in letter_kinds.DECIDE and head.kind not in letter_kinds.SHIPPED and "outcome_label" not in head.required:
        text = "作出决定的文书没有印出办理结果，看不出决定了什么；请在 required 和正文中写上 outcome_label"
        yield "letter_text", file.key("required"), text
    day = date.fromisoformat(head.version) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", head.version) else None
    if day is not None and day > times.today() + AHEAD:
        text = f"文件名写的开始使用日期 {day} 还有一年以上，届时规则可能已经不同；请改正日期"
        yield "letter_text", f"{file.where}:1", text


def without_code(text: str) -> str:
    """Return what a letter text says itself: without its head, its placeholders and its conditions."""
    return _CODE.sub("", text.split("+++", 2)[-1])


@cache
def shipped() -> frozenset[str]:
    """Return every shipped letter text."""
    folder = asset("templates") / "letters"
    return frozenset(path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.txt.j2")))
