"""Platforms of the sandbox that take no messages and copy what others show (企业信息平台): as many of them do, a copy stays when the
record has ended, until somebody asks them to mend it."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from repairflow.db import Database
from repairflow.gateway import sandbox_store as store


def add_copies(app: Flask, db: Database, names: Mapping[str, str]) -> None:
    """Ensure that `app` serves the pages of these platforms; `names` gives each one's code and what it is called."""
    app.jinja_env.globals["copies"] = names

    @app.get("/copies/<code>/")
    def copies(code: str) -> str:
        with db.read() as tx:
            follows = store.mode(tx, known(code)) == "follows"
            rows = store.records(tx, None, request.args.get("q", "").strip()[:100], limit=50)
        shown = {row.number: row for row in rows if row.display in ("public", "disputed") or not follows}
        return render_template("copies.html", code=code, name=names[code], rows=list(shown.values()), follows=follows)

    @app.get("/copies/<code>/<number>")
    def copy(code: str, number: str) -> str:
        with db.read() as tx:
            follows = store.mode(tx, known(code)) == "follows"
            row = store.copied(tx, number, open_only=follows) or abort(404)
        return render_template("copy.html", code=code, name=names[code], row=row)

    @app.post("/copies/<code>/")
    def mend(code: str) -> Response:
        wanted = "follows" if request.form.get("follows") == "yes" else "normal"
        with db.begin() as tx:
            store.set_mode(tx, known(code), wanted)
        return redirect(url_for("copies", code=code), 303)

    def known(code: str) -> str:
        return code if code in names else abort(404)
