"""Texts that a version rests on and nobody has read: which lines claim them, who reads them, and what the reader writes down. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from repairflow.law.coverage import Coverage
from repairflow.law.open_figures import OWN_CHOICE, REVIEWER, reader_of
from repairflow.law.reviewing.rows import Row


@dataclass(frozen=True, slots=True)
class Claim:
    """One line of the table that rests on an unread text, as the reader fills it in."""

    number: int  # of the line, from 1
    what: str
    said: str  # the figure or the words that the text has to carry
    confirm: bool  # no letter goes out before the office has confirmed it


@dataclass(frozen=True, slots=True)
class Missing:
    """One text that nobody has read."""

    text: str
    who: str
    known: str  # what is known of it: the articles that coverage lists as unread
    todo: str
    claims: tuple[Claim, ...]


READ_THE_TEXT = (
    "取得现行有效的全文，逐行写明条、款、项和原文所说；与本表不同的数字、条件以新版本改正。"
    "核对过的条文登记在自有规则文件夹的 statutes 文件（名称、文号、通过日期、所读文本、核对人、核对日期、再次核对日期，"
    "每条的条款、一句概括和 law watch 给出的摘要），程序、规则包改引该条"
)
DECIDE_FOR_ONESELF = "没有文本可读：由本单位决定是否这样办理，以有文号的规范性文件写明；法律、法规另有规定的，从其规定"
READ_THE_LOCAL_FILE = "取得本地现行文件；不属于该地的单位不能引用它，须以本地文件写明，没有的，不用这一步骤"
CONFIRM = (
    "；标“须单位确认”的各行，由本单位法制审核人员在“本单位规则”页面（/admin/rules）勾选，"
    "填写文件全称和条款、文件层级、制定机关及其级别、文号和日期；确认以前不制发文书"
)


def missing(rows: Sequence[Row], coverage: Iterable[Coverage]) -> tuple[Missing, ...]:
    """Return every unread text that a line cites, in the order of the table, with the lines that claim it."""
    found: dict[str, list[Claim]] = {}
    for number, row in enumerate(rows, 1):
        if not row.open or row.analogy:
            continue  # an analogy rests on what was read: whether it holds is asked in its own line
        claim = Claim(number, f"{row.section}：{row.what}", row.figure or row.condition or row.effect, row.confirm)
        for text in dict.fromkeys(one.citation for one in row.cited if one.open) or (NOTHING,):
            found.setdefault(text, []).append(claim)
    known = tuple(coverage)
    return tuple(_missing(text, tuple(claims), known) for text, claims in found.items())


NOTHING = f"{OWN_CHOICE}，没有写明依据"
"""What a line rests on that cites nothing."""


def _missing(text: str, claims: tuple[Claim, ...], coverage: tuple[Coverage, ...]) -> Missing:
    who = reader_of(text)
    todo = (
        DECIDE_FOR_ONESELF if text.startswith(OWN_CHOICE) else READ_THE_TEXT if who == REVIEWER else READ_THE_LOCAL_FILE
    )
    known = "；".join(
        f"{article.article}：{article.why}"
        for one in coverage
        for article in one.articles
        if article.state == "待读" and f"《{one.statute}》" in text
    )
    return Missing(text, who, known, todo + (CONFIRM if any(one.confirm for one in claims) else ""), claims)
