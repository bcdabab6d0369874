"""Measures that letters and pages name (失信惩戒措施): each rests on an article somebody has read, or on a document of the issuing
office that provides for this very measure; no letter names another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, select

from repairflow.casework.case_state.situation import Situation
from repairflow.casework.confirmed_rules import Rule, cited
from repairflow.errors import Refusal
from repairflow.law import own_rule_ranks
from repairflow.law.confirmable_measures import MEASURES, of_measure
from repairflow.law.procedure.model import Action
from repairflow.law.procedure.packs import RulePack
from repairflow.read_once import once_a_step
from repairflow.records import own_rule
from repairflow.records.rows import OwnRuleRow, all_rows

REQUEST = "joint_measure_request"
"""The letter that asks another office to take a measure; the notice to the subject names its law by itself (`measure_law`)."""


class Named(NamedTuple):
    """A measure that hangs on a list: its name, and the documents it rests on; none where it may not be told yet."""

    label: str
    documents: tuple[str, ...]

    @property
    def words(self) -> str:
        """The measure as a letter names it, with what it rests on."""
        return f"{self.label}（{'、'.join(self.documents)}）"


def named(tx: Connection, pack: RulePack, codes: Iterable[str], office_id: int) -> list[Named]:
    """Return these measures in their order, as the office may name them: by read articles, else by what it has confirmed."""
    known = once_a_step(tx, "own_measures", lambda: _confirmed(tx))
    found = []
    for code in codes:
        if code in pack.measure:
            open_, measure = of_measure(pack, code), pack.measure[code]
            row = known.get((office_id, Rule(*open_.key))) if open_ is not None else None
            carried = row is not None and own_rule_ranks.carries(measure.source_rank or "", row.rank, row.issuer_level)
            own = cited(row) if row is not None and carried else None
            documents = pack.cites(measure.basis) if open_ is None else (own,) if own is not None else ()
            found.append(Named(measure.label, documents))
    return found


def told(tx: Connection, pack: RulePack, codes: Iterable[str], office_id: int) -> list[str]:
    """Of these measures those that a letter of the office may name, each with what it rests on."""
    return [one.words for one in named(tx, pack, codes, office_id) if one.documents]


def refusals(tx: Connection, at: Situation, action: Action) -> list[Refusal]:
    """Return why the letter of an action may not ask another office for a measure: nothing that it could rest on."""
    if action.letter != REQUEST:
        return []
    open_ = [
        one
        for one in named(tx, at.pack, [str(at.case.inputs.get("measure"))], at.case.deciding_id)
        if not one.documents
    ]
    least = str(getattr(at.pack.measure.get(str(at.case.inputs.get("measure"))), "source_rank", None) or "")
    ranks = own_rule_ranks.SOURCES.get(least) or own_rule_ranks.in_words(own_rule_ranks.LISTING)
    return [
        Refusal(
            "measure_unconfirmed",
            f"措施“{one.label}”所依据的条文没有核对过原文，本单位也没有确认，不能制发文书；"
            f"请法制审核人员在“本单位规则”页面以规定这一措施的{ranks}的条款确认",
        )
        for one in open_
    ]


def _confirmed(tx: Connection) -> Mapping[tuple[int, Rule], OwnRuleRow]:
    """By office and measure, each confirmation of a rank that carries a measure of no rank of its own."""
    rows = all_rows(tx.execute(select(own_rule).where(own_rule.c.procedure == MEASURES)), OwnRuleRow)
    return {
        (row.office_id, Rule(row.procedure, row.version, row.action)): row
        for row in rows
        if row.rank in own_rule_ranks.LISTING
    }
