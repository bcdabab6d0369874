"""An S3 server of its own process on loopback: moto's, an emulator, which keeps everything in its memory."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from urllib.request import Request, urlopen

from repairflow.file_store.bucket import Access, BucketFiles, _client

KEYS = ("an-access-key", "a-secret-key")


class S3Server:
    """Takes any keys until it is told to demand right ones."""

    def __init__(self, endpoint: str, folder: Path) -> None:
        self.endpoint, self.folder = endpoint, folder

    def access(self, bucket: str) -> Access:
        return Access(bucket, self.endpoint, "us-east-1", *KEYS)

    def bucket(self, name: str) -> BucketFiles:
        """A new, empty bucket; its files begin with `town/`."""
        _client(self.access(name)).create_bucket(Bucket=name)
        return BucketFiles.at(self.access(name), "town/", self.folder / "work")

    def environment(self, bucket: str) -> dict[str, str]:
        """The settings with which a process finds it."""
        return {
            "REPAIRFLOW_FILES": f"s3://{bucket}/town", "REPAIRFLOW_FILES_ENDPOINT": self.endpoint,
            "REPAIRFLOW_FILES_ACCESS_KEY": KEYS[0], "REPAIRFLOW_FILES_SECRET_KEY": KEYS[1],
        }  # fmt: skip

    @contextmanager
    def strict(self) -> Iterator[None]:
        """Within the block it refuses keys that it did not give out; it gave none out."""
        self._say("reset-auth", b"0")
        try:
            yield
        finally:
            self._say("reset-auth", b"1000000000")

    def _say(self, what: str, body: bytes) -> None:
        asked = Request(f"{self.endpoint}/moto-api/{what}", body, {"Content-Type": "text/plain"})
        urlopen(asked, timeout=10).close()


@contextmanager
def s3_server() -> Iterator[S3Server]:
    """A server that runs for as long as the block lasts."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
        with (Path(folder) / "log").open("wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            until = time.monotonic() + 120
            while not _answers(f"http://127.0.0.1:{port}/moto-api/"):
                assert process.poll() is None, (Path(folder) / "log").read_text()
                assert time.monotonic() < until
                Event().wait(0.1)
            yield S3Server(f"http://127.0.0.1:{port}", Path(folder))
        finally:
            process.terminate()
            process.wait(30)


def _answers(address: str) -> bool:
    try:
        urlopen(address, timeout=5).close()
    except OSError:
        return False
    return True
