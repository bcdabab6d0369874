"""The class of a penalty (失信程度): by its kinds, and for fines by the lines somebody stated (较大数额、巨额). Pure.

Where no line was stated, or the fine's amount is not known, the class is provisional: the gentlest the penalty may have,
whose publicity it gets, until somebody states what is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from repairflow.errors import Invalid
from repairflow.law.procedure.packs import RANKS, SEVERITY_LABELS, PenaltyKind, RulePack, Severity

Missing = Literal["threshold", "amount"]

WAITS_FOR: Mapping[str, str] = {
    "threshold": "罚款“较大数额”“巨额”的界线没有写明",
    "amount": "罚款金额没有填写",
}
"""Why a class is provisional, as pages and letters say it."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The lines between classes of fines, in 万元: below the first a fine is minor, from the second on serious."""

    minor_below_wan: float | None = None
    serious_from_wan: float | None = None
    document: str = ""


NO_THRESHOLDS = Thresholds()


@dataclass(frozen=True, slots=True)
class Offence:
    """What the class of a penalty follows from. `simple` is None where nobody said which procedure was followed."""

    kinds: tuple[str, ...]
    fine_wan: float | None
    simple: bool | None = None


@dataclass(frozen=True, slots=True)
class Classed:
    """A class; while it is provisional, what it waits for and the gravest it may turn out to be."""

    severity: Severity
    gravest: Severity
    waits_for: Missing | None = None


def classed(pack: RulePack, offence: Offence, own: Thresholds = NO_THRESHOLDS) -> Classed:
    """Return the class of a penalty by a pack, and by the office's own lines where the pack states none.

    What was decided by simple procedure (简易程序) is minor. Of several kinds the gravest governs (一事多罚从长). Raises
    Invalid naming kinds the pack does not know.
    """
    if unknown := [kind for kind in offence.kinds if kind not in pack.penalty]:
        raise Invalid(f"规则包 {pack.pack} 没有列出处罚类别：{'、'.join(unknown)}")
    if offence.simple:
        return Classed("minor", "minor")
    found = [_of_kind(pack.penalty[kind], offence.fine_wan, own) for kind in offence.kinds]
    least = _gravest((low for low, _, _ in found), "ordinary")
    most = _gravest((high for _, high, _ in found), "ordinary")
    waits = next((waits for _, high, waits in found if high == most and waits is not None), None)
    return Classed(least, most, waits if least != most else None)


def label(severity: str, waits_for: str | None) -> str:
    """Return a class as pages and letters name it: 一般失信, 轻微失信（暂定）."""
    return f"{SEVERITY_LABELS[severity]}失信" + ("（暂定）" if waits_for else "")


def in_letters(severity: str, waits_for: str | None) -> str:
    """Return a class as letters put it before 失信信息: 一般, 暂定的轻微."""
    return ("暂定的" if waits_for else "") + SEVERITY_LABELS[severity]


def reason(severity: str, waits_for: str | None) -> str:
    """Return the sentence that stands beside a provisional class; empty for a settled one."""
    if waits_for is None:
        return ""
    return f"{WAITS_FOR[waits_for]}，暂按{SEVERITY_LABELS[severity]}失信信息处理，写明后重新分类。"


def _of_kind(kind: PenaltyKind, fine_wan: float | None, own: Thresholds) -> tuple[Severity, Severity, Missing | None]:
    """Return the gentlest and the gravest class of one kind, and what is missing where they differ."""
    stated = kind.minor_below_wan is not None or kind.serious_from_wan is not None
    low, high = (
        (kind.minor_below_wan, kind.serious_from_wan)
        if stated or not kind.by_amount
        else (own.minor_below_wan, own.serious_from_wan)
    )
    if fine_wan is None:
        return ("minor", "serious", "amount") if kind.by_amount else (kind.severity, kind.severity, None)
    if high is not None and fine_wan >= high:
        return "serious", "serious", None
    if low is not None and fine_wan < low:
        return "minor", "minor", None
    if not kind.by_amount or (low is not None and high is not None):
        return kind.severity, kind.severity, None
    least: Severity = "minor" if low is None else kind.severity
    most: Severity = "serious" if high is None else kind.severity
    return least, most, "threshold"


def _gravest(found: Iterable[Severity], default: Severity) -> Severity:
    return max(found, key=RANKS.index, default=default)
