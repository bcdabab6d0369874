"""Messages that the sandbox sends to us (平台来文): one of each kind, sound or with a fault, as a platform's program would.

What is sent is invented; whom it is about is a record that the sandbox itself shows.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NamedTuple

import httpx2
from sqlalchemy import Row

from repairflow import times, vault
from repairflow.gateway import signing
from repairflow.gateway.conformance import STALE
from repairflow.gateway.inbound_messages import INBOUND_PREFIX
from repairflow.gateway.messages import MEDIA_TYPE

SECONDS = 20.0
FAULTS: Mapping[str, tuple[str, str]] = {
    "": ("正确的报文", "受理、转人工或者按规则拒绝"),
    "bad_signature": ("他人密钥签名", "401"),
    "altered": ("签名后改动内容", "401"),
    "old": ("十分钟前签名", "401"),
    "other_id": ("id 与 webhook-id 不一致", "400"),
    "not_json": ("不是 JSON", "400"),
    "incomplete": ("缺少必填内容", "422，reasons 逐项写明"),
    "used_serial": ("流水号已用于另一份报文", "409"),
    "repeated": ("原样重发上一份报文", "与第一次相同的答复，duplicate 为 true"),
}
"""What may be wrong with a message, by name: in words, and how it is to be answered."""
PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


class Site(NamedTuple):
    """Where messages go, and which targets may send them; `transport` stands in for the network."""

    url: str = ""
    senders: tuple[str, ...] = ()
    transport: httpx2.BaseTransport | None = None


class Sent(NamedTuple):
    """A message as it went out, and its answer; `status` is 0 where none came."""

    serial: str
    body: str
    status: int
    said: str


class Past(NamedTuple):
    """What was sent before: the last message that was kept there, the serial of the last application that was taken, and how many."""

    serial: str = ""
    body: str = ""
    application: str = ""
    earlier: int = 0  # how many messages


def data(kind: str, of: Row[Any], past: Past) -> dict[str, Any]:
    """Return what a message of this kind says, about a record that the sandbox shows; KeyError for a kind there is not."""
    file = {"kind": "evidence", "name": "演示证据.png", "content": PICTURE}
    ref, today = of.data.get("record") or {}, times.today()
    row = {
        "行政相对人名称": of.name, "行政相对人类别": "法人及非法人组织", "统一社会信用代码": of.uscc,
        "行政处罚决定书文号": f"演示罚〔{today.year}〕{times.now():%d%H%M%S}号", "违法行为类型": "演示报文",
        "违法事实": "模拟平台发来的演示内容。", "处罚依据": "演示", "处罚类别": "警告", "处罚内容": "警告（演示）。",
        "处罚决定日期": today.isoformat(), "处罚机关": ref.get("organ", ""),
    }  # fmt: skip
    objection = {"ground": "wrong_amount", "claimed": "演示：罚款金额有误", "commitment_signed_by": "演示人员"}
    return {
        "application": {
            "procedure": "objection", "subject": of.uscc, "record": {"number": of.number}, "inputs": objection, "materials": [file],
        },
        "step": {"application": past.application or "MN-0", "action": "withdraw", "reason": "演示：撤回"},
        "materials": {"application": past.application or "MN-0", "materials": [file]},
        "records": {"rows": [row]},
        "correction": {"row": {**row, "行政处罚决定书文号": of.doc_no}, "reason": "演示：更正处罚内容"},
        "annulment": {
            "record": {"number": of.number}, "ground": "court", "document": "演示判决书", "day": today.isoformat(),
            "reason": "演示：判决撤销",
        },
    }[kind]  # fmt: skip


def send(site: Site, code: str, secret: str, kind: str, fault: str, of: Row[Any], past: Past) -> Sent:
    """Return what was sent and how it was answered. KeyError for a kind or a fault there is not."""
    FAULTS[fault]  # a name that is none says so before anything goes out
    serial = past.serial if fault in ("used_serial", "repeated") and past.serial else f"MN-{vault.token()[:12]}"
    body = _body(serial, kind, fault, of, past)
    signer = signing.new_secret() if fault == "bad_signature" else secret
    instant = times.now() - (STALE if fault == "old" else timedelta())
    headers = signing.signed(signer, serial + ("-x" if fault == "other_id" else ""), instant, body)
    sent = body.replace("演示".encode(), "改动".encode(), 1) if fault == "altered" else body
    try:
        with httpx2.Client(timeout=SECONDS, trust_env=False, transport=site.transport) as client:
            answer = client.post(
                f"{site.url}/inbound/{code}/messages", content=sent, headers={**headers, "content-type": MEDIA_TYPE}
            )
    except httpx2.HTTPError as error:
        return Sent(serial, body.decode(), 0, f"没有答复（{type(error).__name__}）")
    return Sent(serial, body.decode(), answer.status_code, _readable(answer.text)[:2000])


def _readable(text: str) -> str:
    """Return an answer with its Chinese as people read it."""
    try:
        return json.dumps(json.loads(text), ensure_ascii=False)
    except ValueError:
        return text


def _body(serial: str, kind: str, fault: str, of: Row[Any], past: Past) -> bytes:
    if fault == "not_json":
        return '{"specversion": "1.0", "演示": '.encode()
    if fault == "repeated" and past.body:
        return past.body.encode()
    said = data(kind, of, past)
    if fault == "incomplete":
        said = dict(list(said.items())[1:])
    message = {
        "specversion": "1.0", "id": serial, "source": "sandbox", "type": INBOUND_PREFIX + kind, "time": times.now().isoformat(),
        "partitionkey": "sandbox", "sequence": str(int(times.now().timestamp() * 1_000_000) + past.earlier), "data": said,
    }  # fmt: skip
    return json.dumps(message, ensure_ascii=False).encode()
