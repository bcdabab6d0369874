"""One decision delivered in several rows, a kind or an amount in each (同一决定分几行): joined into one, exactly.

What a person must settle (whether amounts are parts or the whole, rows that contradict each other) is a doubt of the joined
row, so that no part of a decision is published as the whole of it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from repairflow.gateway.penalties import doubts
from repairflow.gateway.penalties.amounts import yuan_named
from repairflow.gateway.penalties.fields import FIELDS
from repairflow.gateway.penalties.row import PenaltyRow, RowProblem, plain_amount
from repairflow.law.procedure.packs import RulePack

_AMOUNTS = ("CF_NR_FK", "CF_NR_WFFF")
_JOINED_OTHERS = ("CF_NR_ZKDX", "CF_AJMC", "CF_CFMC")
_BETWEEN = "；"


def says_the_same(row: PenaltyRow, other: PenaltyRow) -> bool:
    """Tell whether the second of two rows of one decision adds nothing to the first: it is delivered twice."""
    return _said(row) == _said(other)


def _said(row: PenaltyRow) -> tuple[object, ...]:
    return (
        row.decision_date, row.penalty_kinds, row.fine_wan, row.confiscated_wan, _plain(row.name), _plain(row.authority_name),
        _plain(row.behaviour), _plain(row.content),
    )  # fmt: skip


def differences(row: PenaltyRow, other: PenaltyRow) -> tuple[str, ...]:
    """Labels of the columns by which two rows of one number cannot be parts of one decision."""
    found = []
    if row.decision_date != other.decision_date:
        found.append("CF_JDRQ")
    if _plain(row.name) != _plain(other.name):
        found.append("CF_XDR_MC")
    codes = {row.authority_uscc, other.authority_uscc} - {""}
    if _plain(row.authority_name) != _plain(other.authority_name) or len(codes) > 1:
        found.append("CF_CFJG")
    return tuple(FIELDS[name].label for name in found)


def joined(rows: Sequence[PenaltyRow], pack: RulePack) -> PenaltyRow:
    """Return the one row that these parts of a decision are: every kind, every text, the whole amounts; with what of it is in
    doubt. The rows differ in none of `differences`."""
    first, open_questions = rows[0], []
    amounts: dict[str, Decimal | None] = {}
    for field, value, concerns in (
        ("CF_NR_FK", _fine, lambda row: "罚款" in row.penalty_labels),
        ("CF_NR_WFFF", _confiscated, lambda row: "没收" in "、".join(row.penalty_labels)),
    ):
        amounts[field], question = _whole(rows, value, concerns)
        if question:
            open_questions.append((field, question))
    kinds = dict(pair for row in rows for pair in zip(row.penalty_kinds, row.penalty_labels, strict=True))
    texts = {}
    for name, field in (
        ("behaviour", "CF_WFXW"),
        ("facts", "CF_SY"),
        ("basis", "CF_YJ"),
        ("content", "CF_NR"),
        ("remark", "BZ"),
    ):
        texts[name] = _BETWEEN.join(_distinct(getattr(row, name) for row in rows))
        if len(texts[name]) > FIELDS[field].length:
            texts[name] = getattr(first, name)
            open_questions.append((field, "几行合在一起超过上限，只保留了第一行的内容"))
    simple = {row.simple for row in rows} - {None}
    if len(simple) > 1:
        open_questions.append(("CF_SYCX", "几行的处罚程序不同，请核对"))
    whole = replace(
        first,
        minor=any(row.minor for row in rows),
        penalty_kinds=tuple(kinds),
        penalty_labels=tuple(kinds.values()),
        fine_wan=amounts["CF_NR_FK"],
        confiscated_wan=amounts["CF_NR_WFFF"],
        valid_until=_last(row.valid_until for row in rows),
        publicity_end=_last(row.publicity_end for row in rows),
        legal_representative=next(iter(_distinct(row.legal_representative for row in rows)), ""),
        authority_uscc=next(iter(_distinct(row.authority_uscc for row in rows)), ""),
        source_office=next(iter(_distinct(row.source_office for row in rows)), ""),
        source_uscc=next(iter(_distinct(row.source_uscc for row in rows)), ""),
        other=_others(rows),
        withheld=_once(problem for row in rows for problem in row.withheld),
        simple=simple.pop() if len(simple) == 1 else None,
        behaviour=texts["behaviour"],
        facts=texts["facts"],
        basis=texts["basis"],
        content=texts["content"],
        remark=texts["remark"],
    )
    held = [_problem(whole, field, reason) for field, reason in (*open_questions, *doubts.doubts(whole, pack))]
    parts = [problem for row in rows for problem in row.doubts if problem.field not in (*_AMOUNTS, "CF_SYCX")]
    said = [
        _problem(whole, field, reason) for field, reason in (("CF_WSH", _told(whole, rows)), *doubts.hints(whole, pack))
    ]
    kept = [problem for row in rows for problem in row.warnings if problem.field not in (*_AMOUNTS, "CF_GSJZQ")]
    return replace(whole, doubts=_once((*parts, *held)), warnings=_once((*said, *kept)))


def held_for(row: PenaltyRow, reason: str) -> PenaltyRow:
    """Return the row with one doubt more: what the rest of the file says about its decision."""
    return replace(row, doubts=(*row.doubts, _problem(row, "CF_WSH", reason)))


def _fine(row: PenaltyRow) -> Decimal | None:
    return row.fine_wan


def _confiscated(row: PenaltyRow) -> Decimal | None:
    return row.confiscated_wan


def _whole(
    rows: Sequence[PenaltyRow], value: Callable[[PenaltyRow], Decimal | None], concerns: Callable[[PenaltyRow], bool]
) -> tuple[Decimal | None, str]:
    """Return the amount of the whole decision, and what of it a person must settle.

    Parts are summed where their contents name them or name the sum; an amount repeated in rows of other kinds is the whole.
    """
    given = [(row, amount) for row in rows if (amount := value(row))]
    amounts = {amount for _, amount in given}
    if len(amounts) <= 1:
        some = next(iter(amounts), None)
        several = [row for row, _ in given if concerns(row)]
        if (
            some is not None
            and len(several) > 1
            and len({(_plain(r.behaviour), _plain(r.content)) for r in several}) > 1
        ):
            return (
                some,
                f"几行各有 {plain_amount(some)} 万元，不知是总额还是各为一笔，请核对；是几笔的，合成一行、填合计重报",
            )
        return (some if some is not None else next((a for row in rows if (a := value(row)) is not None), None)), ""
    whole = sum((amount for _, amount in given), Decimal(0))
    named = {yuan for row in rows for yuan in yuan_named(row.content)}
    by_parts = all(amount * 10_000 in yuan_named(row.content) for row, amount in given)
    if by_parts or whole * 10_000 in named:
        return whole, ""
    listed = "、".join(plain_amount(amount) for _, amount in given)
    return whole, f"几行的金额（{listed} 万元）不同，按合计 {plain_amount(whole)} 万元，请核对"


def _told(whole: PenaltyRow, rows: Sequence[PenaltyRow]) -> str:
    others = "、".join(str(row.row) for row in rows[1:])
    amounts = "".join(
        f"，{label} {plain_amount(amount)} 万元"
        for label, amount in (("罚款", whole.fine_wan), ("没收", whole.confiscated_wan))
        if amount is not None
    )
    return f"第 {others} 行是同一决定，合成一条：{'、'.join(whole.penalty_labels)}{amounts}"


def _others(rows: Sequence[PenaltyRow]) -> tuple[tuple[str, str], ...]:
    found: dict[str, list[str]] = {}
    for row in rows:
        for name, value in row.other:
            if value not in found.setdefault(name, []):
                found[name].append(value)
    return tuple((name, _BETWEEN.join(some) if name in _JOINED_OTHERS else some[0]) for name, some in found.items())


def _last(days: Iterable[date | None]) -> date | None:
    return max((day for day in days if day is not None), default=None)


def _distinct(texts: Iterable[str]) -> list[str]:
    found: dict[str, str] = {}
    for text in texts:
        if text:
            found.setdefault(_plain(text), text)
    return list(found.values())


def _once(problems: Iterable[RowProblem]) -> tuple[RowProblem, ...]:
    """Return each thing said once, though several rows gave rise to it."""
    return tuple({(problem.field, problem.reason): problem for problem in problems}.values())


def _problem(row: PenaltyRow, field: str, reason: str) -> RowProblem:
    return RowProblem(row.row, field, FIELDS[field].label, "", reason)


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).rstrip("。.；;")
