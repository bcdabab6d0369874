"""Text messages (短信提醒): a port, and the default that writes each message to a file for whoever sends them on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from repairflow.disk import write_whole
from repairflow.gateway.platform import Transient

LONGEST = 300
"""Characters of a message; gateways cut what is longer."""


class Sms(Protocol):
    """Carries one message; raises Transient to be tried again, Permanent when that will not help."""

    def send(self, to: str, text: str, key: str) -> None:
        """Ensure that the message is handed over. `key` makes one that came twice known as the same."""


@dataclass(frozen=True, slots=True)
class FileSms:
    """One file a message, named by its key: first line the number, then the text. The same key leaves one file."""

    folder: Path

    def send(self, to: str, text: str, key: str) -> None:
        path = self.folder / f"{key.replace('/', '-')}.txt"
        try:
            write_whole(path, f"{to}\n{text[:LONGEST]}\n".encode())  # whoever watches never sees half a message
        except OSError as error:
            raise Transient(f"短信文件没有写成：{error}") from error
