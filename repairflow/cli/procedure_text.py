"""A procedure as `procedures show` writes it: state by state, with each step's conditions, letter, grounds, remedies and basis."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from repairflow.law.coverage import Coverage, not_expressed
from repairflow.law.guards import GUARDS
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import Action, Basis, Procedure
from repairflow.law.procedure.packs import RulePack
from repairflow.law.procedure.remedy import UNITS, length
from repairflow.law.reviewing import FROM_SERVICE
from repairflow.letters.text.templates import kinds, latest_version, template

OPEN = "（待核实）"


def pack_for(library: Library, procedure: Procedure, domain: str, today: date) -> RulePack:
    """The pack under which a case filed today follows this version; of a version that has ended or is still to come, that of
    its last or first day. Refused where no pack covers that day."""
    day = max(procedure.effective, today)
    if procedure.until is not None and procedure.until <= day:
        day = procedure.until - timedelta(days=1)
    return library.pack_on(day, domain)


def lines(procedure: Procedure, pack: RulePack, coverage: Iterable[Coverage] = ()) -> Iterator[str]:
    """The whole version under a pack, line by line; with `coverage` also what no rule could say of a step."""
    coverage = tuple(coverage)
    yield f"{procedure.label}（{procedure.procedure} {procedure.version}，{procedure.effective} 起施行）"
    yield procedure.digest
    yield f"规则包：{pack.label}（{pack.pack}）"
    for state, spec in procedure.state.items():
        yield f"\n{spec.label} [{state}]" + (f"（结果：{spec.outcome}）" if spec.outcome else "")
        for clock in procedure.clock.values():
            if state in clock.runs_in and clock.days is not None:
                served = FROM_SERVICE if clock.starts == "served" else ""
                figure = f"{clock.days.count} {UNITS[clock.days.unit]}{served}"
                yield f"  期限：{clock.label} {figure}{'' if clock.verified else OPEN}"
        for name, action in procedure.actions_from(state).items():
            to = procedure.state[action.to].label if action.to else "（不变）"
            who = "、".join(procedure.actor[role] for role in action.by)
            yield f"  {action.label} [{name}] {who} → {to}"
            for word, text in _of_step(procedure, pack, name, action):
                if text:
                    yield f"    {word}：{text}"
            yield from (f"    注意：{one}" for one in not_expressed(coverage, procedure, name))


def _of_step(procedure: Procedure, pack: RulePack, name: str, action: Action) -> Iterator[tuple[str, str]]:
    known = {**pack.basis, **procedure.basis}
    yield "条件", "；".join(GUARDS[use.guard].label for use in action.guards if use.guard in GUARDS)
    yield "文书", _title(action.letter)
    if (more := action.extends) is not None:
        counts = ("working", more.working), ("calendar", more.calendar), ("months", more.months)
        figure = "、".join(f"{count} {UNITS[unit]}" for unit, count in counts if count is not None)
        yield "延长", f"{procedure.clock[more.clock].label} {figure}{_open(known, action.basis)}"
    if action.reason == "code":
        grounds = pack.lists.get(procedure.ground_list(name), {}).values()
        yield "事由", "；".join(f"{one.label}{_open(known, one.basis)}" for one in grounds)
    told = (pack.remedy[one] for one in action.remedy if one in pack.remedy)
    yield (
        "救济",
        "；".join(f"{one.label}{' ' if one.limit else ''}{length(one.limit)}{_open(known, one.basis)}" for one in told),
    )
    cited = dict.fromkeys(f"{known[one].citation}{_open(known, [one])}" for one in action.basis if one in known)
    yield "依据", "；".join(cited)


def _open(known: dict[str, Basis], names: Iterable[str]) -> str:
    """The mark of what names no article that somebody read, or one that nobody has read."""
    found = [known[name] for name in names if name in known]
    return "" if found and all(one.verified for one in found) else OPEN


def _title(kind: str | None) -> str:
    return template(kind, latest_version(kind)).name if kind is not None and kind in kinds() else ""
