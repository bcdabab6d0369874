"""The sandbox platform's pages: what the public sees there, what was received, and which faults it simulates."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask, Response, abort, redirect, render_template, request, send_file, url_for
from jinja2 import StrictUndefined
from werkzeug.wrappers import Response as AnyResponse

from repairflow import plain, times
from repairflow.db import Database
from repairflow.gateway import sandbox_store as store
from repairflow.gateway.reconcile import WORDS
from repairflow.settings import asset

SLOW_SECONDS = 3.0
DRIP_SECONDS = 1.0
PAGE = 20

MODES: Mapping[store.Mode, tuple[str, str]] = {
    "normal": ("正常", "收到即受理并返回回执。"),
    "down": ("停机", "一律答复 503，不受理。恢复后，推送方应自行补送，次序不变。"),
    "slow": ("迟缓", f"每次答复前等待 {SLOW_SECONDS:g} 秒。"),
    "drip": (
        "一点一点答复",
        f"照常受理，但答复每 {DRIP_SECONDS:g} 秒只来一个字节。推送方应在总时限内放弃，不得让其他平台等待。",
    ),
    "refuse": ("拒收", "一律答复 422，不受理。推送方应转人工处理，不再自动重试。"),
    "lost_answer": ("受理但不答复", "已受理并公示变更，但回执丢失（答复 504）。推送方重试时应得到原回执，不重复受理。"),
    "old_receipt": ("错发旧回执", "照常受理，但答复的是上一条报文的回执。推送方不得把它当作本次回执。"),
    "busy": ("繁忙", "答复 429，要求 30 秒后再来。推送方在此之前不得再发任何报文。"),
    "gone": ("关闭接口", "答复 410。推送方应暂停推送、保留排队的报文，通知人员核对。"),
    "moved": ("跳转", "答复 301。推送方不得跟随，稍后重试。"),
    "undecided": ("暂不处理", "答复已收到、尚未作出处理。推送方应按同一编号再问，恢复正常后得到回执。"),
    "declines": ("不予办理", "答复不予办理及其理由。推送方应转人工处理，理由记入留痕。"),
    "silent_loss": ("受理但丢失", "返回回执，但内容没有写入。只有对账才能发现。"),
    "wrong_state": ("受理但未变更", "照常返回回执，页面却仍显示原状态。只有对账才能发现。"),
}
KINDS = {
    "record_changed": "信息变更",
    "repair_result": "修复结果",
    "objection_status": "异议状态",
    "list_change": "名单变更",
    "honour_change": "守信名单变更",
    "interview_record": "约谈记录",
    "measure_lift": "解除惩戒措施",
    "measure_restore": "恢复惩戒措施",
    "measure_impose": "惩戒措施登记",
    "letter_change": "文书变更",
    "act_changed": "行政行为变更",
}
VERDICTS = {"accepted": "已受理", "repeated": "重复，回原回执", "refused": "拒收", "not_answered": "已受理，未答复"}
SEVERITY = {"minor": "轻微失信", "ordinary": "一般失信", "serious": "严重失信"}


def add_pages(app: Flask, db: Database, names: Mapping[str, str]) -> None:
    """Ensure that `app` serves the pages; `names` gives every target's code and what it is called."""
    codes = list(names)
    _words(app, names)

    @app.get("/")
    def home() -> str:
        words = request.args.get("q", "").strip()[:100]
        with db.read() as tx:
            found = store.records(tx, None, words, limit=50) if words else None
            modes = {code: store.mode(tx, code) for code in codes}
            return render_template("home.html", counts=store.counts(tx, codes), mode_of=modes, q=words, found=found)

    @app.get("/targets/<code>/")
    def target(code: str) -> str:
        words, after = request.args.get("q", "").strip()[:100], request.args.get("after", type=plain.whole)
        with db.read() as tx:
            rows = store.records(tx, known(code), words, after, PAGE)
            return render_template(
                "target.html", code=code, rows=rows, q=words, more=len(rows) == PAGE,
                count=store.counts(tx, codes)[code], mode=store.mode(tx, code),
            )  # fmt: skip

    @app.get("/targets/<code>/records/<number>")
    def record(code: str, number: str) -> str:
        with db.read() as tx:
            row = store.record(tx, known(code), number) or abort(404)
            received = store.received(tx, code, number)
            return render_template("record.html", code=code, row=row, received=received, mode=store.mode(tx, code))

    @app.get("/targets/<code>/received")
    def received(code: str) -> str:
        after = request.args.get("after", type=plain.whole)
        with db.read() as tx:
            rows = store.received(tx, known(code), None, after, PAGE)
            return render_template(
                "received.html", code=code, rows=rows, more=len(rows) == PAGE, mode=store.mode(tx, code)
            )

    def known(code: str) -> str:
        return code if code in codes else abort(404)

    _add_control(app, db, codes)


def _words(app: Flask, names: Mapping[str, str]) -> None:
    """Give the templates what they name."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.autoescape = True
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        names=names,
        modes=MODES, kinds=KINDS, verdicts=VERDICTS, words=WORDS, severity=SEVERITY,
    )  # fmt: skip
    app.jinja_env.filters["moment"] = lambda instant: times.local(instant).strftime("%Y-%m-%d %H:%M:%S")


def _add_control(app: Flask, db: Database, codes: list[str]) -> None:
    """Serve the page on which faults are chosen, and the style sheet."""

    @app.get("/control")
    def control() -> str:
        with db.read() as tx:
            return render_template("control.html", mode_of={code: store.mode(tx, code) for code in codes})

    @app.post("/control")
    def behave() -> AnyResponse:
        wanted = {code: request.form[code] for code in codes if code in request.form}
        with db.begin() as tx:
            for code, mode in wanted.items():
                try:
                    store.set_mode(tx, code, mode)
                except ValueError:
                    abort(400, "没有这种表现方式。")
        return redirect(url_for("control"), 303)

    @app.get("/style.css")
    def style() -> Response:
        return send_file(asset("templates") / "sandbox" / "style.css", mimetype="text/css")
