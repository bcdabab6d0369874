"""Commands about means of repair, the quiz, and bodies that offer services."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from repairflow.casework.changes.base import Change, OfRecord


@dataclass(frozen=True, slots=True)
class DeclareMeans(OfRecord):
    """Say that the subject took a means of repair for a record; its office checks it (修复方式)."""

    given: Mapping[str, str]  # code, hours, issuer, certificate, done_on, material


@dataclass(frozen=True, slots=True)
class SettleMeans(Change):
    """Say whether a declared means was found true (核验修复方式)."""

    means_id: int
    decision: str  # verified | refused
    reason: str


@dataclass(frozen=True, slots=True)
class BarRepair(OfRecord):
    """Mark a record as not to be repaired, by the article that says so, or take the mark off (不可修复)."""

    ground: str
    cite: str
    reason: str
    on: bool


@dataclass(frozen=True, slots=True)
class TakeQuiz(Change):
    """Answer the quiz for a subject (信用知识学习测验)."""

    subject_id: int
    answers: Sequence[int]


@dataclass(frozen=True, slots=True)
class EnterServiceBody(Change):
    """Register a body that offers training, reports or advice, change what is known of it, warn of it (信用服务机构)."""

    given: Mapping[str, str]
    services: Sequence[str]
