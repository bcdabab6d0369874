"""Lengths of clocks: extensions, reminders, owners, and what the basis says a limit may be."""

from __future__ import annotations

from collections.abc import Mapping

from repairflow.law.calendar.periods import UNIT_LABELS
from repairflow.law.checks.decisions import outcome_of
from repairflow.law.checks.report import Report
from repairflow.law.procedure.extension import Extends
from repairflow.law.procedure.model import Action, Clock, Days, Procedure
from repairflow.law.procedure.roles import OFFICE_ROLES, SYSTEM, role_side

WORKING: Mapping[str, float] = {"working": 1, "calendar": 5 / 7, "months": 21, "years": 250}
"""Working days in a unit: enough to tell that a reminder falls outside its limit."""


def check(report: Report) -> None:
    """Everything wrong with how long a limit is, who owes it and by how much it grows."""
    if report.is_record:
        return
    for name, clock in report.procedure.clock.items():
        _remind(report, name, clock)
        _owner(report, name, clock)
        _basis(report, name, clock)
        _same_article(report, name, clock)
        _within_bounds(report, name, clock)
        _settable(report, name, clock)
    _overdue(report)
    for name, action in report.procedure.action.items():
        if action.extends is not None and action.extends.clock in report.procedure.clock:
            _extension(report, name, action.extends)


def length(extends: Extends) -> tuple[str, int] | None:
    """Return the unit and count of an extension; None when it has none or several."""
    units = ("working", "calendar", "months")
    given = [(unit, value) for unit in units if (value := getattr(extends, unit)) is not None]
    return given[0] if len(given) == 1 else None


def _extension(report: Report, name: str, extends: Extends) -> None:
    p, at, what = report.procedure, ("action", name, "extends"), report.action(name)
    clock, of_clock = p.clock[extends.clock], report.clock(extends.clock)
    found = length(extends)
    if found is None:
        report.find(
            "extension_length",
            at,
            f"{what}延长{of_clock}，却没有写明延长多久，或者写了几种；请写 working、calendar、months 之一",
        )
        return
    unit, count = found
    base = clock.days
    if base is not None and unit != base.unit:
        text = f"{what}延长 {count} {UNIT_LABELS[unit]}，{of_clock}却以{UNIT_LABELS[base.unit].removeprefix('个')}计；请用同一单位"
        report.find("extension_unit", at, text)
    elif (
        base is not None
        and count > max(base.count, _allowed(report, extends.clock, unit))
        and not _rests_on_article(report, name)
    ):
        said = UNIT_LABELS[unit]
        text = f"{what}延长 {count} {said}，比{of_clock}本身（{base.count} {said}）还长，依据也没有这样的规定；请改短"
        report.find("extension_longer", at, text)
    _granted(report, name, clock)
    guards = {use.guard for use in p.action[name].guards}
    if "clock_not_yet_extended" not in guards:
        text = f"{what}可以反复延长{of_clock}；请在 guards 中加上 clock_not_yet_extended"
        report.find("extension_repeats", at, text)
    if "clock_not_yet_over" not in guards:
        report.find("extension_late", at, f"{what}在{of_clock}届满以后还能延长；请在 guards 中加上 clock_not_yet_over")


def _granted(report: Report, name: str, clock: Clock) -> None:
    """More time is granted by somebody else than whoever is to keep the limit, and the subject is told of it."""
    action, what = report.procedure.action[name], report.action(name)
    if clock.owner in action.by:
        text = f"{what}可以由{report.role(clock.owner)}自己延长自己的期限，没有人批准；请改由其他岗位办理"
        report.find("extension_own", ("action", name, "by"), text)
    if action.extends is not None and action.extends.approver is None and _rests_on_article(report, name):
        text = (
            f"{what}所依据的条文核对过，却没有写明条文规定由谁批准；请在 extends 中写 approver，条文没有规定批准人的写 "
            'approver = ""'
        )
        report.find("extension_approver", ("action", name, "extends"), text)
    if action.letter is None:
        text = f"{what}没有文书，当事人不知道期限延长了；请写 letter"
        report.find("extension_untold", ("action", name), text)


def _rests_on_article(report: Report, name: str) -> bool:
    """Tell whether an extension cites nothing but articles that somebody has read: statutes do give more time than the limit
    itself (浙江省公共信用信息管理条例 31: five working days, twenty in all)."""
    found = [report.procedure.basis.get(basis) for basis in report.procedure.action[name].basis]
    return all(basis is not None and basis.verified and basis.article and basis.read_by for basis in found)


def _allowed(report: Report, clock: str, unit: str) -> int:
    """Return the extension the rule packs have for a clock of this procedure, in this unit; 0 without one."""
    key = f"{report.procedure.procedure}_{clock}"
    limits = [pack.limit[key] for pack in report.names.packs_for(report.procedure) if key in pack.limit]
    fitting = [
        limit.extension.count for limit in limits if limit.extension is not None and limit.extension.unit == unit
    ]
    return max(fitting, default=0)


def _remind(report: Report, name: str, clock: Clock) -> None:
    at, what = ("clock", name, "remind"), report.clock(name)
    most = None if clock.days is None else max(1, round(clock.days.count * WORKING[clock.days.unit]))
    for day in clock.remind:
        if day < 1 or (most is not None and day >= most):  # so many days before its end it has not begun
            span = f"这一期限只有 {_days(clock.days)}" if clock.days is not None else "提醒须在届满之前"
            report.find("reminder_outside", at, f"{what}在届满前 {day} 个工作日提醒，但{span}；请改正 remind")
    if len(set(clock.remind)) != len(clock.remind):
        report.find("reminder_outside", at, f"{what}的 remind 有重复的天数；请删去")


def _same_article(report: Report, name: str, clock: Clock) -> None:
    """Check that an office takes no longer than another version of this procedure says that the same article gives it."""
    p, days, cited = report.procedure, clock.days, _articles(report.procedure, clock)
    if days is None or not cited or role_side(clock.owner) != "office":
        return
    for other in (*report.names.installed, *report.names.files):
        there = other.clock.get(name) if (other.procedure, other.digest) != (p.procedure, p.digest) else None
        if other.procedure != p.procedure or there is None or there.days is None or _articles(other, there) != cited:
            continue
        if there.days.unit != days.unit or days.count > there.days.count:
            text = f"{report.clock(name)}为 {_days(days)}，{other.version} 版依{'、'.join(sorted(cited))}写的是 {_days(there.days)}"
            report.find("longer_than_basis", ("clock", name, "days"), f"{text}；机关的期限不能更长，请改正")
            return


def _articles(p: Procedure, clock: Clock) -> frozenset[str]:
    """Return the articles a limit rests on, none where one of them has not been read by anybody."""
    found = [p.basis[one] for one in clock.basis if one in p.basis]
    read = [basis.citation for basis in found if basis.verified and basis.article]
    return frozenset(read) if len(read) == len(clock.basis) else frozenset()


def _within_bounds(report: Report, name: str, clock: Clock) -> None:
    """Check that the length that holds where nobody sets another lies within what may be set."""
    p, days = report.procedure, clock.days
    if days is None or days.input is None:
        return
    forms = (p.inputs, *(a.inputs for a in p.action.values() if a.to in clock.runs_in))
    for item in (form[days.input] for form in forms if days.input in form):
        low, high = item.minimum, item.maximum
        if (low is not None and days.count < low) or (high is not None and days.count > high):
            text = f"{report.clock(name)}为 {_days(days)}，“{item.label}”（{days.input}）却只许填 {low or 1} 至 {high or '不限'}；请改正"
            report.find("bounds_crossed", ("clock", name, "days"), text)
            return


def _settable(report: Report, name: str, clock: Clock) -> None:
    """Check that a length that a form may set is at least one, and at most something."""
    p, days = report.procedure, clock.days
    if days is None or days.input is None:
        return
    forms = (p.inputs, *(a.inputs for a in p.action.values() if a.to in clock.runs_in))
    for item in (form[days.input] for form in forms if days.input in form):
        if item.kind == "number" and (item.minimum is None or item.minimum < 1 or item.maximum is None):
            text = (
                f"{report.clock(name)}的天数由“{item.label}”（{days.input}）另定，须写明 minimum（至少为 1）和 maximum"
            )
            report.find("days_input_bounds", ("clock", name, "days"), f"{text}，否则可以填零、负数或者没有尽头")
            return
        if item.maximum is not None and role_side(clock.owner) == "office" and item.maximum > days.count:
            text = f"{report.clock(name)}是机关的期限，为 {_days(days)}，“{item.label}”（{days.input}）却可以填到 {item.maximum}"
            text += "；请改小 maximum"
            report.find("days_input_bounds", ("clock", name, "days"), text)
            return


def _days(days: Days) -> str:
    return f"{days.count} {UNIT_LABELS[days.unit]}"


def _owner(report: Report, name: str, clock: Clock) -> None:
    p, at, what = report.procedure, ("clock", name, "owner"), report.clock(name)
    if clock.owner == SYSTEM:
        report.find("owner_idle", at, f"{what}的 owner 是系统，到期没有人负责；请写负责的岗位")
        return
    if clock.owner not in p.actor:
        return  # reported as an unknown name
    here = [
        action for action in p.action.values() if set(clock.runs_in) & set(action.from_) and _is_work(report, action)
    ]
    waits = OFFICE_ROLES.get(clock.owner) == "providing" and any("receipt" in action.on for action in here)
    if not waits and not any(clock.owner in action.by for action in here):
        where = report.states(clock.runs_in)
        text = f"{what}由{report.role(clock.owner)}负责，但该角色在{where}没有可以办理的动作；请改正 owner，或者给它一个动作"
        report.find("owner_idle", at, text)


def _is_work(report: Report, action: Action) -> bool:
    """Tell whether a step is what a limit is kept by: not breaking the case off, nor asking for more time."""
    return outcome_of(report.procedure, action) not in {"withdrawn", "terminated"} and action.extends is None


def _basis(report: Report, name: str, clock: Clock) -> None:
    """Check that an office takes no longer than the basis gives it, where a rule pack has the figure."""
    if clock.days is None or role_side(clock.owner) != "office":
        return
    key = f"{report.procedure.procedure}_{name}"
    for pack in report.names.packs_for(report.procedure):
        limit = pack.limit.get(key)
        if limit is None:
            continue
        given = limit.days
        if clock.days.unit != given.unit or clock.days.count > given.count:
            cites = "、".join(pack.basis[b].cite for b in limit.basis if b in pack.basis)
            text = f"{report.clock(name)}为 {_days(clock.days)}，规则包 {pack.pack} 依{cites}记载的是 {_days(given)}"
            text += "；机关的期限不能更长，请改正"
            report.find("longer_than_basis", ("clock", name, "days"), text)
            return


def _overdue(report: Report) -> None:
    """Two limits that end one state differently: which of them comes first would decide the case."""
    p = report.procedure
    for name, clock in p.clock.items():
        action = p.action.get(clock.overdue)
        if action is not None and (action.to is None or action.to in clock.runs_in):
            text = f"{report.clock(name)}届满由系统办理{report.action(clock.overdue)}，办完却还在该期限之内，办件会停住；请改正 to"
            report.find("overdue_stays", ("clock", name, "overdue"), text)
    for state in p.state:
        ends = {c.overdue: name for name, c in p.clock.items() if state in c.runs_in and c.overdue != "escalate"}
        if len(ends) > 1:
            clocks, steps = "和".join(map(report.clock, ends.values())), "、".join(map(report.action, ends))
            text = (
                f"{clocks}都在{report.state(state)}计算，届满后果却不同（{steps}）；一个环节只能有一种届满后果，请合并"
            )
            report.find("overdue_ends_differ", ("clock", list(ends.values())[-1], "overdue"), text)
