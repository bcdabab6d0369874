"""Whether a letter may be withdrawn by itself: one that tells a decision stands as long as the decision does.

Withdrawing a letter moves no record and no case. Were the letter of a decision in force withdrawn, the verification page and the
platforms would say that nothing was decided (已撤回), or that what it ended holds again (有效), while the record goes on as decided.
"""

from __future__ import annotations

from sqlalchemy import Connection, select

from repairflow.casework.case_state.later_decisions import ENDED, later_decisions
from repairflow.errors import Refusal
from repairflow.law.letter_kinds import DEMANDS, SAYS, deciding
from repairflow.law.procedure.roles import outcome_side
from repairflow.records import case_link, cases, record
from repairflow.records.rows import LetterRow

UNDOES = frozenset({"annulled", "corrected", "upheld", "revoked", "listed"})
"""Outcomes of a later case about an earlier one that take the place of what it decided, where they speak for the other side."""


def tells_a_decision(kind: str) -> bool:
    """Tell whether letters of a kind decide, end a matter, end what another letter decided, or lay a duty on the subject."""
    return kind in {*ENDED, *DEMANDS, *deciding()} or SAYS.get(kind) == "ended"


def held(tx: Connection, row: LetterRow) -> list[Refusal]:
    """Return why a letter cannot be withdrawn: it tells a decision, and nothing has ended that decision since; empty where it can."""
    if row.case_id is None or not tells_a_decision(row.kind) or _over(tx, row):
        return []
    text = (
        f"《{row.title}》（{row.number}）所作的决定仍然有效，不能只撤回文书：撤回不改变办件和信息的状态。文字有误的，请更正或者重新出具；"
        "决定有误、文书还没有送达的，办件页写明能不能撤回决定；其他的，请先办理改变它的办件（信息更正、撤销信用修复、复核，或者登记复议、诉讼结果），"
        "决定失效以后才能撤回"
    )
    return [Refusal("decision_stands", text)]


def _over(tx: Connection, row: LetterRow) -> bool:
    """Tell whether what a letter decided no longer holds: a later letter ended it, its record was annulled, or a later case about its
    case came to the other side."""
    if any(one.ends for one in later_decisions(tx, row.id, row.kind, row.number, row.case_id)):
        return True
    case = tx.execute(
        select(cases.c.outcome, record.c.annulled_at)
        .outerjoin(record, record.c.id == cases.c.record_id)
        .where(cases.c.id == row.case_id)
    ).one()
    if case.annulled_at is not None and row.issued_at < case.annulled_at:
        return True
    followed = select(case_link.c.to_id).where(case_link.c.from_id == row.case_id)
    later = tx.execute(select(cases.c.outcome).where(cases.c.id.in_(followed), cases.c.outcome.in_(sorted(UNDOES))))
    own = outcome_side(case.outcome)
    return any(outcome_side(outcome) != own for outcome in later.scalars())
