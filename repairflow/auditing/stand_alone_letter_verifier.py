"""Checks that a letter of RepairFlow is in its log, with nothing but Python 3.8 or newer and `evidence.py` beside it.

    python3 verify_letter.py letter.pdf letter.tlog-proof --key NAME+ID+KEY [--policy FILE]
        [--witness-key NAME+ID+KEY … --quorum N]

Exit code 0: the log whose key you brought holds this PDF, and as many witnesses as you asked for saw it. 1: not so; each
fault is named. 2: no proof that can be read.

What is checked: the form of the proof (C2SP tlog-proof), the digest of the PDF in the event that travels with it, the place
of that event in the log (RFC 6962), the signature of the checkpoint (C2SP signed note, Ed25519), and cosignatures of
witnesses (C2SP tlog-cosignature, Ed25519), each counted once, or by a policy (C2SP tlog-policy).
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
from pathlib import Path
from typing import NamedTuple

from repairflow.auditing.stand_alone_log import (  # the shipped program takes them from evidence.py
    TAG,
    checkpoint_of,
    cosigned_at,
    inclusion_holds,
    key_of,
    policy_faults,
    policy_of,
)  # fmt: skip

FIRST_LINE = "c2sp.org/tlog-proof@v1"


class Proof(NamedTuple):
    """What a `.tlog-proof` says."""

    extra: bytes
    place: int
    hashes: list[bytes]
    note: str


def parsed(text: str) -> Proof:
    """Return the proof in this text; ValueError when it has another form."""
    head, gap, note = text.partition("\n\n")
    lines = head.split("\n")
    if not gap or lines.pop(0) != FIRST_LINE:
        raise ValueError("not a tlog-proof")
    extra = b""
    if lines and lines[0].startswith("extra "):
        extra = base64.b64decode(lines.pop(0)[len("extra ") :], validate=True)
    index = re.fullmatch("index (0|[1-9][0-9]{0,17})", lines.pop(0) if lines else "")
    if index is None:
        raise ValueError("no index")
    hashes = [base64.b64decode(line, validate=True) for line in lines]
    if any(len(one) != 32 for one in hashes):
        raise ValueError("a hash of another length")
    return Proof(extra, int(index[1]), hashes, note)


def faults_of(pdf: bytes, proof: Proof, key: str) -> list[str]:
    """Return why the log with this key does not hold the PDF; empty when it does. ValueError for extra data of another form."""
    said = json.loads(proof.extra)
    body = said["event"].encode()
    found = []
    if json.loads(body)["content"].get("pdf") != "sha256:" + hashlib.sha256(pdf).hexdigest():
        found.append("PDF 与留痕所记的摘要不符，不是出具的那一份")
    digest = "sha256:" + hashlib.sha256(TAG + said["prev"].encode() + b"\n" + body).hexdigest()
    leaf = hashlib.sha256(b"\x00" + digest.encode()).digest()
    try:
        size, root = checkpoint_of(proof.note, key)
    except ValueError:
        return [*found, "检查点的签名不正确，或不是由该公钥签署"]
    if not inclusion_holds(leaf, proof.place, size, proof.hashes, root):
        found.append("制作记录不在检查点所签的日志之中")
    return found


def main(arguments: list[str] | None = None) -> int:
    """Check what the command line names and says what was found; the exit code."""
    parser = argparse.ArgumentParser(description="核验文书 PDF 的日志证明")
    parser.add_argument("pdf", type=Path, help="文书 PDF")
    parser.add_argument("proof", type=Path, help="随文书下载的 .tlog-proof")
    parser.add_argument("--key", required=True, help="从别处得到的日志公钥（名称+编号+Base64）")
    parser.add_argument("--witness-key", action="append", default=[], help="见证人的公钥，可以有多个")
    parser.add_argument("--policy", type=Path, help="策略文件（C2SP tlog-policy）：认哪些日志和见证人，要有哪些共签")
    parser.add_argument("--quorum", type=int, default=0, help="至少要有几个见证人共签")
    options = parser.parse_args(arguments)
    try:
        proof = parsed(options.proof.read_text(encoding="utf-8"))
        key_of(options.key)
        faults = faults_of(options.pdf.read_bytes(), proof, options.key)
        saw = {key.split("+")[0] for key in options.witness_key if cosigned_at(proof.note, key) is not None}
        if options.policy:
            policy = policy_of(options.policy.read_bytes())
            faults += policy_faults(policy, proof.note, options.key)
            saw |= set(policy.cosigners(proof.note))
        number = json.loads(json.loads(proof.extra)["event"])["content"]["letter"]
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        sys.stdout.write(f"无法核验：{type(error).__name__} {error}\n")
        return 2
    if len(saw) < options.quorum:
        faults.append(f"只有 {len(saw)} 个见证人共签，少于所要求的 {options.quorum} 个")
    if faults:
        sys.stdout.write("结论：不能确认：\n" + "".join(f"  {fault}\n" for fault in faults))
        return 1
    sys.stdout.write(f"结论：该 PDF 是文书 {number}，在日志第 {proof.place} 位，内容未改动。\n")
    sys.stdout.write(f"共签的见证人：{'、'.join(sorted(saw))}。\n" if saw else "")
    return 0


if __name__ == "__main__":
    sys.exit(main())
