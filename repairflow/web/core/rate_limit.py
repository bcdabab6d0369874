"""Throttles: how often something may be tried. `Shared` counts in rows, so that all processes of all nodes count together.

A count is no business data: it is written by pages that are only read as well, in a transaction of its own, so that a
refused attempt is counted too. Where the database cannot take it (locked, full, read-only), this process counts alone:
what can still be read stays readable, and nothing is without a limit.
"""

from __future__ import annotations

import hashlib
import hmac
import math
from collections.abc import Hashable
from datetime import datetime, timedelta
from threading import Lock

from sqlalchemy.exc import DBAPIError

from repairflow.casework.admin import attempt_counts
from repairflow.db import Database
from repairflow.errors import TooMany
from repairflow.settings import Settings

KEPT = 10_000  # keys remembered at once; beyond it, windows that are over are forgotten


class Throttle:
    """At most `limit` takes of one key within a `window`, counted from its first; in this process alone."""

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
                raise too_many(began + self._window, now)
            if len(self._taken) >= KEPT:
                self._taken = {k: v for k, v in self._taken.items() if v[0] + self._window > now}
            self._taken[key] = (began, count + 1)

    def forget(self, key: Hashable) -> None:
        """Note that a success clears the key's count."""
        with self._lock:
            self._taken.pop(key, None)


class Shared:
    """A throttle named `name` whose counts are rows; keys are digested under the node's secret, for they name people."""

    def __init__(self, db: Database, settings: Settings, name: str, limit: int, window: timedelta) -> None:
        self._db, self._secret, self._name = db, settings.secret_key.encode(), name
        self._limit, self._window = limit, window
        self._alone = Throttle(limit, window)

    def take(self, key: Hashable, now: datetime) -> None:
        """Count one attempt; TooMany, with the minutes to wait, when the window is full."""
        try:
            with self._db.begin() as tx:
                taken, until = attempt_counts.count(tx, self._digest(key), now, now + self._window)
        except DBAPIError:
            return self._alone.take(key, now)
        if taken > self._limit:
            raise too_many(until, now)
        return None

    def forget(self, key: Hashable) -> None:
        """Note that a success clears the key's count."""
        self._alone.forget(key)
        with self._db.begin() as tx:
            attempt_counts.forget(tx, self._digest(key))

    def _digest(self, key: Hashable) -> str:
        return hmac.new(self._secret, f"{self._name} {key!r}".encode(), hashlib.sha256).hexdigest()


def too_many(until: datetime, now: datetime) -> TooMany:
    """Return the refusal of an attempt before `until`."""
    seconds = max(1, math.ceil((until - now).total_seconds()))
    return TooMany(seconds, f"尝试次数过多，请 {-(-seconds // 60)} 分钟后再试。")
