"""Files of imports (导入) while they wait: under the token of their run, readable by us alone, gone soon after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from repairflow.file_store.port import FileStore

KEEP = timedelta(days=1)
"""How long a file waits for somebody's word."""


@dataclass(frozen=True, slots=True)
class ImportFiles:
    """`store` is shared by the nodes that take files in and those that work on them."""

    store: FileStore

    def waits(self, token: str) -> bool:
        """Tell whether the file of a run is still there."""
        return self.store.exists(token)

    def keep(self, token: str, content: bytes) -> None:
        """Ensure that the file lies in its place whole, readable by us alone: it holds ID numbers."""
        self.store.write(token, content)

    def remove(self, token: str) -> None:
        """Ensure that the file is gone."""
        self.store.remove(token)

    def forget(self, now: datetime) -> int:
        """Ensure that no file is kept that nobody has spoken for in a day; how many went."""
        gone = 0
        for old in self.store.listed():
            if now - old.at > KEEP:
                self.store.remove(old.name)
                gone += 1
        return gone
