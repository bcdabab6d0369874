"""What the file of a case holds and what it lacks (备考): counted, never asserted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, func, or_, select

from repairflow.casework.case_state import materials
from repairflow.casework.case_state.applicants import applied_for
from repairflow.casework.case_state.situation import Situation
from repairflow.casework.case_state.standing_letters import corrected_among
from repairflow.casework.case_state.told_files import label_of
from repairflow.casework.cases.case_notes import stream_of
from repairflow.casework.context import Services
from repairflow.law.letter_kinds import form_of
from repairflow.records import event, event_personal, letter, material, service
from repairflow.records.rows import LetterRow, MaterialRow, all_rows

REPLACED = "与制发时的校验值不同，没有收录，请系统管理员核查"
"""Of a file that is not lost: somebody put another one there."""


class Bound(NamedTuple):
    """A bound file: on which page each letter begins, by its token, how many pages it has, and in whose place another file lies."""

    page_of: Mapping[str, int]
    pages: int
    replaced: frozenset[str] = frozenset()


def note(tx: Connection, services: Services, at: Situation, bound: Bound | None = None) -> str:
    """Return one paragraph for the foot of an index, of the file kept or of one `bound`."""
    letters = all_rows(
        tx.execute(select(letter).where(letter.c.case_id == at.case.id).order_by(letter.c.id)), LetterRow
    )
    files = all_rows(tx.execute(select(material).where(material.c.case_id == at.case.id)), MaterialRow)
    held = f"本卷宗收录文书{len(letters)}件、电子材料{len(files)}件"
    pages = f"，文书汇编共{bound.pages}页，页码见各页右上角，电子材料另存" if bound is not None else ""
    lacking = [*_files_lacking(services, at, files), *_letters_lacking(tx, at, letters, bound)]
    verdict = f"尚缺：{'；'.join(lacking)}" if lacking else "按本办件程序应有的材料和送达记录齐全"
    gone = _erased(tx, at)
    erased = f"依法删除的个人信息{gone}项不再收录。" if gone else ""
    going_on = "" if at.case.closed_at is not None else "办件尚未办结，此后形成的文书和材料应当补入。"
    return f"{held}{pages}。{verdict}。{erased}{going_on}"


def _files_lacking(services: Services, at: Situation, files: list[MaterialRow]) -> Iterator[str]:
    """Materials that the procedure requires and nobody brought, and those whose file is no longer there."""
    if applied_for(at):
        have = {one.kind for one in files}
        yield from (spec.label for kind, spec in at.procedure.material.items() if spec.required and kind not in have)
    for one in files:
        if not services.materials.exists(materials.name_of(one.digest)):
            yield f"{label_of(at.procedure, one.kind)}（{one.file_name}）的文件，已不在存储中"


def _letters_lacking(tx: Connection, at: Situation, letters: list[LetterRow], bound: Bound | None) -> Iterator[str]:
    """Letters without their file or without a record of their service."""
    served = select(service.c.letter_id).where(service.c.withdrawn_at.is_(None))
    reached = set(tx.execute(served.where(service.c.letter_id.in_([row.id for row in letters]))).scalars())
    corrected = corrected_among(letters)
    for row in letters:
        named = f"《{row.title}》（{row.number}）"
        if row.pressed_at is None:
            yield f"{named}的文件尚未制作完成"
            continue
        if bound is not None and row.token not in bound.page_of:
            yield f"{named}的文件，" + (REPLACED if row.token in bound.replaced else "取不到")
        stands = row.state == "in_force" or row.id in corrected
        if stands and row.id not in reached and form_of(at.procedure, row.kind).served:
            yield f"{named}的送达记录"


def _erased(tx: Connection, at: Situation) -> int:
    """Return how many personal values of the case's trail and notes were erased on request."""
    of_case = or_(event.c.case_id == at.case.id, event.c.stream == stream_of(at.case.number))
    gone = select(func.count()).select_from(event_personal).join(event, event.c.id == event_personal.c.event_id)
    return int(tx.execute(gone.where(of_case, event_personal.c.value.is_(None))).scalar_one())
