"""Files of imports (导入) while they wait: under the token of their run, readable by us alone, gone soon after."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from repairflow import times

KEEP = timedelta(days=1)
"""How long a file waits for somebody's word."""


@dataclass(frozen=True, slots=True)
class ImportFiles:
    """`folder` is shared by the nodes that take files in and those that work on them."""

    folder: Path

    def path(self, token: str) -> Path:
        """Where the file of a run waits."""
        return self.folder / token

    def keep(self, token: str, content: bytes) -> None:
        """The file lies in its place whole, readable by us alone: it holds ID numbers."""
        path = self.path(token)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_suffix(".part")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(path)

    def remove(self, token: str) -> None:
        """Afterwards the file is gone."""
        self.path(token).unlink(missing_ok=True)

    def forget(self, now: datetime) -> int:
        """Afterwards no file is kept that nobody has spoken for in a day; how many went."""
        gone = 0
        for old in self.folder.iterdir() if self.folder.exists() else ():
            if now - datetime.fromtimestamp(old.stat().st_mtime, times.SHANGHAI) > KEEP:
                old.unlink(missing_ok=True)
                gone += 1
        return gone
