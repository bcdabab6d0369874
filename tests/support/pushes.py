"""Messages as casework writes them, and a sandbox platform reached without a network."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx2
from flask import Flask

from repairflow import times
from repairflow.gateway import key_pairs, signing
from repairflow.gateway.http import HttpPlatform
from repairflow.gateway.message_envelope import Message
from repairflow.gateway.messages import check
from repairflow.gateway.platform import Address
from repairflow.gateway.sandbox import make_sandbox

SOURCE = "http://127.0.0.1:8000"
SUBJECT = {"name": "云溪环保科技有限公司", "uscc": "91230500MA1B3N1N2M"}


def record_ref(number: str = "JL-2026-000001") -> dict[str, Any]:
    return {
        "number": number,
        "type": "penalty",
        "doc_no": "溪环罚〔2026〕47号",
        "organ": "云溪县生态环境局",
        "organ_uscc": None,
        "decision_date": "2026-01-05",
    }


def record_changed(state: str = "published", number: str = "JL-2026-000001", **more: Any) -> dict[str, Any]:
    data = {
        "subject": SUBJECT,
        "record": record_ref(number),
        "version": 1,
        "behaviour": "未按规定设置危险废物识别标志",
        "class": "ordinary",
        "state": state,
        "publish_from": "2026-01-12",
        "min_until": "2026-04-12",
        "max_until": "2027-01-12",
        "changed_at": "2026-06-10T02:00:00+00:00",
    }
    return check("record_changed", {**data, **more})


def repair_result(result: str = "approved", number: str = "JL-2026-000001") -> dict[str, Any]:
    return check(
        "repair_result",
        {
            "subject": SUBJECT,
            "record": record_ref(number),
            "case_no": "XF-2026-000001",
            "decided_at": "2026-06-10T02:00:00+00:00",
            "class": "ordinary",
            "result": result,
        },
    )


def objection_status(status: str, number: str = "JL-2026-000001") -> dict[str, Any]:
    return check(
        "objection_status",
        {
            "subject": SUBJECT,
            "record": record_ref(number),
            "case_no": "YY-2026-000001",
            "decided_at": "2026-06-10T02:00:00+00:00",
            "status": status,
        },
    )


def message(
    sequence: int = 1, kind: str = "record_changed", data: dict[str, Any] | None = None, at: datetime | None = None
) -> Message:
    """A message to the target `province`, by default about a record made public."""
    data = data or record_changed()
    number = (data.get("record") or data["act"])["number"]
    return Message(f"k-{sequence}", kind, SOURCE, number, f"province/{number}", sequence, at or times.now(), data)


class ReceiptSigner:
    """A platform's own key, and its signature over an answer to a request with these bytes."""

    def __init__(self) -> None:
        self.code, self.public, private = key_pairs.made()
        self._private = key_pairs.opened(self.code, private).private

    def signature(self, key: str, body: bytes, said: Mapping[str, Any]) -> str:
        names = ("receipt", "at", "shown", "reason")
        lines = [
            "repairflow-receipt-1",
            key,
            "sha256:" + hashlib.sha256(body).hexdigest(),
            said.get("result", "accepted"),
        ]
        content = "\n".join([*lines, *(said.get(name) or "" for name in names)])
        return base64.b64encode(self._private.sign(content.encode())).decode()

    def signs(self, inner: httpx2.BaseTransport) -> httpx2.MockTransport:
        """The platform behind `inner`, which now signs every answer that has an id."""

        def handler(request: httpx2.Request) -> httpx2.Response:
            body = request.read()
            answer = inner.handle_request(request)
            said = json.loads(answer.read() or b"{}")
            if "id" in said:
                said["signature"] = self.signature(said["id"], body, said)
            return httpx2.Response(answer.status_code, json=said)

        return httpx2.MockTransport(handler)


class Sandbox:
    """A sandbox platform with the targets `province` and `bureau`, and the push client that reaches it."""

    def __init__(self, folder: Path) -> None:
        self.secrets = {"province": signing.new_secret(), "bureau": signing.new_secret()}
        self.slept: list[float] = []
        self.app: Flask = make_sandbox(
            folder / "platform.db", self.secrets, {"province": "省公共信用信息平台"}, self.slept.append
        )
        self.app.testing = True
        self.web = self.app.test_client()
        self.platform = HttpPlatform(httpx2.WSGITransport(app=self.app))

    def address(self, code: str = "province") -> Address:
        return Address(code, f"http://127.0.0.1:8001/targets/{code}", self.secrets[code])

    def behave(self, mode: str, code: str = "province") -> None:
        assert self.web.post("/control", data={code: mode}).status_code == 303

    def page(self, path: str) -> str:
        answer = self.web.get(path)
        assert answer.status_code == 200
        return answer.get_data(as_text=True)

    def verdicts(self, code: str = "province") -> list[str]:
        """What became of the messages received, oldest first."""
        from repairflow.gateway import sandbox_store as store

        with self.app.extensions["sandbox_store"].read() as tx:
            return [row.verdict for row in reversed(store.received(tx, code, limit=1000))]

    def close(self) -> None:
        self.platform.close()
        self.app.extensions["sandbox_store"].dispose()
