"""The runs of a clock, found by walking a case's history once: starts, pauses, extensions, ends. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from repairflow.law.procedure.model import Clock, Extends, Procedure
from repairflow.times import local_day


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a case's history; `state` is where the case stood after it. The first step is the filing."""

    at: datetime
    action: str
    state: str
    inputs: Mapping[str, object] = field(default_factory=dict, hash=False)


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

    @property
    def start(self) -> Step:
        return self.steps[self.entered]

    @property
    def since(self) -> datetime:
        """When it last began to run: the start, or the latest resumption."""
        resumed = [until.at for _, until in self.pauses if until]
        return resumed[-1] if resumed else self.start.at


def runs(procedure: Procedure, name: str, clock: Clock, history: tuple[Step, ...]) -> list[Run]:
    """Every run of one clock in a history sorted by time; the last one may still go on."""
    runs: list[Run] = []
    entered: int | None = None
    stretches: list[Stretch] = []
    pauses: list[tuple[Step, Step | None]] = []
    extensions: list[tuple[Step, Extends]] = []
    for index, step in enumerate(history):
        day = local_day(step.at)
        runs_now, stands_now = step.state in clock.runs_in, step.state in clock.pauses_in
        if entered is None:
            if runs_now:
                entered, stretches, pauses, extensions = index, [Stretch(day, None)], [], []
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
            stretches[-1] = Stretch(stretches[-1].after, day)
            pauses.append((step, None))
        elif runs_now and paused:
            pauses[-1] = (pauses[-1][0], step)
            if stretches[-1].before == day:  # a pause within one day costs nothing
                stretches[-1] = Stretch(stretches[-1].after, None)
            else:
                stretches.append(Stretch(day, None))
    if entered is not None:
        paused = stretches[-1].before is not None
        runs.append(Run(entered, history, tuple(stretches), tuple(pauses), tuple(extensions), None, paused))
    return runs
