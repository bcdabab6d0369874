"""The platform port over files (文件交换): a folder that both sides reach, itself or by SFTP, where no service answers.

Each message is one zip in `out/`: the message, its row in both 双公示 layouts, a manifest with the digests of all, and the
signature over the manifest. The other side puts its receipt, signed likewise, into `in/` under the same name. Until it does
the message is pending: it is looked for again as a platform that has not decided is asked again.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from repairflow import disk, times
from repairflow.gateway import exchange_rows, signing
from repairflow.gateway.http import shown_record
from repairflow.gateway.key_pairs import SignedRequest
from repairflow.gateway.messages import Message, MessageError
from repairflow.gateway.platform import AGAIN, Address, Declined, Heard, Page, Pending, Receipt, Transient
from repairflow.gateway.push_answers import Answer, signed_receipt

SCHEME = "folder:"
ANSWER_BYTES = 64 * 1024
LIST_BYTES = 64 << 20
OUT, IN, DONE, REFUSED = "out", "in", "done", "refused"
LIST_DAYS = 3
"""A list that was signed earlier says nothing of today."""


class FolderPlatform:
    """`Platform` over the folders below `root`, one for each target: `folder:NAME` is `root/NAME`."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def push(self, target: Address, message: Message) -> Receipt:
        """See `Platform.push`. Pending until the receipt lies there; then message and receipt are moved to `done/`.

        What was moved already counts as well: a receipt that was read and not noted is read again.
        """
        folder = self._folder(target)
        name = f"{message.sequence:019d}-{hashlib.sha256(message.key.encode()).hexdigest()[:16]}.zip"
        sent, answered = _lying(folder / OUT / name), _lying(folder / IN / name)
        if sent is None:
            sent = _write(target, message, folder / OUT / name)
        signed = _signed_before(target, message, sent)
        if answered is None:
            raise Pending("已放入交换文件夹，对方尚无回执。", heard=Heard("pending"))
        answer = Answer(200, None, _signed_part(target, answered, "answer.json", ANSWER_BYTES))
        try:
            found = replace(signed_receipt(target, message, signed.digest, answer), request=signed)
        except Declined:
            # who sends it out again hands it over anew, and waits for another answer
            for file in (sent, answered):
                _put_by(file, REFUSED)
            raise
        for file in (sent, answered):
            _put_by(file)
        return found

    def pull(  # the list lies there whole, whatever is asked for
        self,
        target: Address,
        since: datetime | None = None,  # as the next
        cursor: str | None = None,  # noqa: ARG002  # the port's form
    ) -> Page:
        """See `Platform.pull`: the newest list that the other side put there, `in/records.zip`, whole."""
        file = self._folder(target) / IN / "records.zip"
        if not file.exists():
            raise Transient(f"交换文件夹中没有对方的公示清单（in/records.zip）{AGAIN}。", heard=Heard("unreachable"))
        try:
            since = times.now() - timedelta(days=LIST_DAYS)
            rows = json.loads(_signed_part(target, file, "records.json", LIST_BYTES, since))["records"]
            return Page(tuple(shown_record(row) for row in rows), None)
        except (KeyError, ValueError, TypeError, RecursionError):
            raise Transient(f"对方的公示清单无法识别{AGAIN}。", heard=Heard("nonsense")) from None

    def _folder(self, target: Address) -> Path:
        """Where this target's files lie, made where it is missing; Transient where that cannot be."""
        folder = self._root / target.url.removeprefix(SCHEME)
        try:
            for part in (OUT, IN, *(f"{one}/{kept}" for one in (OUT, IN) for kept in (DONE, REFUSED))):
                (folder / part).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Transient(
                f"交换文件夹暂时不能使用{AGAIN}（{type(error).__name__}）。", heard=Heard("unreachable")
            ) from None
        return folder


def _lying(file: Path) -> Path | None:
    """The file, or where it lies since it was through; None where there is none."""
    return next((one for one in (file, file.parent / DONE / file.name) if one.exists()), None)


def _write(target: Address, message: Message, file: Path) -> Path:
    """Afterwards the message lies there whole, for the other side's group to read, too."""
    try:
        disk.write_whole(file, _packed(target, message, times.now()))
        file.chmod(0o640)
    except OSError as error:
        said = f"交换文件夹暂时不能写入{AGAIN}（{type(error).__name__}）。"
        raise Transient(said, heard=Heard("unreachable")) from None
    return file


def _signed_before(target: Address, message: Message, sent: Path) -> SignedRequest:
    """What was signed of a message that lies there: looked at again, for the other side can write there, too."""
    try:
        with zipfile.ZipFile(sent) as packed:
            manifest, headers = packed.read("manifest.json"), json.loads(packed.read("signature.json"))
        if json.loads(manifest)["files"]["message.json"] != hashlib.sha256(message.body()).hexdigest():
            raise MessageError("另一报文。")
        return signing.signed_before(target, message, _headers(headers), manifest)
    except (*_NO_FILE, MessageError):
        said = f"交换文件夹中的报文（{sent.name}）已被改动，请与对方核对；移走后自动重新放入{AGAIN}。"
        raise Transient(said, heard=Heard("nonsense")) from None


_NO_FILE = (
    zipfile.BadZipFile, zlib.error, KeyError, ValueError, OSError, AttributeError, TypeError, RuntimeError,
    NotImplementedError, RecursionError,
)  # fmt: skip
"""What reading a zip that somebody else made may end with: damaged, encrypted, packed in another way, no JSON in it."""


def _headers(given: Mapping[str, object]) -> dict[str, str]:
    return {str(name): str(value) for name, value in given.items()}


def _packed(target: Address, message: Message, now: datetime) -> bytes:
    """The zip of a message: what is signed is the manifest, which has the digest of every part."""
    parts: dict[str, bytes] = {"message.json": message.body()}
    if (row := exchange_rows.row_of(message)) is not None:
        parts["penalty.csv"] = _table({name: row[name] for name in exchange_rows.PRESENT})
        parts["penalty-2015.csv"] = _table(exchange_rows.older(row))
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in parts.items()}
    manifest = json.dumps({"id": message.key, "kind": message.kind, "files": digests}, ensure_ascii=False).encode()
    headers, _ = signing.signed_by_all(target, message, now, manifest)
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in {
            **parts,
            "manifest.json": manifest,
            "signature.json": json.dumps(headers).encode(),
        }.items():
            packed.writestr(name, content)
    return whole.getvalue()


def _table(row: Mapping[str, str]) -> bytes:
    """A table of this one row, as spreadsheets open it."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(row))
    writer.writeheader()
    writer.writerow({name: _cell(value) for name, value in row.items()})
    return text.getvalue().encode("utf-8-sig")


def _cell(value: str) -> str:
    """What a spreadsheet would take for a formula is a text."""
    return f"'{value}" if value[:1] in ("=", "+", "-", "@") else value


def _signed_part(target: Address, file: Path, name: str, most: int, since: datetime | None = None) -> bytes:
    """The part of a zip that the other side signed; Transient where it is none, too large, or the signature does not hold."""
    try:
        with zipfile.ZipFile(file) as packed:
            if any(packed.getinfo(one).file_size > most for one in (name, "signature.json")):
                raise ValueError("too large")
            content, headers = packed.read(name), json.loads(packed.read("signature.json"))
        signing.verify_kept(target.secret, _headers(headers), content, since)
    except (*_NO_FILE, MessageError):
        said = f"对方放入的文件（{file.name}）无法识别、签名不符或者早已过时{AGAIN}。"
        raise Transient(said, heard=Heard("nonsense")) from None
    return content


def _put_by(file: Path, where: str = DONE) -> None:
    """Move a file that is through to the folder beside it; that it stays where it is does no harm."""
    try:
        file.replace(file.parent / where / file.name)
    except OSError:
        return
