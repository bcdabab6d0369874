"""Whether a letter may name a publicity period, a term on a list or the conditions of repair: only what somebody has read, or what
the office that decides has confirmed as its own rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace
from datetime import date
from typing import NamedTuple, Protocol

from sqlalchemy import Connection, bindparam, select

from repairflow.casework.confirmed_rules import OF_FIGURES, Rule, cited
from repairflow.law import confirmable_lists
from repairflow.law import confirmable_periods as periods
from repairflow.law.confirmable_periods import Confirmable
from repairflow.law.guards import Answer, day_text
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.packs import RulePack, Severity
from repairflow.prepared import Prepared
from repairflow.read_once import once_a_step
from repairflow.records import own_rule
from repairflow.records.rows import OwnRuleRow, RecordRow, all_rows


class Told(NamedTuple):
    """Whether it may be told, and the office's own document that carries it; no document where an article was read. `provisional`
    where it could be, were the class settled: then the class may be named as provisional, and no day."""

    may: bool
    document: str = ""
    provisional: bool = False

    @property
    def named(self) -> bool:
        """Whether the class may be named."""
        return self.may or self.provisional


class Dated(NamedTuple):
    """What decides whether the period of a record may be told: its pack, class or list, the office that decided, and what its class
    waits for while it is provisional."""

    id: int
    pack: str
    severity: Severity
    list_kind: str | None
    office_id: int
    waits_for: str | None


OPEN = "（待核实）"
"""What pages, forms and notices say beside a period that nobody has read and the office has not confirmed, or of a class that is
provisional; data say `period_confirmed: false`."""


def day_told(day: date | None, *, told: bool) -> str:
    """Return a day of a period in words, marked `OPEN` where it may not be `told` for certain; empty without a day."""
    return "" if day is None else day_text(day) + ("" if told else OPEN)


PERIOD_GUARD = "minimum_period_served"
"""The guard whose answer names days of a record's period."""


def marked(answers: Iterable[Answer], *, told: bool) -> tuple[Answer, ...]:
    """Answers of guards as people read them: what one says of the period is marked `OPEN` where it may not be `told`."""
    return tuple(
        replace(one, text=one.text + OPEN) if one.guard == PERIOD_GUARD and not told else one for one in answers
    )


def said(tx: Connection, law: Library, row: RecordRow | None, answers: Sequence[Answer]) -> tuple[Answer, ...]:
    """Return `marked` for a record, which is asked about only where an answer speaks of its period."""
    if row is None or all(one.guard != PERIOD_GUARD for one in answers):
        return tuple(answers)
    return marked(answers, told=may_tell(tx, law, row))


def may_tell(tx: Connection, law: Library, row: RecordRow) -> bool:
    """Tell whether the period of this record may be told without `OPEN`."""
    return row.id in told_of(tx, law, (dated(row),))


class OfRecord(Protocol):
    """What `dated` needs to know of a record."""

    @property
    def id(self) -> int: ...
    @property
    def pack(self) -> str: ...
    @property
    def severity(self) -> Severity: ...
    @property
    def source(self) -> Mapping[str, object]: ...
    @property
    def authority_id(self) -> int: ...
    @property
    def class_waits_for(self) -> str | None: ...


def dated(row: OfRecord) -> Dated:
    """Return a record as `told_of` asks about it."""
    listed = row.source.get("list_kind")
    return Dated(row.id, row.pack, row.severity, str(listed) if listed else None, row.authority_id, row.class_waits_for)


def of_record(tx: Connection, law: Library, row: RecordRow) -> Told:
    """For the publicity period of a record, or the stay of the list entry it is of; that of a provisional class may still move."""
    pack, listed = law.packs.get(row.pack), row.source.get("list_kind")
    if pack is None:
        return Told(False)
    if listed is not None:
        return of_list(tx, pack, str(listed), row.authority_id)
    told = of_class(tx, pack, row.severity, row.authority_id)
    return Told(False, told.document, provisional=told.may) if row.class_waits_for else told


def told_of(tx: Connection, law: Library, rows: Iterable[Dated]) -> frozenset[int]:
    """Ids of the records whose publicity period, or stay on their list, may be told for certain; one question for all of them. The
    days of a provisional class may still move, so they are not among them."""
    found: set[int] = set()
    asked: list[tuple[int, tuple[int, Rule]]] = []
    for row in rows:
        pack = law.packs.get(row.pack)
        if pack is None or row.waits_for:
            continue
        open_ = _list_rule(pack, row.list_kind) if row.list_kind else _rule(periods.of_class(pack, row.severity))
        if open_ is None:
            found.add(row.id)
        else:
            asked.append((row.id, (row.office_id, open_)))
    known = _confirmed(tx, {rule for _, rule in asked})
    return frozenset(found.union(row_id for row_id, rule in asked if rule in known))


def of_class(tx: Connection, pack: RulePack, severity: Severity, office_id: int) -> Told:
    """For the publicity period of a class, where an office decided."""
    return _told(tx, office_id, _rule(periods.of_class(pack, severity)))


def of_list(tx: Connection, pack: RulePack, code: str, office_id: int) -> Told:
    """For the term of a list that an office enters somebody on."""
    return _told(tx, office_id, _list_rule(pack, code))


def of_conditions(tx: Connection, pack: RulePack, office_id: int) -> Told:
    """For the conditions of repair as an office tells them."""
    return _told(tx, office_id, _rule(periods.of_conditions(pack)))


def _rule(open_: Confirmable | None) -> Rule | None:
    return Rule(*open_.key) if open_ is not None else None


def _list_rule(pack: RulePack, code: str) -> Rule | None:
    """Return the confirmation of a kind of list, its terms among what is confirmed; None where somebody has read what provides for it."""
    kind = pack.list_kind.get(code)
    if kind is None or not confirmable_lists.unread(kind, pack):
        return None
    return Rule(*confirmable_lists.name_of(code, kind, pack))


def _told(tx: Connection, office_id: int, open_: Rule | None) -> Told:
    if open_ is None:
        return Told(True)
    document = _confirmed(tx, {(office_id, open_)}).get((office_id, open_))
    return Told(document is not None, document or "")


def _confirmed(tx: Connection, asked: Set[tuple[int, Rule]]) -> Mapping[tuple[int, Rule], str]:
    """By office and rule, the document of each confirmation of a rank that carries it: of those asked about alone, since all
    that every office of a city has confirmed is more than a step of one case should read."""
    return once_a_step(tx, ("told_periods", frozenset(asked)), lambda: _read(tx, asked)) if asked else {}


_ONE = Prepared(
    select(own_rule).where(
        own_rule.c.office_id == bindparam("office"),
        own_rule.c.procedure == bindparam("procedure"),
        own_rule.c.action == bindparam("action"),
    ),
    OwnRuleRow,
)
"""One office's one rule, as each batch of an import asks; composing the other question costs more than its answer."""


def _read(tx: Connection, asked: Set[tuple[int, Rule]]) -> Mapping[tuple[int, Rule], str]:
    if len(asked) == 1:
        ((office_id, rule),) = asked
        return _carried(_ONE.run(tx, office=office_id, procedure=rule.procedure, action=rule.action).rows)
    found = select(own_rule).where(
        own_rule.c.office_id.in_({office_id for office_id, _ in asked}),
        own_rule.c.procedure.in_({rule.procedure for _, rule in asked}),
        own_rule.c.action.in_({rule.action for _, rule in asked}),
    )
    return _carried(all_rows(tx.execute(found), OwnRuleRow))


def _carried(rows: Iterable[OwnRuleRow]) -> Mapping[tuple[int, Rule], str]:
    """Those whose document has the rank for it."""
    named = ((row, Rule(row.procedure, row.version, row.action)) for row in rows)
    return {(row.office_id, rule): cited(row) for row, rule in named if row.rank in OF_FIGURES[rule.procedure]}
