"""What each row of a table is beside the other rows of its decision and beside what stands here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b

from repairflow.gateway.penalties import one_decision
from repairflow.gateway.penalties.grid import Cell
from repairflow.gateway.penalties.packed import Packed
from repairflow.gateway.penalties.row import (
    DECIDES,
    PenaltyKey,
    PenaltyRow,
    RowProblem,
    Standing,
    changed_labels,
)
from repairflow.gateway.penalties.row_check import REVOKED, is_revoked, key_of, read_penalty
from repairflow.law.procedure.packs import RulePack

Known = Callable[[PenaltyKey], Standing | None]
"""Answers with what stands here of a penalty, or None where there is nothing."""


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A row delivered before with the same content: nothing is to be done, but its spelling of the number is kept."""

    row: int
    key: PenaltyKey | None = None
    spelling: str = ""


@dataclass(frozen=True, slots=True)
class Suspect:
    """A row about a penalty that stands here, whose delivery says that it should not be shown as it is: a person must look.

    `revoked`: the delivery says 撤销. The row itself is refused, with `problems`.
    """

    row: int
    key: PenaltyKey
    revoked: bool
    problems: tuple[RowProblem, ...]


Verdict = PenaltyRow | Unchanged | Suspect | list[RowProblem]
"""What a row is: new and sound, unchanged, to be looked at, or all its faults."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A row as it was read: its number, the key of its decision, whether it says 撤销."""

    number: int
    key: PenaltyKey | None
    read: PenaltyRow | list[RowProblem]
    revoked: bool


@dataclass(slots=True)
class Verdicts:
    """One verdict for each row, in their order. Rows are added as they are read; `settled` joins those of one decision.

    A penalty that stands already with other content is refused: a delivery never overwrites a record.
    """

    pack: RulePack
    today: date
    known: Known
    _parts: Packed[_Part] = field(default_factory=Packed)
    _beside: Packed[Verdict | None] = field(default_factory=Packed)  # what stands here makes of a row; None for nothing
    _first: dict[bytes, int] = field(default_factory=dict)  # places of the parts, by what tells their keys apart
    _again: dict[int, list[int]] = field(default_factory=dict)

    def add(self, number: int, values: dict[str, Cell]) -> None:
        """Ensure that the row is among those that `settled` gives a verdict."""
        place, key = len(self._parts), key_of(values)
        part = _Part(number, key, read_penalty(number, values, self.pack, self.today), is_revoked(values))
        self._parts.append(part)
        beside = None
        if key is not None:
            first = self._first.setdefault(_short(key), place)
            if first != place:
                self._again.setdefault(first, []).append(place)
            else:
                beside = self._beside_what_stands(part, part.read)
        self._beside.append(None if beside is part.read else beside)

    def settled(self) -> Iterator[Verdict]:
        """Give every verdict, the rows of one decision joined."""
        told: dict[int, Verdict] = {}
        for first, others in self._again.items():
            told |= self._settle(first, others)
        for place, (part, beside) in enumerate(zip(self._parts, self._beside, strict=True)):
            yield told.get(place, part.read if beside is None else beside)

    def _beside_what_stands(self, part: _Part, read: PenaltyRow | list[RowProblem]) -> Verdict:
        asks = part.key is not None and (isinstance(read, PenaltyRow) or part.revoked)
        stored = self.known(part.key) if asks and part.key is not None else None
        return read if stored is None or part.key is None else _compare(read, part.key, stored, part.number)

    def _settle(self, place: int, others: list[int]) -> dict[int, Verdict]:
        """Return the verdicts of rows of one decision, by place, where they are others than those of each row alone."""
        first = self._parts[place]
        told: dict[int, Verdict] = {}
        rows = [first.read] if isinstance(first.read, PenaltyRow) else []
        added: list[_Part] = []
        against: list[str] = []
        for at in others:
            part = self._parts[at]
            row, more = part.read, ""
            if isinstance(row, list):
                why = "写明该处罚已经撤销" if part.revoked else "有错误，没有读取"
                against.append(f"第 {part.number} 行是同一决定，而该行{why}，请核对")
            elif rows and not any(one_decision.says_the_same(known, row) for known in rows):
                if differ := "、".join(one_decision.differences(rows[0], row)):
                    against.append(f"第 {part.number} 行是同一文号、同一相对人，而{differ}不同，请核对")
                    more = f"；两行的{differ}不同"
                else:
                    rows.append(row)
                    added.append(part)
                    continue
            told[at] = self._refused(first, part, more)
        if not rows or not (added or against):
            return told
        whole = one_decision.joined(rows, self.pack) if added else rows[0]
        for reason in against:
            whole = one_decision.held_for(whole, reason)
        verdict = told[place] = self._beside_what_stands(first, whole)
        taken = isinstance(verdict, Unchanged) or (isinstance(verdict, PenaltyRow) and not verdict.doubts)
        goes = f"与第 {first.number} 行是同一决定，随该行办理"
        for at in others:
            if at not in told:
                number = self._parts[at].number
                told[at] = Unchanged(number) if taken else [RowProblem(number, "CF_WSH", _LABEL, "", goes)]
        return told

    def _refused(self, first: _Part, part: _Part, more: str) -> Verdict:
        """Return a row that says nothing new, or is at fault; what says 撤销 of a penalty that stands must be looked at."""
        if part.revoked:
            beside = self._beside_what_stands(part, part.read)
            if isinstance(beside, Suspect):
                return beside
        text = f"与第 {first.number} 行重复（同一决定书文号、同一相对人）{more}"
        again = RowProblem(part.number, "CF_WSH", _LABEL, "", text)
        return [again, *part.read] if isinstance(part.read, list) else [again]


def _short(key: PenaltyKey) -> bytes:
    """Return what tells keys apart in a quarter of their room."""
    whole = "\n".join((key.document_key, key.uscc or "", key.id_number or ""))
    return blake2b(whole.encode("utf-8", "surrogatepass"), digest_size=16).digest()


_LABEL = "行政处罚决定书文号"


def _compare(row: PenaltyRow | list[RowProblem], key: PenaltyKey, stored: Standing, number: int) -> Verdict:
    """Return what a row is beside what stands here."""
    if isinstance(row, list):  # it says 撤销, whatever else is wrong with it
        if stored.annulled:
            return row
        changed = [RowProblem(number, "CF_ZT", "当前状态", "", f"{REVOKED}；档案中的该条信息已转认定单位核对撤销")]
        return Suspect(number, key, True, (*changed, *(problem for problem in row if problem.field != "CF_ZT")))
    canonical = row.canonical()
    changes = [changed_labels(form, canonical) for form in stored.forms]
    if not all(changes):
        return Unchanged(row.row, key, row.decision_number)
    if stored.annulled and all(any(form.get(f) != canonical.get(f) for f in DECIDES) for form in stored.forms):
        return row  # the right one in place of what was annulled
    reason = f"已导入且内容不同（{'、'.join(changes[-1])}），请用更正程序"
    if stored.annulled:
        reason = f"该信息已经撤销，所改的只是{'、'.join(changes[-1])}，不再导入"
    problem = RowProblem(row.row, "CF_WSH", "行政处罚决定书文号", row.decision_number, reason)
    return Suspect(number, key, False, (problem, *row.withheld)) if row.withheld and not stored.annulled else [problem]
