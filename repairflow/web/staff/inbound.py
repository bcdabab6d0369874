"""Messages of other platforms that nobody could match (平台来文): whom they mean is said here, or why they are not taken in."""

from __future__ import annotations

import json

from flask import flash, make_response, redirect, render_template, request, url_for

from repairflow.casework.cases.inbound import platform_of
from repairflow.casework.changes import BroughtFile, DecideInbound
from repairflow.casework.queries import inbound as queries
from repairflow.errors import Invalid, NotFound, Refused
from repairflow.gateway.inbound_messages import TITLES, Application, Inbound
from repairflow.web.core import arguments
from repairflow.web.core.changing import change
from repairflow.web.core.context import current
from repairflow.web.core.routes import Answer
from repairflow.web.shared import message_files
from repairflow.web.ui.forms import FieldError, errors_from

MOST_SHOWN = 400
ROW_RESULTS = {"entered": "已入库", "known": "已有", "held": "转待核对", "refused": "未入库"}


def messages() -> str:
    """Show the messages in one state, newest first."""
    here = current()
    state = arguments.text("state") or "waiting"
    if state not in queries.STATES:
        raise NotFound
    before = arguments.number("before")
    with here.read() as tx:
        lines = queries.listed(tx, here.actor, state, before)
        waiting = queries.waiting(tx, here.actor)
    return render_template(
        "desk/inbound.html", lines=lines, state=state, states=queries.STATES, titles=TITLES, waiting=waiting, before=before,
        next=lines[-1].id if len(lines) == queries.MOST else None,
    )  # fmt: skip


def message(message_id: int) -> str:
    """Show one message, and the form that says what becomes of it."""
    return _page(message_id)


def decide_message(message_id: int) -> Answer:
    """Take a message in about whom the form names, or refuse it."""
    here, form = current(), request.form
    accept = form.get("decision") == "accept"
    try:
        files: tuple[BroughtFile, ...] = ()
        if accept:
            with here.read() as tx:
                _, said = queries.one(tx, here.services, here.actor, message_id)
                sender = platform_of(tx, message_id)
            files = message_files.keep(here, sender.actor(), said) if said is not None else ()
        reason, record, case = (form.get(name, "") for name in ("reason", "record", "case"))
        change(DecideInbound(here.actor, message_id, accept, reason, record, case, files))
    except (Invalid, Refused, NotFound) as error:
        if isinstance(error, NotFound) and not accept:
            raise
        found = errors_from(error.problems) if isinstance(error, Invalid) and error.problems else []
        if isinstance(error, Refused):
            found = [FieldError("", one.text) for one in error.refusals]
        return make_response(_page(message_id, found or [FieldError("record", error.message)]), 422)
    flash("已按来文办理。" if accept else "已答复平台：未收下。", "success")
    return redirect(url_for("desk.messages"), 303)


def _page(message_id: int, errors: list[FieldError] | None = None) -> str:
    here = current()
    with here.read() as tx:
        line, said = queries.one(tx, here.services, here.actor, message_id)
    return render_template(
        "desk/inbound_message.html", line=line, states=queries.STATES, title=TITLES.get(line.kind, line.kind),
        said=_in_words(said) if said is not None else [], files=said.files if said is not None else (), rows=ROW_RESULTS,
        errors=errors or [],
        wrong={error.field: error.text for error in errors or []}, typed=request.form if errors else {},
    )  # fmt: skip


_LABELS = {
    "procedure": "程序", "kind": "种类", "subject": "统一社会信用代码", "case": "此前的办件", "application": "原申请流水号",
    "action": "步骤", "reason": "理由", "ground": "撤销依据", "document": "依据文书及文号", "day": "文书日期",
    "number": "信息编号", "doc_no": "决定书文号",
}  # fmt: skip


def _in_words(message: Inbound) -> list[tuple[str, str]]:
    """Return what a message says, as pairs of a label and a text."""
    assert message.said is not None  # what does not fit never waits
    here = current()
    labels = dict(_LABELS)
    data = message.said.model_dump(mode="json", exclude={"materials"})
    if isinstance(message.said, Application):
        procedure = here.law.in_force(message.said.procedure, here.today)
        labels |= {name: spec.label for name, spec in procedure.inputs.items()}
        data["procedure"] = procedure.label
    told = [
        (name, value) for part in ("record", "inputs", "row") for name, value in (data.pop(part, None) or {}).items()
    ]
    pairs = [*data.items(), *told]
    return [(labels.get(name, name), _text(value)) for name, value in pairs if value not in (None, "", {}, [])]


def _text(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}……"
