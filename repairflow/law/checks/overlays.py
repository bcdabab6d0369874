"""Overlays: laid down for somebody there is, adding what can be done, naming things without turning what they mean."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from repairflow.law.checks import role_words
from repairflow.law.checks.label_tone import leaning
from repairflow.law.checks.steps_before import always_before
from repairflow.law.divisions import division_fault
from repairflow.law.procedure.model import Action, GuardUse, Procedure
from repairflow.law.procedure.overlay import Overlay
from repairflow.law.procedure.roles import outcome_side, role_side

Fault = tuple[str, tuple[str, ...], str]


NEGATING = ("不", "未", "无", "没", "非", "拒")
"""Signs by which the name of a step that ends nothing still says no (不签名 for 拒绝签字)."""


def check(
    overlay: Overlay, base: Procedure, fields: Collection[str], offices: Collection[str] | None
) -> Iterator[Fault]:
    """Everything wrong with an overlay that `apply` lets pass; `offices` None when no register of offices is at hand."""
    yield from _scope(overlay, fields, offices)
    for name, state in overlay.state.items():
        if name in base.state:
            side = outcome_side(base.state[name].outcome)
            yield from _turned(("state", name), f"环节“{name}”", base.state[name].label, state.label, side)
            if side is None and "办结" in state.label:
                text = f"环节“{name}”还没有终结，改称“{state.label}”会让人以为已经办结；请改正"
                yield "relabel_turns", ("state", name), text
    for name, action in overlay.action.items():
        if name in base.action and action.label is not None:
            whole = base.action[name]
            target = base.state.get(whole.to or "")
            side = outcome_side(target.outcome) if target is not None else None
            yield from _turned(("action", name), f"动作“{name}”", whole.label, action.label, side)
        if action.guards is not None and name in base.action:
            yield from _hindered(name, base.action[name], action.guards)
            yield from _waits_for_side_step(name, base, action.guards)
        if action.guards is not None and len(set(map(repr, action.guards))) != len(action.guards):
            yield "overlay_addition", ("action", name, "guards"), f"动作“{name}”的 guards 有重复的条件；请删去"
    yield from _roles(overlay, base)
    for name, clock in overlay.clock.items():
        if clock.label is not None and not clock.label.strip():
            yield "text_empty", ("clock", name), f"期限“{name}”的名称是空的；请写 label"
    yield from _materials(overlay, base)
    for name, value in overlay.contact.items():
        if not name.strip() or not value.strip():
            yield "text_empty", ("contact",), "联系方式有一项是空的；请写明名称和内容，或者删去"


def _roles(overlay: Overlay, base: Procedure) -> Iterator[Fault]:
    """Yield a role that is called as if it stood on the other side."""
    for role, label in overlay.actor.items():
        was = base.actor.get(role, role)
        theirs = [base.actor[one] for one in base.actor if role_side(one) == "subject"]
        subject = role_words.of_subject(label, theirs) and not role_words.of_subject(was)
        office = role_words.of_office(label)
        if role_side(role) == "system" and "系统" not in label:
            text = f"角色“{role}”是系统，没有人办理，改称“{label}”会让人以为有人办理；请改正"
            yield "relabel_turns", ("actor", role), text
        if role_side(role) == "subject" and office:
            text = f"角色“{role}”原称“{was}”，是主体一方，改称“{label}”后意思变了；请改正"
            yield "relabel_turns", ("actor", role), text
        if role_side(role) == "office" and subject:
            text = f"角色“{role}”原称“{was}”，是机关的岗位，改称“{label}”后意思变了；请改正"
            yield "relabel_turns", ("actor", role), text


def _hindered(name: str, whole: Action, guards: Sequence[GuardUse]) -> Iterator[Fault]:
    """Yield a condition more for what the subject may do takes from its rights."""
    more = [use.guard for use in guards if use not in whole.guards]
    if more and all(role_side(role) == "subject" for role in whole.by):
        text = f"动作“{whole.label}”（{name}）由主体办理，增加前置条件（{'、'.join(more)}）会减损其权利；请删去"
        yield "overlay_addition", ("action", name, "guards"), text


LOOK_BACK = frozenset({
    "times_done", "conditions_confirmed", "input_was", "opinion_given", "list_window_done", "superior_consented", "commitment_given",
})  # fmt: skip
"""Conditions that want a step taken before."""


def _waits_for_side_step(name: str, base: Procedure, guards: Sequence[GuardUse]) -> Iterator[Fault]:
    """Yield a condition more that wants a step which cases may pass by and cannot take any more: for those it never holds."""
    whole = base.action[name]
    for use in guards:
        step = str(use.parameters.get("action", ""))
        if use in whole.guards or use.guard not in LOOK_BACK or step not in base.action:
            continue
        passed = [s for s in whole.from_ if not always_before(base, {step}, s) and step not in base.actions_from(s)]
        if passed:
            text = f"动作“{whole.label}”（{name}）增加的前置条件（{use.guard}）要求先办“{base.action[step].label}”（{step}），"
            text += "办件却可以不经过这一步就到这里，到了也不能再办，这样的办件再也办不了；请换一个必经的动作，或者删去"
            yield "overlay_addition", ("action", name, "guards"), text


def _scope(overlay: Overlay, fields: Collection[str], offices: Collection[str] | None) -> Iterator[Fault]:
    if overlay.sector is not None and overlay.sector not in fields:
        known = "、".join(sorted(fields))
        yield "overlay_scope", ("sector",), f"领域“{overlay.sector}”没有定义，没有办件会适用本细化；可用的有：{known}"
    if overlay.office is not None and offices is not None and overlay.office not in offices:
        text = f"单位编码“{overlay.office}”没有登记，没有办件会适用本细化；请改正 office，或者先在“单位”中登记"
        yield "overlay_scope", ("office",), text
    place = overlay.jurisdiction
    if place is not None and (fault := division_fault(place)) is not None:
        text = f"地区“{place}”不是行政区划代码：{fault}；jurisdiction 须写六位代码，如 320000"
        yield "overlay_scope", ("jurisdiction",), text


def _turned(at: tuple[str, ...], what: str, was: str, now: str, side: str | None) -> Iterator[Fault]:
    if not now.strip():
        yield "text_empty", at, f"{what}的名称是空的；请写 label"
        return
    before, after = leaning(was), leaning(now)
    against = side == "against" and after == 1
    hidden = before == -1 and after != -1 and (side is not None or not any(word in now for word in NEGATING))
    turned = before == 1 and after == -1
    if against or hidden or turned:
        yield "relabel_turns", at, f"{what}原称“{was}”，改称“{now}”后意思相反或者看不出不利；本地细化只能换说法，请改正"


def _materials(overlay: Overlay, base: Procedure) -> Iterator[Fault]:
    for name, material in overlay.material.items():
        at, what = ("material", name), f"材料“{material.label or name}”（{name}）"
        if not material.label.strip():
            yield "text_empty", at, f"材料“{name}”没有名称；请写 label"
        if material.required and material.required_if is not None:
            yield "overlay_addition", at, f"{what}既一律必需又只在一定情形下必需（required_if）；请删去其中之一"
        if material.required and name not in base.material and material.source == "auto":
            yield "overlay_addition", at, f"{what}写为必需，来源却是系统（auto），没有人能够提交；请改正 source"
