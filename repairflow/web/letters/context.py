"""What every view of letters and papers is given, and the press for what is printed on demand, with its bounded queue."""

from __future__ import annotations

import atexit
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from threading import BoundedSemaphore

from repairflow.casework.context import Services
from repairflow.db import Database
from repairflow.errors import Trouble
from repairflow.letters.renderer.pool import Press
from repairflow.settings import Settings

TOO_MANY = "现在打印的人较多，文件暂时没有制作。请过几秒再打开一次，填写的内容不受影响。"
AGAIN_SECONDS = 10


@dataclass(frozen=True)
class Room:
    """Settings, database and services of this node."""

    settings: Settings
    db: Database
    services: Services

    @cached_property
    def press(self) -> Press:
        """A press of this process, made with the first paper: children of its own, never layout within a request."""
        press = Press(workers=self.settings.press_workers)
        atexit.register(press.close)
        return press

    @cached_property
    def _places(self) -> BoundedSemaphore:
        return BoundedSemaphore(self.settings.press_workers + self.settings.press_queue)

    @contextmanager
    def printing(self) -> Iterator[None]:
        """A place at the press or in its short queue, which holds a thread of the site: Trouble when there is none."""
        if not self._places.acquire(blocking=False):
            raise Trouble("press_busy", TOO_MANY, AGAIN_SECONDS)
        try:
            yield
        finally:
            self._places.release()
