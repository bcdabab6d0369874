"""Entering one penalty by hand (手工录入): checked as a delivered row is, and no record before another person has checked it.

Who enters, who checks and whom the program informs are three: 上传、复核、告知.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from repairflow.casework import record_identity
from repairflow.casework.actor import Actor
from repairflow.casework.cases import row_authorities
from repairflow.casework.changes import EnterRecord
from repairflow.casework.context import Services
from repairflow.casework.credit_records import held_rows
from repairflow.casework.credit_records.held_rows import Waits
from repairflow.casework.offices_lookup import office_by_code
from repairflow.casework.permissions import OFFICE_OF_ROLE
from repairflow.errors import Forbidden, Invalid, NotFound, Problem
from repairflow.gateway.penalties.fields import FIELDS
from repairflow.gateway.penalties.row import PenaltyRow, RowProblem
from repairflow.gateway.penalties.row_check import WHOLE_ROW, read_penalty
from repairflow.records.rows import OfficeRow
from repairflow.times import local_day

ASKED = (
    "CF_XDR_LB", "CF_XDR_MC", "CF_XDR_SHXYM", "CF_FRDB", "CF_XDR_ZJLX", "CF_XDR_ZJHM", "CF_WSH", "CF_JDRQ", "CF_WFXW",
    "CF_SY", "CF_YJ", "CF_CFLB", "CF_NR", "CF_NR_FK", "CF_NR_WFFF", "CF_SYCX", "CF_GSJZQ", "CF_CFJG", "BZ",
)  # fmt: skip
"""The columns a form asks for, in its order."""
BY_HAND = "手工录入"


def enter(tx: Connection, services: Services, given: EnterRecord, now: datetime) -> None:
    """Ensure that the penalty waits for another person of the office (待核对), who takes it in or refuses it.

    Raises Forbidden for an office in which the actor handles no cases, Invalid with every fault at its field.
    """
    provider = _office(tx, given.actor, given.office)
    values = {name: given.given.get(name, "").strip() for name in ASKED}
    values["CF_CFJG"] = values["CF_CFJG"] or provider.name
    row = _sound(services, values, now)
    authorities = row_authorities.office_ids(tx, "", row.authority_name, provider)
    if len(authorities) != 1:
        raise _wrong(
            [Problem("CF_CFJG", f"处罚机关“{row.authority_name}”不在单位目录中，请写单位全称，或者联系管理员登记")]
        )
    standing = record_identity.standing(tx, services.vault, row.key)
    if standing is not None and not standing.annulled:
        raise _wrong([Problem("CF_WSH", "这一决定已经在档，不能再次录入；请先查看在档的信息")])
    row = record_identity.doubted(tx, services.vault, row, record_identity.predecessors(tx))
    why = RowProblem(1, WHOLE_ROW, BY_HAND, "", f"由{given.actor.name}录入，请另一人对照决定书复核后入库")
    row = replace(row, doubts=(why, *row.doubts))
    waits = Waits(provider.id, authorities[0], BY_HAND, now, given.actor.id)
    held_rows.hold(tx, services.vault, row, waits)


def _office(tx: Connection, actor: Actor, code: str) -> OfficeRow:
    try:
        found = office_by_code(tx, code)
    except NotFound:
        raise _wrong([Problem("office", "请选择录入单位")]) from None
    if not any(role in OFFICE_OF_ROLE and place == found.id for role, place in actor.roles):
        raise Forbidden("信息由各单位的办理人员录入，您在这个单位没有这样的岗位。")
    return found


def _sound(services: Services, values: Mapping[str, str], now: datetime) -> PenaltyRow:
    today = local_day(now)
    read = read_penalty(1, values, services.law.pack_on(today), today)
    if isinstance(read, PenaltyRow):
        return read
    raise _wrong(
        [Problem(one.field, f"“{FIELDS[one.field].label}”{one.reason}" if one.field else one.reason) for one in read]
    )


def _wrong(problems: list[Problem]) -> Invalid:
    return Invalid("没有录入，请按提示修改后再提交。", problems)
