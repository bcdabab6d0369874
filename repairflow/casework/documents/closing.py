"""What stands under a letter's own words: how it is served, and which letter it replaces."""

from __future__ import annotations

import re
from datetime import datetime

from repairflow.law.guards import day_text
from repairflow.law.procedure.letter_form import LetterForm
from repairflow.letters.text.templates import template
from repairflow.records.rows import LetterRow, OfficeRow
from repairflow.times import local_day

CLOSING = re.compile(r"（本.{1,4}(?:自|一式).*。）$|本文书替代")
"""How these sentences begin, so that they are told from the words of the text."""
_NOUN = re.compile(r"(决定书|告知书|通知书|意见书|意见|确认书|函|单)$")
_COUNT = "零一两三四五六七八九十"


def service_line(
    kind: str, version: str, you: str, form: LetterForm, copies: tuple[str, ...], issuer: OfficeRow
) -> tuple[str, ...]:
    """送达: how many copies there are and who gets one; where the office wants it said, from when the letter takes effect.

    Empty for a letter that its definition does not call served.
    """
    if not form.served:
        return ()
    named = _NOUN.search(template(kind, version).name)
    to = [f"一份送达{you}", *(f"一份抄送{name}" for name in copies), "一份存档"]
    effect = f"{issuer.service_note}，" if issuer.service_note else ""
    return (f"（本{named[0] if named else '文书'}{effect}一式{_COUNT[len(to)]}份，{'，'.join(to)}。）",)


def replacing(old: LetterRow, issued: datetime) -> str:
    """Return which letter this one replaces."""
    day = day_text(local_day(issued))
    return f"本文书替代{day}制发的《{old.title}》（{old.number}），原文书自本文书制发之日起停止使用。"
