"""`transitions` as an oracle: one machine per procedure version, asked what may follow what, and nothing more.

Its conditions and callbacks are not used: a false condition only returns False, and an error in an `after` callback
leaves the new state set. Guards, access and effects stand in casework.
"""

from __future__ import annotations

from transitions import Event, Machine, MachineError, State

from repairflow.law.procedure.model import Procedure

WHERE = "_where"
"""The attribute a machine keeps its state in: a name no action can have, since `transitions` refuses one of the same name."""


class _Probe:
    """The object an event is fired on: one attribute, thrown away afterwards."""

    __slots__ = (WHERE,)

    def __init__(self, state: str) -> None:
        self._where = state

    @property
    def where(self) -> str:
        """The state it is in now."""
        return self._where


class Oracle:
    """Answers, for one procedure version, which actions leave a state and where an action leads."""

    def __init__(self, procedure: Procedure) -> None:
        self._machine = Machine(
            model=None,
            states=[State(name, ignore_invalid_triggers=False) for name in procedure.state],
            initial=procedure.initial,
            auto_transitions=False,
            send_event=False,
            model_attribute=WHERE,
        )
        for name, action in procedure.action.items():
            for source in action.from_:
                self._machine.add_transition(name, source, action.to or source)
        self._led: dict[tuple[str, str], str | None] = {}
        self._names = {state: tuple(procedure.actions_from(state)) for state in procedure.state}

    def leaving(self, state: str) -> tuple[str, ...]:
        """Return the actions that may be taken in `state`, in the order of the file."""
        return self._names.get(state, ())

    def destination(self, state: str, action: str) -> str | None:
        """Return where `action` leads from `state` (`state` itself for a step that stays), or None when it does not fit."""
        event = self._machine.events.get(action)
        if event is None:
            return None
        key = (state, action)
        if key not in self._led:  # a file does not change: the machine is asked once
            self._led[key] = self._asked(event, state)
        return self._led[key]

    @staticmethod
    def _asked(event: Event, state: str) -> str | None:
        probe = _Probe(state)
        try:
            event.trigger(probe)
        except MachineError:
            return None
        return probe.where
