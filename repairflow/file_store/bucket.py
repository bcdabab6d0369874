"""Files in a bucket of an S3-compatible storage, private as everything is there that nobody opens.

Every request has an end: three tries, each with seconds to connect and of silence, and one span to read or write a whole file.
What was sent is checked by the storage (Content-MD5); whoever reads checks the digest that the database holds. A connection belongs
to the process that made it, for the site makes its application before its processes.
"""

from __future__ import annotations

import base64
import hashlib
import io
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import structlog

from repairflow import times
from repairflow.disk import PART
from repairflow.errors import ConfigurationError, Unavailable
from repairflow.file_store.port import TRIALS, Stored, trial_name, tried
from repairflow.work_folders import WorkFolder

CONNECT_SECONDS, ANSWER_SECONDS, TRIES = 3, 10, 3
WHOLE_SECONDS = 60
"""To read or write all of one file, its tries together; the largest is a delivered table of 128 MiB."""
TRIAL_HOURS = 1
"""So old a file of a trial belongs to no trial at work: its process was killed."""
_PIECE = 1 << 20
LISTED = 1_000
DOWN = "文件存储（S3）暂时不能使用，本次没有办成，请稍后再试；持续如此请联系系统管理员。"
MISSING_EXTRA = "REPAIRFLOW_FILES 指定了 S3 存储，但是没有安装 boto3，未启动。请安装：pip install 'repairflow[s3]'。"
_NOT_THERE = {"404", "NoSuchKey", "NotFound"}
_WRONG_KEYS = {"403", "401", "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidClientTokenId"}
Given = TypeVar("Given")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Access:
    """How a bucket is reached. Without `endpoint` it is Amazon's."""

    bucket: str
    endpoint: str
    region: str
    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)
    connections: int = 20


class _Clients:
    """One client for each process: connections are not shared across a fork."""

    def __init__(self, access: Access) -> None:
        self.access = access
        self._made: tuple[int, Any] = (0, None)  # Any: boto3 makes its classes while it runs

    def client(self) -> Any:  # noqa: ANN401  boto3 makes its classes while it runs
        """Return this process's client."""
        pid, client = self._made
        if pid != os.getpid():
            client = _client(self.access)
            self._made = (os.getpid(), client)
        return client


@dataclass(frozen=True, slots=True)
class BucketFiles:
    """A `FileStore` in a bucket: names begin with `prefix`. `place` is where copies for child processes are laid."""

    clients: _Clients
    prefix: str
    place: Path

    @classmethod
    def at(cls, access: Access, prefix: str, place: Path) -> BucketFiles:
        """Return the store; nothing is asked yet. ConfigurationError where boto3 is not installed."""
        try:
            import boto3  # noqa: F401  20 MB, and most installations have a folder
        except ImportError:
            raise ConfigurationError(MISSING_EXTRA) from None
        return cls(_Clients(access), prefix, place)

    def write(self, name: str, content: bytes) -> None:
        """See FileStore."""
        proof = base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode()
        sent = _Sent(content, time.monotonic() + WHOLE_SECONDS)
        self._ask(lambda client, of: client.put_object(**of, Body=sent, ContentMD5=proof), name)

    def read(self, name: str) -> bytes:
        """See FileStore."""
        return b"".join(self._pieces(name))

    def exists(self, name: str) -> bool:
        """See FileStore."""
        try:
            self._ask(lambda client, of: client.head_object(**of), name)
        except FileNotFoundError:
            return False
        return True

    def remove(self, name: str) -> None:
        """See FileStore."""
        self._ask(lambda client, of: client.delete_object(**of), name)

    def listed(self) -> Iterator[Stored]:
        """See FileStore: a thousand at a time, without files of a trial."""
        after = ""
        while True:
            answer = self._page(self.prefix, after)
            found = answer.get("Contents", ())
            for one in found:
                after = one["Key"]
                if not after.endswith(PART):
                    yield Stored(after.removeprefix(self.prefix), one["Size"], times.local(one["LastModified"]))
            if not found or not answer.get("IsTruncated"):
                return

    @contextmanager
    def local(self, name: str) -> Iterator[Path]:
        """See FileStore: a copy that goes with the block."""
        with WorkFolder("table", self.place) as folder:
            path = Path(folder) / "file"
            with path.open("wb") as file:
                for piece in self._pieces(name):
                    file.write(piece)
            yield path

    def within(self, folder: str) -> BucketFiles:
        """See FileStore."""
        return BucketFiles(self.clients, f"{self.prefix}{folder}/", self.place)

    def try_out(self) -> None:
        """See FileStore. What trials of killed processes left goes, too."""
        tried(self)
        old = times.now() - timedelta(hours=TRIAL_HOURS)
        for one in self._page(self.prefix + TRIALS, "").get("Contents", ()):
            if one["LastModified"] < old:
                self.remove(one["Key"].removeprefix(self.prefix))

    def demand_right(self) -> None:
        """Raise ConfigurationError where there is no such bucket or the keys do not open it. One that does not answer is told in the
        program's log: it may be back before anybody asks for a file."""
        access = self.clients.access
        try:
            self.clients.client().head_bucket(Bucket=access.bucket)
        except Exception as error:
            fault = _fault_of(error)
            if fault in _NOT_THERE | {"NoSuchBucket"}:
                raise ConfigurationError(
                    f"文件存储里没有存储桶 {access.bucket}，未启动。请先建立存储桶，或者改正 REPAIRFLOW_FILES。"
                ) from None
            if fault in _WRONG_KEYS:
                raise ConfigurationError(
                    f"文件存储不接受密钥，或者密钥没有存储桶 {access.bucket} 的权限，未启动。"
                    "请核对 REPAIRFLOW_FILES_ACCESS_KEY、REPAIRFLOW_FILES_SECRET_KEY（或 REPAIRFLOW_FILES_KEYS 所指的文件）。"
                ) from None
            if fault is None:
                raise
            log.error("storage of files does not answer", bucket=access.bucket, why=fault)

    def is_open_to_all(self) -> bool:
        """Tell whether somebody without any key can read a file of ours."""
        name = trial_name()
        self.write(name, b"0")
        try:
            _client(self.clients.access, signed=False).get_object(**self._named(name))
        except Exception as error:
            if _fault_of(error) is None:
                raise
            return False
        finally:
            self.remove(name)
        return True

    def _page(self, prefix: str, after: str) -> dict[str, Any]:
        asked = {"Bucket": self.clients.access.bucket, "Prefix": prefix, "StartAfter": after, "MaxKeys": LISTED}
        return self._ask(lambda client, _: dict(client.list_objects_v2(**asked)), "")

    def _named(self, name: str) -> dict[str, str]:
        return {"Bucket": self.clients.access.bucket, "Key": self.prefix + name}

    def _pieces(self, name: str) -> Iterator[bytes]:
        until, came = time.monotonic() + WHOLE_SECONDS, 0
        answer = self._ask(lambda client, of: client.get_object(**of), name)
        body = answer["Body"]
        raw = body._raw_stream  # noqa: SLF001  its own `read` waits until all it asked for is here, however slowly it comes
        try:
            while piece := _answer(lambda: bytes(raw.read1(_PIECE)), name):
                if time.monotonic() > until:
                    raise Unavailable(DOWN)
                came += len(piece)
                yield piece
        finally:
            body.close()
        if came != answer["ContentLength"]:
            raise Unavailable(DOWN)

    def _ask(self, question: Callable[[Any, dict[str, str]], Given], name: str) -> Given:
        return _answer(lambda: question(self.clients.client(), self._named(name)), name)


class _Sent(io.BytesIO):
    """A file that is sent in pieces, all of them until a moment: a storage that takes each one slowly is given up."""

    def __init__(self, content: bytes, until: float) -> None:
        super().__init__(content)
        self._until = until

    def read(self, size: int | None = -1) -> bytes:
        if time.monotonic() > self._until:
            raise TimeoutError
        return super().read(size)


def _answer(question: Callable[[], Given], name: str) -> Given:
    """Return the storage's answer. FileNotFoundError for a file that is not there, Unavailable for what else it says, or for nothing."""
    try:
        return question()
    except Exception as error:
        fault = _fault_of(error)
        if fault is None:
            raise
        if fault in _NOT_THERE:
            raise FileNotFoundError(name) from None
        log.error("storage of files", why=fault)
        raise Unavailable(DOWN) from error


def _fault_of(error: Exception) -> str | None:
    """Return what the storage said, or why it said nothing; None for an error that is none of its."""
    from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Code", "unknown"))
    ours = isinstance(error, BotoCoreError | HTTPClientError | OSError)
    if ours or type(error).__module__.startswith("urllib3."):  # botocore's own, where a body is read
        return type(error).__name__
    return None


def _client(access: Access, *, signed: bool = True) -> Any:  # noqa: ANN401  boto3 makes its classes while it runs
    import boto3
    from botocore import UNSIGNED
    from botocore.config import Config

    said = Config(
        connect_timeout=CONNECT_SECONDS, read_timeout=ANSWER_SECONDS, max_pool_connections=access.connections,
        retries={"total_max_attempts": TRIES, "mode": "standard"}, signature_version="s3v4" if signed else UNSIGNED,
        s3={"addressing_style": "path" if access.endpoint else "auto"},
        # other storages than Amazon's know neither its newer checksums nor what a machine of Amazon's is told by its surroundings
        request_checksum_calculation="when_required", response_checksum_validation="when_required",
        proxies={}, ignore_configured_endpoint_urls=True,
    )  # fmt: skip
    session = boto3.session.Session(access.access_key, access.secret_key, region_name=access.region)
    return session.client("s3", endpoint_url=access.endpoint or None, config=said)
