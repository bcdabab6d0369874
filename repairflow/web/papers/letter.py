"""One letter: what it is, how it was served, what its remedies' last days are; serving, correcting, withdrawing it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from sqlalchemy import Connection, select
from werkzeug.wrappers import Response as AnyResponse

from repairflow import times
from repairflow.casework import consenting, correcting, letter_trail, materials, remedies, serving
from repairflow.casework.actor import Actor
from repairflow.casework.correcting import Correction
from repairflow.casework.queries.files import letter_for
from repairflow.errors import Invalid, Problem, Refused
from repairflow.records import cases, letter, record
from repairflow.web import policy, sessions
from repairflow.web.filters import new_command_id
from repairflow.web.forms import FieldError, ask_to_confirm, errors_from, unconfirmed
from repairflow.web.papers.room import Room

TAKE_BACK = "撤销后，本文书视为没有送达，救济期限自重新送达之日的次日起计算；原登记标注作废，留痕保留。确定撤销？"
CHANGES = 3
"""Lines for corrections on the form."""


def install(door: Blueprint, room: Room) -> None:
    """Afterwards `door` has the page of a letter and what may be done with it."""

    @door.get("/letters/<token>", endpoint="letter")
    @policy.access(policy.SIGNED_IN)
    def show(token: str) -> str:
        return _page(room, token)

    @door.post("/letters/<token>/receipt")
    @policy.access(policy.ENTERPRISE)
    def receipt(token: str) -> AnyResponse:
        with room.db.begin() as tx:
            serving.receive(tx, sessions.current_actor(), token, times.now())
        return redirect(url_for("files.letter", token=token), 303)

    @door.post("/letters/<token>/service")
    @policy.access(policy.STAFF)
    def serve(token: str) -> AnyResponse | tuple[str, int]:
        def act(tx: Connection, actor: Actor, now: datetime) -> None:
            letter_for(tx, actor, token)  # nobody uploads to what he does not see
            serving.serve(tx, room.house, _service(tx, room, actor, token, now), now)

        return _act(room, token, act, "送达已登记。", "service-")

    @door.post("/letters/<token>/service/withdrawal")
    @policy.access(policy.STAFF)
    def take_back(token: str) -> AnyResponse | tuple[str, int] | str:
        if unconfirmed():
            return ask_to_confirm("撤销送达登记", TAKE_BACK, url_for("papers.letter", token=token))

        def act(tx: Connection, actor: Actor, now: datetime) -> None:
            form = request.form
            given = serving.Withdrawal(token, actor, form.get("command_id", "")[:80], form.get("reason", ""))
            serving.withdraw(tx, room.house, given, now)

        return _act(room, token, act, "送达登记已撤销，请重新送达。", "unserve-")

    @door.post("/letters/<token>/correction")
    @policy.access(policy.STAFF)
    def correct(token: str) -> AnyResponse | tuple[str, int]:
        def act(tx: Connection, actor: Actor, now: datetime) -> None:
            correcting.correct(tx, room.house, _correction(actor, token), now)

        return _act(room, token, act, "更正通知书已制发，原文书标记为已被替代。", "correction-")

    @door.post("/letters/<token>/withdrawal")
    @policy.access(policy.STAFF)
    def withdraw(token: str) -> AnyResponse | tuple[str, int] | str:
        if unconfirmed():
            return ask_to_confirm(
                "撤回文书", "撤回后公众查验会显示“已撤回”，不能恢复。确定撤回？", url_for("papers.letter", token=token)
            )

        def act(tx: Connection, actor: Actor, now: datetime) -> None:
            correcting.withdraw(tx, _correction(actor, token), now)

        return _act(room, token, act, "文书已撤回。", "withdrawal-")


def _act(
    room: Room, token: str, act: Callable[[Connection, Actor, datetime], None], done: str, prefix: str
) -> AnyResponse | tuple[str, int]:
    """One step in one transaction; what the law or the form refuses is shown on the page, what was typed stays."""
    try:
        with room.db.begin() as tx:
            act(tx, sessions.current_actor(), times.now())
    except Invalid as faulty:
        return _page(room, token, errors_from(faulty.problems, prefix) or [FieldError("", faulty.message)]), 422
    except Refused as refused:
        return _page(room, token, [FieldError("", item.text) for item in refused.refusals]), 422
    flash(done, "success")
    return redirect(url_for("papers.letter", token=token), 303)


def _page(room: Room, token: str, errors: list[FieldError] | None = None) -> str:
    actor = sessions.current_actor()
    with room.db.read() as tx:
        row = letter_for(tx, actor, token)
        served = serving.of_letter(tx, row.id)
        subject_id = serving.subject_of(tx, row)
        consent = consenting.of(tx, subject_id)
        facts: dict[str, Any] = {
            "letter": row,
            "office": letter_trail.office_of(tx, row).name,
            "about": _about(tx, row),
            "served": served,
            "mode": serving.MODES[served.mode] if served is not None else "",
            "consent": consent,
            "speaks": subject_id in actor.subjects,
            "opens": serving.awaits_receipt(tx, actor, row),
            "handles": letter_trail.handler_role(tx, actor, row) is not None,
            "heads": letter_trail.is_head(actor, row),
            "ends": remedies.ends_of(tx, room.house, row, served)
            if served is not None and actor.kind == "staff"
            else (),
            "taken_back": [one for one in serving.all_of_letter(tx, row.id) if one.withdrawn_at is not None],
            "modes_told": serving.MODES,
            "successor": tx.execute(select(letter).where(letter.c.id == row.superseded_by)).first(),
        }
    verify = "public.letter" in current_app.view_functions
    modes = [(code, label) for code, label in serving.MODES.items() if code != "electronic" or facts["consent"]]
    return render_template(
        "papers/letter.html", **facts, errors=errors or [], wrong={e.field: e.text for e in errors or []},
        take_back=TAKE_BACK, typed=defaultdict(str, request.form.items()), modes=modes, lines=range(CHANGES),
        command_id=new_command_id(), now=times.local(times.now()), most=room.settings.max_upload_mib,
        verify=url_for("public.letter", token=token) if verify else None,
    )  # fmt: skip


def _about(tx: Connection, row: Any) -> dict[str, str]:
    if row.case_id is not None:
        return {"case": tx.execute(select(cases.c.number).where(cases.c.id == row.case_id)).scalar_one()}
    return {"record": tx.execute(select(record.c.number).where(record.c.id == row.record_id)).scalar_one()}


def _service(tx: Connection, room: Room, actor: Actor, token: str, now: datetime) -> serving.Service:
    form, file = request.form, request.files.get("material")
    try:
        moment = datetime.strptime(form.get("served_at", ""), "%Y-%m-%dT%H:%M")  # noqa: DTZ007  what a form gives is local
        served_at = times.at(moment.date(), moment.time())
    except ValueError:
        raise Invalid(
            "填写的内容有误，请按提示修改后再提交。", [Problem("served_at", "请填写送达的日期和时间")]
        ) from None
    evidence = None
    if file is not None and file.filename:
        try:
            evidence = materials.receive(
                tx, room.house.materials, actor, kind=serving.EVIDENCE_KIND, file_name=file.filename, content=file.read(),
                limit=room.house.max_upload, now=now,
            )  # fmt: skip
        except Invalid as wrong:
            raise Invalid(wrong.message, [Problem("material", wrong.message)]) from wrong
    return serving.Service(
        token, form.get("mode", ""), actor, form.get("command_id", "")[:80], form.get("recipient", ""), served_at,
        form.get("place", ""), form.get("witness", ""), form.get("note", ""), evidence,
    )  # fmt: skip


def _correction(actor: Actor, token: str) -> Correction:
    form = request.form
    lines = [tuple(form.get(f"{name}-{n}", "").strip() for name in ("what", "was", "new")) for n in range(CHANGES)]
    changes = [(what, was, new) for what, was, new in lines if what or was or new]
    return Correction(token, actor, form.get("command_id", "")[:80], form.get("reason", ""), changes)
