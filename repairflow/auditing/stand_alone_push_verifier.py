"""Checks the proof of one message to a platform, with nothing but Python 3.8 or newer: no package, no network, no database.

    python3 verify.py [proof.zip or its unpacked folder] [--key NAME+ID+KEY] [--exchange-key=KID] [--receipt-key=KID]

A KID may begin with -, so it stands behind an equals sign.

Exit code 0: sound, and all keys are ones you brought. 3: sound, but a key comes from the proof itself. 1: something was
changed; each fault is named. 2: no proof that can be read.

What is checked: the digest of the request (SHA-256), each Ed25519 signature over it (Standard Webhooks, v1a), that an event
of the log holds exactly this digest, these signatures and this receipt, the event's digest, its place in the log (RFC 6962
inclusion proof), the signature of the log's checkpoint (Ed25519, C2SP signed note), and, where the receipt is signed, that signature: over
this request's digest and this receipt.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from repairflow.auditing.stand_alone_log import TAG, checkpoint_of, ed25519_holds, inclusion_holds

FORMAT = "repairflow-push-proof/1"
RECEIPT_HEAD, RECEIPT_LINES = "repairflow-receipt-1", 8


def thumbprint(public: str) -> str:
    """Return the name of a public key (RFC 7638)."""
    members = json.dumps({"crv": "Ed25519", "kty": "OKP", "x": public}, separators=(",", ":"))
    return base64.urlsafe_b64encode(hashlib.sha256(members.encode()).digest()).rstrip(b"=").decode()


def _shown(line: str) -> str:
    """Return a line as a receipt is kept: without what cannot be shown."""
    return "".join(mark if mark.isprintable() else " " for mark in line).strip()


class Proof:
    """The files of a proof, and what was found wrong with them."""

    def __init__(self, read: Callable[[str], bytes]) -> None:
        self.read = read
        self.faults: list[str] = []
        self.manifest: dict[str, Any] = json.loads(read("manifest.json"))
        if self.manifest["format"] != FORMAT:
            raise ValueError("another format")
        self.headers: dict[str, str] = json.loads(read("headers.json"))
        self.body, self.event = read("request.json"), json.loads(read("event.json"))
        self.told: dict[str, Any] = self.event["content"]
        self.log_key = read("log.pub").decode().strip()

    @property
    def receipt_signature(self) -> dict[str, str] | None:
        """The other side's signature, or None."""
        signature: dict[str, str] | None = self.told["receipt"].get("signature")
        return signature

    def check(self, log_key: str, exchange_key: str, receipt_key: str) -> None:
        """Everything, under the log's key, and under `exchange_key` and `receipt_key` alone where they are not empty."""
        self._request()
        self._signatures(exchange_key)
        self._receipt(receipt_key)
        self._log(log_key)

    def _request(self) -> None:
        digest = "sha256:" + hashlib.sha256(self.body).hexdigest()
        if digest != self.told["receipt"]["request"]["digest"]:
            self.faults.append("request.json：与留痕所记的摘要不符，报文被改动")
        named = json.loads(self.body)
        if not named["id"] == self.told["push"]["key"] == self.headers["webhook-id"] == self.manifest["key"]:
            self.faults.append("headers.json：报文编号与报文、留痕不一致")
        if int(self.headers["webhook-timestamp"]) != self.told["receipt"]["request"]["timestamp"]:
            self.faults.append("headers.json：时间与留痕所记的不同")
        if json.loads(self.read("receipt.json")) != self.told["receipt"]:
            self.faults.append("receipt.json：与留痕所记的回执不同")

    def _signatures(self, wanted: str) -> None:
        stamp = self.headers["webhook-timestamp"]
        content = f"{self.headers['webhook-id']}.{stamp}.".encode() + self.body
        if self.read("signed-content.bin") != content:
            self.faults.append("signed-content.bin：不是编号、时间和报文连成的内容")
        written_keys = json.loads(self.read("keys.json"))["keys"]
        keys = {key["kid"]: key["x"] for key in written_keys}
        if any(
            key != {"kid": thumbprint(key["x"]), "kty": "OKP", "crv": "Ed25519", "x": key["x"]} for key in written_keys
        ):
            self.faults.append("keys.json：公钥与编号不符")
        made = self.told["receipt"]["request"]["signatures"]
        written = [one.partition(",")[2] for one in self.headers["webhook-signature"].split(" ")]
        if written != [one["signature"] for one in made] or not made:
            self.faults.append("headers.json：签名与留痕所记的不同")
        for one in made:
            public = keys.get(one["key"], "")
            raw = base64.urlsafe_b64decode(public + "=" * (-len(public) % 4))
            signature = base64.b64decode(one["signature"], validate=True)
            if not public:
                self.faults.append(f"keys.json：没有编号为 {one['key']} 的公钥")
            elif not ed25519_holds(raw, content, signature):
                self.faults.append(f"签名不成立（公钥 {one['key']}）：报文、时间或签名被改动")
        if wanted and wanted not in {one["key"] for one in made}:
            self.faults.append(f"没有用您提供的公钥（{wanted}）作的签名")

    def _receipt(self, wanted: str) -> None:
        made, receipt = self.receipt_signature, self.told["receipt"]
        if made is None:
            if wanted:
                self.faults.append("对方没有签署回执，无从用您提供的公钥核验")
            return
        content = self.read("receipt-content.txt")
        public = base64.urlsafe_b64decode(made["public"] + "=" * (-len(made["public"]) % 4))
        value = base64.b64decode(made["signature"], validate=True)
        if content != made["content"].encode() or self.read("receipt-signature.bin") != value:
            self.faults.append("receipt-content.txt、receipt-signature.bin：与留痕所记的不同")
        if thumbprint(made["public"]) != made["key"] or not ed25519_holds(public, content, value):
            self.faults.append(f"对方的签名不成立（公钥 {made['key']}）：回执被改动")
        said = content.decode().split("\n")
        answers = [RECEIPT_HEAD, self.manifest["key"], receipt["request"]["digest"], "accepted", receipt["remote_id"]]
        if [_shown(line) for line in said[:5]] != answers or len(said) != RECEIPT_LINES:
            self.faults.append("receipt-content.txt：对方所签的不是这件报文的这份回执")
        if wanted and wanted != made["key"]:
            self.faults.append(f"回执不是用您提供的公钥（{wanted}）签署的")

    def _log(self, log_key: str) -> None:
        place = self.manifest["event"]
        body = self.read("event.json")
        digest = "sha256:" + hashlib.sha256(TAG + place["prev"].encode() + b"\n" + body).hexdigest()
        leaf = hashlib.sha256(b"\x00" + digest.encode()).digest()
        try:
            size, root = checkpoint_of(self.read("checkpoint.txt").decode(), log_key)
        except ValueError:
            self.faults.append("checkpoint.txt：检查点的签名不正确，或不是由该公钥签署")
            return
        if not inclusion_holds(leaf, place["position"], size, [bytes.fromhex(one) for one in place["proof"]], root):
            self.faults.append("event.json：不在检查点所签的日志之中，留痕被改动")

    def lines(self) -> list[str]:
        """Return what the proof is of."""
        receipt, signature = self.told["receipt"], self.receipt_signature
        return [
            f"报文 {self.manifest['key']}（{self.told['push']['kind']}）→ {self.told['push']['target']}",
            f"  回执 {receipt['remote_id']}，{receipt['at']}，记入留痕 {self.event['act']['at']}",
            f"  对方{'用公钥 ' + signature['key'] + ' 签署了回执' if signature else '没有签署回执'}",
        ]


def opened(path: Path) -> Proof:
    """Return the proof in a zip file or a folder; OSError, ValueError, LookupError or BadZipFile when there is none."""
    if path.is_dir():
        return Proof(lambda name: (path / name).read_bytes())
    return Proof(zipfile.ZipFile(path).read)


def main(arguments: list[str] | None = None) -> int:
    """Check what the command line names and says what was found; the exit code."""
    parser = argparse.ArgumentParser(description="核验一件推送报文的证明")
    parser.add_argument(
        "proof", nargs="?", type=Path, default=Path(__file__).resolve().parent, help="证明或解压后的文件夹"
    )
    parser.add_argument("--key", default="", help="从别处得到的日志公钥（名称+编号+Base64）")
    parser.add_argument("--exchange-key", default="", help="从别处得到的推送公钥的编号（kid）")
    parser.add_argument("--receipt-key", default="", help="从对方得到的回执公钥的编号（kid）")
    options = parser.parse_args(arguments)
    try:
        proof = opened(options.proof)
        proof.check(options.key.strip() or proof.log_key, options.exchange_key.strip(), options.receipt_key.strip())
        said = proof.lines()
    except (OSError, ValueError, LookupError, TypeError, AttributeError, zipfile.BadZipFile) as error:
        sys.stdout.write(f"无法核验：{type(error).__name__} {error}\n")
        return 2
    sys.stdout.write("\n".join(said) + "\n")
    if proof.faults:
        sys.stdout.write("结论：发现不符，内容可能被改动：\n" + "".join(f"  {fault}\n" for fault in proof.faults))
        return 1
    if options.key and options.exchange_key and (options.receipt_key or proof.receipt_signature is None):
        sys.stdout.write("结论：未发现改动；签名和检查点由您提供的公钥证实。\n")
        return 0
    sys.stdout.write(
        "结论：证明内一致；但公钥取自证明本身。请以 --key、--exchange-key（回执有签名的，还有 --receipt-key）指明从别处得到的公钥。\n"
    )
    return 3


if __name__ == "__main__":
    sys.exit(main())
