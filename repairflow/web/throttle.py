"""A fixed-window throttle in memory: enough for one web process, and an upper bound of n times the limit for n of them."""

from __future__ import annotations

import math
from collections.abc import Hashable
from datetime import datetime, timedelta
from threading import Lock

from repairflow.errors import TooMany

KEPT = 10_000  # keys remembered at once; beyond it, windows that are over are forgotten


class Throttle:
    """At most `limit` takes of one key within a `window`, counted from its first."""

    def __init__(self, limit: int, window: timedelta) -> None:
        self._limit, self._window = limit, window
        self._taken: dict[Hashable, tuple[datetime, int]] = {}
        self._lock = Lock()

    def take(self, key: Hashable, now: datetime) -> None:
        """Count one attempt; TooMany, with the minutes to wait, when the window is full."""
        with self._lock:
            began, count = self._taken.get(key, (now, 0))
            if not began <= now < began + self._window:
                began, count = now, 0
            if count >= self._limit:
                seconds = max(1, math.ceil((began + self._window - now).total_seconds()))
                raise TooMany(seconds, f"尝试次数过多，请 {-(-seconds // 60)} 分钟后再试。")
            if len(self._taken) >= KEPT:
                self._taken = {k: v for k, v in self._taken.items() if v[0] + self._window > now}
            self._taken[key] = (began, count + 1)

    def forget(self, key: Hashable) -> None:
        """A success clears the key's count."""
        with self._lock:
            self._taken.pop(key, None)
