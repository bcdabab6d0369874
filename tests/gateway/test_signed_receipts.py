"""Receipts that a platform signs: where its key is registered only those count, whichever way messages go."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest

from repairflow.gateway import key_pairs, signed_receipts
from repairflow.gateway.http import HttpPlatform
from repairflow.gateway.platform import Address, Declined, Pending, Receipt, Transient
from repairflow.gateway.signed_receipts import FORGED, UNSIGNED, public_key
from tests.support import pushes
from tests.support.pushes import ReceiptSigner

NOW = datetime(2026, 6, 10, 2, tzinfo=UTC)
Change = Callable[[dict[str, Any]], dict[str, Any]]


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[pushes.Sandbox]:
    made = pushes.Sandbox(tmp_path)
    yield made
    made.app.extensions["sandbox_store"].dispose()


@pytest.fixture
def signer() -> ReceiptSigner:
    return ReceiptSigner()


def pushed(sandbox: pushes.Sandbox, signer: ReceiptSigner, change: Change = lambda said: said, **more: Any) -> Receipt:
    """A message pushed to the platform, whose signed answer is changed on its way."""

    def handler(request: httpx2.Request) -> httpx2.Response:
        answer = signer.signs(httpx2.WSGITransport(app=sandbox.app)).handle_request(request)
        return httpx2.Response(answer.status_code, json=change(json.loads(answer.read())))

    target = replace(sandbox.address(), **{"receipt_key": signer.public, **more})
    return HttpPlatform(httpx2.MockTransport(handler)).push(target, pushes.message(at=NOW))


def test_a_signed_receipt_is_kept_with_its_signature(sandbox: pushes.Sandbox, signer: ReceiptSigner) -> None:
    found = pushed(sandbox, signer)
    assert found.signature is not None
    kept = found.as_json()["signature"]
    assert isinstance(kept, dict)
    assert (kept["key"], kept["public"]) == (signer.code, signer.public)
    assert found.remote_id in kept["content"]
    assert key_pairs.holds(kept["public"], kept["signature"], kept["content"].encode())
    again = pushed(sandbox, signer)  # the same bytes: the first receipt, and its signature
    assert (again.duplicate, again.remote_id) == (True, found.remote_id)


def test_where_no_key_is_registered_nothing_is_asked(sandbox: pushes.Sandbox, signer: ReceiptSigner) -> None:
    found = pushed(sandbox, signer, lambda said: {**said, "signature": "nonsense"}, receipt_key="")
    assert found.signature is None
    assert "signature" not in found.as_json()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda said: {name: value for name, value in said.items() if name != "signature"}, UNSIGNED),
        (lambda said: {**said, "signature": ""}, UNSIGNED), (lambda said: {**said, "signature": 7}, UNSIGNED),
        (lambda said: {**said, "signature": "not Base64"}, FORGED), (lambda said: {**said, "signature": "AAAA"}, FORGED),
        (lambda said: {**said, "receipt": "R-other"}, FORGED), (lambda said: {**said, "shown": "hidden"}, FORGED),
        (lambda said: {**said, "at": "2026-06-11T02:00:00+00:00"}, FORGED), (lambda said: {**said, "result": "refused"}, FORGED),
        (lambda said: {**said, "result": "pending"}, FORGED), (lambda said: {**said, "reason": "x\ny"}, FORGED),
        (lambda said: {**said, "receipt": ["R"]}, FORGED),
    ],
)  # fmt: skip
def test_anything_else_is_no_receipt(sandbox: pushes.Sandbox, signer: ReceiptSigner, change: Change, says: str) -> None:
    with pytest.raises(Transient, match=says[:20]) as caught:
        pushed(sandbox, signer, change)
    assert caught.value.heard.why == "nonsense"


def test_another_key_or_another_request_is_no_receipt(sandbox: pushes.Sandbox, signer: ReceiptSigner) -> None:
    with pytest.raises(Transient, match="不符"):
        pushed(sandbox, signer, receipt_key=ReceiptSigner().public)

    def of_another(said: dict[str, Any]) -> dict[str, Any]:
        return {**said, "signature": signer.signature(said["id"], b"another request", said)}

    with pytest.raises(Transient, match="不符"):
        pushed(sandbox, signer, of_another)


def test_what_is_refused_or_waits_is_signed_too(sandbox: pushes.Sandbox, signer: ReceiptSigner) -> None:
    body = pushes.message(at=NOW).body()
    for result, error in (("pending", Pending), ("refused", Declined)):
        said = {"id": "k-1", "result": result, "reason": "名称不一致"}
        given = {**said, "signature": signer.signature("k-1", body, said)}
        with pytest.raises(error, match="名称不一致"):
            pushed(sandbox, signer, lambda _, given=given: given)


def test_the_signature_is_made_as_the_guide_says(tmp_path: Path) -> None:
    """By openssl and printf, with the key that the guide has made and registers."""
    guide = Path("docs/exchange.md").read_text(encoding="utf-8")
    block = guide.partition("## Receipts that you sign")[2].partition("```sh\n")[2].partition("```")[0]
    done = subprocess.run(["bash", "-euc", block], cwd=tmp_path, capture_output=True, text=True, check=True)
    registered, value = done.stdout.split()
    said = {"result": "accepted", "receipt": "R1", "at": "2026-06-10T02:00:00+00:00", "shown": "public"}
    digest = "sha256:" + "7d" * 32
    made = signed_receipts.verified(public_key(registered), "k-1", digest, {**said, "signature": value})
    assert made.content.split("\n")[1:3] == ["k-1", digest]


@pytest.mark.parametrize("given", ["", "whpk_", "AAAA", "whsec_" + "A" * 43, "A" * 44, "你" * 43, "A" * 42 + "!"])
def test_what_is_no_public_key(given: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # whatever it says
        public_key(given)


def test_every_way_of_writing_a_key_is_one_key(signer: ReceiptSigner) -> None:
    raw = base64.urlsafe_b64decode(signer.public + "=")
    standard = base64.b64encode(raw).decode()
    for written in (signer.public, f" {standard}\n", f"whpk_{standard}", standard.rstrip("=")):
        assert public_key(written) == signer.public
    assert Address("a", "https://a.example", "s", receipt_key=signer.public).receipt_key == signer.public
