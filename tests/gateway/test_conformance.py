"""The conformance kit against receivers: the example passes it, and each fault is found by the check that is for it."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, get_args

import httpx2
import pytest

from repairflow import times
from repairflow.gateway import conformance, key_pairs, signing
from repairflow.gateway import sandbox_store as store
from repairflow.gateway.conformance import TAKES, Kit, kinds_of
from repairflow.gateway.http import HttpPlatform
from repairflow.gateway.messages import RecordChanged, display
from repairflow.gateway.platform import Address
from tests.house.sources import ROOT
from tests.support import pushes

EXAMPLE = ROOT / "docs" / "examples" / "receiver.py"
SOURCE = "https://credit.example.gov.cn"

pytestmark = pytest.mark.either_database


@contextmanager
def example() -> Iterator[tuple[str, str]]:
    """The example receiver at work: its address and its key."""
    secret = signing.new_secret()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-I", "-S", str(EXAMPLE), str(port), secret], stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + 20
        while not _answers(address):
            assert time.monotonic() < until
            assert process.poll() is None
        yield address, secret
    finally:
        process.kill()
        process.wait()


def _answers(address: str) -> bool:
    try:
        urllib.request.urlopen(address + "/records?", timeout=2).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return False


def tried(
    platform: HttpPlatform, url: str, secret: str, kind: str = "province", takes: list[str] | None = None
) -> dict[str, str]:
    """The verdict of each check."""
    code, _, private = key_pairs.made()
    target = Address("province", url, secret, (key_pairs.opened(code, private),))
    return {one.check: one.verdict for one in Kit(platform, target, kinds_of(kind, takes), SOURCE).run()}


def test_the_example_is_short_and_passes() -> None:
    assert len(EXAMPLE.read_text(encoding="utf-8").splitlines()) <= 60
    with example() as (address, secret):
        platform = HttpPlatform()
        for kind, takes in TAKES.items():
            found = tried(platform, address, secret, kind)
            assert set(found.values()) == {"passed"}, found
            assert {f"takes:{one}" for one in takes} <= found.keys()
        platform.close()


def test_the_guide_says_what_to_show_in_each_state() -> None:
    guide = (ROOT / "docs" / "exchange.md").read_text("utf-8")
    rows = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \| [^|`]+ \| `(public|disputed|ended|hidden)` \|$", guide, re.MULTILINE)
    told = {state: shown for states, shown in rows for state in re.findall(r"\w+", states)}
    states = {state: display(state) for state in get_args(RecordChanged.model_fields["state"].annotation)}
    assert told == states


def test_the_sandbox_passes_and_shows_no_test_message(tmp_path: Path) -> None:
    sandbox = pushes.Sandbox(tmp_path)
    found = tried(sandbox.platform, sandbox.address().url, sandbox.address().secret)
    assert set(found.values()) == {"passed"}, found
    some = tried(
        sandbox.platform, sandbox.address().url, sandbox.address().secret, takes=["letter_change", "measure_lift"]
    )
    assert [check for check in some if check.startswith("takes:")] == ["takes:letter_change"]
    assert "records" not in some
    with sandbox.app.extensions["sandbox_store"].read() as tx:
        assert store.counts(tx, ["province"])["province"].public == 0
    sandbox.close()


Change = Callable[[httpx2.Request], httpx2.Request | httpx2.Response]


def _resigned(secret: str, *, of: Callable[[httpx2.Request], bool]) -> Change:
    """A receiver that does not look at what it should: such requests reach the sandbox with a sound signature."""

    def change(request: httpx2.Request) -> httpx2.Request:
        if not of(request):
            return request
        body = request.content
        fresh = signing.signed(secret, json.loads(body)["id"], times.now(), body)
        return httpx2.Request(request.method, request.url, headers={**request.headers, **fresh}, content=body)

    return change


def _answering(status: int, body: Any, of: Callable[[httpx2.Request], bool]) -> Change:
    return lambda request: httpx2.Response(status, content=json.dumps(body).encode()) if of(request) else request


def _posted(request: httpx2.Request) -> bool:
    return request.method == "POST" and request.content.startswith(b'{"data"')


@pytest.mark.parametrize(
    ("behaves", "failing"),
    [
        ("trusts everybody", {"no_signature", "bad_signature", "altered", "old_timestamp", "other_id"}),
        ("answers ok", {f"takes:{kind}" for kind in TAKES["province"]}),
        ("always anew", {"duplicate", "order"}),
        ("breaks on nonsense", {"unreadable"}),
        ("shows all to all", {"records"}),
        ("down", {"takes:record_changed"}),
    ],
)
def test_a_fault_is_found_by_the_check_that_is_for_it(tmp_path: Path, behaves: str, failing: set[str]) -> None:
    sandbox = pushes.Sandbox(tmp_path)
    secret = sandbox.address().secret
    anew = iter(range(1000))

    def taken(request: httpx2.Request) -> httpx2.Response:
        answer = {"id": json.loads(request.content)["id"], "receipt": f"R{next(anew)}", "at": "2026-06-10T02:00:00Z"}
        return httpx2.Response(200, content=json.dumps(answer).encode())

    changes: dict[str, Change] = {
        "trusts everybody": _resigned(secret, of=_posted),
        "answers ok": _answering(200, "ok", lambda r: _posted(r) and b"testanswer" not in r.content),
        "always anew": lambda r: (
            taken(r) if _posted(r) and inner.handle_request(r).status_code in (200, 202, 409) else r
        ),
        "breaks on nonsense": _answering(500, {}, lambda r: r.method == "POST" and not _posted(r)),
        "shows all to all": _answering(200, {"records": [], "next": None}, lambda r: r.method == "GET"),
        "down": lambda r: (_ for _ in ()).throw(httpx2.ConnectError("down", request=r)),
    }
    inner = httpx2.WSGITransport(app=sandbox.app)

    def handler(request: httpx2.Request) -> httpx2.Response:
        request.read()
        changed = changes[behaves](request)
        return changed if isinstance(changed, httpx2.Response) else inner.handle_request(changed)

    found = tried(HttpPlatform(httpx2.MockTransport(handler)), sandbox.address().url, secret)
    missed = failing - {check for check, verdict in found.items() if verdict == "failed"}
    assert missed == set(), found
    if behaves not in ("answers ok", "always anew"):
        assert {check for check, verdict in found.items() if verdict == "failed"} == failing
    sandbox.close()


def test_the_lines_of_the_guide_answer_as_it_says() -> None:
    guide = (ROOT / "docs" / "exchange.md").read_text(encoding="utf-8").split("## Trying it out")[1]
    lines = guide.split("```\n")[1].splitlines()
    typed = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    script = "\n".join(["set -m", *typed]).replace("9000", port)
    done = subprocess.run(["bash"], input=script, capture_output=True, text=True, check=False, cwd=ROOT, timeout=60)
    at = re.compile(r"\d{4}-\d\d-\d\dT[\d:+]+")
    expected = [at.sub("AT", line) for line in lines if not line.startswith("$ ")]
    assert at.sub("AT", done.stdout).splitlines() == expected, done.stderr


def test_every_kind_of_message_has_its_test() -> None:
    assert {kind for takes in TAKES.values() for kind in takes} == set(conformance.messages.KINDS)
