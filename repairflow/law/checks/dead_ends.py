"""What running the model shows: runs that never end, exits that all close, good ends no run reaches, steps nobody can take."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from repairflow.law.checks.graph import reachable
from repairflow.law.checks.report import Report
from repairflow.law.checks.state_space import Config, Model, Run, World
from repairflow.law.guards.reads import READINGS, RECORD_STATES
from repairflow.law.procedure.model import GuardUse, Procedure
from repairflow.law.procedure.roles import outcome_side


@dataclass(frozen=True, slots=True)
class Stop:
    """A run and where it stops: `closed` are the steps that lead on and cannot be taken there."""

    code: str
    run: Run
    closed: tuple[str, ...]
    record: str | None = None  # the state of the record in which they are closed
    end: str | None = None  # the end that is not reached


def check(report: Report) -> None:
    """Everything that goes wrong on some run although the graph is whole."""
    if report.is_record or report.procedure.initial not in report.procedure.state:
        return
    for stop in stops(report):
        report.find(stop.code, _at(stop), _text(report, stop))


def stops(report: Report) -> list[Stop]:
    """Return every kind of counterexample once for each place, each with a shortest run."""
    p = report.procedure
    model = Model(p, report.names.packs_for(p), report.names.record, report.budget)
    worlds = list(model.worlds())
    found = [*_unreached(p, model, worlds), *_impossible(p, model, worlds)]
    for world in worlds:
        found += _endless(p, model, world)
        found += _closing(p, model, world)
    once: dict[tuple[str, str | None, tuple[str, ...]], Stop] = {}
    for stop in found:
        key = (stop.code, stop.end or stop.run.state, stop.closed if stop.code == "never_possible" else ())
        once.setdefault(key, stop)
    ended = {stop.run.state for stop in found if stop.code == "run_without_end"}
    return [s for s in once.values() if s.code != "exits_closed" or s.run.state not in ended]


def run_in_labels(report: Report, run: Run) -> str:
    """Return a run in labels: 提出申请 → 受理 → …"""
    p = report.procedure
    steps = [p.action[name].label for name in run.steps]
    if len(steps) > 12:
        steps = [*steps[:5], "……", *steps[-6:]]
    kind = p.kinds.get(run.facts.get("kind", ""))
    start = f"提出申请（{kind}）" if kind else "提出申请"
    return " → ".join([start, *steps])


def _text(report: Report, stop: Stop) -> str:
    where, path = report.state(stop.run.state), run_in_labels(report, stop.run)
    closed = "、".join(f"“{report.procedure.action[name].label}”" for name in stop.closed)
    if stop.code == "never_reached":
        end = report.state(stop.end or "")
        return f"{end}没有一次办理可以到达；到了{where}，{closed}在那里的前置条件不能满足。办理过程：{path}"
    if stop.code == "never_possible":
        return (
            f"{report.action(stop.closed[0])}没有一次办理可以办：到了{where}，它的前置条件也不能满足。办理过程：{path}"
        )
    if stop.code == "run_without_end":
        return f"办件会停在{where}，再也走不到任何终结环节：{closed or '没有动作'}不能再办。办理过程：{path}"
    when = "期限届满等情形下" if stop.record is None else f"失信信息处于“{_record(report, stop.record)}”时"
    return f"{where}的全部出口（{closed}）{when}会同时关闭，办件无路可走；请留一个不受限制的出口。办理过程：{path}"


def _record(report: Report, state: str) -> str:
    life = report.names.record
    return life.state[state].label if life is not None and state in life.state else "没有失信信息"


def _at(stop: Stop) -> tuple[str, ...]:
    if stop.code == "never_possible":
        return ("action", stop.closed[0], "guards")
    return ("state", stop.end or stop.run.state)


def _leaving(p: Procedure, state: str) -> list[str]:
    return [name for name, action in p.actions_from(state).items() if action.to not in (None, state)]


def _unreached(p: Procedure, model: Model, worlds: list[World]) -> Iterator[Stop]:
    reached = {config.state for world in worlds for config in world.came}
    for end in p.state:
        if end in reached or end not in reachable(p) or outcome_side(p.state[end].outcome) != "for":
            continue
        for stop in _frontier(p, model, worlds, "never_reached", reached):
            yield Stop(stop.code, stop.run, stop.closed, end=end)
            break


def _frontier(p: Procedure, model: Model, worlds: list[World], code: str, reached: set[str]) -> Iterator[Stop]:
    """Places from which some step would lead to a state no run reaches, nearest first."""
    for world in worlds:
        for config in world.came:
            closed = [n for n in _leaving(p, config.state) if p.action[n].to not in reached]
            if closed and not any(model.open(n, config, world.facts) for n in closed):
                yield Stop(code, world.run(config), tuple(closed))


def _impossible(p: Procedure, model: Model, worlds: list[World]) -> Iterator[Stop]:
    taken = {
        name
        for world in worlds
        for config in world.came
        for name in p.actions_from(config.state)
        if model.open(name, config, world.facts)
    }
    for name, action in p.action.items():
        if name in taken or model.guarded[name].empty:
            continue  # guards that never hold together are reported where they stand
        for world in worlds:
            places = [config for config in world.came if config.state in action.from_]
            if places:
                yield Stop("never_possible", world.run(places[0]), (name,))
                break
    yield from _nowhere_there(p, model, worlds, taken)


def _nowhere_there(p: Procedure, model: Model, worlds: list[World], taken: set[str]) -> Iterator[Stop]:
    """Find steps that can be taken, and never from one of the states they name."""
    open_in = {
        (name, config.state)
        for world in worlds
        for config in world.came
        for name in p.actions_from(config.state)
        if model.open(name, config, {fact: value for fact, value in world.facts.items() if fact != "list"})
    }  # which lists there are is the field's: where it has none of a sort, a step for it stands idle in its file
    first = {config.state: world.run(config) for world in reversed(worlds) for config in reversed(world.came)}
    for name in sorted(taken):
        for state in p.action[name].from_:
            if state in first and (name, state) not in open_in:
                yield Stop("never_possible", first[state], (name,))


def _endless(p: Procedure, model: Model, world: World) -> Iterator[Stop]:
    """Find configurations from which no end can be reached any more."""
    back: dict[Config, list[Config]] = {}
    for config in world.came:
        for name in p.actions_from(config.state):
            if model.open(name, config, world.facts):
                for after in model.following(name, config):
                    back.setdefault(after, []).append(config)
    good: set[Config] = set()
    waiting = [config for config in world.came if p.state[config.state].final]
    while waiting:
        config = waiting.pop()
        if config not in good:
            good.add(config)
            waiting += back.get(config, [])
    if not good and not any(state.final for state in p.state.values()):
        return  # no end at all: the check of the graph reports it
    for config in world.came:
        if config not in good:
            yield Stop("run_without_end", world.run(config), tuple(_leaving(p, config.state)))


def _closing(p: Procedure, model: Model, world: World) -> Iterator[Stop]:
    """Find configurations whose exits all close when the record, the day or a fact of the case turns out otherwise."""
    records = RECORD_STATES - {"none"} if p.subject == "record" else RECORD_STATES
    for config in world.came:
        if p.state[config.state].final:
            continue
        leaving = _leaving(p, config.state)
        sure = [n for n in leaving if model.open(n, config, world.facts) and not _may_fail(p, n)]
        if leaving and not sure:
            yield Stop("exits_closed", world.run(config), tuple(leaving))
            continue
        for record in sorted(records):
            if leaving and not any(record in model.guarded[n].facts.get("record", records) for n in sure):
                yield Stop("exits_closed", world.run(config), tuple(leaving), record=record)
                break


def _may_fail(p: Procedure, name: str) -> bool:
    """Tell whether a step has a guard that can fail for good without a fact of the model telling so."""
    return any(_for_good(use) for use in p.action[name].guards)


def _for_good(use: GuardUse) -> bool:
    reading = READINGS.get(use.guard)
    if reading is None or reading.waits:
        return False
    limited = reading.facts or reading.times is not None or reading.record != RECORD_STATES
    return not limited or use.guard in {"record_is_repairable", "warning_called_for"}
