"""What the law answers to the facts of a vector, in the words vectors use. Pure; counting is that of cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, time

from repairflow.errors import Invalid
from repairflow.law.calendar.workdays import Calendar
from repairflow.law.classing import Offence, classed
from repairflow.law.deadlines.count import due
from repairflow.law.deadlines.lengths import last_day
from repairflow.law.deadlines.runs import Served, Step
from repairflow.law.procedure.basis import Basis
from repairflow.law.procedure.ground import condition_list
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import Action, Days, Procedure
from repairflow.law.procedure.packs import SEVERITY_LABELS, RulePack
from repairflow.law.publicity import class_days
from repairflow.law.vectors.entries import BASES, bases, entries_of
from repairflow.law.vectors.form import Answer, Facts
from repairflow.times import SHANGHAI

Answers = Mapping[str, Answer]
FILED, RECORD = "提出", "record"
REMEDY, TERM, MOVING_TERMS = "救济.", "期间.", ("inaction_review", "inaction_suit", "inaction_suit_unanswered")


def answers(library: Library, facts: Facts) -> Answers:
    """Return every answer the law has for these facts; Invalid in Chinese where it has no such limit, step or figure."""
    if facts.kinds:
        return _class(library.pack_on(facts.day, facts.domain, facts.division), facts)
    if facts.figure:
        pack = library.pack_on(facts.day, facts.domain, facts.division)
        return _figure(pack, facts, library.calendars.of(facts.division))
    if facts.entry and not facts.procedure:
        return entries_of(library.pack_on(facts.day, facts.domain, facts.division), facts.entry)
    procedure = _procedure(library, facts)
    if facts.entry:
        if facts.entry != BASES:
            raise Invalid(f"办理程序的条目只有“{BASES}”；请改正，或者删去程序")
        return bases(procedure.basis)
    known = {**library.statutes, **procedure.basis}
    if facts.step:
        if facts.step == FILED:
            return _filing(procedure)
        found = _step(procedure, facts.step, known)
        pack = library.pack_on(facts.day, facts.domain, facts.division)
        found = {**found, **_done(procedure, facts.step, pack, library.in_force(RECORD, facts.day))}
        return {**found, **_ground(procedure, facts, pack)} if facts.ground else found
    return _limit(procedure, facts, library.calendars.of(facts.division), known)


def _procedure(library: Library, facts: Facts) -> Procedure:
    names = [name for name in library.names() if any(p.label == facts.procedure for p in library.versions(name))]
    if len(names) != 1:
        raise Invalid(f"没有名为“{facts.procedure}”的办理程序；请照程序的名称写")
    before = [name for name in library.names() if library.versions(name)[-1].label == facts.first]
    return library.in_force(names[0], facts.day, facts.domain, facts.office, facts.division, "".join(before[:1]))


def _limit(procedure: Procedure, facts: Facts, calendar: Calendar, known: Mapping[str, Basis]) -> Answers:
    found = [(name, clock) for name, clock in procedure.clock.items() if clock.label == facts.clock]
    if len(found) != 1:
        raise Invalid(f"“{procedure.label}”没有名为“{facts.clock}”的期限")
    name, clock = found[0]
    state, start = clock.runs_in[0], datetime.combine(facts.start or facts.day, time(10), SHANGHAI)
    given = {clock.starts_on: start.date().isoformat()} if clock.starts_on else {}
    steps, basis = [Step(start, "", state, given, served=Served(start.date(), start))], clock.basis
    if facts.extended:
        longer = next((a for a in procedure.action.items() if a[1].extends and a[1].extends.clock == name), None)
        if longer is None:
            raise Invalid(f"“{facts.clock}”不能延长")
        steps.append(Step(start, longer[0], state))
        basis = longer[1].basis
    rest: dict[str, Answer] = {
        "提前提醒": clock.remind,
        "条文": tuple(known[one].citation for one in basis if one in known),
        "版本": procedure.version,
    }
    if clock.days is None:
        return rest  # each case names its day
    run = due(procedure, name, tuple(steps), calendar)
    assert run is not None
    assert run.due_day is not None
    return {"届满日": run.due_day, **rest}


def _class(pack: RulePack, facts: Facts) -> Answers:
    codes = {kind.label: code for code, kind in pack.penalty.items()}
    if unknown := [label for label in facts.kinds if label not in codes]:
        raise Invalid(f"规则包 {pack.pack} 没有列出处罚类别：{'、'.join(unknown)}")
    kinds = tuple(codes[label] for label in facts.kinds)
    found = classed(pack, Offence(kinds, facts.fine_wan, facts.simple))
    days = class_days(pack, found.severity, facts.day)
    cites = (pack.basis[one].citation for code in kinds for one in pack.penalty[code].basis if one in pack.basis)
    answer: dict[str, Answer] = {
        "失信程度": SEVERITY_LABELS[found.severity], "暂定": found.waits_for is not None, "公示": days.published,
        "申请起日": days.apply_from, "公示届满日": days.max_until, "条文": tuple(dict.fromkeys(cites)),
    }  # fmt: skip
    if pack.simple_procedure is not None:
        answer["可以当场决定"] = _on_the_spot(pack, kinds, facts)
    return answer


def _on_the_spot(pack: RulePack, kinds: tuple[str, ...], facts: Facts) -> bool:
    simple = pack.simple_procedure
    assert simple is not None
    most = simple.person_wan if facts.person else simple.others_wan
    return set(kinds) <= set(simple.kinds) and (facts.fine_wan or 0) <= most


def _figure(pack: RulePack, facts: Facts, calendar: Calendar) -> Answers:
    known = dict(_figures(pack))
    if facts.figure not in known:
        raise Invalid(f"规则包 {pack.pack} 没有“{facts.figure}”；有 {'、'.join(known)}")
    days, basis = known[facts.figure]
    last = last_day(calendar, facts.start or facts.day, days)
    if days.unit != "working" and _moves(pack, facts.figure):
        last = calendar.roll(last)
    return {"届满日": last, "条文": tuple(pack.basis[one].citation for one in basis if one in pack.basis)}


def _moves(pack: RulePack, name: str) -> bool:
    """Tell whether a last day moves to the next working day (民法典 203): that of what somebody may still do. What is waited
    for, what was announced, and terms of measures and lists end on their day."""
    moving = {f"{TERM}{pack.term[code].label}" for code in MOVING_TERMS if code in pack.term}
    return name.startswith(REMEDY) or name in moving


def _figures(pack: RulePack) -> Iterable[tuple[str, tuple[Days, tuple[str, ...]]]]:
    """Return every length a pack states outside the classes, by the name vectors call it."""
    stated: list[tuple[str, Days | None, tuple[str, ...]]] = []
    for limit_of, limit in pack.limit.items():
        stated += [
            (f"上限.{limit_of}.期限", limit.days, limit.basis),
            (f"上限.{limit_of}.延长", limit.extension, limit.extension_basis),
        ]
    for one in pack.remedy.values():
        stated += [
            (f"救济.{one.label}.期限", one.limit, one.basis),
            (f"救济.{one.label}.复议后", one.after_review, one.basis),
        ]
        stated.append((f"救济.{one.label}.未告知", one.untold, one.untold_basis))
    stated += [(f"期间.{term.label}", term.days, term.basis) for term in pack.term.values()]
    stated += [(f"措施.{measure.label}", measure.term, measure.basis) for measure in pack.measure.values()]
    for kind in pack.list_kind.values():
        stated += [
            (f"名单.{kind.label}.最短", kind.minimum, kind.basis),
            (f"名单.{kind.label}.最长", kind.maximum, kind.basis),
            (f"名单.{kind.label}.此前", kind.clean, kind.basis),
            (f"名单.{kind.label}.考评", kind.review, kind.basis),
        ]
    return ((name, (days, basis)) for name, days, basis in stated if days is not None)


def _step(procedure: Procedure, label: str, known: Mapping[str, Basis]) -> Answers:
    """Return where a step leads, and the figures that bind it: those of its conditions, then of its form, in the file's order."""
    found = [action for action in procedure.action.values() if action.label == label]
    if len(found) != 1:
        raise Invalid(f"“{procedure.label}”没有名为“{label}”的步骤，或者不止一个")
    action = found[0]
    state = procedure.state[action.to] if action.to is not None else None
    of_lists = (one for names in action.list_basis.values() for one in names)
    cites = tuple(known[one].citation for one in (*action.basis, *of_lists) if one in known)
    return {"结果": state.label if state else "", "数字": tuple(_numbers(action)), "条文": cites}


def _filing(procedure: Procedure) -> Answers:
    """Return who may file, of which kinds, with which papers; and the figures of the conditions of filing."""
    uses = procedure.filing_guards
    return {
        "数字": tuple(n for use in uses for n in use.parameters.values() if isinstance(n, int)),
        "提出人": tuple(procedure.actor[role] for role in procedure.filed_by),
        "种类": tuple(procedure.kinds.values()),
        "材料": tuple(one.label for one in procedure.material.values() if one.filed),
        "版本": procedure.version,
    }


def _done(procedure: Procedure, label: str, pack: RulePack, life: Procedure) -> Answers:
    """Return what a step does to the record, the remedies its letter tells, and who may take it."""
    action = next(action for action in procedure.action.values() if action.label == label)
    return {
        "效果": tuple(life.action[one].label for one in action.effects if one in life.action),
        "救济": tuple(pack.remedy[one].label for one in action.remedy if one in pack.remedy),
        "办理人": tuple(procedure.actor[role] for role in action.by),
    }


def _ground(procedure: Procedure, facts: Facts, pack: RulePack) -> Answers:
    """Return which conditions a ground of the step says are not met."""
    name = next(name for name, action in procedure.action.items() if action.label == facts.step)
    listed = procedure.ground_list(name)
    chosen = next((one for one in pack.lists.get(listed, {}).values() if one.label == facts.ground), None)
    if chosen is None:
        raise Invalid(f"“{facts.step}”没有名为“{facts.ground}”的事由")
    conditions = pack.lists.get(condition_list(listed) or "", {})
    return {"不符合的条件": tuple(conditions[code].label for code in chosen.denies or ())}


def _numbers(action: Action) -> Iterable[int]:
    for use in action.guards:
        yield from (n for n in use.parameters.values() if isinstance(n, int))
    for item in action.inputs.values():
        yield from (n for n in (item.minimum, item.maximum) if n is not None)
