"""The page of the sandbox from which messages are sent to us, sound or with a fault."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask, abort, redirect, render_template, request, url_for
from sqlalchemy import insert
from werkzeug.wrappers import Response

from repairflow import times
from repairflow.db import Database
from repairflow.gateway import sandbox_sender as sender
from repairflow.gateway import sandbox_store as store
from repairflow.gateway.inbound_messages import KINDS, TITLES
from repairflow.gateway.sandbox_sender import FAULTS, Past, Site


def add_inbound(app: Flask, db: Database, secrets: Mapping[str, str], site: Site) -> None:
    """Ensure that `app` serves the page; without a target that may send it says so."""

    @app.get("/inbound")
    def inbound() -> str:
        code = request.args.get("code", "")
        code = code if code in site.senders else next(iter(site.senders), "")
        with db.read() as tx:
            rows = store.sent_before(tx, code) if code else ()
        return render_template("inbound.html", code=code, senders=site.senders, rows=rows, titles=TITLES, faults=FAULTS)

    @app.post("/inbound")
    def send() -> Response:
        form = request.form
        code, kind, fault = form.get("code", ""), form.get("kind", ""), form.get("fault", "")
        if code not in site.senders or fault not in FAULTS or kind not in (*KINDS, "all"):
            abort(400, "没有这种报文或者这个平台。")
        for one in KINDS if kind == "all" else (kind,):
            with db.read() as tx:
                of, before, kept = store.somebody(tx), store.sent_before(tx, code, 1), store.last_kept(tx, code)
                last = Past(kept.serial, kept.body) if kept is not None else Past()
                earlier = before[0].id if before else 0
                past = last._replace(application=store.last_application(tx, code), earlier=earlier)
            if of is None:
                abort(400, "模拟平台上还没有公示的企业信息，来文没有可指的对象。请等推送到达后再试。")
            done = sender.send(site, code, secrets[code], one, fault, of, past)
            with db.begin() as tx:
                values = {**done._asdict(), "target": code, "kind": one, "fault": fault, "at": times.now()}
                tx.execute(insert(store.sent).values(**values))
        return redirect(url_for("inbound", code=code), 303)
