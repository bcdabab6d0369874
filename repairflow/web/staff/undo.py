"""撤回上一步, 撤回未送达的决定: what the visitor may take back of a case, in two presses, and why not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import flash, make_response, redirect, request, url_for
from sqlalchemy import Connection

from repairflow.casework.case_state.situation import Situation
from repairflow.casework.cases import recall, undo
from repairflow.casework.changes import TakeBackNote, UndoStep
from repairflow.casework.queries.cases.view import CaseView
from repairflow.errors import Conflict, Refusal, Refused, Stale
from repairflow.web.core.changing import change
from repairflow.web.core.context import RequestContext, current
from repairflow.web.core.routes import Answer
from repairflow.web.ui.forms import seen_version


@dataclass(frozen=True, slots=True)
class Offer:
    """A last step that the visitor may take back: what it is called, where the case stands then, the letter that goes with it (empty
    where none does); `why` it cannot be taken back, nothing where it can."""

    label: str
    back: str
    why: tuple[str, ...]
    letter: str = ""


def offer(tx: Connection, here: RequestContext, view: CaseView) -> Offer | None:
    """Return the visitor's own last step, of those that may be taken back; None where the last step is none of these."""
    last = undo.last_step(tx, view.at, here.actor)
    return None if last is None else _offer(view.at, last, undo.obstacles(tx, view.at, last))


def recallable(tx: Connection, here: RequestContext, view: CaseView) -> Offer | None:
    """Return the decision or notice that the visitor may take back, or may not any more; None where there is none of theirs."""
    found = recall.last_letter(tx, view.at, here.actor)
    if found is None:
        return None
    letter = f"《{found.letter.title}》（{found.letter.number}）"
    return _offer(view.at, found, recall.obstacles(tx, view.at, found), letter)


def _offer(at: Situation, last: undo.LastStep | recall.Decided, against: Iterable[Refusal], letter: str = "") -> Offer:
    label, back = at.procedure.action[last.row.action].label, at.procedure.state[last.back].label
    return Offer(label, back, tuple(one.text for one in against), letter)


def undo_step(number: str) -> Answer:
    """Take the step back, or say on the case's page why not."""
    version = seen_version(request.form)
    try:
        change(UndoStep(current().actor, number, version if version is not None else -1))
        flash("已撤回，办件回到原来的环节；留痕中两次办理都保留。", "success")
    except Refused as error:
        flash(f"不能撤回：{'；'.join(one.text for one in error.refusals)}。", "error")
    except Stale:
        flash("没有撤回：办件已由他人继续办理。", "error")
    except Conflict as error:
        flash(error.message, "error")
    return redirect(url_for("desk.case", number=number), 303)


def take_back_note(number: str, seq: int) -> Answer:
    """Take back an own note."""
    change(TakeBackNote(current().actor, number, seq))
    flash("备注已撤回，内容不再显示。", "success")
    return make_response(redirect(url_for("desk.case", number=number, _anchor="h-notes"), 303))
