"""A letter issued anew: the form with its words, the proposal, the head's decision."""

from __future__ import annotations

from collections import defaultdict

from flask import flash, redirect, render_template, request, url_for

from repairflow.casework.command_ids import UNCLAIMED, Entry
from repairflow.casework.documents import addressed
from repairflow.casework.documents.lookup import letter_for
from repairflow.casework.documents.revisions import events, reissue_form
from repairflow.casework.documents.revisions import reissue as reissuing
from repairflow.casework.documents.revisions.reissue import Decision, DeclineReissue, Reissue
from repairflow.errors import Forbidden, Invalid, Refused
from repairflow.web.core import form_ids
from repairflow.web.core.changing import change
from repairflow.web.core.context import current
from repairflow.web.core.routes import Answer
from repairflow.web.letters.letter_page import REISSUE, act
from repairflow.web.ui.filters import new_command_id
from repairflow.web.ui.forms import FieldError, ask_to_confirm, errors_from, unconfirmed


def reissue(token: str) -> str:
    """Show the form with the words of the letter."""
    return _form(token)


def propose(token: str) -> Answer:
    """Propose the letter with other words; where one person suffices it is issued at once."""
    here = current()
    form = request.form
    words = {name[6:]: text for name, text in form.items() if name.startswith("words.")}
    try:
        given = Reissue(token, here.actor, UNCLAIMED, form.get("reason", ""), form.get("addressee", ""), words)
        made = change(given, form_ids.sent(Entry.PAPERS))
    except Invalid as faulty:
        return _form(token, errors_from(faulty.problems, "re-") or [FieldError("", faulty.message)]), 422
    except Refused as refused:
        return _form(token, [FieldError("", item.text) for item in refused.refusals]), 422
    with here.read() as tx:
        to = events.token_of(tx, made.new_id or made.letter_id)
    flash("已重新出具，请送达新文书。" if made.new_id else "已提请单位负责人决定。", "success")
    return redirect(url_for("papers.letter", token=to), 303)


def issue(token: str) -> Answer:
    """Issue what was proposed; the head alone may."""
    if unconfirmed():
        return ask_to_confirm("重新出具", REISSUE, url_for("papers.letter", token=token))
    given = Decision(token, current().actor, UNCLAIMED, request.form.get("reason", ""))
    return act(token, lambda: given, "已重新出具，原文书标记为已被替代，请送达新文书。", "decision-")


def decline(token: str) -> Answer:
    """Leave the letter as it is; the head alone may."""
    given = DeclineReissue(token, current().actor, UNCLAIMED, request.form.get("reason", ""))
    return act(token, lambda: given, "没有重新出具，原文书继续有效。", "decision-")


def _form(token: str, errors: list[FieldError] | None = None) -> str:
    here = current()
    actor = here.actor
    with here.read() as tx:
        row = letter_for(tx, actor, token)
        if events.officer_role(actor, row) is None:
            raise Forbidden("文书由制发单位重新出具。")
        events.in_force(row)
        facts: dict[str, object] = {
            "letter": row,
            "words": reissue_form.words(row),
            "fixed": reissue_form.fixed(row),
            "addressee": addressed.today(tx, here.services, row, here.now).name,
            "alone": events.is_head(actor, row) and not reissuing.takes_two(tx, here.services, row),
        }
    typed = request.form if request.method == "POST" else None
    return render_template(
        "papers/reissue.html", **facts, errors=errors or [], wrong=defaultdict(str, {e.field: e.text for e in errors or []}), typed=typed,
        command_id=new_command_id(),
    )  # fmt: skip
