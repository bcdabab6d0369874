"""What is sent is signed so that the receiver cannot make it, and one file proves it: checked by its own program and by openssl."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import select, update

from repairflow import times
from repairflow.app.worker import consequences
from repairflow.auditing import checkpoints, sequencer
from repairflow.auditing.notes import Signer
from repairflow.casework.actor import SYSTEM
from repairflow.casework.admin import exchange_keys
from repairflow.casework.queries.audit import push_proof
from repairflow.errors import Conflict, Forbidden, NotFound, Unavailable
from repairflow.gateway import key_pairs, signed_receipts
from repairflow.gateway.http import HttpPlatform
from repairflow.gateway.message_envelope import Message
from repairflow.gateway.platform import Address, Receipt
from repairflow.records import event, exchange_key, target
from repairflow.worker.relay import Relay
from tests.conftest import Clock
from tests.support import pushes
from tests.support.building import Town
from tests.worker.worker_samples import add_push, rows

KEY = "k-proof"


class Sent:
    """A town that pushes to the sandbox platform, and the headers and bytes of what arrived there."""

    def __init__(self, town: Town, sandbox: pushes.Sandbox) -> None:
        self.town, self.vault, self.seen = town, town.services.vault, list[httpx2.Request]()
        inner = httpx2.WSGITransport(app=sandbox.app)

        def handler(request: httpx2.Request) -> httpx2.Response:
            request.read()
            self.seen.append(request)
            return inner.handle_request(request)

        self.transport = httpx2.MockTransport(handler)
        self.platform = HttpPlatform(self.transport)
        self.signer = Signer.at(town.settings.keys)
        with town.db.begin() as tx:
            address = sandbox.address()
            there = update(target).where(target.c.code == address.code)
            tx.execute(there.values(url=address.url, secret=self.vault.seal(address.secret)))
            exchange_keys.keep(tx, self.vault, SYSTEM, times.now())

    @property
    def target_id(self) -> int:
        return int(self.town.all(select(target.c.id).where(target.c.code == "province"))[0].id)

    def push(self, key: str = KEY) -> None:
        add_push(self.town.db, key, f"province/{key}", self.target_id)
        work = consequences(self.town.services)
        relay = Relay(self.town.db, self.platform, work, self.vault, "a", pushes.SOURCE)
        assert relay.run_once(times.now(), topics=("push",)).done == 1

    def signatures(self) -> list[str]:
        """The `v1a` signatures of the last request."""
        written = self.seen[-1].headers["webhook-signature"].split(" ")
        return [one.removeprefix("v1a,") for one in written if one.startswith("v1a,")]

    def content(self) -> bytes:
        last = self.seen[-1]
        return key_pairs.signed_content(
            last.headers["webhook-id"], int(last.headers["webhook-timestamp"]), last.content
        )

    def published(self) -> list[exchange_keys.PublishedKey]:
        with self.town.db.read() as tx:
            return exchange_keys.published(tx)

    def rotate(self, at_once: bool = False) -> None:
        with self.town.db.begin() as tx:
            exchange_keys.rotate(tx, self.vault, SYSTEM, at_once, times.now())

    def log(self) -> None:
        with self.town.db.begin() as tx:
            sequencer.sequence(tx, 100_000)
        with self.town.db.begin() as tx:
            checkpoints.take(tx, self.signer, times.now())

    def proof(self, folder: Path) -> Path:
        with self.town.db.read() as tx:
            made = push_proof.build(tx, KEY, self.signer.verifier)
        with zipfile.ZipFile(BytesIO(made)) as archive:
            archive.extractall(folder)
        return folder


@pytest.fixture
def sent(town: Town, tmp_path: Path) -> Iterator[Sent]:
    sandbox = pushes.Sandbox(tmp_path)
    yield Sent(town, sandbox)
    sandbox.close()


def checked(folder: Path, *arguments: str) -> int:
    """The exit code of the proof's own verifier."""
    return run(folder, *arguments).returncode


def faults(folder: Path) -> list[str]:
    """What the proof's own verifier finds."""
    return [line.strip() for line in run(folder).stdout.partition("结论：")[2].splitlines()[1:]]


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the proof's own verifier isolated: standard library only, none of our packages."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", "import sys; sys.path.insert(0, sys.argv[1]); sys.argv = sys.argv[1:]; "
         "import runpy; runpy.run_path(sys.argv[0] + '/verify.py', run_name='__main__')", str(folder), *arguments],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    return done


def openssl(folder: Path) -> int:
    """The command that the proof's own words name."""
    command = next(
        line for line in (folder / "README.md").read_text().splitlines() if "openssl" in line and "pkeyutl" in line
    )
    return subprocess.run(command.split(), cwd=folder, capture_output=True, check=False).returncode


def altered(file: Path) -> None:
    """Change one letter in the middle of a file so that it stays what it is: JSON stays JSON."""
    content = bytearray(file.read_bytes())
    places = [n for n in range(len(content) // 2, len(content)) if chr(content[n]).isalnum()] or [len(content) // 2]
    content[places[0]] ^= 1
    file.write_bytes(bytes(content))


def test_a_proof_is_checked_without_us_and_an_altered_one_fails(sent: Sent, tmp_path: Path) -> None:
    sent.push()
    with pytest.raises(Unavailable):
        sent.proof(tmp_path / "early")
    sent.log()
    folder = sent.proof(tmp_path / "proof")
    mine = ("--key", str(sent.signer.verifier), f"--exchange-key={sent.published()[0].code}")
    assert (checked(folder), checked(folder, *mine), openssl(folder)) == (3, 0, 0)
    assert checked(folder, f"--exchange-key={key_pairs.made()[0]}") == 1
    other = Signer("other", b"o" * 32).verifier
    assert checked(folder, "--key", str(other)) == 1
    with_openssl = {"signed-content.bin", "signature-1.bin", "key-1.pem"}
    apart = {"README.md", "verify.py", "evidence.py", "signature-1.bin", "key-1.pem"}
    for number, name in enumerate(sorted(file.name for file in folder.iterdir())):
        copy = sent.proof(tmp_path / f"copy{number}")
        if name not in ("README.md", "verify.py", "evidence.py"):
            altered(copy / name)
        assert (checked(copy) in (1, 2)) is (name not in apart), name
        assert (openssl(copy) != 0) is (name in with_openssl), name


@pytest.fixture
def signer(sent: Sent) -> pushes.ReceiptSigner:
    """The platform's key, registered; it signs every answer."""
    made = pushes.ReceiptSigner()
    sent.town.turn(update(target).where(target.c.code == "province").values(receipt_key=made.public))
    sent.platform = HttpPlatform(made.signs(sent.transport))
    return made


def test_a_signed_receipt_is_proved_offline(sent: Sent, signer: pushes.ReceiptSigner, tmp_path: Path) -> None:
    sent.push()
    sent.log()
    folder = sent.proof(tmp_path / "proof")
    mine = ("--key", str(sent.signer.verifier), f"--exchange-key={sent.published()[0].code}")
    assert checked(folder, *mine) == 3  # one key is still the proof's own
    assert checked(folder, *mine, f"--receipt-key={signer.code}") == 0
    assert checked(folder, *mine, f"--receipt-key={key_pairs.made()[0]}") == 1
    assert f"对方用公钥 {signer.code} 签署了回执" in run(folder).stdout
    commands = [line.split() for line in (folder / "README.md").read_text().splitlines() if "openssl pkeyutl" in line]
    assert [subprocess.run(one, cwd=folder, capture_output=True, check=False).returncode for one in commands] == [0, 0]
    for name in ("receipt-content.txt", "receipt-signature.bin"):
        copy = sent.proof(tmp_path / name)
        altered(copy / name)
        assert checked(copy) == 1, name
        ours, theirs = (subprocess.run(one, cwd=copy, capture_output=True, check=False).returncode for one in commands)
        assert (ours, theirs != 0) == (0, True), name


class SignedForAnother(HttpPlatform):
    """Keeps, with the receipt, the platform's signature over another receipt; all else agrees."""

    signer: pushes.ReceiptSigner

    def push(self, target: Address, message: Message) -> Receipt:
        receipt = super().push(target, message)
        assert receipt.signature is not None
        said = {"receipt": "R-other", "at": receipt.at.isoformat()}
        value = self.signer.signature(message.key, message.body(), said)
        digest = hashlib.sha256(message.body()).hexdigest()
        content = signed_receipts.content_of(message.key, f"sha256:{digest}", said)
        return replace(receipt, signature=key_pairs.ReceiptSignature(self.signer.public, value, content))


def test_a_signature_over_another_receipt_is_found(sent: Sent, signer: pushes.ReceiptSigner, tmp_path: Path) -> None:
    platform = SignedForAnother(signer.signs(sent.transport))
    platform.signer = signer
    sent.platform = platform
    sent.push()
    sent.log()
    (found,) = faults(sent.proof(tmp_path / "proof"))
    assert "对方所签的不是这件报文的这份回执" in found


def test_a_receipt_that_another_key_signed_is_no_delivery(sent: Sent, signer: pushes.ReceiptSigner) -> None:
    sent.town.turn(update(target).where(target.c.code == "province").values(receipt_key=pushes.ReceiptSigner().public))
    add_push(sent.town.db, KEY, f"province/{KEY}", sent.target_id)
    relay = Relay(sent.town.db, sent.platform, consequences(sent.town.services), sent.vault, "a", pushes.SOURCE)
    done = relay.run_once(times.now(), topics=("push",))
    row = rows(sent.town.db)[KEY]
    assert (done.done, done.retried, row.state, row.receipt) == (0, 1, "waiting", None)
    assert "签名与登记的回执公钥不符" in str(row.last_error)
    assert not sent.town.all(select(event).where(event.c.action == "push_taken"))
    sent.town.turn(update(target).where(target.c.code == "province").values(receipt_key=signer.public, rest_until=None))
    assert relay.run_once(times.now() + timedelta(minutes=5), topics=("push",)).done == 1


class Untrue(HttpPlatform):
    """Keeps, beside the digest of what was sent, a signature over another text."""

    def push(self, target: Address, message: Message) -> Receipt:
        receipt, (pair,) = super().push(target, message), target.pairs
        assert receipt.request is not None
        false = key_pairs.sign(pair, message.key, receipt.request.timestamp, other(message.body()))
        return replace(receipt, request=receipt.request._replace(signatures=(false,)))


def other(body: bytes) -> bytes:
    assert b"published" in body
    return body.replace(b"published", b"ceased")


def test_signature_and_digest_are_each_checked_alone(sent: Sent, tmp_path: Path) -> None:
    """Headers, receipt, trail and log agree with one another: nothing else finds the fault."""
    sent.platform = Untrue(sent.transport)
    sent.push()
    sent.log()
    folder = sent.proof(tmp_path / "proof")
    (found,) = faults(folder)
    assert found.startswith("签名不成立")
    for name in ("request.json", "signed-content.bin"):
        (folder / name).write_bytes(other((folder / name).read_bytes()))
    assert openssl(folder) == 0  # what was signed is now what lies there; the trail tells of another
    (found,) = faults(folder)
    assert found.startswith("request.json：与留痕所记的摘要不符")


def test_the_receipt_and_the_trail_keep_the_digest_of_what_was_answered(sent: Sent) -> None:
    sent.push()
    kept: Any = rows(sent.town.db)[KEY].receipt
    (body,) = (row.body for row in sent.town.all(select(event).where(event.c.action == "push_taken")))
    told = json.loads(body)["content"]
    assert told["receipt"] == kept
    assert told["push"] == {"key": KEY, "kind": "record_changed", "target": "province"}
    key = sent.published()[0]
    assert kept["request"]["signatures"] == [{"key": key.code, "signature": sent.signatures()[0]}]
    assert key_pairs.holds(key.public, sent.signatures()[0], sent.content())
    assert not key_pairs.holds(key.public, sent.signatures()[0], sent.content().replace(b"published", b"ceased"))


def test_an_old_key_signs_beside_the_new_one_until_its_last_message(sent: Sent, clock: Clock) -> None:
    (old,) = sent.published()
    sent.rotate()
    sent.push("k-1")
    new, kept = sent.published()
    assert [kept.code, len(sent.signatures())] == [old.code, 2]
    assert all(
        key_pairs.holds(one.public, value, sent.content())
        for one, value in zip((new, old), sent.signatures(), strict=True)
    )
    clock.travel(exchange_keys.OVERLAP)
    sent.push("k-2")
    assert [key_pairs.holds(new.public, value, sent.content()) for value in sent.signatures()] == [True]
    with sent.town.db.begin() as tx:
        assert exchange_keys.keep(tx, sent.vault, SYSTEM, clock()) == 1
    assert [row.sealed is None for row in sent.town.all(select(exchange_key).order_by(exchange_key.c.id))] == [
        True,
        False,
    ]
    sent.rotate(at_once=True)
    sent.push("k-3")
    newest = sent.published()[0]
    assert [key_pairs.holds(newest.public, value, sent.content()) for value in sent.signatures()] == [True]
    assert [(one.code, one.signs(clock())) for one in sent.published()] == [
        (newest.code, True),
        (new.code, False),
        (old.code, False),
    ]
    sent.log()
    with sent.town.db.read() as tx:
        assert push_proof.build(tx, "k-1", sent.signer.verifier)


def test_what_cannot_be_proved_is_said(sent: Sent) -> None:
    add_push(sent.town.db, "waits", "province/waits", sent.target_id)
    with sent.town.db.read() as tx:
        with pytest.raises(NotFound):
            push_proof.build(tx, "nothing", sent.signer.verifier)
        with pytest.raises(Conflict, match="还没有回执"):
            push_proof.build(tx, "waits", sent.signer.verifier)


def test_only_a_system_administrator_changes_the_key(sent: Sent) -> None:
    with sent.town.db.begin() as tx, pytest.raises(Forbidden):
        exchange_keys.rotate(tx, sent.vault, sent.town.actor("acceptor@ENV"), False, times.now())


@pytest.fixture
def town(database: Any, settings: Any, clock: Clock) -> Town:
    return Town(database, settings)
