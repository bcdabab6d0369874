"""A filing on one page: a form drawn from the procedure file, a page that shows it once more, and then the case.

Desk, portal and the public's door share it. Each turn carries everything with it, so that nothing typed or uploaded is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

from flask import make_response, render_template, request
from sqlalchemy import Connection, select
from werkzeug.wrappers import Response as AnyResponse

from repairflow import times
from repairflow.casework import materials
from repairflow.casework.actor import Actor
from repairflow.casework.choosing import rules_for
from repairflow.casework.commands import Event, Filing
from repairflow.casework.filing import file
from repairflow.casework.house import House
from repairflow.casework.inputs import LONGEST, read
from repairflow.casework.queries.filable import About, about, office_choices, place_of
from repairflow.casework.queries.filings import required_materials
from repairflow.db import Database
from repairflow.errors import Invalid, NotFound, Refused
from repairflow.law.packs import RulePack
from repairflow.law.procedure import Input, Procedure
from repairflow.records import material
from repairflow.web.answers import shown
from repairflow.web.filters import new_command_id
from repairflow.web.forms import FieldError, inputs_from

INPUTS, FILES = "in", "file-"
"""Before the name of an input (`in.facts`) and of an upload (`file-evidence`): a procedure may call them what it likes."""
NAMES_AN_OFFICE = frozenset({"office", "partner"})
"""Inputs that give an office by its code (law.procedure.Offices): people choose it by its name."""
LONGEST_ID = 80


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is filed, on what, under which rules. `preset` are inputs that the door answers itself."""

    procedure: Procedure
    pack: RulePack
    about: About
    channel: str
    offices: tuple[tuple[str, str], ...]
    required: Mapping[str, str]  # kinds of materials that must be there, with their labels
    preset: Mapping[str, str]

    @property
    def asked(self) -> dict[str, Input]:
        """The inputs the form asks."""
        return {name: spec for name, spec in self.procedure.inputs.items() if name not in self.preset}

    @property
    def uploads(self) -> list[tuple[str, Any]]:
        """Kinds of materials the form takes."""
        return [(k, m) for k, m in self.procedure.material.items() if k in self.required or not m.required_if]


@dataclass(frozen=True, slots=True)
class Filled:
    """The form as it was sent: raw inputs, the files taken in so far (rows), and what is wrong with it."""

    command_id: str
    kind: str = ""
    inputs: Mapping[str, Any] | None = None
    files: tuple[Any, ...] = ()
    errors: Sequence[FieldError] = ()

    def given(self, name: str) -> Any:
        """What was typed for one input."""
        return (self.inputs or {}).get(name, "")


@dataclass(frozen=True, slots=True)
class Door:
    """How one door shows the form: where one goes back to, what the pages say, what is the door's own to answer."""

    back: str
    back_text: str
    title: str
    note: str = ""  # said above the form
    promise: str = ""  # said above the last button
    preset: Mapping[str, str] | None = None


def lay_out(
    tx: Connection, house: House, actor: Actor, procedure: Procedure, found: About, channel: str, door: Door
) -> Sheet:
    """The sheet for filing `procedure` on what was found, under the version and rule pack filing itself will follow."""
    now = times.now()
    code = request.form.get(f"{INPUTS}.office", "").strip()
    chosen, pack = rules_for(tx, house.law, procedure.procedure, times.local_day(now), place_of(tx, found, actor, code))
    preset = {
        name: value
        for name, value in (door.preset or {}).items()
        if name in chosen.inputs and value in pack.lists.get(chosen.inputs[name].choices or "", {})
    }
    asks_office = NAMES_AN_OFFICE & chosen.inputs.keys()
    by_agent = actor.is_agent_of(found.subject.id)
    return Sheet(
        procedure=chosen, pack=pack, about=found, channel=channel,
        offices=office_choices(tx) if asks_office else (),
        required=required_materials(chosen, pack, by_agent=by_agent, now=now), preset=preset,
    )  # fmt: skip


def converse(
    db: Database, house: House, actor: Actor, procedure: Procedure, key: str, channel: str, door: Door,
    done: Callable[[Event], AnyResponse],
) -> AnyResponse:  # fmt: skip
    """One turn of the form for this request: shown, shown once more, or filed; then what `done` answers.

    Raises NotFound when the key names nothing the actor may file on, and Forbidden when it may not file at all.
    """
    with db.read() as tx:
        sheet = lay_out(tx, house, actor, procedure, about(tx, actor, procedure, key, channel), channel, door)
        filled = _sent(tx, actor) if request.method == "POST" else Filled(new_command_id())
    if request.method == "GET":
        return _form(sheet, filled, door, house)
    filled = _take(db, house, actor, sheet, filled)
    step = request.form.get("step")
    if step == "edit":
        return _form(sheet, filled, door, house)
    filled = replace(filled, errors=[*filled.errors, *_faults_of_form(sheet, filled)])
    if filled.errors:
        return _form(sheet, filled, door, house)
    if step != "file":
        return make_response(render_template("filings/check.html", **_shown_again(sheet, filled), door=door))
    try:
        with db.begin() as tx:
            made = file(tx, house, _filing(sheet, filled, actor), times.now())
    except (Refused, Invalid) as error:
        return _form(sheet, replace(filled, errors=_faults(sheet, error)), door, house)
    return done(made)


def _filing(sheet: Sheet, filled: Filled, actor: Actor) -> Filing:
    found, by = sheet.about, sheet.procedure.subject
    return Filing(
        sheet.procedure.procedure,
        found.key if by == "record" else None,
        actor,
        filled.command_id,
        _inputs(sheet, filled),
        tuple(row.token for row in filled.files),
        channel=sheet.channel,
        subject=found.key if by == "subject" else None,
        case=found.key if by == "case" else None,
        kind=filled.kind or None,
    )


def _inputs(sheet: Sheet, filled: Filled) -> dict[str, Any]:
    return {**{name: filled.given(name) for name in sheet.asked}, **sheet.preset}


def _sent(tx: Connection, actor: Actor) -> Filled:
    form = request.form
    command_id = form.get("command_id", "").strip()
    if not 8 <= len(command_id) <= LONGEST_ID:
        raise Invalid("表单内容不完整，没有提交。请刷新后重新填写。")
    tokens = form.getlist("materials")[: materials.MOST_PER_STEP + 1]
    mine = (material.c.token.in_(tokens), material.c.uploaded_by == actor.id, material.c.case_id.is_(None))
    rows = tx.execute(select(material).where(*mine).order_by(material.c.id)).all() if tokens else ()
    return Filled(command_id, form.get("kind", ""), inputs_from(form).get(INPUTS, {}), tuple(rows))


def _take(db: Database, house: House, actor: Actor, sheet: Sheet, filled: Filled) -> Filled:
    """The form with its new files received, each in a transaction of its own: a refused filing does not lose them."""
    rows, errors = list(filled.files), list(filled.errors)
    kinds = dict(sheet.uploads)
    for name, given in request.files.items(multi=True):
        kind = name.removeprefix(FILES)
        if not given.filename or kind not in kinds:
            continue
        if len(rows) >= materials.MOST_PER_STEP:
            errors.append(FieldError(name, f"一次最多提交 {materials.MOST_PER_STEP} 件材料"))
            break
        with closing(given):  # a large one lies in a temporary file
            content = given.read()
        try:
            with db.begin() as tx:
                token = materials.receive(
                    tx, house.materials, actor, kind=kind, file_name=given.filename, content=content,
                    limit=house.max_upload, now=times.now(),
                )  # fmt: skip
                rows.append(tx.execute(select(material).where(material.c.token == token)).one())
        except Invalid as error:
            errors.append(FieldError(name, f"{materials.shown_name(given.filename)}：{error.message}"))
    return replace(filled, files=tuple(rows), errors=errors)


def _faults_of_form(sheet: Sheet, filled: Filled) -> list[FieldError]:
    """What is wrong with the form itself; what the law says against it filing answers, all at once."""
    errors = []
    kinds = sheet.procedure.kinds
    if kinds and filled.kind not in kinds:
        errors.append(FieldError("kind", "请选择种类"))
    try:
        read(sheet.procedure.inputs, _inputs(sheet, filled), sheet.pack)
    except Invalid as error:
        errors += _faults(sheet, error)
    if any(use.guard == "materials_complete" for use in sheet.procedure.filing_guards):
        here = {row.kind for row in filled.files}
        lacking = [(kind, label) for kind, label in sheet.required.items() if kind not in here]
        errors += [FieldError(FILES + kind, f"请上传“{label}”") for kind, label in lacking]
    return errors


def _faults(sheet: Sheet, error: Refused | Invalid) -> list[FieldError]:
    """Every refusal with its basis, or every problem with its field."""
    if isinstance(error, Refused):
        return [FieldError("", r.text + (f"（依据：{'；'.join(r.basis)}）" if r.basis else "")) for r in error.refusals]
    named = [FieldError(_field(sheet, problem.where), problem.text) for problem in error.problems]
    return named or [FieldError("", error.message)]


def _field(sheet: Sheet, where: str) -> str:
    return f"{INPUTS}-{where}" if where in sheet.asked else where if where == "kind" else ""


def _form(sheet: Sheet, filled: Filled, door: Door, house: House) -> AnyResponse:
    wrong: dict[str, str] = {}
    for error in filled.errors:
        wrong.setdefault(error.field, error.text)
    page = render_template(
        "filings/form.html",
        sheet=sheet,
        filled=filled,
        door=door,
        errors=filled.errors,
        wrong=wrong,
        fields=[_question(sheet, filled, name, spec, wrong) for name, spec in sheet.asked.items()],
        commitment=_commitment(sheet),
        max_mib=house.max_upload // (1 << 20),
        cites=house.law.cites(sheet.procedure.basis, sheet.procedure),
    )
    return make_response(page, 422 if filled.errors else 200)


def _question(sheet: Sheet, filled: Filled, name: str, spec: Input, wrong: Mapping[str, str]) -> dict[str, Any]:
    office = name in NAMES_AN_OFFICE
    listed = [(code, item.label) for code, item in sheet.pack.lists.get(spec.choices or "", {}).items()]
    return {
        "name": f"{INPUTS}.{name}",
        "id": f"{INPUTS}-{name}",
        "label": spec.label.removesuffix("编码") if office else spec.label,
        "kind": "choice" if office else spec.kind,
        "hint": spec.hint or "",
        "required": spec.required,
        "value": filled.given(name),
        "error": wrong.get(f"{INPUTS}-{name}", ""),
        "choices": list(sheet.offices) if office else listed,
        "max": LONGEST.get(spec.kind, LONGEST["long_text"]),
    }


def _commitment(sheet: Sheet) -> list[str]:
    """The commitment that is signed with this filing, by lines; empty where none is."""
    signs = any(use.guard == "commitment_signed" for use in sheet.procedure.filing_guards)
    return sheet.pack.commitment_text.strip().splitlines() if signs else []


def _shown_again(sheet: Sheet, filled: Filled) -> dict[str, Any]:
    kept = [("command_id", filled.command_id), ("kind", filled.kind)]
    kept += [(f"{INPUTS}.{name}", str(filled.given(name))) for name in sheet.asked]
    kept += [("materials", row.token) for row in filled.files]
    offices = dict(sheet.offices)
    answers = [
        {
            "label": spec.label.removesuffix("编码") if name in NAMES_AN_OFFICE else spec.label,
            "value": shown(spec, filled.given(name), sheet.pack, offices if name in NAMES_AN_OFFICE else None),
        }
        for name, spec in sheet.asked.items()
    ]
    if filled.kind:
        answers.insert(0, {"label": "种类", "value": sheet.procedure.kinds[filled.kind]})
    files = [(sheet.procedure.material[row.kind].label, row) for row in filled.files]
    return {"sheet": sheet, "kept": kept, "answers": answers, "files": files}


def procedure_or_404(known: Sequence[Procedure], name: str) -> Procedure:
    """The procedure of that name among those somebody may file; NotFound otherwise."""
    for procedure in known:
        if procedure.procedure == name:
            return procedure
    raise NotFound
