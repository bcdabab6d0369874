"""Papers of an office outside the system: who may enter what it decided in writing (`Action.enters`), and when nobody may."""

from __future__ import annotations

from sqlalchemy import Connection, and_, or_, select

from repairflow.casework.case_state.situation import Situation
from repairflow.casework.permissions import OFFICE_OF_ROLE
from repairflow.errors import Refusal
from repairflow.law.procedure.model import Action
from repairflow.law.procedure.turns import takers
from repairflow.records import office, person, role_grant


def refusals(tx: Connection, at: Situation, action: Action, role: str) -> list[Refusal]:
    """Return why this role may not enter the paper of another office: somebody there holds a post in the system and takes the step
    itself.
    """
    if role not in action.enters:
        return []
    posts = [(own, getattr(at.case, OFFICE_OF_ROLE[own])) for own in takers(action) if own in OFFICE_OF_ROLE]
    held = (
        select(office.c.name)
        .join(role_grant, role_grant.c.office_id == office.c.id)
        .join(person, and_(person.c.id == role_grant.c.person_id, person.c.active))
        .where(or_(*(and_(role_grant.c.role == own, role_grant.c.office_id == place) for own, place in posts)))
    )
    name = tx.execute(held.limit(1)).scalar()
    if name is None:
        return []
    text = f"{name}在本系统有人任职，“{action.label}”由该单位自行办理，不能代为登记；逾期没有办理的，请督办"
    return [Refusal("office_answers_itself", text)]
