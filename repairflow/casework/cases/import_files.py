"""Files of imports (导入) while they wait: under the token of their run, readable by us alone, gone soon after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from repairflow import times
from repairflow.disk import write_whole

KEEP = timedelta(days=1)
"""How long a file waits for somebody's word."""


@dataclass(frozen=True, slots=True)
class ImportFiles:
    """`folder` is shared by the nodes that take files in and those that work on them."""

    folder: Path

    def path(self, token: str) -> Path:
        """Return where the file of a run waits."""
        return self.folder / token

    def keep(self, token: str, content: bytes) -> None:
        """Ensure that the file lies in its place whole, readable by us alone: it holds ID numbers."""
        write_whole(self.path(token), content)

    def remove(self, token: str) -> None:
        """Ensure that the file is gone."""
        self.path(token).unlink(missing_ok=True)

    def forget(self, now: datetime) -> int:
        """Ensure that no file is kept that nobody has spoken for in a day; how many went."""
        gone = 0
        for old in self.folder.iterdir() if self.folder.exists() else ():
            if now - datetime.fromtimestamp(old.stat().st_mtime, times.SHANGHAI) > KEEP:
                old.unlink(missing_ok=True)
                gone += 1
        return gone
