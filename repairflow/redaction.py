"""What no log line may say: numbers of persons, passwords, tokens and keys, addresses of databases."""

from __future__ import annotations

import re
from collections.abc import Mapping

HIDDEN = "…"

# Fields whose value is never told, by a word in their name.
_NAMES = re.compile(
    r"secret|password|passwd|token|authorization|cookie|csrf|_key$|^key$|id_number|phone|database_url|smtp_url|^born"
)
_PATTERNS = tuple(
    (re.compile(pattern, re.IGNORECASE), instead)
    for pattern, instead in (
        # whole addresses: user, password, host and name of a database are of no use to whoever reads a line
        (r"\b(postgres(?:ql)?(?:\+\w+)?|sqlite|mysql|redis)://[^\s'\"<>）]*", r"\1://…"),
        (r"\b([a-z][a-z0-9+.-]*)://[^\s/'\"@]*@", r"\1://…@"),  # user and password of any other address
        (r"\b(bearer|basic)\s+[\w.~+/=-]{6,}", r"\1 …"),
        (r"\b(pass(?:word|wd|code)?|secret|token|api_?key|csrf_token)(\"?\s*[=:]\s*\"?)[^\s&,;\"']+", r"\1\2…"),
        (r"(密码|口令|密钥)([=：:]\s*)\S+", r"\1\2…"),
        (r"\bwhsec_[\w+/=-]+", "whsec_…"),
        (r"/(verify|letters|links|password|invitations?|files|drafts?)/[\w-]{16,}", r"/\1/…"),
        (r"(?<![\w-])[A-Za-z0-9_-]{43}(?![\w-])", HIDDEN),  # 256 random bits: sessions, links, tokens of programs
        (r"(?<![0-9A-Za-z])\d{17}[\dX](?![0-9A-Za-z])", HIDDEN),  # identity number
        (r"(?<![0-9A-Za-z])\d{15}(?![0-9A-Za-z])", HIDDEN),  # identity number of before 1999
        (r"(?<![0-9A-Za-z])92[0-9A-HJ-NP-RTUWXY]{16}(?![0-9A-Za-z])", HIDDEN),  # credit code of a person in business
        (r"(?<!\d)1[3-9]\d{9}(?!\d)", HIDDEN),  # mobile number
    )
)


def redact(value: object, name: str = "") -> object:
    """Return the value as a log line may have it: texts without what is hidden, within lists and tables, too."""
    if isinstance(value, bool | int | float) or value is None:
        return value
    if name and _NAMES.search(name.lower()):
        return HIDDEN
    if isinstance(value, Mapping):
        return {clean(str(key)): redact(one, str(key)) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [redact(one) for one in value]
    return clean(str(value))


def clean(text: str) -> str:
    """Return a text without what is hidden."""
    for pattern, instead in _PATTERNS:
        text = pattern.sub(instead, text)
    return text
