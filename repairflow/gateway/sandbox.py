"""The sandbox platform (模拟平台): receives what we push, shows it to the public, and simulates faults on demand.

For demonstration and tests, on this machine only. It knows nothing of the rest of the program but messages and keys.
"""

from __future__ import annotations

import ipaddress
import json
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from flask import Flask, Response, abort, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection
from werkzeug.exceptions import HTTPException, NotFound, SecurityError

from repairflow import plain, times, vault
from repairflow.db import Database
from repairflow.gateway import sandbox_store as store
from repairflow.gateway import signing
from repairflow.gateway.message_envelope import Message, read
from repairflow.gateway.messages import MessageError
from repairflow.gateway.sandbox_copies import add_copies
from repairflow.gateway.sandbox_inbound import add_inbound
from repairflow.gateway.sandbox_pages import DRIP_SECONDS, SLOW_SECONDS, add_pages
from repairflow.gateway.sandbox_sender import Site
from repairflow.settings import asset

PULL_PAGE = 200
MAX_BODY = 256 * 1024
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


NOWHERE = Site()


class Reply(NamedTuple):
    """An answer in JSON."""

    code: int
    body: Mapping[str, object]
    headers: Mapping[str, str] = MappingProxyType({})


def make_sandbox(
    path: Path,
    secrets: Mapping[str, str],
    names: Mapping[str, str] | None = None,
    sleep: Callable[[float], None] = time.sleep,
    copies: Mapping[str, str] = MappingProxyType({}),
    site: Site = NOWHERE,
) -> Flask:
    """Return the sandbox as a WSGI application keeping its data in the SQLite file `path`.

    `secrets` gives each target's code and signing key, `names` what its pages call it. A target's base URL, as it
    stands in the table of targets, is <address>/targets/<code>. `copies` names platforms that take no messages and copy what the
    targets show (企业信息平台): the page of a record there is <address>/copies/<code>/<number>.
    """
    db = store.open_store(str(path))
    app = Flask("repairflow.gateway.sandbox", template_folder=str(asset("templates") / "sandbox"), static_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=MAX_BODY, TRUSTED_HOSTS=["127.0.0.1", "localhost", "[::1]"])
    app.extensions["sandbox_store"] = db
    _guard(app)
    _interface(app, db, secrets, sleep)
    add_pages(app, db, {code: (names or {}).get(code, code) for code in secrets})
    add_copies(app, db, copies)
    add_inbound(app, db, secrets, site)
    return app


def _guard(app: Flask) -> None:
    @app.before_request
    def loopback_only() -> None:
        try:
            near = ipaddress.ip_address(request.remote_addr or "").is_loopback
        except ValueError:
            near = False
        if not near:
            abort(403, "模拟平台只供本机使用。")
        # A page elsewhere must not press this one's buttons.
        origin = request.headers.get("Origin")
        if request.method == "POST" and origin is not None and origin != request.host_url.rstrip("/"):
            abort(403, "请在本页面上操作。")

    @app.after_request
    def headers(response: Response) -> Response:
        response.headers.update(
            {
                "Content-Security-Policy": POLICY,
                "X-Content-Type-Options": "nosniff",
                "Referrer-Policy": "same-origin",
                "Cache-Control": "no-store",
                "X-Robots-Tag": "noindex",
            }
        )
        return response

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> ResponseReturnValue:
        if isinstance(error, SecurityError):  # under a foreign host name no address can be made
            return Response("请用 127.0.0.1 或 localhost 访问。", 400, mimetype="text/plain")
        said = "没有找到。" if isinstance(error, NotFound) else error.description
        if request.path.endswith(("/messages", "/records")):
            return jsonify(detail=said), error.code or 500
        return render_template("refused.html", code=error.code, said=said), error.code or 500


def _interface(app: Flask, db: Database, secrets: Mapping[str, str], sleep: Callable[[float], None]) -> None:
    @app.post("/targets/<code>/messages")
    def receive(code: str) -> ResponseReturnValue:
        body = request.get_data()
        secret = secrets.get(code) or abort(404)
        try:
            key = signing.verify(secret, _headers(), times.now(), body)
        except MessageError as error:
            return jsonify(detail=error.message), 401
        try:
            one = read(body)
            if one.key != key:
                raise MessageError("签名的编号与报文编号不一致。")
        except MessageError as error:
            return jsonify(detail=error.message), 400
        with db.read() as tx:
            mode = store.mode(tx, code)
        if mode == "slow":
            sleep(SLOW_SECONDS)
        with db.begin() as tx:
            reply = _take(tx, code, one, times.now())
        if mode == "drip":
            drops = _dripping(json.dumps(reply.body, ensure_ascii=False), sleep)
            return Response(drops, reply.code, mimetype="application/json")
        return jsonify(reply.body), reply.code, dict(reply.headers)

    @app.get("/targets/<code>/records")
    def pull(code: str) -> ResponseReturnValue:
        secret = secrets.get(code) or abort(404)
        query = b"?" + request.query_string
        try:
            signing.verify(secret, _headers(), times.now(), query)
            since = request.args.get("since")
            instant = plain.moment(since) if since else None
            after = plain.whole(request.args.get("cursor", "0"))
        except MessageError as error:
            return jsonify(detail=error.message), 401
        except ValueError:
            return jsonify(detail="查询参数无法识别。"), 400
        with db.read() as tx:
            if store.mode(tx, code) == "down":
                return jsonify(detail="平台维护中。"), 503
            rows = store.changed(tx, code, instant, after, PULL_PAGE)
        listed = [{"number": row.number, "display": row.display, "version": row.version} for row in rows]
        return jsonify(records=listed, next=str(rows[-1].id) if len(rows) == PULL_PAGE else None)


def _dripping(text: str, sleep: Callable[[float], None]) -> Iterator[bytes]:
    """Yield an answer byte by byte, each after a while."""
    for one in text.encode():
        sleep(DRIP_SECONDS)
        yield bytes([one])


def _headers() -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers}


def _turned_away(mode: store.Mode, one: Message) -> Reply | None:
    """Return the answer of a platform that does not take the message over now; None where it does."""
    if mode == "undecided":
        return Reply(202, {"id": one.key, "result": "pending", "reason": "等待平台人员核对（演示设置）"})
    if mode == "declines":
        return Reply(200, {"id": one.key, "result": "refused", "reason": "平台没有对应的信息（演示设置）"})
    return {
        "down": Reply(503, {"detail": "平台维护中，请稍后再试。"}),
        "busy": Reply(429, {"detail": "请求过多，请稍后再来。"}, {"Retry-After": "30"}),
        "gone": Reply(410, {"detail": "接口已经关闭。"}),
        "moved": Reply(301, {"detail": "接口已经迁移。"}, {"Location": "/elsewhere"}),
    }.get(mode)


def _take(tx: Connection, code: str, one: Message, now: datetime) -> Reply:
    """Return what becomes of a message whose signature holds."""
    mode = store.mode(tx, code)
    if (plain_refusal := _turned_away(mode, one)) is not None:
        return plain_refusal
    if one.test and one.wanted in ("pending", "refused"):
        return Reply(
            202 if one.wanted == "pending" else 200, {"id": one.key, "result": one.wanted, "reason": "测试报文"}
        )
    if mode == "refuse":
        store.log(tx, code, one, "refused", now, "按演示设置拒收")
        return Reply(422, {"detail": "本平台拒收此报文（演示设置）。"})
    given = store.receipt_of(tx, code, one.key)
    if given is not None:
        store.log(tx, code, one, "repeated", now)
        return Reply(504, {}) if mode == "lost_answer" else Reply(200, {**given, "duplicate": True})
    last = store.last_sequence(tx, code, one.lane)
    if one.sequence <= last:
        said = f"次序有误：序号 {one.sequence} 在已受理的 {last} 之前。"
        store.log(tx, code, one, "refused", now, said)
        return Reply(409, {"detail": said})
    before = store.last_receipt(tx, code)
    display = None
    if mode != "silent_loss" and not one.test:
        display = store.show(tx, code, one, now, wrong=mode == "wrong_state")
    receipt = {
        "id": one.key,
        "receipt": f"R{vault.token()}",
        "at": now.isoformat(),
        "shown": display,
        "duplicate": False,
    }
    store.log(tx, code, one, "not_answered" if mode == "lost_answer" else "accepted", now, None, receipt)
    if mode == "lost_answer":
        return Reply(504, {})
    return Reply(200, before if mode == "old_receipt" and before else receipt)
