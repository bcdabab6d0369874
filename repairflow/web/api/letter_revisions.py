"""What an office does about a letter it finds wrong, over the API: correct, withdraw, issue anew."""

from __future__ import annotations

from sqlalchemy import Connection

from repairflow.casework.command_ids import UNCLAIMED
from repairflow.casework.documents import addressed, lookup
from repairflow.casework.documents.revisions import events, reissue_form
from repairflow.casework.documents.revisions.letter_correction import CorrectLetter, WithdrawLetter
from repairflow.casework.documents.revisions.reissue import Decision, DeclineReissue, Reissue
from repairflow.errors import Forbidden
from repairflow.records.rows import LetterRow, ReissueRow
from repairflow.web.api.description import answers, api
from repairflow.web.api.limits import writer
from repairflow.web.api.schemas.changes import (
    CorrectionRequest,
    LetterMade,
    ReasonRequest,
    ReissueMade,
    ReissueRequest,
    WordAnswer,
    WordsAnswer,
)
from repairflow.web.api.schemas.requests import Keyed
from repairflow.web.api.sending import make, make_with, sent
from repairflow.web.core.context import current


@api.validate(resp=answers(409, 415, 429, HTTP_200=LetterMade), operation_id="correct_letter", tags=["letters"])
def correct_letter(token: str, json: CorrectionRequest, headers: Keyed) -> LetterMade:
    """更正文书

    制发文书更正通知书，与原文书一并使用；由制发单位负责人决定。
    """
    changes = [(one.what, one.was, one.new) for one in json.changes]
    given = CorrectLetter(token, writer(current()), UNCLAIMED, json.reason, changes)
    return make(LetterMade, given, sent(headers), _letter)


@api.validate(resp=answers(409, 415, 429, HTTP_200=LetterMade), operation_id="withdraw_letter", tags=["letters"])
def withdraw_letter(token: str, json: ReasonRequest, headers: Keyed) -> LetterMade:
    """撤回文书

    撤回后公众查验会显示“已撤回”，不能恢复；由制发单位负责人决定。
    """
    given = WithdrawLetter(token, writer(current()), UNCLAIMED, json.reason)
    return make(LetterMade, given, sent(headers), _letter)


@api.validate(resp=answers(HTTP_200=WordsAnswer), operation_id="show_words", tags=["letters"])
def show_words(token: str) -> WordsAnswer:
    """文书中可以重写的内容

    供重新出具时使用；由办件事实决定的内容不能重写。
    """
    here = current()
    with here.read() as tx:
        row = lookup.letter_for(tx, here.actor, token)
        if events.officer_role(here.actor, row) is None:
            raise Forbidden("文书由制发单位重新出具。")
        found = reissue_form.words(row)
        to = addressed.today(tx, here.services, row, here.now).name
    words = [WordAnswer(name=one.name, label=one.label, value=one.value, several=one.several) for one in found]
    return WordsAnswer(number=row.number, addressee=to, words=words)


@api.validate(resp=answers(409, 415, 429, HTTP_200=ReissueMade), operation_id="propose_reissue", tags=["letters"])
def propose_reissue(token: str, json: ReissueRequest, headers: Keyed) -> ReissueMade:
    """提请重新出具

    原文书须由两人办理的，等待单位负责人决定；否则立即出具。
    """
    actor = writer(current())
    given = Reissue(token, actor, UNCLAIMED, json.reason, json.addressee, json.words)
    return make_with(ReissueMade, given, sent(headers), _reissue)


@api.validate(resp=answers(409, 415, 429, HTTP_200=ReissueMade), operation_id="issue_reissue", tags=["letters"])
def issue_reissue(token: str, json: ReasonRequest, headers: Keyed) -> ReissueMade:
    """同意重新出具

    由制发单位负责人决定；原文书标记为已被替代，新文书须重新送达。
    """
    given = Decision(token, writer(current()), UNCLAIMED, json.reason)
    return make_with(ReissueMade, given, sent(headers), _reissue)


@api.validate(resp=answers(409, 415, 429, HTTP_200=ReissueMade), operation_id="decline_reissue", tags=["letters"])
def decline_reissue(token: str, json: ReasonRequest, headers: Keyed) -> ReissueMade:
    """不同意重新出具

    由制发单位负责人决定；提请人可以收回。
    """
    given = DeclineReissue(token, writer(current()), UNCLAIMED, json.reason)
    return make_with(ReissueMade, given, sent(headers), _reissue)


def _letter(row: LetterRow) -> dict[str, object]:
    return {"token": row.token, "number": row.number, "state": row.state}


def _reissue(tx: Connection, row: ReissueRow) -> dict[str, object]:
    return {"state": row.state, "letter": events.token_of(tx, row.new_id or row.letter_id)}
