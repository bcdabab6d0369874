"""What a guard is made of: the facts it may look at, the answer it gives, and the table in which a module keeps its guards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from repairflow.law.calendar.workdays import Calendar
from repairflow.law.deadlines.runs import Step
from repairflow.law.procedure.model import Parameters, Procedure
from repairflow.law.procedure.packs import RulePack

PUBLIC_STATES = frozenset({"published", "disputed", "held", "restored"})
"""The states in which a record is shown to the public."""


@dataclass(frozen=True, slots=True)
class Done(Step):
    """A step of the history with who took it and its place in the trail."""

    seq: int = 0
    actor_id: int | None = None
    actor_name: str = ""


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """What guards may know of the record a case is about."""

    number: str
    kind: str
    severity: str
    state: str
    apply_from: date | None
    min_until: date | None
    max_until: date | None
    penalty_kinds: tuple[str, ...] = ()
    list_kind: str | None = None  # of a list entry: the list it stands on
    minor: bool = False  # 未成年人
    of_person: bool = False  # 自然人的信息：never public, but kept and used
    bar: str | None = None  # 不可修复：the ground with its article
    annulled: bool = False  # 信息被撤销：自始不应存在
    was_public: bool | None = (
        None  # a penalty that everybody could see, now or before; None where nobody asked, and in older events
    )


@dataclass(frozen=True, slots=True)
class Linked:
    """A case joined to this one: what it was, how it ended, who decided it and who acted in it."""

    number: str
    procedure: str
    state: str
    outcome: str | None
    deciding_id: int
    actors: frozenset[int]
    opened_this: bool  # this case follows from it (else it follows from this one)
    closed_on: date | None = None
    kind: str | None = None  # its variant
    served_on: date | None = None  # the day its decision counts as served
    unserved: bool = False  # its decision is a letter that tells remedies, and has not been served


@dataclass(frozen=True, slots=True)
class FiledDocument:
    """A document of which the subject's file has a record: what a designation that rests on it must agree with."""

    record: str
    number: str
    day: date
    office: str
    annulled: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything guards may look at, gathered before any of them runs."""

    procedure: Procedure
    pack: RulePack
    action: str
    now: datetime
    today: date
    history: tuple[Done, ...] = ()
    inputs: Mapping[str, object] = field(default_factory=dict)
    filing: Mapping[str, object] = field(default_factory=dict)
    record: RecordFacts | None = None
    materials: tuple[tuple[str, int], ...] = ()  # kind, and the step that took it up (0: this one)
    filed_by_agent: bool = False
    open_same: tuple[str, ...] = ()  # numbers of other open cases of this procedure on this record
    pushes: tuple[tuple[str, str], ...] = ()  # target name, outbox state
    due_days: Mapping[str, date | None] = field(default_factory=dict)  # running clocks
    no_commitment_until: date | None = None
    kind: str | None = None  # the case's variant
    actor_id: int | None = None
    linked: tuple[Linked, ...] = ()  # cases this one was opened from or after
    deciding_id: int | None = None
    division_code: str | None = None  # the place of the deciding office
    calendar: Calendar | None = None
    closes_at: str = (
        ""  # when the window closes at which this is filed; empty: filed online, or it has no hour of its own
    )
    documents: tuple[FiledDocument, ...] = ()  # records of the subject whose document has the number that is stated
    answerable: int | None = None  # how many people are linked as answerable for the subject
    new_dishonesty: tuple[str, ...] = ()  # of a list entry: numbers of records of later decisions that still stand
    last_dishonesty: date | None = None  # the day of the newest decision against the subject that still stands
    rungs: tuple[str, ...] = ()  # codes of the graded measures (pack.ladder) already taken against the subject
    entry_stands: bool = False  # the entry of a favourable list that the case before made stands
    decided_before: tuple[str, ...] = ()  # earlier cases of this procedure after the same case, decided on their merits


class NotStoredError(LookupError):
    """A guard looked at a fact of a step that the trail does not keep."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a guard answered: shown as a checklist, kept in the trail, and turned into a refusal when not ok."""

    guard: str
    label: str
    ok: bool
    text: str


Rule = Callable[[Facts, Parameters], tuple[bool, str]]


@dataclass(frozen=True, slots=True)
class Guard:
    """A guard: its name in files, its label on checklists, the parameters it takes, and the rule itself."""

    name: str
    label: str
    parameters: tuple[str, ...]
    rule: Rule


class Guards(dict[str, Guard]):
    """The guards of one module, by name."""

    def guard(self, label: str, *parameters: str) -> Callable[[Rule], Rule]:
        """Enter a rule as the guard of its function name."""

        def enter(rule: Rule) -> Rule:
            self[rule.__name__] = Guard(rule.__name__, label, parameters, rule)
            return rule

        return enter


def number(parameters: Parameters, name: str) -> int:
    """Return a parameter that is a number; TypeError for another, which the checks refuse before use."""
    value = parameters[name]
    if not isinstance(value, int):
        raise TypeError(f"{name}: {value!r}")
    return value


def names(parameters: Parameters, name: str) -> tuple[str, ...]:
    """Return a parameter that names one thing or several; none where it is left out."""
    value = parameters.get(name, ())
    return value if isinstance(value, tuple) else (str(value),)


def day_text(day: date) -> str:
    """2026年9月12日"""
    return f"{day.year}年{day.month}月{day.day}日"


def times_taken(facts: Facts, action: str) -> int:
    """Return how often an action was taken in the case."""
    return sum(step.action == action for step in facts.history)
