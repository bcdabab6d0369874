"""A good end stands open to everybody who meets the conditions, and to nobody who does not; a bad one does not ask for them."""

from __future__ import annotations

from collections.abc import Iterator

from repairflow.law.checks.dead_ends import run_in_labels
from repairflow.law.checks.decisions import by_office, decides, outcome_of, side_of
from repairflow.law.checks.guard_steps import finding_sides
from repairflow.law.checks.quiet_ends import files_itself
from repairflow.law.checks.report import Report
from repairflow.law.checks.state_space import Config, Model, World
from repairflow.law.checks.steps_before import before
from repairflow.law.procedure.model import Action, Procedure
from repairflow.law.procedure.roles import SYSTEM, outcome_side, role_side

MET = frozenset({
    "conditions_confirmed", "minimum_period_served", "record_is_repairable", "materials_complete", "commitment_signed",
    "promised_supplied", "new_material_supplied", "kept_clean", "commitment_given",
})  # fmt: skip
"""Guards that say of whoever filed that it has done what is asked."""


def check(report: Report) -> None:
    """Decisions that the wrong people reach."""
    p = report.procedure
    if report.is_record or p.initial not in p.state:
        return
    for name, action in p.action.items():
        _taker(report, name, action)
        _conditions(report, name, action)
    model = Model(p, report.names.packs_for(p), report.names.record, report.budget)
    for world in model.worlds():
        _one_sided(report, world)
        _shut_here(report, model, world)
        _stuck(report, model, world)


def _taker(report: Report, name: str, action: Action) -> None:
    """Guards by which a step is one person's, or closed to that person, on the wrong side."""
    p, guards = report.procedure, {use.guard for use in action.guards}
    at, what = ("action", name, "guards"), report.action(name)
    outcome = outcome_of(p, action)
    taken_back = outcome == "dropped" or outcome_side(outcome) == "neutral"
    if "is_the_filer" in guards and not taken_back:
        text = f"{what}的{report.guard('is_the_filer')}使它只对提出者本人开放，别人提出的或者由机关办理的办不成；只有撤回可以这样写，请删去"
        report.find("guard_taker", at, text)
    if "not_the_filer" in guards and files_itself(p) and all(role_side(role) == "subject" for role in action.by):
        text = f"{what}由主体办理，{report.guard('not_the_filer')}却使提出者本人不能办；请删去"
        report.find("guard_taker", at, text)


def _conditions(report: Report, name: str, action: Action) -> None:
    """Find a denial that waits for the conditions to be met, a grant that does not."""
    p, side = report.procedure, side_of(report.procedure, action)
    if not by_office(action) or not (decides(p, action) or outcome_of(p, action) == "refused"):
        return
    at, what = ("action", name, "guards"), report.action(name)
    given = {use.guard for use in action.guards}
    if side == "against" and files_itself(p) and MET & given:
        guards = "、".join(map(report.guard, sorted(MET & given)))
        text = f"{what}对主体不利，却以{guards}为条件，具备条件的才会被拒绝；请删去，或者写到有利的决定上"
        report.find("conditions_turned", at, text)
    if side in {"for", "against"} and outcome_of(p, action) != "partly" and finding_sides(report, action) - {side}:
        text = f"{what}的结果与所依据的核查结论（findings）相反；请改正 input_was 的 value，或者改正 to"
        report.find("conditions_turned", at, text)
    asking = [step for step in sorted(before(p)[name]) if _asks_conditions(p.action[step])]
    confirmed = {str(use.parameters.get("action")) for use in action.guards if use.guard == "conditions_confirmed"}
    if side == "for" and asking and not confirmed & set(asking):
        text = f"{what}有利于主体，{report.action(asking[0])}核查了各项条件，它却不看条件是否具备，不具备的也能准予；请在 guards 中写"
        report.find("conditions_turned", at, f'{text} {{ guard = "conditions_confirmed", action = "{asking[0]}" }}')


def _asks_conditions(action: Action) -> bool:
    return any(item.kind == "conditions" for item in action.inputs.values())


def _one_sided(report: Report, world: World) -> None:
    """Find a sort of case that can be decided against its filer and never for it."""
    p = report.procedure
    reached = {config.state for config in world.came}
    sides = {outcome_side(p.state[state].outcome) for state in reached}
    if "against" not in sides or "for" in sides:
        return
    some = [s for s, spec in p.state.items() if outcome_side(spec.outcome) == "for"]
    if some and (_filed_so(p, world) or not files_itself(p)):
        bad = next(config for config in world.came if outcome_side(p.state[config.state].outcome) == "against")
        text = f"有的办件只能办到不利的结果，永远办不到{report.states(some)}；请给有利的动作去掉多余的前置条件"
        text += f"。办理过程：{run_in_labels(report, world.run(bad))}"
        report.find("good_end_closed", ("state", some[0]), text)


def _shut_here(report: Report, model: Model, world: World) -> None:
    """Find a place where a sort of case can be decided against its subject alone, though others can be decided for theirs there."""
    p = report.procedure
    for state in p.state:
        here = [config for config in world.came if config.state == state]
        sides: dict[str, list[str]] = {"for": [], "against": []}
        for name, action in p.actions_from(state).items() if here else ():
            side = side_of(p, action)
            if by_office(action) and action.to is not None and outcome_of(p, action) != "refused" and side in sides:
                sides[side].append(name)
        can = {side: any(model.open(n, c, world.facts) for n in steps for c in here) for side, steps in sides.items()}
        if sides["for"] and sides["against"] and can["against"] and not can["for"]:
            shut, open_ = (report.action(sides[side][0]) for side in ("for", "against"))
            text = f"有的办件到{report.state(state)}时，{open_}能办，{shut}等有利的动作却都不能办；请去掉多余的前置条件"
            text += f"。办理过程：{run_in_labels(report, world.run(here[0]))}"
            report.find("good_end_closed", ("state", state), text)


def _filed_so(p: Procedure, world: World) -> bool:
    """Tell whether the subject itself may file such a case."""
    roles = p.kind_by.get(world.facts.get("kind", ""), p.filed_by)
    return not roles or any(role_side(role) == "subject" for role in roles)


def _stuck(report: Report, model: Model, world: World) -> None:
    """Places where an office has a limit to keep and no step that it, or the system, may take."""
    p = report.procedure
    for config in world.came:
        leaving = list(_of_office(p, config))
        if not leaving or not any(
            config.state in c.runs_in and role_side(c.owner) == "office" for c in p.clock.values()
        ):
            continue
        if not any(model.open(name, config, world.facts) for name in leaving):
            closed = "、".join(f"“{p.action[name].label}”" for name in leaving)
            text = f"办件会在{report.state(config.state)}停住：机关的动作（{closed}）前置条件都不能满足，只有主体能使它离开"
            text += f"；请改正前置条件。办理过程：{run_in_labels(report, world.run(config))}"
            report.find("office_stuck", ("state", config.state), text)
            return


def _of_office(p: Procedure, config: Config) -> Iterator[str]:
    """Yield the steps by which an office or the system brings a case on from where it stands."""
    for name, action in p.actions_from(config.state).items():
        if action.to not in (None, config.state) and any(
            role == SYSTEM or role_side(role) == "office" for role in action.by
        ):
            yield name
