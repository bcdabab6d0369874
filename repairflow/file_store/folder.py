"""Files in a folder of this machine, or in one that all nodes share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from repairflow import times
from repairflow.disk import PART, write_whole
from repairflow.file_store.port import Stored, tried


@dataclass(frozen=True, slots=True)
class FolderFiles:
    """A `FileStore` in a folder, which is made with the first file."""

    place: Path

    def write(self, name: str, content: bytes) -> None:
        """See FileStore. OSError where the disk takes nothing: then nothing changed."""
        write_whole(self.path(name), content)

    def read(self, name: str) -> bytes:
        """See FileStore."""
        return self.path(name).read_bytes()

    def exists(self, name: str) -> bool:
        """See FileStore."""
        return self.path(name).exists()

    def remove(self, name: str) -> None:
        """See FileStore."""
        self.path(name).unlink(missing_ok=True)

    def listed(self) -> Iterator[Stored]:
        """See FileStore. Half files that a killed process left are none."""
        yield from _below(self.place, "")

    @contextmanager
    def local(self, name: str) -> Iterator[Path]:
        """See FileStore."""
        path = self.path(name)
        if not path.exists():
            raise FileNotFoundError(path)
        yield path

    def within(self, folder: str) -> FolderFiles:
        """See FileStore."""
        return FolderFiles(self.place / folder)

    def try_out(self) -> None:
        """See FileStore."""
        tried(self)

    def path(self, name: str) -> Path:
        """Return where a file lies."""
        return self.place / name


def _below(folder: Path, before: str) -> Iterator[Stored]:
    # a folder sorts as its name with the stroke behind it, as storages sort
    there = [(path, path.is_dir()) for path in folder.iterdir()] if folder.is_dir() else []
    for path, is_folder in sorted(there, key=lambda one: one[0].name + "/" * one[1]):
        if is_folder:
            yield from _below(path, f"{before}{path.name}/")
        elif not path.name.endswith(PART):
            with suppress(FileNotFoundError):  # removed since
                found = path.stat()
                written = datetime.fromtimestamp(found.st_mtime, times.SHANGHAI)
                yield Stored(before + path.name, found.st_size, written)
