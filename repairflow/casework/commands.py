"""Commands: frozen values with which every entry point asks casework for a change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from repairflow.casework.actor import Actor
from repairflow.casework.command_ids import CommandId
from repairflow.law.procedure.channels import PORTAL


@dataclass(frozen=True, slots=True)
class Command:
    """Take one action in one case.

    `command_id` makes it idempotent: the same id again answers with the same event. `expected_version` is the version
    the actor saw (None: whatever it is, for the system). `inputs` are raw, as a form or JSON body gave them.
    """

    case: str
    action: str
    actor: Actor
    command_id: CommandId
    expected_version: int | None = None
    reason: str | None = None
    ground: str | None = None
    inputs: Mapping[str, object] = field(default_factory=dict)
    materials: tuple[str, ...] = ()  # tokens of materials uploaded beforehand


@dataclass(frozen=True, slots=True)
class Filing:
    """Open a case of a procedure: on a record or an administrative act, on a subject (by credit code), or after another case."""

    procedure: str
    record: str | None
    actor: Actor
    command_id: CommandId
    inputs: Mapping[str, object] = field(default_factory=dict)
    materials: tuple[str, ...] = ()
    channel: str = PORTAL
    external_serial: str | None = None
    subject: str | None = None
    case: str | None = None
    kind: str | None = None
    act: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """What came of a command. `version` is the case's version afterwards; `replayed` when the same command came again."""

    case: str
    seq: int
    action: str
    from_state: str | None
    to_state: str | None
    at: datetime
    digest: str
    version: int
    letter: str | None = None  # 文号, when a letter was composed
    replayed: bool = False
