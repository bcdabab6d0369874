"""What every view of letters and papers is given, and the press for what is printed on demand."""

from __future__ import annotations

import atexit
from dataclasses import dataclass
from functools import cached_property

from repairflow.casework.house import House
from repairflow.db import Database
from repairflow.letters.press import Press
from repairflow.settings import Settings


@dataclass(frozen=True)
class Room:
    """Settings, database and house of this node."""

    settings: Settings
    db: Database
    house: House

    @cached_property
    def press(self) -> Press:
        """A press of this process, made with the first paper: children of its own, never layout within a request."""
        press = Press(workers=self.settings.press_workers)
        atexit.register(press.close)
        return press
