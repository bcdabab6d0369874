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
from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from repairflow import times
from repairflow.gateway import exchange_rows, signing
from repairflow.gateway.exchange_files import DONE, IN, OUT, REFUSED, Files, FolderFiles, TooLarge
from repairflow.gateway.http import shown_record
from repairflow.gateway.key_pairs import SignedRequest
from repairflow.gateway.message_envelope import Message
from repairflow.gateway.messages import MessageError
from repairflow.gateway.platform import AGAIN, Address, Declined, Heard, Page, Pending, Receipt, Transient
from repairflow.gateway.push_answers import Answer, signed_receipt
from repairflow.plain import table_cell

SCHEME = "folder:"
ANSWER_BYTES = 64 * 1024
MESSAGE_BYTES = 16 << 20
LIST_BYTES = 64 << 20
LIST_DAYS = 3
"""A list that was signed earlier says nothing of today."""


class FilePlatform(ABC):
    """`Platform` over files, wherever they lie: `opened` gives those of a target."""

    @abstractmethod
    def opened(self, target: Address) -> AbstractContextManager[Files]:
        """Return the files of a target; Transient or Permanent where they cannot be had."""

    def push(self, target: Address, message: Message) -> Receipt:
        """See `Platform.push`. Pending until the receipt lies there; then message and receipt are moved to `done/`.

        What was moved already counts as well: a receipt that was read and not noted is read again.
        """
        name = f"{message.sequence:019d}-{hashlib.sha256(message.key.encode()).hexdigest()[:16]}.zip"
        with self.opened(target) as files:
            return _Handed(files, target, message, name).receipt()

    def pull(  # the list lies there whole, whatever is asked for
        self,
        target: Address,
        since: datetime | None = None,  # as the next
        cursor: str | None = None,  # noqa: ARG002  # the port's form
    ) -> Page:
        """See `Platform.pull`: the newest list that the other side put there, `in/records.zip`, whole."""
        with self.opened(target) as files:
            packed = _read(files, f"{IN}/records.zip", LIST_BYTES)
        if packed is None:
            raise Transient(f"交换文件夹中没有对方的公示清单（in/records.zip）{AGAIN}。", heard=Heard("unreachable"))
        try:
            since = times.now() - timedelta(days=LIST_DAYS)
            rows = json.loads(_signed_part(target, "records.zip", packed, "records.json", LIST_BYTES, since))["records"]
            return Page(tuple(shown_record(row) for row in rows), None)
        except (KeyError, ValueError, TypeError, RecursionError):
            raise Transient(f"对方的公示清单无法识别{AGAIN}。", heard=Heard("nonsense")) from None


class FolderPlatform(FilePlatform):
    """`FilePlatform` over the folders below `root`, one for each target: `folder:NAME` is `root/NAME`."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def opened(self, target: Address) -> AbstractContextManager[Files]:
        """See `FilePlatform.opened`; the folders are made where they are missing."""
        try:
            return nullcontext(FolderFiles(self._root / target.url.removeprefix(SCHEME)))
        except OSError as error:
            raise away("使用", error) from None


@dataclass(frozen=True, slots=True)
class _Handed:
    """One message among the files of its target."""

    files: Files
    target: Address
    message: Message
    name: str

    def receipt(self) -> Receipt:
        """See `FilePlatform.push`."""
        sent, answered = self._lying(OUT), self._lying(IN)
        if sent is None:
            sent = f"{OUT}/{self.name}", _packed(self.target, self.message, times.now())
            try:
                self.files.write(*sent)
            except OSError as error:
                raise away("写入", error) from None
        signed = self._signed_before(sent[1])
        if answered is None:
            raise Pending("已放入交换文件夹，对方尚无回执。", heard=Heard("pending"))
        said = _signed_part(self.target, self.name, answered[1], "answer.json", ANSWER_BYTES)
        try:
            answer = Answer(200, None, said)
            found = replace(signed_receipt(self.target, self.message, signed.digest, answer), request=signed)
        except Declined:
            # who sends it out again hands it over anew, and waits for another answer
            self._put_by(REFUSED, sent[0], answered[0])
            raise
        self._put_by(DONE, sent[0], answered[0])
        return found

    def _lying(self, folder: str) -> tuple[str, bytes] | None:
        """Return the file and its name, also where it lies since it was through; None where there is none."""
        for name in (f"{folder}/{self.name}", f"{folder}/{DONE}/{self.name}"):
            if (content := _read(self.files, name, MESSAGE_BYTES)) is not None:
                return name, content
        return None

    def _signed_before(self, sent: bytes) -> SignedRequest:
        """Return what was signed of a message that lies there: looked at again, for the other side can write there, too."""
        try:
            with zipfile.ZipFile(io.BytesIO(sent)) as packed:
                manifest, headers = packed.read("manifest.json"), json.loads(packed.read("signature.json"))
            if json.loads(manifest)["files"]["message.json"] != hashlib.sha256(self.message.body()).hexdigest():
                raise MessageError("另一报文。")
            return signing.signed_before(self.target, self.message, _headers(headers), manifest)
        except (*_NO_FILE, MessageError):
            said = f"交换文件夹中的报文（{self.name}）已被改动，请与对方核对；移走后自动重新放入{AGAIN}。"
            raise Transient(said, heard=Heard("nonsense")) from None

    def _put_by(self, where: str, *names: str) -> None:
        """Move files that are through to the folder beside them; that one stays where it is does no harm."""
        for name in names:
            with suppress(OSError):
                self.files.move(name, f"{name.partition('/')[0]}/{where}")


def _read(files: Files, name: str, most: int) -> bytes | None:
    try:
        return files.read(name, most)
    except TooLarge:
        raise Transient(f"对方放入的文件（{name}）过大，没有读取{AGAIN}。", heard=Heard("nonsense")) from None
    except OSError as error:
        raise away("读取", error) from None


def away(what: str, error: BaseException) -> Transient:
    """State that files cannot be had now."""
    return Transient(f"交换文件夹暂时不能{what}{AGAIN}（{type(error).__name__}）。", heard=Heard("unreachable"))


_NO_FILE = (
    zipfile.BadZipFile, zlib.error, KeyError, ValueError, OSError, AttributeError, TypeError, RuntimeError,
    NotImplementedError, RecursionError,
)  # fmt: skip
"""What reading a zip that somebody else made may end with: damaged, encrypted, packed in another way, no JSON in it."""


def _headers(given: Mapping[str, object]) -> dict[str, str]:
    return {str(name): str(value) for name, value in given.items()}


def _packed(target: Address, message: Message, now: datetime) -> bytes:
    """Return the zip of a message: what is signed is the manifest, which has the digest of every part."""
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
    """Return a table of this one row, as spreadsheets open it."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(row))
    writer.writeheader()
    writer.writerow({name: table_cell(value) for name, value in row.items()})
    return text.getvalue().encode("utf-8-sig")


def _signed_part(
    target: Address, file: str, content: bytes, name: str, most: int, since: datetime | None = None
) -> bytes:
    """Return the part of a zip that the other side signed; Transient where it is none, too large, or the signature does not hold."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if any(packed.getinfo(one).file_size > most for one in (name, "signature.json")):
                raise ValueError("too large")
            part, headers = packed.read(name), json.loads(packed.read("signature.json"))
        signing.verify_kept(target.secret, _headers(headers), part, since)
    except (*_NO_FILE, MessageError):
        said = f"对方放入的文件（{file}）无法识别、签名不符或者早已过时{AGAIN}。"
        raise Transient(said, heard=Heard("nonsense")) from None
    return part
