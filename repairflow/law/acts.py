"""Kinds of administrative acts beside penalties, and the time within which they are published (双公示). Pure."""

from __future__ import annotations

from collections.abc import Mapping

KINDS: Mapping[str, str] = {
    "permit": "行政许可",
    "coercion": "行政强制",
    "confirmation": "行政确认",
    "payment": "行政给付",
    "ruling": "行政裁决",
    "reward": "行政奖励",
    "inspection": "行政检查",
}
STATES: Mapping[str, str] = {
    "waiting": "待复核",
    "published": "已公示",
    "kept": "已登记，不公示",
    "refused": "复核不同意",
    "withdrawn": "已撤下",
}
ENDED: Mapping[str, str] = {
    "withdrawn": "已撤下",
    "annulled": "决定已被撤销",
    "ended": "已经失效",
}
"""As what the publicity of an act ended: entered wrongly or no longer public, annulled by who may, or lapsed (有效期届满、注销)."""
STANDS = ("waiting", "published", "kept")
OBJECTIONABLE = ("published", "kept")
"""States in which an act may be objected to: it stands, and its subject knows of it."""
NUMBERED = "XW"
"""How the numbers of acts begin: XW-2026-000001."""
OBJECTION = "objection"
ABOUT_ACTS = frozenset({OBJECTION})
"""Procedures that may be filed on an act; what follows from such a case (复核、更正) is about the same act."""
OF_RECORDS = frozenset({"wrong_class", "over_period", "repair_result"})
"""Grounds of an objection that say something of dishonesty, its period or its repair: an act has none of these."""
PENALTY = "处罚"
"""What a ground of a decision speaks of that is told of penalties alone: an act is none, and its letter must not call it one."""
ORDINARY = "ordinary"
"""What stands for the class of an act, which has none; guards that ask for one are of procedures that no act comes to."""
PUBLISHED_WITHIN = 7
"""Working days from the decision to its publication. A working rule of 双公示 that nobody has read in its own text: shown as
such, a measure of work, and nothing follows from it for a subject."""


def kind_named(text: str) -> str | None:
    """Return the kind that a code or a Chinese name means; “许可” is as good as “行政许可”."""
    plain = text.strip().removesuffix("决定").removeprefix("行政")
    if plain == "监督检查":
        plain = "检查"
    return next((code for code, label in KINDS.items() if plain == label.removeprefix("行政") or text == code), None)
