"""批量制发: the 告知书 that are missing, each with its preview, issued together; every letter has its own result."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from repairflow import times
from repairflow.casework.documents import publication_notice
from repairflow.casework.permissions import record_scope
from repairflow.casework.queries.audit import findings
from repairflow.errors import Invalid, RepairFlowError
from repairflow.records import letter, record, subject
from repairflow.web.core import access, arguments, sessions
from repairflow.web.letters.context import Room

MOST = 50
"""Letters of one press: their tokens still fit the address of the page of results."""


def install(door: Blueprint, room: Room) -> None:
    """Afterwards `door` issues many letters at once."""

    @door.get("/desk/letters", endpoint="batch")
    @access.access(access.STAFF)
    def waiting() -> str:
        actor = sessions.current_actor()
        with room.db.read() as tx:
            rows = findings.without_informed(tx, actor, size=MOST)
            coverage = findings.coverage(tx, actor)
        mine = {office_id for _, office_id in actor.roles}
        return render_template("papers/batch.html", rows=rows, coverage=coverage, most=MOST, mine=mine)

    @door.get("/desk/letters/preview/<number>")
    @access.access(access.STAFF)
    def batch_preview(number: str) -> str:
        with room.db.read() as tx:
            text = publication_notice.preview(tx, room.services, sessions.current_actor(), number, times.now())
        return render_template("papers/preview.html", text=text, number=number)

    @door.post("/desk/letters")
    @access.access(access.STAFF)
    def issue_batch() -> AnyResponse:
        numbers = list(dict.fromkeys(request.form.getlist("record")))
        if not numbers:
            flash("请先选择要制发告知书的信息。", "warning")
            return redirect(url_for("papers.batch"), 303)
        if len(numbers) > MOST:
            raise Invalid(f"一次最多制发 {MOST} 份。")
        made = []
        for number in numbers:  # one transaction each: a letter that fails harms no other
            try:
                with room.db.begin() as tx:
                    made.append(
                        publication_notice.issue(tx, room.services, sessions.current_actor(), number, times.now()).token
                    )
            except RepairFlowError as error:
                flash(f"{number}：{error}", "error")
        return redirect(url_for("papers.batch_results", token=made), 303)

    @door.get("/desk/letters/results")
    @access.access(access.STAFF)
    def batch_results() -> str:
        tokens = arguments.texts("token", count=MOST)
        with room.db.read() as tx:
            rows = tx.execute(
                select(letter, record.c.number.label("record_number"), subject.c.name.label("subject_name"))
                .join(record, record.c.id == letter.c.record_id)
                .join(subject, subject.c.id == record.c.subject_id)
                .where(
                    letter.c.token.in_(tokens),
                    letter.c.kind == publication_notice.KIND,
                    record_scope(sessions.current_actor()),
                )
                .order_by(letter.c.id)
            ).all()
        done = sum(row.pressed_at is not None for row in rows)
        stuck = sum(row.pressed_at is None and row.press_error is not None for row in rows)
        return render_template("papers/results.html", rows=rows, done=done, stuck=stuck)
