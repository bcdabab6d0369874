"""Consent to electronic service: a page on which who speaks for a subject gives it or takes it back."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from repairflow import times
from repairflow.casework.documents.service import consent as consenting
from repairflow.errors import NotFound
from repairflow.records import person, subject
from repairflow.web.core import access, sessions
from repairflow.web.letters.context import Room


def install(door: Blueprint, room: Room) -> None:
    """Afterwards `door` has the page of consent."""

    @door.get("/service-consent")
    @access.access(access.ENTERPRISE)
    def consent() -> str:
        actor = sessions.current_actor()
        with room.db.read() as tx:
            rows = tx.execute(
                select(subject).where(subject.c.id.in_(sorted(actor.subjects))).order_by(subject.c.id)
            ).all()
            standing = {row.id: consenting.of(tx, row.id) for row in rows}
            given = [one.person_id for one in standing.values() if one is not None]
            names = {
                row.id: row.name for row in tx.execute(select(person.c.id, person.c.name).where(person.c.id.in_(given)))
            }
        return render_template("papers/consent.html", subjects=rows, standing=standing, names=names)

    @door.post("/service-consent/<int:subject_id>")
    @access.access(access.ENTERPRISE)
    def change_consent(subject_id: int) -> AnyResponse:
        wanted = request.form.get("consent")
        if wanted not in {"yes", "no"}:
            raise NotFound
        change = consenting.agree if wanted == "yes" else consenting.disagree
        with room.db.begin() as tx:
            change(tx, sessions.current_actor(), subject_id, times.now())
        flash("已确认同意电子送达。" if wanted == "yes" else "已取消。此前送达的文书不受影响。", "success")
        return redirect(url_for("papers.consent"), 303)
