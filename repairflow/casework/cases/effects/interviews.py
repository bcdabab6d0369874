"""Interviews (失信约谈) in the credit file: kept there, told to province and authority, never to the public."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, insert, select, update

from repairflow.casework.cases.transition_context import Transition
from repairflow.casework.outbound import pushes
from repairflow.records import interview_entry
from repairflow.times import local_day


def push_interview(tx: Connection, step: Transition) -> int:
    """Ensure that the credit file has the interview with what came of it so far, and those who keep it are told."""
    case, state = step.at.case, step.at.procedure.state[step.decided.to_state]
    held = [entry for entry in step.at.history if entry.action == "record_meeting"]
    # A no-show was never held: it stands under the day it was noted.
    held_on: date = local_day(held[-1].at) if held else step.today
    known = tx.execute(select(interview_entry.c.id).where(interview_entry.c.case_id == case.id)).scalar()
    if known is None:
        tx.execute(
            insert(interview_entry).values(
                case_id=case.id, subject_id=case.subject_id, record_id=case.record_id, kind=case.kind,
                held_on=held_on, result=state.label,
            )
        )  # fmt: skip
    else:
        tx.execute(update(interview_entry).where(interview_entry.c.id == known).values(result=state.label))
    return pushes.push_interview(tx, case, held_on, state.label, step.cause)
