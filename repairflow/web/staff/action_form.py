"""What somebody typed into the form of an action: read once, turned into a command, and shown again when it was refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from flask import request

from repairflow.casework.actor import Actor
from repairflow.casework.command_ids import UNCLAIMED
from repairflow.casework.commands import Command
from repairflow.errors import Invalid, Refused
from repairflow.letters.text.templates import MissingFields
from repairflow.web.ui.forms import FieldError, inputs_from, seen_version

SHORTEST_ID = 8
KEPT_FILE = "kept."
"""Before the name of a hidden field with the token of a file that was uploaded with an earlier try."""
BESIDE = "beside-"
"""Before the kind of a material that a step brings beside what its form asks by name."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file taken in with this form or an earlier try of it."""

    token: str
    file_name: str


@dataclass(frozen=True, slots=True)
class Typed:
    """One form as it was sent. `inputs` are raw; `uploads` by field name; `errors` what was wrong with it."""

    action: str
    command_id: str
    version: int
    reason: str
    ground: str
    inputs: Mapping[str, object] = field(default_factory=dict)
    uploads: Mapping[str, Upload] = field(default_factory=dict)
    errors: Sequence[FieldError] = ()

    @property
    def given(self) -> dict[str, object]:
        """The inputs of the action, its files by their tokens."""
        return {**self.inputs, **{n: file.token for n, file in self.uploads.items() if not n.startswith(BESIDE)}}

    def command(self, case: str, actor: Actor) -> Command:
        """Return the command this form asks for."""
        return Command(
            case=case,
            action=self.action,
            actor=actor,
            command_id=UNCLAIMED,
            expected_version=self.version,
            reason=self.reason or None,
            ground=self.ground or None,
            inputs=self.given,
            materials=tuple(file.token for name, file in self.uploads.items() if name.startswith(BESIDE)),
        )

    def refused(self, error: Refused | Invalid) -> Typed:
        """Return the same form with everything that stands against it."""
        return replace(self, errors=faults(self.action, error, files=set(request.files)))

    def error_of(self, name: str) -> str:
        """Return what is wrong with one field, or nothing."""
        return next((error.text for error in self.errors if error.field in {name, f"{self.action}-{name}"}), "")


def read_form(action: str) -> Typed:
    """Return the form of this request. Invalid when it lacks what every form of ours carries."""
    form = request.form
    command_id, version = form.get("command_id", ""), seen_version(form)
    if len(command_id) < SHORTEST_ID or version is None:
        raise Invalid("表单内容不完整，没有办理。请返回办件，刷新后重新填写。")
    inputs = inputs_from(form)
    kept = inputs.pop(KEPT_FILE.removesuffix("."), None)
    uploads = {
        str(name): Upload(str(value.get("token", "")), str(value.get("file_name", "")))
        for name, value in (kept.items() if isinstance(kept, Mapping) else ())
        if isinstance(value, Mapping)
    }
    return Typed(
        action=action,
        command_id=command_id,
        version=version,
        reason=form.get("reason", "").strip(),
        ground=form.get("ground", "").strip(),
        inputs=inputs,
        uploads=uploads,
    )


def faults(action: str, error: Refused | Invalid, *, files: set[str]) -> list[FieldError]:
    """Return every refusal with its basis, or every problem with its field, for the error summary.

    Fields bear the action's name before their own; those of `files` do not.
    """
    if isinstance(error, Refused):
        return [FieldError("", r.text + (f"（依据：{'；'.join(r.basis)}）" if r.basis else "")) for r in error.refusals]
    # What a letter lacks is named by its placeholders, which no form has: people are told in its message.
    if isinstance(error, MissingFields) or not error.problems:
        return [FieldError("", error.message)]
    return [
        FieldError(p.where if p.where in files else f"{action}-{p.where}" if p.where else "", p.text)
        for p in error.problems
    ]
