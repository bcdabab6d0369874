"""The steps of a case read from its events: what was done, and on which day the letter of each step was served."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, Protocol

from repairflow.auditing import chain
from repairflow.casework.event_names import EventName
from repairflow.law.deadlines.runs import UNDONE, Served
from repairflow.law.guards import Done

SERVICE = (EventName.SERVED, EventName.SERVICE_WITHDRAWN, EventName.LETTER_REISSUED)
"""Events that move no case but say when a step's letter was served, or which letter took its place."""
_UNDO = EventName.UNDO_STEP


class EventOfCase(Protocol):
    """What must be known of an event of a case."""

    @property
    def seq(self) -> int: ...
    @property
    def at(self) -> datetime: ...
    @property
    def action(self) -> str: ...
    @property
    def to_state(self) -> str | None: ...
    @property
    def actor_id(self) -> int | None: ...
    @property
    def actor_name(self) -> str: ...
    @property
    def body(self) -> bytes: ...


def steps_of(rows: Iterable[EventOfCase]) -> tuple[Done, ...]:
    """Return the steps among the events of one case, oldest first; other events than steps and SERVICE are passed over."""
    found: list[Done] = []
    told: list[_Told] = []
    services: list[EventOfCase] = []
    for row in rows:
        if row.to_state is not None:
            told.append(_Told(row.body))
            if row.action == _UNDO:
                _take_back(found, row)
                continue
            found.append(Done(row.at, row.action, row.to_state, told[-1], row.seq, row.actor_id, row.actor_name))
        elif row.action in SERVICE:
            services.append(row)
    if services:
        letters = {str(one.letter["number"]): _Line(n) for n, one in enumerate(told) if one.letter is not None}
        for row in services:
            _serve(letters, row)
        for line in letters.values():
            served = line.served
            if served is not None and found[line.step].served is None:
                found[line.step] = _served(found[line.step], served)
    return tuple(found)


def _take_back(found: list[Done], row: EventOfCase) -> None:
    """Ensure that the last step stands as if nothing had been done, for clocks, guards and who may go on; so does the taking back."""
    last, state = found[-1], str(row.to_state)
    found[-1] = Done(last.at, UNDONE, state, {}, last.seq, last.actor_id, last.actor_name)
    found.append(Done(row.at, UNDONE, state, {}, row.seq, row.actor_id, row.actor_name))


class _Told(Mapping[str, Any]):
    """What a step was told, read from its event's body when somebody asks: most steps of a history nobody asks."""

    __slots__ = ("_body", "_content")

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._content: dict[str, Any] | None = None

    @property
    def letter(self) -> Mapping[str, Any] | None:
        """The letter that the step issued."""
        return self._said().get("letter")

    def _said(self) -> dict[str, Any]:
        if self._content is None:
            self._content = chain.content(self._body)
        return self._content

    def _inputs(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._said().get("inputs", {})
        return found

    def get(self, name: str, default: Any = None) -> Any:  # noqa: ANN401  of whatever type the form asks
        return self._inputs().get(name, default)  # a mapping's own raises an error for each name that is not there

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401  of whatever type the form asks
        return self._inputs()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._inputs())

    def __len__(self) -> int:
        return len(self._inputs())

    def __repr__(self) -> str:
        return repr(self._inputs())


class _Line:
    """The letters of one step, each in place of the one before, and the service of each."""

    def __init__(self, step: int) -> None:
        self.step = step
        self.services: dict[str, Served] = {}

    @property
    def served(self) -> Served | None:
        """That of the newest letter that was served."""
        return next(reversed(self.services.values()), None)


def _serve(letters: dict[str, _Line], row: EventOfCase) -> None:
    content: dict[str, Any] = chain.content(row.body)
    number = str(content["letter"]["number"])
    if row.action == EventName.LETTER_REISSUED:
        replaced = content.get("replaced")
        if replaced is not None and str(replaced["number"]) in letters:
            letters[number] = letters[str(replaced["number"])]
        return
    line = letters.get(number)
    if line is None:  # of no step: a slip, a notice with a record
        return
    line.services.pop(number, None)
    if row.action == EventName.SERVED:
        line.services[number] = Served(date.fromisoformat(content["effective_day"]), row.at)


def _served(step: Done, served: Served) -> Done:
    return Done(
        step.at, step.action, step.state, step.inputs, step.seq, step.actor_id, step.actor_name, served=served
    )  # fmt: skip
