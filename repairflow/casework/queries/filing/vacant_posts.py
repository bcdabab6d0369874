"""Posts that nobody holds and a filing would need: said before it is taken in the name of the office concerned."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import Connection, and_, or_, select

from repairflow.casework.actor import Actor
from repairflow.casework.case_state.act_objects import Source
from repairflow.casework.cases.opening import offices
from repairflow.casework.permissions import OFFICE_OF_ROLE
from repairflow.errors import Refused
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.paths import usual_path
from repairflow.law.procedure.roles import SUBJECT_ROLES
from repairflow.law.procedure.turns import awaited
from repairflow.records import office, person, role_grant
from repairflow.records.rows import CaseRow, RecordRow

_PLACES = ("receiving_id", "deciding_id", "provider_id")


def warning(
    tx: Connection,
    procedure: Procedure,
    actor: Actor,
    record: RecordRow | Source | None,
    before: CaseRow | None = None,
) -> str:
    """Return which office has nobody for which step on the usual way of such a case, and what follows; '' where all have somebody.

    A step that several posts may take needs one of them; one the subject or the system takes needs none.
    """
    try:
        places = dict(zip(_PLACES, offices(tx, procedure, record, actor, before), strict=True))
    except Refused:
        return ""  # the filing itself says that an office is missing
    held = _held(tx, set(places.values()))
    missing: dict[int, list[str]] = defaultdict(list)
    for state in usual_path(procedure):
        if procedure.state[state].final:
            continue
        roles = awaited(procedure, state)
        posts = [
            (role, places[OFFICE_OF_ROLE[role]]) for role in procedure.actor if role in roles & set(OFFICE_OF_ROLE)
        ]
        if not posts or roles & (SUBJECT_ROLES | {"system"}) or any(post in held for post in posts):
            continue
        role, place = posts[0]
        if procedure.actor[role] not in missing[place]:
            missing[place].append(procedure.actor[role])
    if not missing:
        return ""
    found = tx.execute(select(office.c.id, office.c.name).where(office.c.id.in_(missing)))
    names = {row.id: row.name for row in found}
    lacks = "；".join(f"{names[place]}没有人担任{'、'.join(posts)}" for place, posts in missing.items())
    return f"{lacks}。提交以后期限照常计算，但该单位授予岗位之前没有人可以办理；信用办随即得到通知并督促。"


def _held(tx: Connection, places: set[int]) -> set[tuple[str, int]]:
    """Return posts that somebody with an open account holds in these offices."""
    rows = (
        select(role_grant.c.role, role_grant.c.office_id)
        .join(person, and_(person.c.id == role_grant.c.person_id, person.c.active))
        .where(or_(*(role_grant.c.office_id == place for place in places)))
    )
    return {(row.role, row.office_id) for row in tx.execute(rows)}
