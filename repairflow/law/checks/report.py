"""What a check finds, what it may look names up in, and where it writes its findings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from repairflow.errors import Problem
from repairflow.law.checks.messages import TEXTS
from repairflow.law.checks.state_space import Budget
from repairflow.law.guards import GUARDS, PREDICATES
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.pack_days import followed
from repairflow.law.procedure.packs import RulePack
from repairflow.law.toml_file import line_of

RECORD = "record"
"""The procedure whose states are those of a dishonesty record and whose actions are the public effects."""

CASE_EFFECT_LABELS: Mapping[str, str] = {
    "waive_push": "取消向该单位推送", "transfer_case": "办件移交接收单位", "bar_commitment": "登记不适用告知承诺方式的期间",
    "link_person": "登记有关责任人员", "enter_list": "记入名单", "leave_list": "移出名单",
    "expire_from_list": "列入期限届满，移出名单", "annul_listing": "撤销列入", "impose_measure": "登记惩戒措施",
    "lift_measure": "解除该项惩戒措施", "push_interview": "约谈结果记入信用档案并推送", "leave_honour": "退出守信名单",
    "renew_honour": "在守信名单上的期限重新计算",
    "enter_check_result": "登记检查结果", "name_penalty": "写明行政处罚的文号",
    "book_meeting": "记入约谈日程", "tell_other_side": "通知对方",
}  # fmt: skip
"""What a step does beside the record's own life, as the table to be signed calls it."""
CASE_EFFECTS = frozenset(CASE_EFFECT_LABELS)
"""Effects on the case's own pushes: nothing public changes, so the record's life does not know them."""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One thing a check found. An error keeps a procedure from use; a warning is shown and does not."""

    code: str
    where: str  # file:line
    text: str
    severity: Literal["error", "warning"] = "error"
    letter: str = ""  # the kind of letter it is about

    @property
    def problem(self) -> Problem:
        return Problem(self.where, self.text)


@dataclass(frozen=True)
class Names:
    """Everything outside its own file that a procedure may name."""

    guards: Mapping[str, tuple[str, ...]]  # with the parameters each takes
    predicates: frozenset[str]
    letters: frozenset[str]
    procedures: frozenset[str]
    packs: tuple[RulePack, ...]
    record: Procedure | None  # the record's own life; None when no file holds it
    files: tuple[Procedure, ...] = ()  # every version of every procedure, for what one says of another
    installed: tuple[Procedure, ...] = ()  # the law in use, where the files are to take its place
    fields: Mapping[str, frozenset[str]] = field(default_factory=dict)  # what the text of each kind of letter requires
    prints: Mapping[str, frozenset[str]] = field(default_factory=dict)  # what it prints where it is given
    _in_force: dict[tuple[date, date | None], tuple[RulePack, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @classmethod
    def of(cls, library: Library, letters: Iterable[str]) -> Names:
        """Return the names this node knows: guards and predicates of the program, the rest from its library."""
        return cls.known(library.procedures.values(), library.packs.values(), letters)

    @classmethod
    def known(
        cls,
        procedures: Iterable[Procedure],
        packs: Iterable[RulePack],
        letters: Iterable[str],
        fields: Mapping[str, frozenset[str]] | None = None,
    ) -> Names:
        """As `of`, for procedures and packs that are not in a library; `fields` as letter texts require them."""
        found = tuple(procedures)
        lives = sorted((p for p in found if p.procedure == RECORD), key=lambda p: p.effective)
        return cls(
            guards={name: guard.parameters for name, guard in GUARDS.items()},
            predicates=frozenset(PREDICATES),
            letters=frozenset(letters),
            procedures=frozenset(p.procedure for p in found),
            packs=tuple(packs),
            record=lives[-1] if lives else None,
            files=found,
            fields=fields or {},
        )

    def beside(self, installed: Iterable[Procedure]) -> Names:
        """Return the same names, and the law in use for versions to be held against."""
        return replace(self, installed=tuple(installed))

    def printing(self, prints: Mapping[str, frozenset[str]]) -> Names:
        """Return the same names, and what letters print where it is given."""
        return replace(self, prints=prints)

    def packs_for(self, procedure: Procedure) -> tuple[RulePack, ...]:
        """Return the rule packs in force on some day on which this version is chosen for a filing; sought once for such days."""
        days = procedure.effective, procedure.until
        if days not in self._in_force:
            self._in_force[days] = tuple(
                pack
                for pack in self.packs
                if (pack.until is None or procedure.effective < pack.until)
                and (procedure.until is None or pack.effective < procedure.until)
                and not self._taken_over(pack, procedure.effective)
            )
        return self._in_force[days]

    def _taken_over(self, pack: RulePack, day: date) -> bool:
        """Tell whether a newer pack of its field and place stands in its place before this day, or in that of its base."""
        newer = (
            (one.domain, one.jurisdiction) == (pack.domain, pack.jurisdiction) and pack.effective < one.effective <= day
            for one in self.packs
        )
        return any(newer) or followed(pack, self.packs, day)


class Report:
    """Collects findings about one procedure, each with the line it concerns."""

    def __init__(self, procedure: Procedure, names: Names, text: str | None, where: str) -> None:
        self.procedure = procedure
        self.names = names
        self.findings: list[Diagnostic] = []
        self.budget = Budget()
        self._text = text
        self._where = where or f"{procedure.procedure}-{procedure.version}"

    @property
    def is_record(self) -> bool:
        """Whether this is the record's own life: no case, so no deadlines, no end and no refusals of its own."""
        return self.procedure.procedure == RECORD

    def add(self, code: str, at: tuple[str, ...], **words: object) -> None:
        """Note an error at a place in the file; `words` fill its text."""
        self.findings.append(Diagnostic(code, self._line(at), TEXTS[code].format(**words)))

    def warn(self, code: str, at: tuple[str, ...], **words: object) -> None:
        """Note a warning, otherwise as `add`."""
        self.findings.append(Diagnostic(code, self._line(at), TEXTS[code].format(**words), "warning"))

    def find(self, code: str, at: tuple[str, ...], text: str, *, letter: str = "") -> None:
        """Note an error whose text the check words itself; `letter` where it lies in what the text of that kind requires."""
        self.findings.append(Diagnostic(code, self._line(at), text, letter=letter))

    def hint(self, code: str, at: tuple[str, ...], text: str) -> None:
        """Note a warning whose text the check words itself."""
        self.findings.append(Diagnostic(code, self._line(at), text, "warning"))

    def _line(self, at: tuple[str, ...]) -> str:
        return self._where if self._text is None else f"{self._where}:{line_of(self._text, at)}"

    def action(self, name: str) -> str:
        """Return an action as messages name it: its label and its code."""
        found = self.procedure.action.get(name)
        return f"动作“{found.label}”（{name}）" if found else f"动作“{name}”"

    def state(self, name: str) -> str:
        """Return a state as messages name it."""
        found = self.procedure.state.get(name)
        return f"环节“{found.label}”（{name}）" if found else f"环节“{name}”"

    def states(self, names: Iterable[str]) -> str:
        """Several states as messages name them."""
        return "、".join(map(self.state, names))

    def clock(self, name: str) -> str:
        """Return a clock as messages name it."""
        found = self.procedure.clock.get(name)
        return f"期限“{found.label}”（{name}）" if found else f"期限“{name}”"

    def guard(self, name: str) -> str:
        """Return a guard as messages name it: its label on checklists and its code."""
        found = GUARDS.get(name)
        return f"前置条件“{found.label}”（{name}）" if found else f"前置条件“{name}”"

    def role(self, name: str) -> str:
        """Return a role as messages name it."""
        return f"“{self.procedure.actor.get(name, name)}”（{name}）"
