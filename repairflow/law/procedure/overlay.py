"""Overlays (本地细化): what a province, office or sector adds to a base procedure, as a file that names the base.

An overlay makes offices quicker and says more; it never gives an office more time, a subject less, or drops a guard or
a material. It may bind an office to a limit the base does not have, such as one over several states, and mark a record
as disputed on receipt. The result is a procedure with a version and digest of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from repairflow.errors import DefinitionError, Problem
from repairflow.law.procedure import deciding_elsewhere
from repairflow.law.procedure.extension import Extends
from repairflow.law.procedure.material import Material
from repairflow.law.procedure.model import (
    Action,
    Clock,
    GuardUse,
    Procedure,
)
from repairflow.law.procedure.overlay_form import LocalAction, LocalClock, Overlay, parse_overlay
from repairflow.law.procedure.roles import role_side
from repairflow.law.toml_file import line_of, meaning_digest, unreadable

__all__ = ["Overlay", "apply", "laid_anew", "laid_over_base", "load_overlaid", "parse_overlay"]

MARK, UNMARK = "mark_disputed", "unmark_disputed"
REVIEW_OF_A_PLACE = "review_"
MARK_STEP = "mark_on_receipt"
"""The step of the system that marks a record when an objection arrives."""


def apply(text: str, where: str, base: Procedure) -> Procedure:
    """Return the base procedure as this overlay has it; DefinitionError with every reason why that may not be.

    Versions of one overlay differ by the file's meaning: the digest covers base and overlay.
    """
    return laid_over_base(parse_overlay(text, where), base, text, where)


def laid_over_base(overlay: Overlay, base: Procedure, text: str, where: str) -> Procedure:
    """As `apply`, of an overlay that has been read from this text."""
    found = [Problem(f"{where}:{line_of(text, at)}", reason) for at, reason in _reasons(overlay, base)]
    if found:
        raise DefinitionError(f"{where} 有 {len(found)} 处不合规定，未采用", found)
    return _laid_over(overlay, base)


def load_overlaid(path: Path, base: Procedure) -> Procedure:
    """As `apply`, from a file; DefinitionError also when it cannot be read."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DefinitionError(f"{path.name} 无法读取", [unreadable(path.name)]) from error
    return apply(text, path.name, base)


def laid_anew(overlay: Overlay, base: Procedure) -> tuple[Procedure | None, tuple[str, ...]]:
    """Return what an overlay would make of another version of its base; None, and why, where it does not fit that one."""
    reasons = tuple(reason for _, reason in _contents(overlay, base))
    return (None, reasons) if reasons else (_laid_over(overlay, base), ())


Reason = tuple[tuple[str, ...], str]


def _reasons(overlay: Overlay, base: Procedure) -> Iterable[Reason]:
    if (overlay.base, overlay.base_version) != (base.procedure, base.version):
        named = f"{overlay.base} {overlay.base_version}"
        yield ("base",), f"以 {named} 为基础，却用在 {base.procedure} {base.version} 上；请改正 base 或者 base_version"
    if not overlay.version.startswith(f"{base.version}."):
        yield ("version",), f"version 须为基础程序的版本加序号，如 {base.version}.1"
    yield from _dates(overlay, base)
    yield from _contents(overlay, base)


def _contents(overlay: Overlay, base: Procedure) -> Iterable[Reason]:
    """Yield what may not be said of this base, whatever its version and days."""
    yield from _names(overlay, base)
    for name, clock in overlay.clock.items():
        if name in base.clock:
            yield from _clock(name, clock, base, overlay)
        else:
            yield from _added(name, clock, base, overlay)
    yield from _extensions(overlay, base)
    yield from _dropped(("filing_guards",), "提出申请", overlay.filing_guards, base.filing_guards)
    for name, action in overlay.action.items():
        if name in base.action:
            whole = base.action[name]
            yield from _dropped(("action", name, "guards"), f"动作“{whole.label}”", action.guards, whole.guards)
            yield from _remedies(name, action, whole)
            if action.materials and not whole.materials:
                text = f"动作“{whole.label}”在基础程序中接受所有种类的材料，不能另行限定；请删去 materials"
                yield ("action", name, "materials"), text
    for name, material in overlay.material.items():
        if name in base.material:
            yield from _material(name, material, base.material[name])


def _names(overlay: Overlay, base: Procedure) -> Iterable[Reason]:
    if overlay.decided_by is not None and deciding_elsewhere.answer_of(base) is None:
        text = "基础程序没有信息提供单位反馈核查结论的步骤，不能写由信息提供单位决定；请删去 decided_by"
        yield ("decided_by",), text
    for name in overlay.decided_by.basis if overlay.decided_by is not None else ():
        if name not in overlay.basis:
            yield ("decided_by",), f"decided_by 的依据“{name}”没有定义；请在 [basis] 中写明出处"
    for name in overlay.basis:
        if name in base.basis:
            yield ("basis", name), f"依据“{name}”在基础程序中已有，不能另作解释；请换一个名称"
    for kind, used, known in (
        ("actor", overlay.actor, base.actor),
        ("state", overlay.state, base.state),
        ("clock", [name for name, clock in overlay.clock.items() if not clock.runs_in], base.clock),
        ("action", overlay.action, base.action),
    ):
        for name in used:
            if name not in known:
                yield (kind, name), f"[{kind}] 的“{name}”在基础程序中没有；本地细化不能增加，请改正名称"


def _dates(overlay: Overlay, base: Procedure) -> Iterable[Reason]:
    if overlay.until is not None and overlay.until <= overlay.effective:
        yield ("until",), f"停用日期 {overlay.until} 不晚于施行日期 {overlay.effective}；请改正"
    if overlay.effective < base.effective:
        yield ("effective",), f"施行日期 {overlay.effective} 早于基础程序的施行日期 {base.effective}；请改正"
    if base.until is not None and (overlay.until is None or overlay.until > base.until):
        at = ("until",) if overlay.until is not None else ("effective",)
        yield at, f"基础程序到 {base.until} 停用，本地细化却存续更久；请写 until = {base.until} 或者更早"


def _clock(name: str, clock: LocalClock, base: Procedure, overlay: Overlay) -> Iterable[Reason]:
    at, whole = ("clock", name, "days"), base.clock[name]
    if clock.pauses_in or clock.owner is not None or (clock.runs_in and not _widened(clock, whole, base)):
        text = f"期限“{whole.label}”在基础程序中已有，不能另定适用环节和责任人；请删去，或者换一个名称"
        yield ("clock", name), text
    for key, bases in (("basis", clock.basis), ("pause_basis", clock.pause_basis)):
        for basis in bases:
            if basis not in base.basis and basis not in overlay.basis:
                text = f"期限“{whole.label}”的依据“{basis}”没有定义；请在 [basis] 中写明出处"
                yield ("clock", name, key), text
    if clock.days is None:
        return
    if whole.days is None:
        yield at, f"期限“{whole.label}”按个案确定的日期届满，不能另定天数；请删去 days"
    elif clock.days.unit != whole.days.unit:
        yield at, f"期限“{whole.label}”的单位与基础程序不同，无法比较长短；请用同一单位"
    elif clock.days.count > whole.days.count:
        yield at, f"期限“{whole.label}”由 {whole.days.count} 延长为 {clock.days.count}；本地细化只能缩短，不能延长"
    elif role_side(whole.owner) == "subject" and clock.days.count < whole.days.count:
        # The subject's time is its right; only the offices' time may be cut.
        yield at, f"期限“{whole.label}”是主体的期限，缩短即减损其权利；只能缩短机关的期限，请删去 days"
    elif clock.days.input not in (None, whole.days.input):
        yield at, f"期限“{whole.label}”不能改由“{clock.days.input}”另定天数；请删去 input"


def _widened(clock: LocalClock, whole: Clock, base: Procedure) -> bool:
    """Tell whether an office's limit of the base only has to do for more states, with days of its own."""
    more = set(whole.runs_in) < set(clock.runs_in) <= set(base.state)
    return more and clock.days is not None and role_side(whole.owner) == "office"


def _added(name: str, clock: LocalClock, base: Procedure, overlay: Overlay) -> Iterable[Reason]:
    """Yield what is wrong with a limit the base does not have: it must bind an office, whole, and stand somewhere."""
    at = ("clock", name)
    if not clock.runs_in:
        return  # a name nobody knows, told elsewhere
    if clock.label is None or clock.days is None or clock.owner is None:
        yield at, f"增加的期限“{name}”须写明 label、days 和 owner"
    if clock.owner is not None and (clock.owner not in base.actor or role_side(clock.owner) != "office"):
        yield (*at, "owner"), f"增加的期限“{name}”只能约束机关，“{clock.owner}”不是本程序的机关岗位；请改正 owner"
    for state in (*clock.runs_in, *clock.pauses_in):
        if state not in base.state:
            yield (*at, "runs_in"), f"增加的期限“{name}”所在环节“{state}”在基础程序中没有；请改正名称"
    for basis in clock.basis:
        if basis not in base.basis and basis not in overlay.basis:
            yield (*at, "basis"), f"增加的期限“{name}”的依据“{basis}”没有定义；请在 [basis] 中写明出处"


def _extensions(overlay: Overlay, base: Procedure) -> Iterable[Reason]:
    added = overlay.clock.keys() - base.clock.keys()
    for name, action in overlay.action.items():
        whole = base.action[name].extends if name in base.action else None
        for basis in (*action.basis, *(one for names in action.list_basis.values() for one in names)):
            if (
                "." not in basis and basis not in base.basis and basis not in overlay.basis
            ):  # act.article: known to the library
                yield ("action", name, "basis"), f"动作“{name}”的依据“{basis}”没有定义；请在 [basis] 中写明出处"
        new = action.extends
        if new is None:
            continue
        at = ("action", name, "extends")
        if whole is None:
            yield at, f"动作“{name}”在基础程序中不延长期限，本地细化不能增加；请删去 extends"
        elif new.clock not in added and (
            new.clock != whole.clock
            or _unit(new) != _unit(whole)
            or (getattr(new, _unit(new) or "clock") or 0) > (getattr(whole, _unit(whole) or "clock") or 0)
        ):
            yield at, f"动作“{name}”的延长只能比基础程序短，或者用于本细化增加的期限；请改正 extends"
        yield from _offered(name, action, overlay, base)
    for name in overlay.without_extension:
        if name not in base.action or base.action[name].extends is None:
            yield ("without_extension",), f"without_extension 的“{name}”不是基础程序中延长期限的动作；请改正名称"
    yield from _pauses(overlay, base)
    mark = overlay.mark_on_receipt
    if mark is not None and mark not in overlay.basis and mark not in base.basis:
        yield ("mark_on_receipt",), f"收到即标注的依据“{mark}”没有定义；请在 [basis] 中写明出处"
    if mark is not None and not any(MARK in action.effects for action in base.action.values()):
        yield ("mark_on_receipt",), "基础程序没有异议标注，不能改为收到即标注；请删去 mark_on_receipt"


def _offered(name: str, action: LocalAction, overlay: Overlay, base: Procedure) -> Iterable[Reason]:
    """Yield an extension is taken where the base takes it, or in further states in which its limit runs."""
    if not action.from_ or action.extends is None or name not in base.action:
        return
    local, whole = overlay.clock.get(action.extends.clock), base.clock.get(action.extends.clock)
    runs = (local.runs_in if local is not None else ()) or (whole.runs_in if whole is not None else ())
    if not set(base.action[name].from_) <= set(action.from_) <= set(runs):
        text = f"动作“{name}”的 from 须包括基础程序的环节，且只写所延长的期限计算的环节；请改正 from"
        yield ("action", name, "from"), text


def _pauses(overlay: Overlay, base: Procedure) -> Iterable[Reason]:
    """Only a limit of an office can be made to run on: standing still is the subject's gain where the limit is its own."""
    for name in overlay.without_pause:
        clock = base.clock.get(name)
        if clock is None or not clock.pauses_in:
            yield ("without_pause",), f"without_pause 的“{name}”不是基础程序中可以中止的期限；请改正名称"
        elif role_side(clock.owner) != "office":
            yield ("without_pause",), f"期限“{clock.label}”是主体的期限，不能改为不中止；请从 without_pause 中删去"


def _unit(extends: Extends) -> str | None:
    return next((unit for unit in ("working", "calendar", "months") if getattr(extends, unit) is not None), None)


def _dropped(
    at: tuple[str, ...], what: str, local: tuple[GuardUse, ...] | None, whole: tuple[GuardUse, ...]
) -> Iterable[Reason]:
    if local is None:
        return
    for use in whole:
        if use not in local:
            yield at, f"{what}缺少基础程序的前置条件“{use.guard}”；本地细化只能增加条件，请把它列回 guards"


def _remedies(name: str, local: LocalAction, whole: Action) -> Iterable[Reason]:
    """Yield a place may tell of more remedies, and of its own 复核 in place of the general one; of none less."""
    if local.remedy is None:
        return
    reviewed = any(one.startswith(REVIEW_OF_A_PLACE) for one in local.remedy)
    for one in whole.remedy:
        if one not in local.remedy and not (one == "review" and reviewed):
            text = f"动作“{whole.label}”缺少基础程序告知的救济“{one}”；本地细化只能增加救济，请把它列回 remedy"
            yield ("action", name, "remedy"), text


def _material(name: str, local: Material, whole: Material) -> Iterable[Reason]:
    at = ("material", name)
    if whole.required and not local.required:
        yield at, f"材料“{whole.label}”在基础程序中必需，不能改为可选；请写 required = true"
    if whole.required_if is not None and not local.required and local.required_if != whole.required_if:
        yield at, f"材料“{whole.label}”的 required_if 与基础程序不同；请照写“{whole.required_if}”"
    if local.source != whole.source:
        yield at, f'材料“{whole.label}”的来源与基础程序不同；请照写 source = "{whole.source}"'


def _laid_over(overlay: Overlay, base: Procedure) -> Procedure:
    data: dict[str, Any] = base.model_dump(by_alias=True)
    data.update(
        version=overlay.version,
        effective=overlay.effective,
        until=overlay.until,
        digest=meaning_digest({"base": base.digest, "overlay": overlay.digest}),
    )
    data["basis"] |= {name: basis.model_dump() for name, basis in overlay.basis.items()}
    data["actor"] |= overlay.actor
    data["material"] |= {name: material.model_dump() for name, material in overlay.material.items()}
    if overlay.summary is not None:
        data["summary"] = overlay.summary
    if overlay.filing_guards is not None:
        data["filing_guards"] = tuple(use.model_dump() for use in overlay.filing_guards)
    data["filing_basis"] = tuple(dict.fromkeys((*overlay.filing_basis, *base.filing_basis)))
    for name, state in overlay.state.items():
        data["state"][name]["label"] = state.label
    for name, action in overlay.action.items():
        data["action"][name] |= _action_fields(action, base.action[name])
    for name, clock in overlay.clock.items():
        if name in base.clock:
            data["clock"][name] |= _clock_fields(clock, base.clock[name])
        else:
            data["clock"][name] = clock.model_dump(exclude_none=True) | {"overdue": "escalate"}
    for name in overlay.without_pause:
        clock_data = data["clock"][name]
        clock_data |= {"runs_in": (*clock_data["runs_in"], *clock_data["pauses_in"]), "pauses_in": ()}
    for name in overlay.without_extension:
        letter = data["action"].pop(name)["letter"]
        if letter not in {action["letter"] for action in data["action"].values()}:
            data["letters"].pop(letter, None)  # nobody writes it here
    if overlay.decided_by is not None:
        deciding_elsewhere.rewritten(data, base, overlay.decided_by)
    if overlay.mark_on_receipt is not None:
        data["action"] = _marking_on_receipt(data["action"], base, overlay.mark_on_receipt)
    return Procedure.model_validate(data)


def _marking_on_receipt(actions: Mapping[str, Any], base: Procedure, basis: str) -> dict[str, Any]:
    """Return the actions with the dispute mark set by the system as soon as the case is open, and taken back at every end."""
    mark = Action.model_validate({
        "label": "收到即加注异议标注", "by": ["system"], "from": [base.initial], "on": ["opened"], "effects": [MARK],
        "basis": [basis],
    })  # fmt: skip
    found: dict[str, Any] = {MARK_STEP: mark.model_dump(by_alias=True)}
    for name, action in actions.items():
        effects = tuple(effect for effect in action["effects"] if effect != MARK)
        goal = base.state.get(action["to"] or "")
        ends = goal is not None and goal.final
        if ends and UNMARK not in effects:
            effects = (*effects, UNMARK)
        found[name] = {**action, "effects": effects}
    return found


def _action_fields(local: LocalAction, whole: Action) -> dict[str, Any]:
    said = local.model_dump(exclude_none=True, exclude_defaults=True, by_alias=True)
    if local.basis and local.extends is None:
        said["basis"] = tuple(dict.fromkeys((*local.basis, *whole.basis)))
    if local.materials:
        said["materials"] = tuple(dict.fromkeys((*whole.materials, *local.materials)))
    return said


def _clock_fields(local: LocalClock, whole: Clock) -> dict[str, object]:
    fields: dict[str, object] = {} if local.label is None else {"label": local.label}
    if local.duty:
        fields["duty"] = True
    if local.runs_in:
        fields["runs_in"] = local.runs_in
    if local.remind is not None:
        fields["remind"] = local.remind
    if local.days is not None and whole.days is not None:
        days = local.days.model_dump() | {"input": whole.days.input}
        fields |= {"days": days, "basis": local.basis, "verified": local.verified}
    if local.pause_basis:
        fields["pause_basis"] = local.pause_basis
    return fields
