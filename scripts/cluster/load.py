"""Clients that file and carry cases to their grant over HTTP, and remember what they were told stands."""

from __future__ import annotations

import os
import ssl
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import httpx2 as httpx

from scripts.cluster.nodes import Cluster

OFFICE = "YX-STHJ"
PEOPLE = ("jiangyizhou", "xuzhixing", "chenmo", "zhouyuan", "shenjibai")
HEAD = "行政相对人名称,统一社会信用代码,行政处罚决定书文号,违法行为类型,处罚类别,处罚内容,罚款金额（万元）,处罚决定日期,处罚机关"
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63e4cff0bf1e00050001ff"
    "d29bafb00000000049454e44ae426082"
)
CONDITIONS = {name: {"met": True} for name in ("minimum_period", "performed", "commitment", "other_law")}
STEPS: Sequence[tuple[str, str, Mapping[str, Any]]] = (
    ("xuzhixing", "accept", {}),
    ("chenmo", "report_verification", {"reason": "已核对。", "inputs": {"conditions": CONDITIONS}}),
    ("zhouyuan", "propose_grant", {"reason": "符合修复条件，拟准予修复。"}),
    ("shenjibai", "grant", {"reason": "同意。"}),
)
TIMEOUT_SECONDS = 20.0
AGAIN_SECONDS = 0.2


class Step(NamedTuple):
    """A step that was acknowledged: asked for and answered at these moments of the monotonic clock, after so many tries."""

    asked: float
    answered: float
    tries: int
    case: str
    seq: int
    action: str


class Load:
    """`clients` at work, each on one case after the other, until `stop`."""

    def __init__(self, cluster: Cluster, clients: int, records: int) -> None:
        self.steps: list[Step] = []
        self.refused: list[str] = []
        self._cluster = cluster
        self._tls = ssl.create_default_context(cafile=str(cluster.ca))
        self._tokens = {
            one: cluster.say("user", "token", one, "--label", "load", "--days", "2").splitlines()[-1] for one in PEOPLE
        }
        self._records = self._imported(records)
        self._lock, self._stop = threading.Lock(), threading.Event()
        self._threads = [threading.Thread(target=self._work) for _ in range(clients)]

    def _imported(self, number: int) -> list[str]:
        file = self._cluster.folder / "records.csv"
        lines = [
            f"恒拓建材有限公司,91320830MA2K7H5PX7,溪环罚〔2026〕{700_000 + one}号,未采取有效扬尘防治措施,罚款,处罚款贰万元整。,2,"
            "2026-04-10,云溪县生态环境局"
            for one in range(number)
        ]
        file.write_text("\n".join((HEAD, *lines)), encoding="utf-8-sig")
        self._cluster.say("import", str(file), "--office", OFFICE)
        found = self._cluster.ask(
            "SELECT number FROM record WHERE document_number LIKE '溪环罚〔2026〕70____号' ORDER BY id"
        )
        return [str(row[0]) for row in found]

    def start(self) -> None:
        """Afterwards all clients work."""
        for one in self._threads:
            one.start()

    def stop(self) -> None:
        """Afterwards every client has ended the step it was at."""
        self._stop.set()
        for one in self._threads:
            one.join()

    def begin(self) -> None:
        """Return once the first case went all the way."""
        deadline = time.monotonic() + 120
        while not any(one.action == "grant" for one in self.steps):
            if self.refused or time.monotonic() > deadline:
                raise SystemExit(f"no case was granted: {self.refused[:3]}")
            time.sleep(0.2)

    def _work(self) -> None:
        with httpx.Client(verify=self._tls, timeout=TIMEOUT_SECONDS) as client:
            while not self._stop.is_set():
                with self._lock:
                    if not self._records:
                        return
                    record = self._records.pop()
                try:
                    self._case(client, record)
                except _Refused as refused:
                    self.refused.append(str(refused))
                except _Stopped:
                    return

    def _case(self, client: httpx.Client, record: str) -> None:
        sent = {"data": {"kind": "performance_proof"}, "files": {"file": ("a.png", PICTURE, "image/png")}}
        proof = self._sent(client, "jiangyizhou", "materials", **sent)["token"]
        inputs = {"performed_on": "2026-05-20", "correction": "已缴清", "commitment_signed_by": "蒋一舟"}
        asked = {"procedure": "repair", "record": record, "materials": [proof], "inputs": inputs}
        made = self._sent(client, "jiangyizhou", "cases", json=asked)
        for who, action, body in STEPS:
            path = f"cases/{made['case']}/actions/{action}"
            made = self._sent(client, who, path, json={"expected_version": made["version"], **body})

    def _sent(self, client: httpx.Client, who: str, path: str, **given: Any) -> dict[str, Any]:
        """Send it until it is answered, under one key."""
        head = {"Authorization": f"Bearer {self._tokens[who]}", "Idempotency-Key": os.urandom(12).hex()}
        asked, tries = time.monotonic(), 0
        while True:
            if self._stop.is_set():
                raise _Stopped
            tries += 1
            try:
                answer = client.post(f"{self._cluster.site}/api/v1/{path}", headers=head, **given)
            except httpx.TransportError:
                time.sleep(AGAIN_SECONDS)
                continue
            if answer.status_code >= 500 or answer.status_code == 429:
                time.sleep(AGAIN_SECONDS)
                continue
            if answer.status_code >= 400:
                raise _Refused(f"{path}: {answer.status_code} {answer.text[:300]}")
            made: dict[str, Any] = answer.json()
            if "seq" in made:
                self.steps.append(Step(asked, time.monotonic(), tries, made["case"], made["seq"], made["action"]))
            return made


class _Refused(Exception):
    """The site said that it does not do this."""


class _Stopped(Exception):
    """The load is to end."""
