"""A procedure as `procedures show` writes it: state by state, with each step's conditions, letter, grounds, remedies and basis."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from repairflow.law.calendar.periods import UNIT_LABELS
from repairflow.law.coverage import Coverage, not_expressed
from repairflow.law.guards.sentences import sentences
from repairflow.law.procedure.basis import Basis
from repairflow.law.procedure.clock_starts import starting_day
from repairflow.law.procedure.ground import Ground, condition_list, not_met
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.packs import RulePack
from repairflow.law.procedure.remedy import length
from repairflow.law.reviewing.rows import FROM_SERVICE
from repairflow.letters.text.templates import kinds, latest_version, template

OPEN = "（待核实）"


def pack_for(library: Library, procedure: Procedure, domain: str | None, today: date) -> RulePack:
    """Return the pack under which a case filed today follows this version: of this field, else of that for which the version is laid
    down; of a version that has ended or is still to come, that of its last or first day. Refused where no pack covers that day."""
    day = max(procedure.effective, today)
    if procedure.until is not None and procedure.until <= day:
        day = procedure.until - timedelta(days=1)
    local = library.overlays.get((procedure.procedure, procedure.version))
    field = domain or (local.sector if local is not None else None) or "general"
    return library.pack_on(day, field, local.jurisdiction if local is not None else None)


def lines(
    procedure: Procedure, pack: RulePack, others: Mapping[str, Procedure], coverage: Iterable[Coverage] = ()
) -> Iterator[str]:
    """Yield the whole version under a pack, line by line; `others` are procedures by name, for what a condition says of another
    case; with `coverage` also what no rule could say of a step."""
    coverage = tuple(coverage)
    until = f"，{procedure.until} 停用" if procedure.until is not None else ""
    yield f"{procedure.label}（{procedure.procedure} {procedure.version}，{procedure.effective} 起施行{until}）"
    yield procedure.digest
    yield f"规则包：{pack.label}（{pack.pack}）"
    if procedure.filing_guards:
        yield f"提出的条件：{'；'.join(sentences(procedure.filing_guards, procedure, pack, others))}"
    for state, spec in procedure.state.items():
        yield f"\n{spec.label} [{state}]" + (f"（结果：{spec.outcome}）" if spec.outcome else "")
        for clock in procedure.clock.values():
            if state in clock.runs_in and clock.days is not None:
                served = FROM_SERVICE if clock.starts == "served" else ""
                served += f"（自{starting_day(procedure, clock)}起算）" if clock.starts_on else ""
                figure = f"{clock.days.count} {UNIT_LABELS[clock.days.unit]}{served}"
                yield f"  期限：{clock.label} {figure}{'' if clock.verified else OPEN}"
        for name, action in procedure.actions_from(state).items():
            to = procedure.state[action.to].label if action.to else "（不变）"
            who = "、".join(procedure.actor[role] for role in action.by)
            yield f"  {action.label} [{name}] {who} → {to}"
            for word, text in _of_step(procedure, pack, others, name):
                if text:
                    yield f"    {word}：{text}"
            yield from (f"    注意：{one}" for one in not_expressed(coverage, procedure, name))


def _denies(conditions: Mapping[str, Ground], ground: Ground) -> str:
    """Return which conditions a ground says are not met; nothing for one that says so of none."""
    labels = tuple(conditions[one].label for one in ground.denies or () if one in conditions)
    return f"（{not_met(labels)}）" if labels else ""


def _of_step(
    procedure: Procedure, pack: RulePack, others: Mapping[str, Procedure], name: str
) -> Iterator[tuple[str, str]]:
    known, action = {**pack.basis, **procedure.basis}, procedure.action[name]
    yield "条件", "；".join(sentences(action.guards, procedure, pack, others))
    yield "不得由办理这些步骤的人办理", "、".join(procedure.action[one].label for one in action.distinct_from)
    yield "文书", _title(action.letter)
    if (more := action.extends) is not None:
        counts = ("working", more.working), ("calendar", more.calendar), ("months", more.months)
        figure = "、".join(f"{count} {UNIT_LABELS[unit]}" for unit, count in counts if count is not None)
        yield "延长", f"{procedure.clock[more.clock].label} {figure}{_open(known, action.basis)}"
    if action.reason == "code":
        listed = procedure.ground_list(name)
        conditions = pack.lists.get(condition_list(listed) or "", {})
        yield (
            "事由",
            "；".join(
                f"{one.label}{_denies(conditions, one)}{_open(known, one.basis)}"
                for one in pack.lists.get(listed, {}).values()
            ),
        )
    told = (pack.remedy[one] for one in action.remedy if one in pack.remedy)
    yield (
        "救济",
        "；".join(f"{one.label}{' ' if one.limit else ''}{length(one.limit)}{_open(known, one.basis)}" for one in told),
    )
    cited = dict.fromkeys(f"{known[one].citation}{_open(known, [one])}" for one in action.basis if one in known)
    yield "依据", "；".join(cited)


def _open(known: dict[str, Basis], names: Iterable[str]) -> str:
    """Return the mark of what names no article that somebody read, or one that nobody has read."""
    found = [known[name] for name in names if name in known]
    return "" if found and all(one.verified for one in found) else OPEN


def _title(kind: str | None) -> str:
    return template(kind, latest_version(kind)).name if kind is not None and kind in kinds() else ""
