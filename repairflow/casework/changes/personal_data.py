"""Commands about personal data: erased on request (个人信息保护法 47), and an informant's sealed identity opened (举报人身份)."""

from __future__ import annotations

from dataclasses import dataclass

from repairflow.casework.changes.base import Change


@dataclass(frozen=True, slots=True)
class ErasePersonal(Change):
    """Erase the personal values in the trail of a closed case; their digests stay (删除个人信息)."""

    case: str
    reason: str


@dataclass(frozen=True, slots=True)
class AskInformant(Change):
    """Ask, as the head of the deciding office, to see who reported (申请查看举报人身份)."""

    case: str
    reason: str


@dataclass(frozen=True, slots=True)
class AllowInformant(Change):
    """Allow, as an auditor, what a head asked (准许查看)."""

    case: str
    reason: str


@dataclass(frozen=True, slots=True)
class OpenInformant(Change):
    """See who reported, once, as the head who asked and was allowed (查看举报人身份)."""

    case: str
