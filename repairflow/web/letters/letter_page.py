"""The page of one letter, and how a step about it comes back to that page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from flask import current_app, flash, redirect, render_template, request, url_for

from repairflow import times
from repairflow.casework.command_ids import Entry
from repairflow.casework.dispatch import Change
from repairflow.casework.documents import addressed
from repairflow.casework.documents.lookup import evidence_of, letter_for
from repairflow.casework.documents.revisions import events, letter_correction, withdrawable
from repairflow.casework.documents.service import arrival, remedies, service
from repairflow.casework.documents.service import consent as consenting
from repairflow.casework.queries.documents import letters as letter_queries
from repairflow.errors import Invalid, Refused
from repairflow.web.core import form_ids
from repairflow.web.core.changing import change
from repairflow.web.core.context import current
from repairflow.web.core.routes import Answer
from repairflow.web.ui.filters import new_command_id
from repairflow.web.ui.forms import FieldError, errors_from

CHANGES = 3
"""Lines for corrections on the form."""
REISSUE = "重新出具后，原文书标记为已被替代，不能恢复；新文书另编文号，须重新送达。确定重新出具？"
TAKE_BACK = "撤销后，本文书视为没有送达，救济期限自重新送达之日的次日起计算；原登记标注作废，留痕保留。确定撤销？"


def letter(token: str) -> str:
    """Show one letter: what it is, how it was served, what its remedies' last days are."""
    return shown(token)


def shown(token: str, errors: list[FieldError] | None = None) -> str:
    """Return the page of a letter; 404 for who may not see it."""
    here = current()
    actor = here.actor
    with here.read() as tx:
        row = letter_for(tx, actor, token)
        served = service.of_letter(tx, row.id)
        subject_id = addressed.reader_of(tx, row) or addressed.subject_of(tx, row)
        consent = consenting.of(tx, subject_id)
        successor = letter_queries.successor(tx, row)
        facts: dict[str, object] = {
            "letter": row,
            "office": events.office_of(tx, row).name,
            "about": letter_queries.about(tx, row),
            "served": served,
            "evidence": evidence_of(tx, served) if served is not None else None,
            "mode": service.MODES[served.mode] if served is not None else "",
            "consent": consent,
            "speaks": subject_id in actor.subjects,
            "opens": service.awaits_receipt(tx, here.services, actor, row),
            "opened": arrival.first_opened(tx, row),
            "handles": events.handler_role(tx, actor, row) is not None,
            "heads": events.is_head(actor, row),
            "held": withdrawable.held(tx, row),
            "ends": remedies.ends_of(tx, here.services, row, served) if served is not None else (),
            "taken_back": [one for one in service.all_of_letter(tx, row.id) if one.withdrawn_at is not None],
            "modes_told": service.MODES,
            "officer": events.officer_role(actor, row) is not None,
            "proposal": letter_queries.proposal(tx, here.services, actor, row),
            "successor": successor,
            "corrected": successor is not None and successor.kind == letter_correction.KIND,
        }
    verify = "public.letter" in current_app.view_functions
    modes = [(code, label) for code, label in service.MODES.items() if code != "electronic" or facts["consent"]]
    return render_template(
        "papers/letter.html", **facts, errors=errors or [], wrong=defaultdict(str, {e.field: e.text for e in errors or []}),
        take_back=TAKE_BACK, ask_reissue=REISSUE, typed=defaultdict(str, request.form.items()), modes=modes, lines=range(CHANGES),
        command_id=new_command_id(), now=times.local(here.now), most=here.settings.max_upload_mib,
        verify=url_for("public.letter", token=token) if verify else None,
    )  # fmt: skip


def act(token: str, read: Callable[[], Change], done: str, prefix: str) -> Answer:
    """Carry out the command that `read` makes of the form; what the law or the form refuses is shown on the page, what was
    typed stays."""
    try:
        change(read(), form_ids.sent(Entry.PAPERS))
    except Invalid as faulty:
        return shown(token, errors_from(faulty.problems, prefix) or [FieldError("", faulty.message)]), 422
    except Refused as refused:
        return shown(token, [FieldError("", item.text) for item in refused.refusals]), 422
    flash(done, "success")
    return redirect(url_for("papers.letter", token=token), 303)
