"""Who sees to a case (承办人) over the API, for the people of its offices."""

from __future__ import annotations

from repairflow.casework.cases.assignment import parts
from repairflow.casework.changes import AssignCase, ClaimCase
from repairflow.casework.permissions import may_note
from repairflow.casework.queries.cases import view as cases
from repairflow.casework.queries.cases import workload
from repairflow.errors import NotFound
from repairflow.web.api.description import answers, api
from repairflow.web.api.limits import writer
from repairflow.web.api.schemas.assignment import AssignmentAnswer, AssignmentRequest, ClaimRequest, PartAnswer
from repairflow.web.api.schemas.changes import ChangeMade
from repairflow.web.api.schemas.requests import Keyed
from repairflow.web.api.sending import changed, sent
from repairflow.web.core.context import current


@api.validate(resp=answers(HTTP_200=AssignmentAnswer), operation_id="show_assignment", tags=["cases"])
def show_assignment(number: str) -> AssignmentAnswer:
    """办件的承办人

    办件有关单位的工作人员能看到；当事人的程序读不到。
    """
    here = current()
    with here.read() as tx:
        case = cases.visible(tx, here.actor, number)
        if not may_note(here.actor, case):
            raise NotFound
        found = workload.assignees(tx, case)
    return AssignmentAnswer(
        waiting=list(parts(here.law, case)),
        items=[PartAnswer.model_validate(one._asdict()) for one in found],
    )


@api.validate(resp=answers(409, 413, 415, 429, HTTP_200=ChangeMade), operation_id="claim_case", tags=["cases"])
def claim_case(number: str, json: ClaimRequest, headers: Keyed) -> ChangeMade:
    """认领办件

    已经有人承办的，409。
    """
    return changed(ClaimCase(writer(current()), number), sent(headers))


@api.validate(resp=answers(409, 413, 415, 429, HTTP_200=ChangeMade), operation_id="assign_case", tags=["cases"])
def assign_case(number: str, json: AssignmentRequest, headers: Keyed) -> ChangeMade:
    """分办、移交或者退回办件

    login 为空的，退回由他人认领。
    """
    return changed(AssignCase(writer(current()), number, json.role, json.login), sent(headers))
