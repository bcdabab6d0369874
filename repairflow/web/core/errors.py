"""Every error as a page that says what happened and what to do, or as RFC 9457 problem+json for programs.

Neither repeats what was sent: an identity number in a bad request must not come back in its answer or its log line. Only words that
somebody wrote come back, where the session had ended meanwhile (`ended_form`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import structlog
from flask import Flask, Response, g, jsonify, make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from markupsafe import escape
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response as AnyResponse

from repairflow.errors import (
    Invalid,
    Problem,
    Refusal,
    Refused,
    RepairFlowError,
    Stale,
    TooMany,
    Trouble,
    Unauthenticated,
)
from repairflow.logs import words
from repairflow.trouble import trouble_of
from repairflow.web.core import ended_form
from repairflow.web.core.security import request_id
from repairflow.web.core.sessions import SAFE_METHODS

log = structlog.get_logger("repairflow.web")

TITLES = {
    400: "请求有误",
    401: "请先登录",
    403: "不能使用此功能",
    404: "没有找到",
    405: "不能这样打开此页面",
    409: "内容已变化",
    413: "上传的内容太大",
    415: "不支持的格式",
    422: "现在不能办理",
    429: "操作过于频繁",
    500: "系统出现故障",
    503: "暂时不能办理",
    507: "存储空间不足",
}
# For errors of the protocol: what happened, and what to do.
TEXTS = {
    400: "浏览器发来的内容不完整或无法识别。请返回上一页重新填写。",
    404: "没有找到，或者您无权查看。请核对网址或编号。",
    405: "此页面须从相应的按钮进入。请返回上一页操作。",
    413: "上传的内容超过了大小上限，没有保存。请压缩或拆分后重新上传。",
    415: "不支持这种内容格式。",
    500: "这是系统的问题，不是您的操作造成的，没有保存任何不完整的内容。请稍后再试；如仍不行，请把下面的请求编号告诉管理员。",
    503: "服务暂时不可用，已提交的内容没有丢失。请稍后再试。",
}
CSRF_TEXT = "页面停留过久或已在别处重新登录，为保护您的账号，本次提交没有办理。请返回上一页，刷新后重新提交。"


@dataclass(frozen=True, slots=True)
class Shown:
    """What an error says to people and programs."""

    status: int
    code: str
    text: str
    refusals: tuple[Refusal, ...] = ()
    problems: tuple[Problem, ...] = ()
    current_version: int | None = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return TITLES.get(self.status, "未能完成")

    def as_problem(self) -> dict[str, object]:
        """Return the members of problem+json (RFC 9457), with ours beside them."""
        body: dict[str, object] = {
            "type": f"urn:repairflow:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.text,
            "code": self.code,
            "request_id": request_id(),
        }
        if self.refusals:
            body["refusals"] = [{"code": r.code, "text": r.text, "basis": list(r.basis)} for r in self.refusals]
        if self.problems:
            body["problems"] = [{"where": p.where, "text": p.text} for p in self.problems]
        if self.current_version is not None:
            body["current_version"] = self.current_version
        return body


def shown(error: Exception) -> Shown:
    """Return an error in words; anything unknown is a 500 that gives nothing away."""
    error = trouble_of(error) or error
    if isinstance(error, RepairFlowError):
        return Shown(
            error.status,
            error.code,
            error.message,
            refusals=error.refusals if isinstance(error, Refused) else (),
            problems=error.problems if isinstance(error, Invalid) else (),
            current_version=error.current_version if isinstance(error, Stale) else None,
            headers={"Retry-After": str(error.retry_after)} if isinstance(error, TooMany | Trouble) else {},
        )
    if isinstance(error, CSRFError):
        return Shown(400, "form_expired", CSRF_TEXT)
    if isinstance(error, HTTPException) and error.code:
        keep = {"Allow", "Retry-After"}
        headers = {name: value for name, value in error.get_headers() if name in keep}
        code = error.name.lower().replace(" ", "_")
        return Shown(error.code, code, TEXTS.get(error.code, TEXTS[400 if error.code < 500 else 500]), headers=headers)
    return Shown(500, "internal", TEXTS[500])


def wants_json() -> bool:
    """Tell whether the caller is a program: the addresses of the API and of messages, or an Accept that prefers JSON to a page."""
    if request.path == "/api" or request.path.startswith(("/api/", "/inbound/")):
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json", "application/problem+json"])
    return best != "text/html" and best is not None


def answer(error: Exception) -> AnyResponse:
    """Return the response to an error, in the form the caller reads."""
    if isinstance(error, HTTPException) and isinstance(error.response, AnyResponse):
        return error.response  # abort(Response)
    if isinstance(error, HTTPException) and error.code is not None and error.code < 400:
        return error.get_response()  # redirects of the router
    if isinstance(error, Unauthenticated) and not wants_json():
        return _to_login()
    what = shown(error)
    if trouble_of(error):
        log.warning("trouble", request_id=request_id(), endpoint=request.endpoint, code=what.code, words=words(error))
    elif what.status >= 500:
        log.error("request failed", request_id=request_id(), endpoint=request.endpoint, exc_info=error)
    response: Response
    if wants_json():
        response = jsonify(what.as_problem())
        response.content_type = "application/problem+json"
        if what.status == 401:
            response.headers["WWW-Authenticate"] = "Bearer"
    else:
        response = make_response(_bare(what) if _stands_alone(error) else _page(what))
    response.status_code = what.status
    response.headers.extend(what.headers)
    return response


def _stands_alone(error: Exception) -> bool:
    """Tell whether the frame of a page cannot stand: its header asks the database who looks, and links to this host."""
    return isinstance(error, SecurityError) or trouble_of(error) is not None


def _page(what: Shown) -> str:
    """Return the page of an error; without its frame when that fails, too."""
    template = "errors/fragment.html" if "HX-Request" in request.headers else "errors/page.html"
    try:
        return render_template(template, error=what, request_id=request_id())
    except Exception as error:  # noqa: BLE001  # whatever broke the frame must not hide the first error
        log.warning("bare error page", request_id=request_id(), error=type(error).__qualname__)
        return _bare(what)


def _bare(what: Shown) -> str:
    """Return a page that needs nothing but itself: no database, no visitor, no address."""
    text = f"<h1>{what.title}</h1><p>{escape(what.text)}</p><p>请求编号 {request_id()}</p>"
    if "HX-Request" in request.headers:
        return text
    back = '<p><a href="">重新打开本页</a></p>' if request.method == "GET" else "<p>请返回上一页，稍后重新提交。</p>"
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>{what.title}</title>'
    return f'<!doctype html><html lang="zh-CN"><head>{head}</head><body>{text}{back}</body></html>'


def _to_login() -> AnyResponse:
    """To the login (or its second page), and back afterwards to the page that was asked for, or whose form was sent."""
    endpoint = "login.code" if g.get("wants_code") else "login.enter"
    where = url_for(endpoint, next=_page_in_use(), ended=None if request.method in SAFE_METHODS else 1)
    if "HX-Request" in request.headers:
        response = make_response("", 401)
        response.headers["HX-Redirect"] = where
        return response
    if request.method not in SAFE_METHODS and (texts := ended_form.texts()):
        return make_response(render_template("errors/ended.html", where=where, texts=texts), 401)
    return redirect(where, 303)


def _page_in_use() -> str | None:
    """Return the path of the page the visitor looks at: the one asked for, or that of a form, as the browser names it."""
    if request.method in SAFE_METHODS and "HX-Request" not in request.headers:
        return request.full_path.rstrip("?")
    named = request.headers.get("HX-Current-URL") or request.referrer or ""
    return "/" + named.removeprefix(request.host_url) if named.startswith(request.host_url) else None


def install(app: Flask) -> None:
    """Ensure that no error of `app` reaches anybody in another form."""
    app.register_error_handler(Exception, answer)
