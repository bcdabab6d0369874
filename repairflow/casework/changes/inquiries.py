"""Questions that leave a trace: who asked about whom, and for what."""

from __future__ import annotations

from dataclasses import dataclass

from repairflow.casework.changes.base import Change


@dataclass(frozen=True, slots=True)
class InquireCredit(Change):
    """Ask whether organisations are listed now, for a stated purpose; the question is kept in the trail (信用查询)."""

    purpose: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BeginInquiry(Change):
    """Ask about many organisations; the worker answers part by part, and the answers are taken away as a file (批量查询)."""

    purpose: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StopInquiry(Change):
    """Stop a question about many organisations that is being answered."""

    token: str


@dataclass(frozen=True, slots=True)
class ResumeInquiry(Change):
    """Go on with a question about many organisations that was stopped or broke off."""

    token: str


@dataclass(frozen=True, slots=True)
class FollowSubjects(Change):
    """Be told when what the public sees of these organisations changes, for a stated purpose (关注)."""

    office: int
    purpose: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnfollowSubjects(Change):
    """Be told of these organisations no more (取消关注)."""

    office: int
    codes: tuple[str, ...]
