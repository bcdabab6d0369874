"""What may be filed on a record (现在可以申请什么): each procedure that takes filings, and what stands in the way.

The same guards that filing and acceptance ask, asked beforehand; those which depend on what the form brings are left out.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple

from repairflow.casework.case_state import guard_facts
from repairflow.casework.cases.filing import filers
from repairflow.casework.own_signature import SIGNATURE
from repairflow.casework.plausible_days import PROMISED
from repairflow.casework.told_periods import day_told, marked
from repairflow.errors import Refused
from repairflow.law.guards import Answer, answer_all, day_text
from repairflow.law.guards import required_materials as required
from repairflow.law.guards.apart import stands_apart
from repairflow.law.private_promises import said_of
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import GuardUse, Procedure
from repairflow.law.procedure.packs import RulePack
from repairflow.law.procedure.roles import SUBJECT_ROLES, role_side
from repairflow.law.shortest_stay import NO_SHORTEST_STAY, no_shortest_stay
from repairflow.records.rows import CaseRow, OfficeRow, RecordRow
from repairflow.times import local_day

BROUGHT_BY_FORM = frozenset(
    {"materials_complete", "commitment_signed", "new_material_supplied", "ground_is_objectionable", "nothing_promised"}
)
"""Guards that the form itself answers: they are asked when it is handed in."""


WHOSE = frozenset({"subject_is_minor"})
"""Guards that say whose procedure it is: where one says no, the record's page does not speak of the procedure."""


class Way(NamedTuple):
    """A procedure that subjects file on a record; of one with kinds, each kind is a way of its own."""

    procedure: Procedure
    kind: str | None


@dataclass(frozen=True, slots=True)
class Opening:
    """One procedure as a record offers it. `case` is the open case of it, `days` those until it may be filed."""

    procedure: str
    label: str
    answers: tuple[Answer, ...]
    obstacles: tuple[str, ...]  # Chinese; empty when it may be filed now
    days: int
    case: str | None
    taken: bool  # whether a filing is taken in now, however the office answers it
    kind: str | None = None  # of a procedure with kinds: the one this is about

    @property
    def meant(self) -> bool:
        """Whether the procedure is meant for a record like this one at all."""
        return all(answer.ok for answer in self.answers if answer.guard in WHOSE)

    @property
    def open(self) -> bool:
        """Whether it may be filed now."""
        return not self.obstacles and self.case is None


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of the closed list officers verify, with what the system knows: yes, no, or ask (it is verified)."""

    code: str
    label: str
    state: str
    text: str
    basis: tuple[str, ...]


def rules(law: Library, name: str, authority: OfficeRow, centre: str | None, day: date) -> tuple[Procedure, RulePack]:
    """Return the version of a procedure and the rule pack that a filing on a record of this authority follows on a day.

    `authority` is a row of office, `centre` the place of the credit centre. Refused when none covers that day.
    """
    place = law.governing(name, authority.division_code, centre)
    return law.in_force(name, day, authority.domain, authority.code, place), law.pack_on(day, authority.domain, place)


def offered(law: Library, authority: OfficeRow, centre: str | None, day: date) -> tuple[Way, ...]:
    """Return what is in force that subjects file on a record of this authority, repair first."""
    found = []
    for name in law.names():
        try:
            found.append(rules(law, name, authority, centre, day)[0])
        except Refused:
            continue  # no version covers this day: nobody may file it
    mine = [
        Way(p, kind)
        for p in found
        if p.subject == "record"
        for kind in (p.kinds or (None,))
        if set(filers(p, kind)) & SUBJECT_ROLES
    ]
    return tuple(sorted(mine, key=lambda way: (way.procedure.procedure != "repair", way.procedure.procedure)))


def opening(
    way: Way, pack: RulePack, row: RecordRow, cases: Collection[CaseRow], barred: date | None, now: datetime, *, told: bool
) -> Opening:  # fmt: skip
    """Return what stands in the way of a filing on a record row; `cases` are the record's open cases. Days of a period that may
    not be `told` are marked (`told_periods`)."""
    procedure, kind = way
    day = local_day(now)
    apart = stands_apart(procedure.filing_guards, kind)
    alike = (case for case in cases if case.procedure == procedure.procedure and (case.kind == kind or not apart))
    same = next((case.number for case in alike), None)
    known = replace(
        guard_facts.of_filing(procedure, pack, now, row), open_same=(same,) if same else (), no_commitment_until=barred,
        kind=kind,
    )  # fmt: skip
    answers = marked(answer_all(_guards_before(procedure, kind), known), told=told)
    obstacles = tuple(a.text for a in answers if not a.ok and a.guard != "no_duplicate_pending")
    too_early = [a for a in answers if not a.ok and a.guard == "minimum_period_served"]
    days = (row.apply_from - day).days if too_early and row.apply_from else 0
    asked = {use.guard for use in procedure.filing_guards}
    taken = all(answer.ok for answer in answers if answer.guard in asked)
    return Opening(procedure.procedure, procedure.label, answers, obstacles, days, same, taken, kind)


def conditions(procedure: Procedure, pack: RulePack, row: RecordRow, found: Opening) -> tuple[Condition, ...]:
    """Return the closed list of conditions that the procedure has verified, each with what is known before filing.

    Empty for a procedure that verifies no such list.
    """
    name = next(
        (spec.choices for a in procedure.action.values() for spec in a.inputs.values() if spec.kind == "conditions"),
        None,
    )
    if name is None:
        return ()
    answers = {a.guard: a for a in found.answers}
    known: Mapping[str, tuple[str, str]] = {
        "minimum_period": _in_words(answers.get("minimum_period_served")),
        "minimum_stay": _stay(pack, row),
        "performed": _performed(row),
        "commitment": ("ask", PRIVATE_PROMISE if row.of_person else "申请时在线阅读、签署并公开信用承诺"),
        "other_law": _in_words(answers.get("record_is_repairable"), "；由认定单位核查"),
    }
    return tuple(
        Condition(
            code,
            said_of(item.label, of_person=row.of_person),
            *known.get(code, ("ask", "由认定单位核查")),
            _cites(pack, item.basis),
        )
        for code, item in pack.lists.get(name, {}).items()
    )


def _stay(pack: RulePack, row: RecordRow) -> tuple[str, str]:
    """Return what is known of the shortest stay on a list: some have none."""
    if no_shortest_stay(pack, row.source):
        return "yes", NO_SHORTEST_STAY
    return "ask", "由认定单位核查"


PRIVATE_PROMISE = "申请时在线阅读、签署信用承诺；自然人的承诺不向社会公开"
LATER = "；现在没有的，可以写明补齐的日期（容缺受理）"
"""Said of a material that may come later, where it is missing."""


def required_materials(
    procedure: Procedure, pack: RulePack, *, by_agent: bool, now: datetime, signed: bool = False, promised: str = ""
) -> dict[str, str]:
    """Kinds and labels of the materials a filing must bring; `signed`: its commitment is signed online; `promised`: the day by
    which it promises what may come later."""
    known = replace(guard_facts.of_filing(procedure, pack, now, None), filed_by_agent=by_agent)
    said = {SIGNATURE: "本人"} if signed else {}
    return required(replace(known, filing={**said, PROMISED: promised} if promised else said))


def may_promise(procedure: Procedure, pack: RulePack, *, by_agent: bool, now: datetime) -> bool:
    """Tell whether the form asks this filer for a promised day: not where all that may come later (容缺) is asked of others."""
    later = {kind for kind, material in procedure.material.items() if material.deferrable}
    return not later or not later.isdisjoint(required_materials(procedure, pack, by_agent=by_agent, now=now))


def too_early(
    procedure: Procedure, row: RecordRow | None, day: date, *, told: bool, kinds: Mapping[str, str] | None = None
) -> str:
    """In words from which day an application has a prospect, where an office that takes it up would ask for the shortest
    term and it is not over; empty otherwise. A day that may not be `told` is marked. `kinds` are those that may be filed, with their
    labels: some ask for no term (撤销列入), and where there are others beside it the kind is named."""
    if row is None or row.apply_from is None or row.apply_from <= day or not procedure.actions_from(procedure.initial):
        return ""
    filed = kinds or {"": ""}
    asking = [label for kind, label in filed.items() if _asks_for_a_term(procedure, kind or None)]
    if not asking:
        return ""
    which = f"{'、'.join(asking)}的，" if len(asking) < len(filed) else ""
    if not told:
        return f"{which}最短期限可能还没有满：自{day_told(row.apply_from, told=False)}起可以申请，以认定单位答复为准。"
    return f"{which}最短期限还没有满：自{day_text(row.apply_from)}起可以申请，现在提出的，将不予受理。"


def _asks_for_a_term(procedure: Procedure, kind: str | None) -> bool:
    return any(use.guard == "minimum_period_served" for use in _guards_before(procedure, kind))


def _guards_before(procedure: Procedure, kind: str | None = None) -> tuple[GuardUse, ...]:
    """Guards of the filing and of acceptance (the first step an office may take in a case of this kind), each once."""
    first = next(
        (
            a
            for a in procedure.actions_from(procedure.initial).values()
            if any(role_side(r) == "office" for r in a.by)
            and all(use.parameters["kind"] == kind for use in a.guards if kind and use.guard == "case_kind_is")
        ),
        None,
    )
    uses = {use.guard: use for use in (*procedure.filing_guards, *(first.guards if first else ()))}
    return tuple(use for name, use in uses.items() if name not in BROUGHT_BY_FORM)


def _in_words(found: Answer | None, more: str = "") -> tuple[str, str]:
    if found is None:
        return ("ask", "由认定单位核查")
    return ("yes" if found.ok else "no", found.text + more)


def _performed(row: RecordRow) -> tuple[str, str]:
    if row.duty_performed_on is not None:
        corrected = f"，行为已于 {row.corrected_on} 纠正" if row.corrected_on else ""
        return ("yes", f"认定单位已确认，义务于 {row.duty_performed_on} 履行完毕{corrected}")
    return ("ask", "上传证明，说明行为已纠正、义务已全部履行（认定单位还没有登记）")


def _cites(pack: RulePack, names: tuple[str, ...]) -> tuple[str, ...]:
    return pack.cites(names)
