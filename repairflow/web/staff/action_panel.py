"""The panel of actions (现在可以办什么): each option of casework in the shape the `action_panel` component asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import render_template, url_for
from markupsafe import Markup

from repairflow.casework import correctable_fields, plausible_days
from repairflow.casework.cases.given_reason import HOW_BROUGHT, LONGEST_REASON
from repairflow.casework.cases.options import Option
from repairflow.casework.correctable_fields import ACT_CORRECTABLE, ACT_HINTS, CORRECTABLE
from repairflow.casework.documents import burdens
from repairflow.casework.inputs import LONGEST
from repairflow.casework.outbox import UNFINISHED
from repairflow.casework.queries.cases.view import CaseView
from repairflow.law.coverage import not_expressed
from repairflow.law.guards.demanded_inputs import sometimes_demanded
from repairflow.law.private_promises import said_of
from repairflow.law.procedure.ground import Ground
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import Input
from repairflow.law.procedure.paths import usual_path
from repairflow.letters.text.templates import latest_version, template
from repairflow.times import local, local_day, now
from repairflow.web.staff import queue_position
from repairflow.web.staff.action_form import BESIDE, Typed
from repairflow.web.staff.meeting_form import NOTHING, Offered, dressed
from repairflow.web.staff.phrases import PHRASES
from repairflow.web.ui.forms import SOMETIMES

KINDS = frozenset({"list_is_adverse", "list_is_favourable"})
"""Conditions that say for which kind of list a step is: one for the other kind is no step of this case."""


@dataclass(frozen=True, slots=True)
class Panel:
    """What the visitor may do, what is the visitor's but does not go yet, and what belongs to others."""

    mine: tuple[Mapping[str, object], ...]
    others: tuple[Mapping[str, object], ...]


def panel(
    view: CaseView, law: Library, typed: Typed | None, receivers: Sequence[tuple[str, str]], meeting: Offered = NOTHING
) -> Panel:
    """Return the actions of a case; the form of `typed` is shown as it was sent. `receivers`: code and name of each office to which the
    case may be transferred; `meeting`: what a form that books one offers."""
    ahead = forward(view)
    # What may be done first, and of that the way forward first.
    offered = [o for o in view.options if not of_another_kind(o)]
    mine = sorted((o for o in offered if o.mine), key=lambda o: (not o.open, o.name not in ahead))
    moves = [o.name for o in mine if o.open and view.at.procedure.action[o.name].to is not None]
    unfolded = moves[0] if len(moves) == 1 else _proposed(view, moves)
    return Panel(
        tuple(
            _offering(
                _action(
                    view, law, o, typed if typed and typed.action == o.name else None, o.name == unfolded, receivers
                ),
                meeting,
            )
            for o in mine
        ),
        tuple(_of_others(o) for o in offered if not o.mine),
    )


def _proposed(view: CaseView, moves: Sequence[str]) -> str:
    """Return the step that the one before proposed (“拟准予修复”: “准予修复”), so that whoever agrees need not look for it; empty where
    nothing was proposed, or what was is not open."""
    steps, last = view.at.procedure.action, view.at.history[-1].action if view.at.history else ""
    said = steps[last].label if last in steps else ""
    return next((name for name in moves if said == f"拟{steps[name].label}"), "")


def _offering(action: Mapping[str, object], meeting: Offered) -> Mapping[str, object]:
    inputs = action.get("inputs")
    if meeting is NOTHING or not isinstance(inputs, list):
        return action
    offered = {**action, "inputs": [dressed(one, meeting) for one in inputs]}
    return {**offered, "reason_hint": _phrases(str(action["code"]), meeting.phrases)} if action["reason"] else offered


def of_another_kind(option: Option) -> bool:
    """Tell whether a step is for lists of the other kind (守信、失信) than the case is about."""
    return any(not answer.ok and answer.guard in KINDS for answer in option.answers)


def forward(view: CaseView) -> tuple[str, ...]:
    """Return the names of the steps that lead to the next stage of the usual path, in the order of the procedure file."""
    procedure = view.at.procedure
    stage = {name: state.stage or state.label for name, state in procedure.state.items()}
    path = usual_path(procedure, view.at.closed)
    later = path[path.index(view.case.state) + 1 :] if view.case.state in path else path
    ahead = [stage[name] for name in later if stage[name] != stage[view.case.state]]
    to = {o.name: procedure.action[o.name].to for o in view.options}
    return tuple(name for name, state in to.items() if state in later and stage[state] in ahead[:1])


def letter_title(kind: str, day: date) -> str:
    """Return what a kind of letter is called on `day`."""
    return template(kind, latest_version(kind, day.isoformat())).name


def _of_others(option: Option) -> Mapping[str, object]:
    who = "、".join(option.roles)
    texts = [f"由{who}办理", *option.obstacles]
    return {"label": option.label, "who": who, "allowed": False, "refusals": [{"text": text} for text in texts]}


def _action(
    view: CaseView,
    law: Library,
    option: Option,
    typed: Typed | None,
    unfolded: bool,
    receivers: Sequence[tuple[str, str]],
) -> Mapping[str, object]:
    action = view.at.procedure.action[option.name]
    basis = law.cites(action.basis, view.at.procedure, view.at.pack)
    if not option.open:
        refusals = [{"text": text, "basis": basis} for text in option.obstacles]
        return {"label": option.label, "who": "、".join(option.roles), "allowed": False, "refusals": refusals}
    questions = [(name, spec) for name, spec in option.inputs.items() if spec.kind != "material"]
    files = [(name, spec) for name, spec in option.inputs.items() if spec.kind == "material"]
    reason = "required" if option.reason else "optional" if option.grounds or option.entered else ""
    return {
        "code": option.name,
        "label": option.label,
        "who": "、".join(option.roles),
        "until": _until(view, option.name),
        "url": url_for("desk.act", number=view.case.number, action=option.name, **queue_position.carried()),
        "allowed": True,
        "open": typed is not None or unfolded,
        "primary": not option.adverse,
        "grounds": [(code, _ground_label(option, code)) for code in option.grounds],
        "ground_value": typed.ground if typed else "",
        "inputs": [
            _receiver(_question(view, option, name, spec, typed), receivers)
            if name == "to_office"
            else _question(view, option, name, spec, typed)
            for name, spec in questions
        ],
        "uploads": [
            *(_upload(name, spec.label, spec.hint, spec.required, typed) for name, spec in files),
            *_beside(view, option, typed),
        ],
        "reason": reason,
        "reason_label": _reason_label(option),
        "reason_hint": _phrases(option.name),
        "reason_value": typed.reason if typed else "",
        "reason_max": LONGEST_REASON,
        "wrong": {name: typed.error_of(name) for name in ("reason", "ground")} if typed else {},
        "explain": _follows(view, option),
        "minds": (*option.minds, *not_expressed(law.coverage, view.at.procedure, option.name, view.case.division_code)),
        "more": _more(view, option, basis),
    }


def _ground_label(option: Option, code: str) -> str:
    """Return a ground as the form offers it: one that the findings contradict says so where it is chosen."""
    said = option.denied.get(code)
    return f"{option.grounds[code].label}{'（与核查意见不符）' if said is not None and said.contradicted else ''}"


def _reason_label(option: Option) -> str:
    if option.entered:
        return HOW_BROUGHT
    if option.grounds:
        return "补充说明（写入文书）"
    return "理由（写入文书）" if option.letter else "意见"


def _until(view: CaseView, name: str) -> str:
    """Return the due day of the limit that runs in this state, if any; a step that only extends it has none of its own."""
    if view.at.procedure.action[name].to is None:
        return ""
    days = [due.due_day for due in view.at.dues.values() if due.state == "running" and due.due_day is not None]
    return f"{min(days).month}月{min(days).day}日前" if days else ""


def _follows(view: CaseView, option: Option) -> str:
    """Return one sentence on what the step brings about."""
    action = view.at.procedure.action[option.name]
    parts = ["当事人到窗口提出的，由您代为录入"] if option.entered else []
    if action.to is not None and action.to in view.at.procedure.state:
        parts.append(f"办件转入“{view.at.procedure.state[action.to].label}”")
    if action.extends is not None:
        more = action.extends
        count = (
            f"{more.working} 个工作日"
            if more.working
            else f"{more.calendar or more.months} {'日' if more.calendar else '个月'}"
        )
        parts.append(f"期限延长 {count}，只能延长一次")
    if option.irrevocable:
        parts.append("提交前还会请您确认一次")
    return "；".join(parts) + "。" if parts else ""


def _more(view: CaseView, option: Option, basis: Sequence[str]) -> Markup:
    """Under the form: which letter it issues with its preview, what the grounds say, the basis."""
    title = letter_title(option.letter, local_day(now())) if option.letter else ""
    grounds: Mapping[str, Ground] = option.grounds
    return Markup(  # noqa: S704 - a rendered template, escaped
        render_template(
            "desk/more.html", option=option, number=view.case.number, title=title, grounds=grounds, basis=basis
        )
    )


def _phrases(name: str, own: tuple[str, ...] = ()) -> Markup | str:
    found = tuple(dict.fromkeys((*PHRASES.get(name, ()), *own)))
    return Markup(render_template("desk/phrases.html", phrases=found)) if found else ""  # noqa: S704 - as above


def _question(view: CaseView, option: Option, name: str, spec: Input, typed: Typed | None) -> Mapping[str, object]:
    """Return one input for the `question` component, with what was typed and what is wrong with it."""
    given: Any = typed.inputs.get(name, "") if typed else ""
    shape: dict[str, object] = {
        "name": name,
        "id": f"{option.name}-{name}",
        "label": spec.label,
        "kind": spec.kind,
        "hint": spec.hint or "",
        "required": spec.required,
        "when": SOMETIMES
        if name in sometimes_demanded(view.at.procedure, view.at.procedure.action[option.name])
        else "",
        "error": typed.error_of(name) if typed else "",
        "unkept": spec.vaulted,
        "max": LONGEST.get(spec.kind, LONGEST["long_text"]),
        "last": plausible_days.last_day(name, spec, local_day(now())),
    }
    if spec.kind == "conditions":
        given = given if isinstance(given, Mapping) else {}
        own = view.record is not None and view.record.of_person
        shape["items"] = [_condition(code, item, given.get(code), own) for code, item in option.choices[name].items()]
    elif spec.kind == "corrections":
        given = given if isinstance(given, Mapping) else burdens.proposed(view.at)
        of_act = view.at.act is not None
        fields, hints = (ACT_CORRECTABLE, ACT_HINTS) if of_act else (CORRECTABLE, correctable_fields.HINTS)
        shape["items"] = [
            {
                "code": code,
                "label": label,
                "now": _present(view, code),
                "value": given.get(code, ""),
                "hint": hints.get(code, ""),
            }
            for code, label in fields.items()
        ]
    elif "waive_push" in view.at.procedure.action[option.name].effects and name == "target":
        waiting = {row.target_code: row.target_name for row in view.pushes if row.state in UNFINISHED}
        shape |= {"kind": "choice", "label": "推送对象", "choices": list(waiting.items()), "value": given}
    else:
        shape["choices"] = [(code, item.label) for code, item in option.choices.get(name, {}).items()]
        shape["value"] = given
    return shape


def _receiver(question: Mapping[str, object], receivers: Sequence[tuple[str, str]]) -> Mapping[str, object]:
    """Return the office a case is transferred to is chosen by its name among those that can take it up."""
    label = str(question["label"]).removesuffix("编码")
    hint = "" if receivers else "没有别的单位能够办理，请联系管理员登记单位和岗位"
    return {**question, "kind": "choice", "label": label, "hint": hint, "choices": list(receivers)}


def _condition(code: str, item: Ground, given: object, own: bool) -> Mapping[str, object]:
    said: Mapping[str, object] = given if isinstance(given, Mapping) else {}
    return {
        "code": code,
        "label": said_of(item.label, of_person=own),
        "met": said.get("met", ""),
        "note": said.get("note", ""),
    }


def _present(view: CaseView, field: str) -> str:
    """Return what a record says today, for the form that corrects it."""
    row = view.record
    if view.at.act is not None:
        value = getattr(view.at.act, field)
        return "" if value is None else str(value)
    if row is None:
        return ""
    if field == "subject_name":
        return view.subject.name
    if field == "authority":
        return next((at.name for at in (view.deciding, view.provider) if at.id == row.authority_id), "")
    value = getattr(row, {"class": "severity"}.get(field, field))
    return correctable_fields.shown(field, value, view.at.pack)


def _beside(view: CaseView, option: Option, typed: Typed | None) -> list[Mapping[str, object]]:
    """Places for the material a step must bring: one a kind, except kinds that the filing had to bring."""
    if not option.brings_materials:
        return []
    named = bool(view.at.procedure.action[option.name].materials)
    kinds = {
        kind: material
        for kind, material in option.materials.items()
        if named or (material.source == "applicant" and not material.required and material.required_if is None)
    }
    must = option.must_bring
    about = "本步骤至少提交一件材料" if must else "没有的可以不交"
    return [
        _upload(BESIDE + kind, material.label, material.hint or about, must and len(kinds) == 1, typed)
        for kind, material in kinds.items()
    ]


def _upload(name: str, label: str, about: str | None, required: bool, typed: Typed | None) -> Mapping[str, object]:
    kept = typed.uploads.get(name) if typed else None
    hint: Markup | str = about or ""
    if kept is not None:
        hint = Markup(render_template("desk/kept_file.html", name=name, file=kept))  # noqa: S704 - as above
    error = typed.error_of(name) if typed else ""
    return {
        "name": name, "label": label, "hint": hint, "required": required and kept is None, "error": error,
    }  # fmt: skip


def signed_by(view: CaseView) -> str:
    """Return who signed the commitment, when and in which version (as whom), where the filing brought one."""
    name, version = (view.case.inputs.get(key) for key in ("commitment_signed_by", "commitment_version"))
    return f"{name} {local(view.case.filed_at):%Y-%m-%d}{f'（{version} 版）' if version else ''}" if name else ""
