"""Whom a sentence or a line of contacts sends people to: an office, beside whatever it stands; never a business."""

from __future__ import annotations

import re

_AGENCY = re.compile(r"(?:修复|咨询|代理|代办|中介|信用服务|信用管理)[^，。；（）()]{0,4}公司|修复机构")
"""Businesses that sell what offices do for nothing, wherever they stand."""
_COMPANY = re.compile(
    r"公司(?!(?:登记|注册|信用|监管|服务|科|处|股|室)|[（(]?[旁边对隔斜东西南北内前后]|大楼|大厦|[^，。；]{0,2}[站院路街门口附邻楼])"
)
"""A company that is none that an office looks after or stands beside."""
_AGENT = re.compile(r"(?<!非法)(?<!黑)(?<!举报)(?<!投诉)(?<!防范)(?<!整治)中介(?!服务|超市|机构|管理|监管|科|处)")
_DOER = re.compile(r"代办")
_FREE = re.compile(r"帮办|领办|窗口|大厅|中心|免费|便民|村|社区|[局科]|专区|专员|代办点")
"""Words by which somebody of the office, or of the village, does it for nothing (免费帮办代办)."""


def business(name: str, value: str) -> str | None:
    """Return the words by which a line of the contacts sends people to a business; None where it does not."""
    line = f"{name}：{value}"
    found = _AGENCY.search(line) or _COMPANY.search(line) or _AGENT.search(line)
    if found is None and not _FREE.search(line):
        found = _DOER.search(line)
    return found[0] if found is not None else None


_SENT = re.compile(r"(?:委托|请到|通过|联系|由|找)[^。；，]{0,12}(?:公司|中介|修复机构|代办点)(?:代办|办理|修复)?")
_NOT = re.compile(
    r"(?:勿|不要|不必|不得|无需|无须|不须|不需|不用|不能|谨防|警惕|防止|严禁|禁止|拒绝)[^，。；]{0,6}$|不$"
)
"""Before such words: people are warned of it (请勿委托中介机构代办)."""


def agent(text: str) -> str | None:
    """Return the words that send somebody to a business (代办、“修复”公司), whom nobody needs for what offices do; None without any."""
    return next((one[0] for one in _SENT.finditer(text) if not warned(text[: one.start()])), None)


def warned(before: str) -> bool:
    """Tell whether what stands before some words says not to do it, or that nobody has to."""
    return _NOT.search(before) is not None
