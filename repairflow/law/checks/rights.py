"""What the subject is owed: refusals with reason, letter and remedy, citations somebody read, effects one can undo."""

from __future__ import annotations

from repairflow.law.checks.decisions import outcome_of, undecided
from repairflow.law.checks.graph import edges
from repairflow.law.checks.quiet_ends import files_itself
from repairflow.law.checks.report import CASE_EFFECTS, Report
from repairflow.law.checks.steps_before import before
from repairflow.law.letter_kinds import PASSES_ON, SAYS
from repairflow.law.procedure.model import Action, Procedure
from repairflow.law.procedure.roles import SYSTEM, outcome_side, role_side


def check(report: Report) -> None:
    """Refusals, letters and effects that fall short."""
    for name, action in report.procedure.action.items():
        if report.is_record:
            _undo(report, name, action)
        else:
            _refusal(report, name, action)
            _halved(report, name, action)
            _broken_off(report, name, action)
            _adverse(report, name, action)
            _letter(report, name, action)
            _plea(report, name, action)
            _figures(report, name, action)
            _effects(report, name, action)
    if not report.is_record and report.names.record is not None:
        _standing(report, report.names.record)


def _refusal(report: Report, name: str, action: Action) -> None:
    target = report.procedure.state.get(action.to) if action.to is not None else None
    if target is None or outcome_side(target.outcome) != "against":
        return
    at, words = ("action", name), {"what": report.action(name), "outcome": target.label}
    if not action.reason and set(action.by) != {SYSTEM}:
        report.add("refusal_reason", at, **words)
    if action.letter is None:
        report.add("refusal_letter", at, **words)
    if not action.remedy and action.letter not in PASSES_ON:
        # Whoever turned to an office about somebody else may do so again; a refusal of one's own application can be reviewed.
        quiet = undecided(report.procedure, action) and (report.procedure.confidential or bool(action.no_remedy))
        note = report.warn if quiet else report.add
        note("refusal_remedy", at, **words)


COURSES = frozenset({"reconsideration", "litigation"})
"""行政复议 and 行政诉讼: who may take the one may take the other, before or after."""


def _halved(report: Report, name: str, action: Action) -> None:
    """Find one of two courses told without the other, or both of what is for the subject."""
    p, told = report.procedure, COURSES & set(action.remedy)
    known = {remedy for pack in report.names.packs_for(p) for remedy in pack.remedy}
    if len(told) == 1 and known >= COURSES:
        one, other = ("行政复议", "行政诉讼") if "reconsideration" in told else ("行政诉讼", "行政复议")
        text = f"{report.action(name)}只告知{one}，没有告知{other}；两者须一并告知，请核对依据是否只开放其一"
        read = any(p.basis[one].verified for one in action.basis if one in p.basis)
        (report.hint if read else report.find)("remedy_halved", ("action", name, "remedy"), text)
    if told and outcome_side(outcome_of(p, action)) == "for":
        end = report.state(action.to or "")
        text = f"{report.action(name)}告知行政复议、行政诉讼，{end}的 outcome 却是有利的（{p.state[action.to or ''].outcome}）"
        text += "；请改正 outcome，或者删去 remedy"
        report.find("outcome_disguises", ("action", name, "remedy"), text)


def _broken_off(report: Report, name: str, action: Action) -> None:
    """Check that who filed and whose case is broken off is told where to go, or why nowhere."""
    outcome = outcome_of(report.procedure, action)
    if (
        outcome in {"lapsed", "terminated"}
        and files_itself(report.procedure)
        and not (action.remedy or action.no_remedy)
    ):
        text = f"{report.action(name)}使主体提出的办件终止，既没有 remedy，也没有 no_remedy；请写明可以到哪里去，或者为什么没有救济"
        report.find("refusal_remedy", ("action", name), text)


def _adverse(report: Report, name: str, action: Action) -> None:
    """Check that a letter that tells something against the subject names the remedies, also while the case goes on."""
    target = report.procedure.state.get(action.to or "")
    ends = target is not None and target.final
    if not ends and not action.remedy and action.letter is not None and SAYS.get(action.letter) == "against":
        text = f"{report.action(name)}的文书“{action.letter}”对主体不利，却没有告知救济途径；请写 remedy"
        report.find("refusal_remedy", ("action", name), text)


def _letter(report: Report, name: str, action: Action) -> None:
    """Check that a letter cites only verified bases: with none it rests on nothing, and a figure in it is nobody's."""
    p = report.procedure
    if action.letter is None:
        return
    sources = [p.basis, *(pack.basis for pack in report.names.packs_for(p))]
    named = [next((source[basis] for source in sources if basis in source), None) for basis in action.basis]
    found = [basis for basis in named if basis is not None]
    if not found or any(basis.verified for basis in found):
        return
    cites = "、".join(dict.fromkeys(basis.cite for basis in found))
    words = {"what": report.action(name), "letter": action.letter, "cites": cites}
    report.warn("letter_unverified", ("action", name, "basis"), **words)


def _plea(report: Report, name: str, action: Action) -> None:
    """Check that a decision that may go against somebody who was heard says what became of the plea."""
    if action.letter is None or SAYS.get(action.letter) not in {"against", "either"}:
        return
    p = report.procedure
    pleas = [
        other for other in sorted(before(p)[name])
        if "statement" in p.action[other].inputs and any(role_side(role) == "subject" for role in p.action[other].by)
    ]  # fmt: skip
    favours = outcome_side(outcome_of(p, action)) == "for"
    if pleas and not favours and not action.remedy and not action.no_remedy:
        text = (
            f"{report.action(name)}可能不利于听取过意见的当事人，却没有告知救济途径；请写 remedy，不适用的写 no_remedy"
        )
        report.find("refusal_remedy", ("action", name), text)
    answered = action.inputs["plea_answer"].after if "plea_answer" in action.inputs else ()
    for plea in pleas:
        if plea not in answered:
            text = f"{report.action(name)}可能不利于当事人，但没有答复{report.action(plea)}所提的意见"
            text += "；请在 inputs 中加上 plea_answer，after 写明该动作"
            report.find("plea_unanswered", ("action", name), text)


def _figures(report: Report, name: str, action: Action) -> None:
    """Check letters that set the subject a limit: their figure binds the subject."""
    if action.letter is None:
        return
    for clock_name, clock in report.procedure.clock.items():
        begins = action.to in clock.runs_in and not set(action.from_) <= {*clock.runs_in, *clock.pauses_in}
        if begins and clock.days is not None and not clock.verified and role_side(clock.owner) == "subject":
            words = {"what": report.action(name), "letter": action.letter, "clock": report.clock(clock_name)}
            report.warn("figure_unverified", ("action", name, "letter"), **words)


def _effects(report: Report, name: str, action: Action) -> None:
    life = report.names.record
    for effect in action.effects:
        if life is None or effect in CASE_EFFECTS or effect not in life.action:
            continue  # reported as an unknown name where it is one
        if life.action[effect].undo is None:
            words = {"what": report.action(name), "effect": _effect(life, effect)}
            report.add("effect_without_undo", ("action", name, "effects"), **words)


def _effect(life: Procedure, effect: str) -> str:
    return f"“{life.action[effect].label}”（{effect}）"


def _undo(report: Report, name: str, action: Action) -> None:
    life, what = report.procedure, report.action(name)
    if action.undo is None:
        report.add("effect_without_undo", ("action", name), what=what, effect=_effect(life, name))
        return
    undo = life.action.get(action.undo)
    stands_in = [action.to] if action.to is not None else list(action.from_)
    if undo is not None and not set(stands_in) & set(undo.from_):
        words = {"what": what, "states": report.states(stands_in), "action": report.action(action.undo)}
        report.add("undo_cannot_fire", ("action", name, "undo"), **words)


def _standing(report: Report, life: Procedure) -> None:
    """Check that an effect that this procedure also takes back is meant for the time of the case: no end may leave it standing."""
    used = {effect for action in report.procedure.action.values() for effect in action.effects if effect in life.action}
    for effect in sorted(used):
        undo = life.action[effect].undo
        if undo is None or undo not in used:
            continue
        left, undone = _walk(report.procedure, life, effect, undo)
        if undone:  # otherwise it is the pair read the other way round, and here nothing is ever taken back
            for name in left:
                words = {"what": report.action(name), "effect": _effect(life, effect), "undo": undo}
                report.add("effect_left_standing", ("action", name), **words)


def _closed_by(p: Procedure, action: Action, effect: str) -> bool:
    """Tell whether a step is closed once the step that has this effect was taken (not_yet_done)."""
    gone = (use.parameters.get("action") for use in action.guards if use.guard == "not_yet_done")
    return any(effect in p.action[str(name)].effects for name in gone if str(name) in p.action)


def _walk(p: Procedure, life: Procedure, effect: str, undo: str) -> tuple[list[str], bool]:
    """Return the steps that can end a case with the effect standing, and whether any step takes it back where it stands."""
    left: dict[str, None] = {}
    undone = False
    seen: set[tuple[str, bool]] = set()
    waiting = [(p.initial, False)]
    while waiting:
        here = waiting.pop()
        if here in seen:
            continue
        seen.add(here)
        for way in (edge for edge in edges(p) if edge.source == here[0]):
            standing = here[1]
            if standing and _closed_by(p, p.action[way.action], effect):
                continue
            for step in p.action[way.action].effects:
                moved = life.action[step].to if step in life.action else None
                if step == effect:
                    standing = True
                elif step == undo:
                    undone, standing = undone or standing, False
                elif moved is not None and moved != life.action[effect].to:
                    standing = False  # the record has left the state in which the effect stands
            if standing and p.state[way.target].final:
                left[way.action] = None
            waiting.append((way.target, standing))
    return list(left), undone
