"""The ticker's time: it goes by the monotonic clock, so that no jump of the wall clock stops a tick or calls one early.

APScheduler asks for the present as `datetime.now(zone)` with a zone of ours, and Python lets the zone answer. All of
APScheduler's arithmetic is between two such answers, so what day they name does not matter.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

from apscheduler.triggers.base import BaseTrigger

from repairflow import times

BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
NO_TIME = timedelta()


class Steady(tzinfo):
    """A zone in which the present is so long after `BEGINNING` as the monotonic clock has run."""

    def fromutc(self, _wall: datetime, /) -> datetime:
        """Return the present by the monotonic clock, whatever the wall clock says."""
        return self.present()

    def present(self) -> datetime:
        """As `fromutc`, for whoever has no wall clock to ask with."""
        return BEGINNING.replace(tzinfo=self) + timedelta(seconds=times.monotonic())

    def utcoffset(self, _moment: datetime | None, /) -> timedelta:
        """Nothing: moments of this zone are compared with each other alone."""
        return NO_TIME

    def dst(self, _moment: datetime | None, /) -> timedelta:
        """Return no summer time."""
        return NO_TIME

    def tzname(self, _moment: datetime | None, /) -> str:
        """For logs."""
        return "monotonic"


class Rhythm(BaseTrigger):  # type: ignore[misc]  # APScheduler brings no types
    """Fires at once and then every `seconds`; moments that were missed are not made up for."""

    def __init__(self, seconds: float) -> None:
        self._rest = timedelta(seconds=seconds)

    def get_next_fire_time(self, before: datetime | None, now: datetime) -> datetime:
        """Return the next moment of the rhythm after `before`, or of a new one that begins now where several were missed."""
        if before is None:
            return now
        following = before + self._rest
        return following if following > now else now + self._rest
