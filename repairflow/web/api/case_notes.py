"""Internal notes of a case over the API, for the people of its offices."""

from __future__ import annotations

from repairflow.casework.changes import AddNote
from repairflow.casework.queries.cases import notes as queries
from repairflow.casework.queries.cases import view as cases
from repairflow.web.api.description import answers, api
from repairflow.web.api.limits import writer
from repairflow.web.api.schemas.changes import ChangeMade
from repairflow.web.api.schemas.notes import CaseNoteRequest, NoteAnswer, NotesAnswer
from repairflow.web.api.schemas.requests import Keyed
from repairflow.web.api.sending import changed, sent
from repairflow.web.core.context import current


@api.validate(resp=answers(HTTP_200=NotesAnswer), operation_id="list_notes", tags=["cases"])
def list_notes(number: str) -> NotesAnswer:
    """办件的内部备注

    最新的在前，最多 200 条。办件有关单位的工作人员、审计人员、审计管理员能看到，信用办的督办人员也能看到（保密的办件除外）；
    当事人的程序读不到。
    """
    here = current()
    with here.read() as tx:
        found = queries.notes(tx, here.actor, cases.visible(tx, here.actor, number))
    return NotesAnswer(
        items=[NoteAnswer(seq=one.seq, at=one.at, by=one.by, named=list(one.named), text=one.text) for one in found]
    )


@api.validate(resp=answers(409, 413, 415, 429, HTTP_200=ChangeMade), operation_id="add_note", tags=["cases"])
def add_note(number: str, json: CaseNoteRequest, headers: Keyed) -> ChangeMade:
    """填写内部备注

    named 写被提到的人的登录名，没有同名的也可以写姓名，他们收到通知；不能查看这个办件的人不能被提到。
    """
    return changed(AddNote(writer(current()), number, json.text, tuple(json.named)), sent(headers))
