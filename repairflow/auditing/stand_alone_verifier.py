"""Checks an evidence bundle of RepairFlow with nothing but Python 3.8 or newer: no package, no network, no database.

    python3 verify.py [bundle.zip or its unpacked folder] [--key NAME+ID+KEY] [--witness FILE] [--policy FILE]
        [--authority CERTIFICATE]

Exit code 0: sound, and the log's key is one you brought. 3: sound, but the key comes from the bundle itself. 1: something
was changed; each fault is named. 2: no bundle that can be read.

What is checked: the digest of every event (SHA-256 over a tag, the digest before, and the body), the order of the case's
events without a gap, the place of each in the log (RFC 6962 inclusion proof), the signature of the log's checkpoint
(Ed25519, C2SP signed note), cosignatures of witnesses where a policy (C2SP tlog-policy) asks for them, the digests of the
letters and their PDF files, and that every letter and material that an event of the case names is listed.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from repairflow.auditing.stand_alone_log import (  # the shipped program has them within it
    TAG,
    checkpoint_of,
    consistency_holds,
    inclusion_holds,
    key_of,
    policy_faults,
    policy_of,
)  # fmt: skip

FORMAT = "repairflow-evidence/1"
SET_FORMAT = "repairflow-evidence-set/1"


class Bundle:
    """The files of a bundle, and what was found wrong with them."""

    def __init__(self, read: Callable[[str], bytes]) -> None:
        self.read = read
        self.faults: list[str] = []
        self.manifest: dict[str, Any] = json.loads(read("manifest.json"))
        if self.manifest["format"] != FORMAT:
            raise ValueError("another format")
        self.key = read("log.pub").decode().strip()
        self.note = read("checkpoint.txt").decode()
        self.contents: dict[tuple[str, int], dict[str, Any]] = {}
        self.notes: list[str] = []

    def stamp(self, key: str, authority: Path | None) -> None:
        """Verify the time stamp, where there is one: of a checkpoint that this one contains; by OpenSSL where an authority is named."""
        if "stamp" not in self.manifest:
            return
        note, token = self.read("stamp/checkpoint.txt"), self.read("stamp/checkpoint.tst")
        try:
            old, root = checkpoint_of(note.decode(), key)
            size, newer = checkpoint_of(self.note, key)
        except ValueError:
            self.faults.append("stamp/checkpoint.txt：盖有时间戳的检查点签名不正确")
            return
        proof = [bytes.fromhex(item) for item in self.manifest["stamp"]["proof"]]
        if not consistency_holds(old, size, root, newer, proof):
            self.faults.append("stamp/checkpoint.txt：盖有时间戳的检查点不在本包检查点所签的日志之中")
        if hashlib.sha256(note).digest() not in token:
            self.faults.append("stamp/checkpoint.tst：时间戳不是该检查点的")
        elif authority is None:
            self.notes.append(f"日志前 {old} 条盖有时间戳；没有指明时间戳服务的证书（--authority），其签名未核对。")
        elif said := openssl_says(note, token, authority):
            self.notes.append(f"日志前 {old} 条在 {said} 已经存在，由时间戳服务证实。")
        else:
            self.faults.append("stamp/checkpoint.tst：时间戳的签名不正确，或不是由所指明的服务签发")

    def check(self, key: str) -> None:
        """Everything, under the log's key `key`."""
        size, root = 0, b""
        try:
            size, root = checkpoint_of(self.note, key)
        except ValueError:
            self.faults.append("checkpoint.txt：检查点的签名不正确，或不是由该公钥签署")
        heads: dict[str, tuple[int, str]] = {}
        for entry in self.manifest["events"]:
            self._event(entry, heads, size, root)
        own = "case/" + self.manifest["case"]
        if own not in heads:
            self.faults.append("manifest.json：没有本办件的办理留痕")
        for letter in self.manifest["letters"]:
            self._letter(letter, own)
        self._named(own)

    def _named(self, own: str) -> None:
        """Check that every letter an event issued and every material it took up must be listed."""
        letters = {letter["number"] for letter in self.manifest["letters"]}
        materials = {material["digest"] for material in self.manifest.get("materials", [])}
        for (stream, seq), content in self.contents.items():
            if stream != own:
                continue
            issued = content.get("letter")
            if isinstance(issued, dict) and "digest" in issued and issued.get("number") not in letters:
                self.faults.append(
                    f"{stream} 第 {seq} 条：所出具的文书 {issued.get('number')} 不在包内，已被删除或改号"
                )
            for material in content.get("materials", []):
                if material["digest"] not in materials:
                    self.faults.append(
                        f"{stream} 第 {seq} 条：所收的材料 {material['digest']} 不在清单中，已被删除或调换"
                    )

    def _event(self, entry: dict[str, Any], heads: dict[str, tuple[int, str]], size: int, root: bytes) -> None:
        body = self.read(entry["file"])
        label = f"{entry['file']}（{entry['stream']} 第 {entry['seq']} 条）"
        digest = "sha256:" + hashlib.sha256(TAG + entry["prev"].encode() + b"\n" + body).hexdigest()
        parsed = json.loads(body)
        act = parsed["act"]
        if digest != entry["digest"]:
            self.faults.append(f"{label}：正文与摘要不符，内容被改动")
        if (act["stream"], act["seq"]) != (entry["stream"], entry["seq"]):
            self.faults.append(f"{label}：正文所记的位置不同")
        if entry["stream"].startswith("case/"):
            last = heads.get(entry["stream"], (0, ""))
            if (entry["seq"], entry["prev"]) != (last[0] + 1, last[1]):
                self.faults.append(f"{label}：与上一条不衔接，中间有删除、插入或调换")
            heads[entry["stream"]] = (entry["seq"], entry["digest"])
        leaf = hashlib.sha256(b"\x00" + digest.encode()).digest()
        proof = [bytes.fromhex(item) for item in entry["proof"]]
        if not inclusion_holds(leaf, entry["position"], size, proof, root):
            self.faults.append(f"{label}：不在检查点所签的日志之中")
        self.contents[entry["stream"], entry["seq"]] = parsed["content"]

    def _letter(self, letter: dict[str, Any], own: str) -> None:
        label = f"文书 {letter['number']}"
        issued = self.contents.get((own, letter["event_seq"]), {}).get("letter")
        if issued != {"digest": letter["text_digest"], "kind": letter["kind"], "number": letter["number"]}:
            self.faults.append(f"{label}：与出具它的留痕不符")
        if letter["pdf"] is not None:
            digest = "sha256:" + hashlib.sha256(self.read(letter["pdf"])).hexdigest()
            if digest not in (made := self._made(letter["number"])):
                self.faults.append(f"{label}：PDF 文件 {letter['pdf']} 与留痕所记的摘要不符")
            elif digest != made[-1]:
                self.faults.append(
                    f"{label}：PDF 文件 {letter['pdf']} 是较早制作的，后来重新制作过，应为最后制作的文件"
                )

    def _made(self, number: str) -> list[str]:
        """Return the digests of a letter's files in the order they were made; a lost file was made again, with the same words."""
        events = sorted(self.contents.items())
        return [content["pdf"] for _, content in events if content.get("letter") == number and "pdf" in content]

    def lines(self) -> list[str]:
        """Return the case's history, one line a step."""
        found = [f"办件 {self.manifest['case']}"]
        for entry in self.manifest["events"]:
            if entry["stream"].startswith("case/"):
                act = json.loads(self.read(entry["file"]))["act"]
                found.append(
                    f"  {act['seq']:>3}  {act['at']}  {act['action']}  {act['actor_name']}（{act['actor_role']}）"
                )
        for entry in self.manifest["events"]:
            parsed = json.loads(self.read(entry["file"]))
            if "replaces" in (content := parsed["content"]):
                act = parsed["act"]
                found.append(
                    f"  文书 {content['letter']} 的 PDF 于 {act['at']} 重新制作，文字不变，原文件 {content['replaces']['pdf']}"
                )
        return found


def openssl_says(content: bytes, token: bytes, authority: Path) -> str | None:
    """Return the time of a stamp that OpenSSL verified under this certificate; None when it did not. OSError where there is none."""
    with tempfile.TemporaryDirectory() as folder:
        data, stamp = Path(folder, "content"), Path(folder, "stamp")
        data.write_bytes(content)
        stamp.write_bytes(token)
        asked = [
            "openssl",
            "ts",
            "-verify",
            "-in",
            str(stamp),
            "-token_in",
            "-data",
            str(data),
            "-CAfile",
            str(authority),
        ]
        if subprocess.run(asked, capture_output=True, check=False).returncode:  # nothing of the bundle is in it
            return None
        shown = ["openssl", "ts", "-reply", "-in", str(stamp), "-token_in", "-text"]
        told = subprocess.run(shown, capture_output=True, check=True, text=True).stdout
    return next(line.partition(":")[2].strip() for line in told.splitlines() if line.startswith("Time stamp:"))


def reader(path: Path) -> Callable[[str], bytes]:
    """Read the files of a zip file or a folder by their names; OSError or BadZipFile when there is none."""
    if not path.is_dir():
        return zipfile.ZipFile(path).read
    folder = path.resolve()

    def read(name: str) -> bytes:
        file = (folder / name).resolve()
        if folder not in file.parents:
            raise ValueError("a name that leads outside")
        return file.read_bytes()

    return read


def opened(path: Path) -> Bundle:
    """Return the bundle of one case in a zip file or a folder; OSError, ValueError, LookupError or BadZipFile when there is none."""
    return Bundle(reader(path))


def all_of(path: Path) -> list[Bundle]:
    """Return the bundle of a case, or those of all cases that a query found; raises as `opened`, also for none at all."""
    read = reader(path)
    manifest = json.loads(read("manifest.json"))
    if manifest["format"] != SET_FORMAT:
        return [Bundle(read)]
    found = [Bundle(zipfile.ZipFile(io.BytesIO(read(one["file"]))).read) for one in manifest["cases"]]
    if not found or [one.manifest["case"] for one in found] != [one["case"] for one in manifest["cases"]]:
        raise ValueError("cases are missing or others than listed")
    return found


def witnessed(file: Path, bundle: Bundle, faults: list[str]) -> str:
    """Return the key a witness file pinned; a checkpoint it kept at the bundle's size must have the bundle's root."""
    entries = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    key = str(entries[0]["key"])
    ours = bundle.note.split("\n")[1:3]
    for entry in entries[1:]:
        kept = entry["note"].split("\n")[1:3]
        if kept[0] == ours[0] and kept[1] != ours[1]:
            faults.append("checkpoint.txt：与见证文件中同一条数的检查点不同，日志被重写过")
    return key


def known_log(policy: Path | None, bundles: list[Bundle]) -> str | None:
    """Return the key of the bundles' log where a policy lists it: then it was brought."""
    logs = policy_of(policy.read_bytes()).logs if policy else []
    return next((bundle.key for bundle in bundles if bundle.key in logs), None)


def main(arguments: list[str] | None = None) -> int:
    """Check what the command line names and says what was found; the exit code."""
    parser = argparse.ArgumentParser(description="核验信用修复办件证据包")
    parser.add_argument(
        "bundle", nargs="?", type=Path, default=Path(__file__).resolve().parent, help="证据包或解压后的文件夹"
    )
    parser.add_argument("--key", help="从别处得到的日志公钥（名称+编号+Base64）")
    parser.add_argument("--witness", type=Path, help="见证文件（repairflow witness 所存）")
    parser.add_argument("--policy", type=Path, help="策略文件（C2SP tlog-policy）：认哪些日志和见证人，要有哪些共签")
    parser.add_argument("--authority", type=Path, help="时间戳服务的根证书（PEM），用 OpenSSL 核对时间戳")
    options = parser.parse_args(arguments)
    try:
        bundles = all_of(options.bundle)
        brought = options.key or known_log(options.policy, bundles)
        for bundle in bundles:
            if options.witness:
                pinned = witnessed(options.witness, bundle, bundle.faults)
                if options.key and options.key.strip() != pinned:
                    bundle.faults.append("指定的公钥与见证文件中的公钥不同")
                brought = pinned
            if brought:
                key_of(brought)
            bundle.check(brought or bundle.key)
            bundle.stamp(brought or bundle.key, options.authority)
            if options.policy:
                bundle.faults += policy_faults(
                    policy_of(options.policy.read_bytes()), bundle.note, brought or bundle.key
                )
        history = [line for bundle in bundles for line in bundle.lines()]
    except (
        OSError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        zipfile.BadZipFile,
        subprocess.SubprocessError,
    ) as error:
        sys.stdout.write(f"无法核验：{type(error).__name__} {error}\n")
        return 2
    faults = [f"{bundle.manifest['case']} {fault}" for bundle in bundles for fault in bundle.faults]
    if len({bundle.key for bundle in bundles}) > 1:
        faults.append("各办件所附的公钥不是同一个")
    notes = dict.fromkeys(note for bundle in bundles for note in bundle.notes)
    sys.stdout.write("\n".join([*history, *notes]) + "\n")
    if faults:
        sys.stdout.write("结论：发现不符，内容可能被改动：\n" + "".join(f"  {fault}\n" for fault in faults))
        return 1
    if brought:
        sys.stdout.write("结论：未发现改动；检查点由您提供的公钥证实。\n")
        return 0
    sys.stdout.write(
        "结论：包内一致；但公钥取自包内，不能排除整包系伪造。\n"
        f"请将下列公钥与从别处（办案单位公布、见证人保存）得到的核对，或以 --key、--witness 指明：\n  {bundle.key}\n"
    )
    return 3


if __name__ == "__main__":
    sys.exit(main())
