"""The press for what is printed on demand, with its bounded queue."""

from __future__ import annotations

import atexit
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from threading import BoundedSemaphore

from repairflow.errors import Trouble
from repairflow.letters.pdf.sheet import press_sheet, printable
from repairflow.letters.renderer.pool import Limits, Press
from repairflow.web.core.context import Site, site

TOO_MANY = "现在打印的人较多，文件暂时没有制作。请过几秒再打开一次，填写的内容不受影响。"
AGAIN_SECONDS = 10
SECONDS = 30.0  # wall time for a paper: a reader waits for it


class OnDemand:
    """The press of one application, and the places at it."""

    def __init__(self, made_for: Site) -> None:
        self._workers, self._place = made_for.settings.press_workers, made_for.settings.work
        self._places = BoundedSemaphore(self._workers + made_for.settings.press_queue)

    @cached_property
    def press(self) -> Press:
        """A press of this process, made with the first paper: children of its own, never layout within a request."""
        press = Press(workers=self._workers, limits=Limits(seconds=SECONDS), place=self._place)
        atexit.register(press.close)
        return press

    @contextmanager
    def printing(self) -> Iterator[None]:
        """Give a place at the press or in its short queue, which holds a thread of the site: Trouble when there is none."""
        if not self._places.acquire(blocking=False):
            raise Trouble("press_busy", TOO_MANY, AGAIN_SECONDS)
        try:
            yield
        finally:
            self._places.release()


def sheet(page: str, style: str) -> bytes:
    """Return a page of ours printed as a PDF while its reader waits. Trouble when too many wait already."""
    with on_demand().printing():
        return press_sheet(printable(page), style)


def on_demand() -> OnDemand:
    """Return the press of this application."""
    return site().one(OnDemand)
