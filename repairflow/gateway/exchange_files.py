"""Where files are exchanged: a folder of this machine. `sftp_files` has the same over SFTP."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from repairflow import disk

OUT, IN, DONE, REFUSED = "out", "in", "done", "refused"
FOLDERS = (OUT, IN, *(f"{one}/{kept}" for one in (OUT, IN) for kept in (DONE, REFUSED)))


class TooLarge(ValueError):
    """A file is larger than what it is to hold."""


class Files(Protocol):
    """The files below one target's folder, by names such as `out/a.zip`. What cannot be done now raises OSError."""

    def read(self, name: str, most: int) -> bytes | None:
        """Return the bytes of a file, None where there is none. Raises TooLarge for more than `most`."""

    def write(self, name: str, content: bytes) -> None:
        """Ensure that the file lies there whole; a reader never sees a part of it."""

    def move(self, name: str, to: str) -> None:
        """Ensure that the file lies in the folder `to`, in the place of one of that name."""


class FolderFiles:
    """Files of this machine, whose other side's group may read what we write."""

    def __init__(self, folder: Path) -> None:
        """Ensure that the folders are there."""
        self._folder = folder
        for part in FOLDERS:
            (folder / part).mkdir(parents=True, exist_ok=True)

    def read(self, name: str, most: int) -> bytes | None:
        """See `Files.read`."""
        try:
            with (self._folder / name).open("rb") as file:
                content = file.read(most + 1)
        except FileNotFoundError:
            return None
        if len(content) > most:
            raise TooLarge("too large")
        return content

    def write(self, name: str, content: bytes) -> None:
        """See `Files.write`."""
        disk.write_whole(self._folder / name, content)
        (self._folder / name).chmod(0o640)

    def move(self, name: str, to: str) -> None:
        """See `Files.move`."""
        file = self._folder / name
        file.replace(self._folder / to / file.name)
