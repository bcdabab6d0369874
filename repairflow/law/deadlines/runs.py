"""The runs of a clock, found by walking a case's history once: starts, pauses, extensions, ends. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import NamedTuple

from repairflow.law.procedure.extension import Extends
from repairflow.law.procedure.model import Clock, Procedure
from repairflow.times import local_day

UNDONE = "undone"
"""The name under which a step that was taken back, and the taking back, stand in a history: they moved nothing."""


class Served(NamedTuple):
    """Service (送达) of a letter: the day on which it counts as served, and when that became known here."""

    on: date
    at: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a case's history; `state` is where the case stood after it. The first step is the filing.

    `served` is the service of the letter the step issued, or of the one that replaced it; None where there is none yet.
    """

    at: datetime
    action: str
    state: str
    inputs: Mapping[str, object] = field(default_factory=dict, hash=False)
    served: Served | None = field(default=None, kw_only=True)


class Stretch(NamedTuple):
    """Days on which a clock ran: those after `after` and, where it was paused, before `before`."""

    after: date
    before: date | None


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a clock: from the step that started it, over its pauses, to the step that ended it."""

    entered: int  # the index of the starting step
    steps: tuple[Step, ...]  # of the case, up to the step that ended the run, which is not among them
    stretches: tuple[Stretch, ...]
    pauses: tuple[tuple[Step, Step | None], ...]
    extensions: tuple[tuple[Step, Extends], ...]
    ended: Step | None
    standing: bool  # paused at the end of what is known
    waiting: bool = False  # its clock starts at service, and the letter of the starting step has not been served
    served: Served | None = None  # the service at which it started; None where it started at the step
    given: date | None = None  # the day on which it started as the starting step says

    @property
    def start(self) -> Step:
        return self.steps[self.entered]

    @property
    def since(self) -> datetime:
        """When it last began to run: the start, or the latest resumption."""
        resumed = [until.at for _, until in self.pauses if until]
        since = resumed[-1] if resumed else self.start.at
        return max(since, self.served.at) if self.served is not None else since

    @property
    def started_on(self) -> date:
        """The day of the event that starts the count, which is not counted itself (民法典 201)."""
        if self.given is not None:
            return self.given
        return self.served.on if self.served is not None else local_day(self.start.at)


def runs(procedure: Procedure, name: str, clock: Clock, history: tuple[Step, ...]) -> list[Run]:
    """Return every run of one clock in a history sorted by time; the last one may still go on."""
    runs: list[Run] = []
    entered: int | None = None
    stretches: list[Stretch] = []
    pauses: list[tuple[Step, Step | None]] = []
    extensions: list[tuple[Step, Extends]] = []
    for index, step in enumerate(history):
        runs_now, stands_now = step.state in clock.runs_in, step.state in clock.pauses_in
        if entered is None:
            if runs_now:
                entered, stretches, pauses, extensions = index, [Stretch(local_day(step.at), None)], [], []
            continue
        paused = stretches[-1].before is not None
        if not runs_now and not stands_now:
            runs.append(Run(entered, history[:index], tuple(stretches), tuple(pauses), tuple(extensions), step, paused))
            entered = None
            continue
        action = procedure.action.get(step.action)
        if action is not None and action.extends is not None and action.extends.clock == name:
            extensions.append((step, action.extends))
        if stands_now and not paused:
            stretches[-1] = Stretch(stretches[-1].after, local_day(step.at))
            pauses.append((step, None))
        elif runs_now and paused:
            day = local_day(step.at)
            pauses[-1] = (pauses[-1][0], step)
            if stretches[-1].before == day:  # a pause within one day costs nothing
                stretches[-1] = Stretch(stretches[-1].after, None)
            else:
                stretches.append(Stretch(day, None))
    if entered is not None:
        paused = stretches[-1].before is not None
        runs.append(Run(entered, history, tuple(stretches), tuple(pauses), tuple(extensions), None, paused))
    if clock.starts_on is not None:
        begun = [found for run in runs if (found := _from_day(run, clock.starts_on)) is not None]
        return begun[:1] if clock.once else begun
    return [_from_service(run) for run in runs] if clock.starts == "served" else runs


def _from_day(run: Run, name: str) -> Run | None:
    """Return the run from the day that its starting step gives, which lies before it; None where it gives none."""
    given = run.start.inputs.get(name)
    if not given:
        return None
    day = given if isinstance(given, date) else date.fromisoformat(str(given))
    return replace(run, stretches=(Stretch(day, run.stretches[0].before), *run.stretches[1:]), given=day)


def _from_service(run: Run) -> Run:
    """Return the run without the days before its letter was served: whoever has not been told of a limit loses none of it."""
    served = run.start.served
    if served is None:
        return replace(run, waiting=True)
    kept = [Stretch(max(after, served.on), before) for after, before in run.stretches if not _past(before, served.on)]
    pauses = tuple(pair for pair in run.pauses if pair[1] is None or local_day(pair[1].at) > served.on)
    return replace(run, stretches=tuple(kept) or (Stretch(served.on, served.on),), pauses=pauses, served=served)


def _past(before: date | None, day: date) -> bool:
    return before is not None and before <= day
