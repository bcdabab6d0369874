"""The port through which all files go that every node must see: materials, letters, delivered tables, checkpoints."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, Protocol

from repairflow.disk import PART
from repairflow.errors import Unavailable


class Stored(NamedTuple):
    """A file that lies in a store: its name, its size in bytes, and when it was written."""

    name: str
    size: int
    at: datetime


class FileStore(Protocol):
    """Files by name. One is whole under its name or not there at all; what is written there is on the disk, or in the storage's
    keeping, when `write` returns. Names are ours (digests, tokens, days), parts of them divided by `/`; never a person's.

    Each method raises Unavailable where a storage does not answer in time or refuses, OSError where a disk does.
    """

    @property
    def place(self) -> Path:
        """The folder of this machine where the files lie, or where copies are laid for a moment."""

    def write(self, name: str, content: bytes) -> None:
        """Ensure that `content` lies whole under this name, for this installation alone to read."""

    def read(self, name: str) -> bytes:
        """Return what lies under this name. FileNotFoundError where nothing does."""

    def exists(self, name: str) -> bool:
        """Tell whether a file lies under this name."""

    def remove(self, name: str) -> None:
        """Ensure that no file lies under this name."""

    def listed(self) -> Iterator[Stored]:
        """Yield all files in the order of their names, also those in folders of theirs; a few at a time are held."""

    def local(self, name: str) -> AbstractContextManager[Path]:
        """Give a file of this machine with the content, for as long as the block lasts. FileNotFoundError where there is none."""

    def within(self, folder: str) -> FileStore:
        """Return the store of what lies below `folder`."""

    def try_out(self) -> None:
        """Write a file of no meaning, read it back and remove it. Raises what writing raises, Unavailable where another came back."""


def names(store: FileStore, ending: str) -> list[str]:
    """Return the names of the files with this ending, in their order."""
    return [one.name for one in store.listed() if one.name.endswith(ending)]


def digest_of(content: bytes) -> str:
    """Return `sha256:<hex>`."""
    return "sha256:" + hashlib.sha256(content).hexdigest()


TRIAL = 64 * 1024
TRIALS = ".trial-"
"""How names of files of no meaning begin."""


def trial_name() -> str:
    """Return a name for a file of no meaning; one that a killed process leaves in a folder is cleared away like half files, in a
    bucket by a later trial."""
    return f"{TRIALS}{secrets.token_hex(8)}{PART}"


def tried(store: FileStore) -> None:
    """Carry out `FileStore.try_out` with the store's own methods."""
    name = trial_name()
    content = b"0" * TRIAL
    store.write(name, content)
    try:
        if store.read(name) != content:
            raise Unavailable("文件存储返回的内容与写入的不同，请系统管理员检查存储。")
    finally:
        store.remove(name)
