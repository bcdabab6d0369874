"""How many requests are worked on at a time: what waits for one stuck lock must not take every thread of the node.

Everybody together has all threads but four, writers two thirds of those. Whoever finds no place within a second is told to come
again; while nothing moves the next ones are told at once, so that the spare threads are always there to say so, and to
answer for the node's health.
"""

from __future__ import annotations

from threading import BoundedSemaphore

from flask import Flask, g, request

from repairflow.errors import Trouble
from repairflow.settings import Settings

UNATTENDED = frozenset({"static", "public.health", "public.ready"})
"""Endpoints that are the same for everybody and must answer in any trouble: nobody is looked up for them."""
SPARE = 4
PATIENCE = 1.0
TOO_BUSY = "现在使用的人较多，或者有操作正占用数据。本次提交没有办理，请过几秒再试一次。"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Lane:
    """So many places."""

    def __init__(self, places: int) -> None:
        self._places = BoundedSemaphore(places)
        self._jammed = False

    def enter(self) -> None:
        """Take a place; Trouble when none becomes free."""
        if not self._places.acquire(timeout=0 if self._jammed else PATIENCE):
            self._jammed = True
            raise Trouble("too_busy", TOO_BUSY, 5)
        self._jammed = False

    def leave(self) -> None:
        """Give the place back."""
        self._jammed = False
        self._places.release()


def install(app: Flask, settings: Settings) -> None:
    """Ensure that no request of `app` is worked on without a place. Install first: nothing may be asked before."""
    places = settings.web_threads - SPARE
    writers, everybody = Lane(places * 2 // 3), Lane(places)

    @app.before_request
    def take_place() -> None:
        g.lanes = []
        if request.endpoint in UNATTENDED:
            return
        for lane in (everybody,) if request.method in _SAFE else (writers, everybody):
            lane.enter()
            g.lanes.append(lane)

    @app.teardown_request
    def give_back(_: BaseException | None) -> None:
        for lane in g.pop("lanes", ()):
            lane.leave()
