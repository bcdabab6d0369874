"""What an office confirms as its own rule (本单位规则), by name, and the document that carries it as letters cite it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select

from repairflow.law import own_rule_ranks
from repairflow.law.confirmable_lists import LIST_KINDS
from repairflow.law.confirmable_measures import MEASURES
from repairflow.law.confirmable_periods import CONDITIONS, PERIODS
from repairflow.prepared import Prepared
from repairflow.read_once import once_a_step
from repairflow.records import own_rule
from repairflow.records.rows import OwnRuleRow

OF_FIGURES: Mapping[str, frozenset[str]] = {
    LIST_KINDS: own_rule_ranks.LISTING, MEASURES: own_rule_ranks.LISTING,
    PERIODS: own_rule_ranks.LONGER,  # how long somebody stands before the public is a burden
    CONDITIONS: own_rule_ranks.ANY,
}  # fmt: skip
"""Of which rank a document must be by which an office confirms figures and words of a pack, by what it is."""


class Rule(NamedTuple):
    """What an office confirms: one action of one version of a procedure, or one ground of a closed list as it is worded
    (`own_rules.ground_rule`)."""

    procedure: str
    version: str
    action: str


def named_by(row: OwnRuleRow) -> Rule:
    """Return what a confirmation is of."""
    return Rule(row.procedure, row.version, row.action)


def carries(row: OwnRuleRow, ranks: frozenset[str], least: str) -> bool:
    """Tell whether a confirmation is by a document of these ranks and, where a measure names its lowest source, of no lower one."""
    return row.rank in ranks and (not least or own_rule_ranks.carries(least, row.rank, row.issuer_level))


def cited(row: OwnRuleRow) -> str:
    """Return the document of a confirmation as a letter prints it: 《名称》（文号）第×条, the number of a law or of regulations left
    out.
    """
    name, mark, article = row.document.rpartition("》")
    numbered = row.document_number and row.rank not in {"law", "regulation"} and row.document_number not in row.document
    return f"{name}{mark}（{row.document_number}）{article}" if numbered else row.document


_OF_VERSION = Prepared(
    select(own_rule).where(
        own_rule.c.office_id == bindparam("office"),
        own_rule.c.procedure == bindparam("procedure"),
        own_rule.c.version == bindparam("version"),
    ),
    OwnRuleRow,
)
"""All that an office has confirmed of one version of a procedure: few, and a page asks for each step that leaves a state."""


def document_for(tx: Connection, office_id: int, rule: Rule, ranks: frozenset[str]) -> str | None:
    """Return the document by which an office confirmed a rule, as a letter prints it; None where it has confirmed none of these ranks."""
    rows = once_a_step(
        tx, ("own_rules", office_id, rule.procedure, rule.version),
        lambda: _OF_VERSION.run(tx, office=office_id, procedure=rule.procedure, version=rule.version).rows,
    )  # fmt: skip
    return next((cited(row) for row in rows if row.action == rule.action and row.rank in ranks), None)
