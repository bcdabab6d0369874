"""The form of a filing on one page: what it asks under which rules, what came back filled in, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Any

from flask import request
from sqlalchemy import Connection

from repairflow import times
from repairflow.casework import plausible_days
from repairflow.casework.actor import Actor
from repairflow.casework.applicable_law import rules_for
from repairflow.casework.case_state import materials
from repairflow.casework.case_state.materials import SentFile
from repairflow.casework.cases.filing import kinds_for
from repairflow.casework.command_ids import UNCLAIMED, Entry
from repairflow.casework.commands import Filing
from repairflow.casework.documents.lookup import own_uploads
from repairflow.casework.inputs import read
from repairflow.casework.own_signature import SIGNATURE, commitment_of, signer_here
from repairflow.casework.plausible_days import PROMISED
from repairflow.casework.queries.filing import vacant_posts
from repairflow.casework.queries.filing.basis_papers import Paper
from repairflow.casework.queries.filing.for_officers import About, office_choices, place_of, unfit
from repairflow.casework.queries.filing.on_record import LATER, may_promise, required_materials, too_early
from repairflow.casework.queries.filing.same_open import NOTHING_OPEN, Doubled, doubled
from repairflow.casework.reusable_materials import MANDATE, Brought, mandate_paper
from repairflow.casework.told_periods import may_tell
from repairflow.errors import Invalid, Refused, TooMany
from repairflow.law import only_bad_lists
from repairflow.law.procedure.channels import PORTAL, WINDOW
from repairflow.law.procedure.commitments import BY_KIND, SIGNERS, Signed, Signer
from repairflow.law.procedure.model import Input, Procedure
from repairflow.law.procedure.packs import RulePack
from repairflow.web.core.context import RequestContext
from repairflow.web.shared import form_files
from repairflow.web.ui.form_answers import NAMES_AN_OFFICE
from repairflow.web.ui.forms import FieldError, inputs_from

SHORTEST_ID = 8
STANDING = "standing_mandate"
INPUTS, FILES = "in", "file-"
"""Before the name of an input (`in.facts`) and of an upload (`file-evidence`): a procedure may call them what it likes."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Who shows the form to whom: where one goes back to, what the pages say, what the form need not ask."""

    actor: Actor
    channel: str
    entry: Entry
    title: str
    back: str
    back_text: str
    note: str = ""  # said above the form
    case_page: str = ""  # endpoint of the page of a case
    promise: str = ""  # said above the last button
    preset: Mapping[str, str] = field(default_factory=dict)  # inputs whose answers are known
    papers: Sequence[Paper] = ()  # documents on file that may be chosen as what it rests on
    labels: Mapping[str, str] = field(
        default_factory=dict
    )  # of inputs that are called otherwise here than in the procedure
    chosen: Paper | None = None  # the one that was chosen: its answers stand in the form, and may be changed


@dataclass(frozen=True, slots=True)
class FilingForm:
    """What is filed, on what, under which rules. `preset` are inputs whose answers are known."""

    procedure: Procedure
    pack: RulePack
    about: About
    channel: str
    offices: tuple[tuple[str, str], ...]
    required: Mapping[str, str]  # kinds of materials that must be there, with their labels
    preset: Mapping[str, str]
    nobody: str = ""  # which posts nobody holds that the case would need
    kinds: tuple[tuple[str, str], ...] = ()  # kinds of the case that the actor may file, with their labels
    mandate: Brought | None = None  # the 授权委托书 brought before, under the mandate that is registered
    early: str = (
        ""  # why it will not be taken, or from which day it may be filed with success, where that is yet to come
    )
    signers: tuple[Signer, ...] = ()  # as whom one may sign: at the window, what is brought on paper tells
    doubled: Doubled = NOTHING_OPEN  # what is open already of the same
    promises: bool = True  # whether this filer may promise to bring a material later (容缺)

    @property
    def questions(self) -> dict[str, Input]:
        """The inputs the form asks. Where a clerk enters what was signed on paper, nobody signs here."""
        paper = {SIGNATURE} if self.channel == WINDOW else set()
        asked = self.procedure.inputs.items()
        left_out = paper if self.promises else paper | {PROMISED}
        return {n: spec for n, spec in asked if n not in self.preset and (spec.required or n not in left_out)}

    @property
    def commitments(self) -> list[tuple[str, Signed]]:
        """The words that are signed with it and who signs them; none where the filing waits for no signature."""
        own = commitment_of(self.procedure, self.pack)
        asked = any(use.guard == "commitment_signed" for use in self.procedure.filing_guards)
        if own is None or not (asked or self.signs):
            return []
        return [(SIGNERS[signer], own.signed_by(signer)) for signer in self.signers]

    @property
    def signs(self) -> bool:
        """Whether what is signed here stands in the place of paper: the statement and the commitment with the company's seal."""
        return self.about.act is not None and self.channel == PORTAL and SIGNATURE in self.questions

    @property
    def uploads(self) -> list[tuple[str, Any]]:
        """Kinds of materials the form takes."""
        known = self.procedure.material.items()
        return [(k, m) for k, m in known if k in self.required or (m.filed and not m.required_if)]


@dataclass(frozen=True, slots=True)
class Filled:
    """The form as it was sent: raw inputs, the files taken in so far (rows), and what is wrong with it."""

    command_id: str
    kind: str = ""
    inputs: Mapping[str, str] = field(default_factory=dict)
    files: tuple[Any, ...] = ()
    errors: Sequence[FieldError] = ()

    def given(self, name: str) -> str:
        """Return what was typed for one input."""
        return self.inputs.get(name, "")


def lay_out(tx: Connection, here: RequestContext, procedure: Procedure, found: About, frame: Frame) -> FilingForm:
    """Return the form for filing `procedure` on what was found, under the version and rule pack filing itself will follow."""
    actor, now = frame.actor, here.now
    code = request.form.get(f"{INPUTS}.office", "").strip()
    first = found.case.procedure if found.case is not None else ""
    chosen, pack = rules_for(tx, here.law, procedure.procedure, here.today, place_of(tx, found, actor, code), first)
    preset = {
        name: value
        for name, value in frame.preset.items()
        if name in chosen.inputs and value in pack.lists.get(chosen.inputs[name].choices or "", {})
    }
    asks_office = NAMES_AN_OFFICE & chosen.inputs.keys()
    by_agent = actor.is_agent_of(found.subject.id)
    kinds = kinds_for(chosen, actor, found.subject.id, frame.channel)
    return FilingForm(
        procedure=chosen, pack=pack, about=found, channel=frame.channel,
        offices=office_choices(tx) if asks_office else (),
        required=required_materials(
            chosen, pack, by_agent=by_agent, now=now,
            signed=found.act is not None and frame.channel == PORTAL and SIGNATURE in chosen.inputs,
            promised=request.form.get(f"{INPUTS}.{PROMISED}", "").strip() if PROMISED in chosen.inputs else "",
        ), preset=preset,
        nobody=vacant_posts.warning(tx, chosen, actor, found.source, found.case),
        kinds=kinds,
        signers=(
            BY_KIND[found.subject.kind]
            if frame.channel == WINDOW
            else (signer_here(tx, actor, found.subject.id),)
        ),
        mandate=mandate_paper(tx, actor, found.subject.id) if MANDATE in chosen.material else None,
        promises=may_promise(chosen, pack, by_agent=by_agent, now=now),
        doubled=doubled(tx, here.law, actor, chosen, found, [kind for kind, _ in kinds]),
        early=_too_early(tx, here, (chosen, dict(kinds)), pack, found),
    )  # fmt: skip


def _too_early(
    tx: Connection, here: RequestContext, filed: tuple[Procedure, Mapping[str, str]], pack: RulePack, found: About
) -> str:
    """Return what is known beforehand to stand against the filing: the record's kind or state, or a day that is yet to come."""
    chosen, kinds = filed
    if (one := found.object) is not None and (against := unfit(chosen, pack, one, here.now)):
        return "；".join(against)
    if found.record is None:
        return ""
    told = may_tell(tx, here.law, found.record)
    return too_early(chosen, found.record, here.today, told=told, kinds=kinds)


def sent(tx: Connection, actor: Actor) -> Filled:
    """Return the form of this request, with the files of earlier turns. Invalid when it lacks what every form of ours carries."""
    form = request.form
    command_id = form.get("command_id", "")
    if len(command_id) < SHORTEST_ID:
        raise Invalid("表单内容不完整，没有提交。请刷新后重新填写。")
    rows = own_uploads(tx, actor, form.getlist("materials")[: materials.MOST_PER_STEP + 1])
    given = inputs_from(form).get(INPUTS, {})
    texts = {name: value for name, value in given.items() if isinstance(value, str)} if isinstance(given, dict) else {}
    return Filled(command_id, form.get("kind", ""), texts, rows)


def take(here: RequestContext, actor: Actor, form: FilingForm, filled: Filled) -> Filled:
    """Return the form with its new files received, each in a transaction of its own: a refused filing does not lose them."""
    rows, errors = list(filled.files), list(filled.errors)
    kinds = dict(form.uploads)
    if form.mandate is not None and request.form.get(STANDING) == "yes" and all(row.kind != MANDATE for row in rows):
        with here.begin() as tx:
            rows += own_uploads(tx, actor, [materials.reuse(tx, actor, form.mandate.token, MANDATE, times.now())])
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
            token = form_files.keep(here, actor, SentFile(kind, given.filename, content))
            with here.read() as tx:
                rows += own_uploads(tx, actor, [token])
        except (Invalid, TooMany) as error:
            errors.append(FieldError(name, f"{materials.shown_name(given.filename)}：{error.message}"))
    return replace(filled, files=tuple(rows), errors=errors)


def filing(form: FilingForm, filled: Filled, actor: Actor) -> Filing:
    """Return the filing this form asks for."""
    found, by = form.about, form.procedure.subject
    kinds = (row.kind for row in filled.files)
    without = set(only_bad_lists.out_of_place(form.pack, filled.given(only_bad_lists.CHOSEN), kinds))
    return Filing(
        form.procedure.procedure,
        found.key if by == "record" and found.act is None else None,
        actor,
        UNCLAIMED,
        _inputs(form, filled),
        tuple(row.token for row in filled.files if row.kind not in without),
        channel=form.channel,
        subject=found.key if by == "subject" else None,
        case=found.key if by == "case" else None,
        kind=filled.kind or None,
        act=found.key if by == "record" and found.act is not None else None,
    )


def faults_of_form(form: FilingForm, filled: Filled) -> list[FieldError]:
    """Return what is wrong with the form itself; what the law says against it filing answers, all at once."""
    errors = []
    kinds = dict(form.kinds)
    if form.procedure.kinds and filled.kind not in kinds:
        errors.append(FieldError("kind", "请选择种类"))
    try:
        values = read(form.procedure.inputs, _inputs(form, filled), form.pack)
        plausible_days.demand(form.procedure.inputs, values, form.about.record, times.today())
    except Invalid as error:
        errors += faults(form, error)
    if form.signs and not filled.given(SIGNATURE).strip():
        errors.append(FieldError(f"{INPUTS}-{SIGNATURE}", "请阅读信用承诺书，填写您的姓名签署"))
    if any(use.guard == "materials_complete" for use in form.procedure.filing_guards):
        here = {row.kind for row in filled.files}
        lacking = [(kind, label) for kind, label in form.required.items() if kind not in here]
        may = PROMISED in form.questions
        errors += [
            FieldError(
                FILES + kind, f"请上传“{label}”{LATER if may and form.procedure.material[kind].deferrable else ''}"
            )
            for kind, label in lacking
        ]
    return errors


def faults(form: FilingForm, error: Refused | Invalid) -> list[FieldError]:
    """Return every refusal with its basis, or every problem with its field."""
    if isinstance(error, Refused):
        return [FieldError("", r.text + (f"（依据：{'；'.join(r.basis)}）" if r.basis else "")) for r in error.refusals]
    named = [FieldError(_field(form, problem.where), problem.text) for problem in error.problems]
    return named or [FieldError("", error.message)]


def _inputs(form: FilingForm, filled: Filled) -> dict[str, Any]:
    without = only_bad_lists.left_out(form.pack, filled.given(only_bad_lists.CHOSEN))
    return {**{name: filled.given(name) for name in form.questions if name not in without}, **form.preset}


def _field(form: FilingForm, where: str) -> str:
    return f"{INPUTS}-{where}" if where in form.questions else where if where == "kind" else ""
