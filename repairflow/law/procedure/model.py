"""A procedure (办理程序) as a frozen value, read from a TOML file with a closed vocabulary.

An unknown key is an error; a wish that needs an `if` becomes a named guard. Reading checks form, `checks.problems` sense.
"""

from __future__ import annotations

import tomllib
from collections.abc import Container, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, NoReturn, TypeAlias

from pydantic import AfterValidator, Field, ValidationError, field_validator, model_validator

from repairflow.errors import DefinitionError
from repairflow.law.procedure import strict
from repairflow.law.procedure.basis import Basis
from repairflow.law.procedure.bounds import too_many
from repairflow.law.procedure.extension import Extends, approval
from repairflow.law.procedure.form_faults import faults, refusal, refuse_reserved
from repairflow.law.procedure.letter_form import LetterForm
from repairflow.law.procedure.material import Material
from repairflow.law.procedure.opens import DecidedBy, Opens
from repairflow.law.toml_file import broken, meaning_digest, read_toml, unreadable

Strict = strict.Strict
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
"""Names of states, actions, clocks and roles are ASCII: they are stored, compared and drawn. Labels are Chinese."""


InputKind = Literal[
    "text", "long_text", "choice", "date", "datetime", "number", "boolean", "material", "corrections", "conditions", "gaps",
]  # fmt: skip


class Input(Strict):
    """One thing a form asks: typed, labelled, checked before guards see it."""

    kind: InputKind
    label: str
    choices: str | None = None  # the closed list of the rule pack it takes its answers from
    required: bool = True
    minimum: int | None = None
    maximum: int | None = None
    hint: str | None = None
    vaulted: bool = False  # sealed at once; officers never see it (举报人身份)
    after: tuple[str, ...] = ()  # asked only once one of these steps was taken in the case
    past: bool = False  # a day that says what was done: none to come
    told: bool = False  # the subject reads the answer on its page as long as the case stands where the step led
    entered: bool = False  # asked of who enters another office's paper (`Action.enters`), and of nobody else
    asks: str | None = None  # a yes asks for this action: who takes it is told, and the case says so until it was taken

    @model_validator(mode="after")
    def _choice_names_its_list(self) -> Input:
        if (self.kind in {"choice", "conditions"}) != (self.choices is not None):
            raise ValueError("kind 为 choice 或 conditions 时须写明 choices，其他种类不得写")
        return self

    @model_validator(mode="after")
    def _past_is_of_a_day(self) -> Input:
        if self.past and self.kind != "date":
            raise ValueError("past 只用于日期（kind 为 date）")
        return self


class State(Strict):
    """A state (环节). An outcome makes it final."""

    label: str
    outcome: str | None = None
    stage: str | None = None  # the step of the path shown to people, where several states share one
    no_clock: str | None = None  # why a non-final state has no deadline
    todo: str | None = None  # what the subject should do here beside steps of its own: come, bring something, check
    internal: bool | None = None  # the offices' own: the subject sees nothing of the case before it has left it
    retired: bool = False  # no step leads here any more; what an earlier version left here still stands here

    @property
    def final(self) -> bool:
        return self.outcome is not None


class Days(Strict):
    """A length of time: exactly one of working days, calendar days, months, years."""

    working: int | None = Field(default=None, ge=1, le=400)
    calendar: int | None = Field(default=None, ge=1, le=4000)
    months: int | None = Field(default=None, ge=1, le=600)
    years: int | None = Field(default=None, ge=1, le=100)
    input: str | None = None  # the action that enters may set another length, by this input

    @model_validator(mode="after")
    def _one_unit(self) -> Days:
        if sum(v is not None for v in (self.working, self.calendar, self.months, self.years)) != 1:
            raise ValueError("working、calendar、months、years 须且只能写一个")
        return self

    @property
    def unit(self) -> Literal["working", "calendar", "months", "years"]:
        if self.working is not None:
            return "working"
        if self.calendar is not None:
            return "calendar"
        return "months" if self.months is not None else "years"

    @property
    def count(self) -> int:
        value = getattr(self, self.unit)
        assert isinstance(value, int)
        return value


class Clock(Strict):
    """A limit (期限): runs while the case stands in `runs_in`, stands still in `pauses_in`, ends when it leaves both.

    It starts with the step that enters `runs_in`, with the service of the letter that sets it, or on the day a step gives (`starts_on`).
    """

    label: str
    runs_in: tuple[str, ...] = Field(min_length=1)
    pauses_in: tuple[str, ...] = ()
    pause_basis: tuple[str, ...] = ()  # the articles by which it stands still there
    starts: Literal["step", "served"] = "step"
    starts_on: str | None = None  # a date input
    once: bool = False  # of one that counts from a day: who enters again later starts it no second time
    days: Days | None = None
    until: str | None = None  # due on the day given in this case by this input, at 24:00
    instant: str | None = None  # due at the very moment given in this case by this input
    owner: str
    remind: tuple[int, ...] = ()
    overdue: str  # "escalate", or the action that system performs
    duty: bool = False  # whether the office owes the applicant its answer by this end: 履行期限 (行政复议法实施条例 16)
    basis: tuple[str, ...] = Field(min_length=1)
    verified: bool

    @model_validator(mode="after")
    def _one_end(self) -> Clock:
        if sum(end is not None for end in (self.days, self.until, self.instant)) != 1:
            raise ValueError("days、until、instant 须且只能写一个")
        if (self.starts == "served" or self.starts_on is not None) and self.days is None:
            raise ValueError('自送达（starts = "served"）或者填写的日期（starts_on）起算的期限须写 days')
        if self.once and self.starts_on is None:
            raise ValueError("once 只用于自填写的日期（starts_on）起算的期限；请删去")
        return self

    @property
    def named(self) -> str | None:
        """The input that gives the end in each case; None for a limit of so many days."""
        return self.until or self.instant


Parameters: TypeAlias = Mapping[str, int | str | tuple[str, ...]]
"""What a guard is asked with, by name."""


class LacksValue(KeyError):
    """A guard is read by a value that its use does not give."""


class _Values(dict[str, "int | str | tuple[str, ...]"]):
    """What one use of a guard gives, by name. LacksValue for what it does not give, which tells it from a fault of the reader."""

    def __missing__(self, name: str) -> NoReturn:
        raise LacksValue(name)


class GuardUse(Strict):
    """A named guard with its declared parameters."""

    guard: str
    parameters: Annotated[Parameters, AfterValidator(_Values)] = Field(default_factory=_Values)

    @model_validator(mode="before")
    @classmethod
    def _flat(cls, value: object) -> object:
        if isinstance(value, str):
            return {"guard": value}
        if isinstance(value, dict) and "parameters" not in value:
            rest = {k: tuple(v) if isinstance(v, list) else v for k, v in value.items() if k != "guard"}
            return {"guard": value.get("guard"), "parameters": rest}
        return value


class Offices(Strict):
    """Which offices a case of this procedure belongs to: who receives it, who decides it, who provided the record.

    `authority` is the record's 认定单位 (谁认定、谁修复), `credit_office` the 信用办, `superior` the office above the one
    that decided before, `filer` the office of the officer who opened the case, `named` the one the input `office` gives by
    code (the filer's own where it gives none).
    """

    receiving: Literal["credit_office", "authority", "superior", "filer", "named"] = "credit_office"
    deciding: Literal["authority", "credit_office", "superior", "filer", "named"] = "authority"
    providing: Literal["provider", "partner"] = "provider"  # `partner`: the office the input of that name gives by code


class Action(Strict):
    """A step (办理动作): who may take it, from where, to where, and what follows. Without `to` the case stays."""

    label: str
    by: tuple[str, ...] = Field(min_length=1)
    enters: tuple[str, ...] = ()  # of `by`: who only enters what another office has decided on paper; issues no letter
    from_: tuple[str, ...] = Field(alias="from", min_length=1)
    to: str | None = None
    on: tuple[Literal["opened", "receipt", "record_changed", "linked_case_closed"], ...] = ()
    guards: tuple[GuardUse, ...] = ()
    materials: tuple[str, ...] = ()  # kinds that may come with the step; one of them, where a guard asks for material
    distinct_from: tuple[str, ...] = ()
    inputs: Mapping[str, Input] = {}
    reason: Literal[True, False, "code"] = False
    letter: str | None = None
    remedy: tuple[str, ...] = ()
    no_remedy: str | None = None  # why nothing is open against its letter: an item of the list `no_remedy`
    effects: tuple[str, ...] = ()
    effect_basis: Mapping[str, tuple[str, ...]] = {}  # of effects that rest on other articles than the step
    list_basis: Mapping[
        Code, tuple[str, ...]
    ] = {}  # by kind of list: what its letter cites besides, where the case is about it
    undo: str | None = None  # record-life only: the effect that takes this one back
    undoable: bool = False  # who took it may take it back the same day, before anybody has gone on (撤回上一步)
    opens: Opens | None = None
    extends: Extends | None = None
    basis: tuple[str, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _asks_who_approved(self) -> Action:
        if self.extends is not None and self.extends.approver:
            asked = {name: Input.model_validate(item) for name, item in approval(self.extends.approver).items()}
            object.__setattr__(self, "inputs", asked | dict(self.inputs))  # a frozen value, before anybody sees it
        return self

    def asks(self, done: Container[str]) -> dict[str, Input]:
        """Return what the form of this step asks in a case where the steps `done` were taken."""
        return {
            name: item for name, item in self.inputs.items() if not item.after or any(one in done for one in item.after)
        }

    @field_validator("guards", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        return tuple(value) if isinstance(value, list) else value


class Procedure(Strict):
    """One version of one procedure. Holds: all names inside resolve to something declared in the file."""

    procedure: Code
    version: str = Field(pattern=r"^[0-9]{4}-[0-9]{2}(\.[0-9]+)?$")
    label: str
    effective: date
    until: date | None = None  # the first day on which this version is no longer chosen for a filing
    subject: Literal["record", "subject", "case"] = "record"
    prefix: str = Field(default="", pattern=r"^[A-Z]{0,4}$")  # of case numbers
    initial: str
    summary: str = ""
    basis: Mapping[str, Basis]
    actor: Mapping[Code, str]
    offices: Offices = Offices()
    decided_by: DecidedBy | None = None  # another office decides what the deciding one passes on and carries out
    kinds: Mapping[Code, str] = {}  # variants of a case and their labels (an interview is a reminder or a warning)
    filed_by: tuple[str, ...] = ()  # roles that may file; the subject's own roles when empty
    kind_by: Mapping[Code, tuple[str, ...]] = {}  # by kind: which of them may file it; nobody where the list is empty
    filing_guards: tuple[GuardUse, ...] = ()
    filing_letter: str | None = None
    filing_basis: tuple[str, ...] = ()  # what the conditions of filing and the material asked rest on
    confidential: bool = False  # 投诉、举报：the subject it is about neither sees the case nor is told of it
    opened_only: bool = False  # by another case or ex officio, never by a filing form
    inputs: Mapping[Code, Input] = {}
    material: Mapping[Code, Material] = {}
    state: Mapping[Code, State]
    clock: Mapping[Code, Clock] = {}
    action: Mapping[Code, Action]
    letters: Mapping[Code, LetterForm] = {}  # by kind of letter; a kind not named here goes its usual way
    digest: str = ""  # SHA-256 of the file's meaning, set when read

    def ground_list(self, action: str) -> str:
        """Return the closed list of the rule pack that an action with `reason = "code"` takes its ground from."""
        return f"{self.procedure}_{action}_grounds"

    @property
    def internal_states(self) -> frozenset[str]:
        """The states in which a case is the offices' own."""
        return frozenset(name for name, spec in self.state.items() if spec.internal)

    def material_label(self, kind: str) -> str:
        """Return what a kind of file in its cases is called: a material, or what the form of a step asks."""
        asked = (spec for action in self.action.values() for name, spec in action.inputs.items() if name == kind)
        spec = self.material.get(kind) or next(asked, None)
        return spec.label if spec is not None else "其他材料"

    def takes(self, action: str, required: Container[str]) -> dict[str, Material]:
        """Return the kinds of material that may come with a step: those it names, else all that somebody hands in."""
        named = self.action[action].materials
        return {
            kind: material
            for kind, material in self.material.items()
            if (kind in named if named else kind in required or material.required_if is None)
        }

    def actions_from(self, state: str) -> dict[str, Action]:
        """Return the actions that leave or stay in `state`, in the order of the file."""
        return {name: action for name, action in self.action.items() if state in action.from_}


def parse(text: str, where: str, *, kept: bool = False) -> Procedure:
    """Read one procedure from TOML text; DefinitionError with every fault of form, each with file and line."""
    try:
        data = read_toml(text)
    except tomllib.TOMLDecodeError as error:
        raise DefinitionError(f"{where} 不是有效的 TOML 文件", [broken(error, text, where)]) from error
    if not kept:
        refuse_reserved(data, ("digest",), text, where)
        if found := too_many(data, text, where):
            raise DefinitionError(f"{where} 太大，未采用", found)
    try:
        return Procedure.model_validate({**data, "digest": meaning_digest(data)}, strict=strict.of(kept=kept))
    except ValidationError as error:
        raise refusal(where, faults(error, text, where, Procedure)) from error


def load(path: Path) -> Procedure:
    """Read one procedure file; DefinitionError when it cannot be read or has any fault of form."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DefinitionError(f"{path.name} 无法读取", [unreadable(path.name)]) from error
    return parse(text, path.name)
