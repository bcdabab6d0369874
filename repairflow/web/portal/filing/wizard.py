"""A filing page by page: which pages a draft needs, what they ask, and what is still missing. The procedure file decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import url_for
from sqlalchemy import Connection

from repairflow import times
from repairflow.casework import plausible_days
from repairflow.casework.cases import drafts
from repairflow.casework.inputs import read
from repairflow.casework.own_signature import COMMITTED, SIGNATURE, commitment_of, signer_here
from repairflow.casework.plausible_days import PROMISED
from repairflow.casework.queries.filing import on_record, vacant_posts
from repairflow.casework.queries.filing.on_record import LATER
from repairflow.casework.queries.records.credit_file import RecordView, record_view
from repairflow.errors import Invalid, NotFound
from repairflow.law.procedure.commitments import SIGNERS, Signed, Signer
from repairflow.law.procedure.model import Input, Procedure
from repairflow.law.procedure.packs import RulePack
from repairflow.web.core import acting
from repairflow.web.core.context import RequestContext

READ_VERSION = COMMITTED
"""Kept in the draft: which version of the commitment was read. Filing itself records the version in force."""


@dataclass(frozen=True, slots=True)
class FilingWizard:
    """A draft of a filing with the law it follows and the record it is about."""

    draft: drafts.Draft
    procedure: Procedure
    pack: RulePack
    view: RecordView
    by_agent: bool
    signer: Signer
    nobody: str = ""
    """Which posts nobody holds that the case would need."""

    @property
    def questions(self) -> dict[str, Input]:
        """The inputs that the page of answers asks."""
        promises = on_record.may_promise(self.procedure, self.pack, by_agent=self.by_agent, now=times.now())
        left_out = {SIGNATURE} if promises else {SIGNATURE, PROMISED}
        return {name: spec for name, spec in self.procedure.inputs.items() if name not in left_out}

    def read(self, given: Mapping[str, object]) -> None:
        """Check the answers as the filing itself will. Raises Invalid where it would refuse them."""
        values = read(self.questions, given, self.pack)
        plausible_days.demand(self.questions, values, self.view.row, times.today())

    @property
    def pages(self) -> list[tuple[str, str]]:
        """Endpoint and label of each page still before the end."""
        return pages_of(self.procedure)

    @property
    def required(self) -> dict[str, str]:
        """Kinds and labels of materials that must be there."""
        return on_record.required_materials(
            self.procedure,
            self.pack,
            by_agent=self.by_agent,
            now=times.now(),
            signed=SIGNATURE in self.procedure.inputs,
            promised=str(self.draft.answers.get(PROMISED) or ""),
        )

    def later(self, kind: str) -> str:
        """Return what is said of a missing material that may come later, where the form asks for the day."""
        return LATER if self.procedure.material[kind].deferrable and PROMISED in self.questions else ""

    @property
    def commitment(self) -> Signed:
        """The commitment that is signed with this filing, in the words of who signs it."""
        own = commitment_of(self.procedure, self.pack)
        return own.signed_by(self.signer) if own is not None else Signed("", (), public=False)

    @property
    def signs_as(self) -> str:
        """As whom the visitor signs, in words."""
        return SIGNERS[self.signer]

    @property
    def for_oneself(self) -> bool:
        """Whether the visitor is the subject, a natural person who signs for nobody else."""
        return self.signer == "natural_person"

    def next_after(self, endpoint: str) -> str:
        """Address of the page that follows."""
        names = [name for name, _ in self.pages]
        return url_for(names[names.index(endpoint) + 1], token=self.draft.token)

    def before(self, endpoint: str) -> str:
        """Address of the page before."""
        names = [name for name, _ in self.pages]
        place = names.index(endpoint)
        if place == 0:
            return url_for("portal.start", procedure=self.procedure.procedure, number=self.draft.record)
        return url_for(names[place - 1], token=self.draft.token)

    def steps(self, endpoint: str) -> list[dict[str, str]]:
        """Return the stepper, standing at `endpoint`."""
        return stepper(self.procedure, endpoint)


def open_wizard(tx: Connection, here: RequestContext, token: str) -> FilingWizard:
    """Give the visitor's draft of a filing with all its pages need. Raises NotFound."""
    actor = here.actor
    draft = drafts.read(tx, actor, token)
    if draft.case is not None:
        raise NotFound
    view = record_view(tx, here.law, actor, draft.record, times.now())
    acting.keep(actor, view.row.subject_id)
    procedure, pack = on_record.rules(here.law, draft.procedure, view.authority, view.centre, times.today())
    nobody = vacant_posts.warning(tx, procedure, actor, view.row)
    by_agent, signer = actor.is_agent_of(view.row.subject_id), signer_here(tx, actor, view.row.subject_id)
    return FilingWizard(draft, procedure, pack, view, by_agent, signer, nobody)


def signed(wizard: FilingWizard) -> bool:
    """Tell whether the commitment in force was read, agreed to and signed."""
    answers = wizard.draft.answers
    return bool(answers.get(SIGNATURE)) and answers.get(READ_VERSION) == wizard.commitment.version


def lacking(wizard: FilingWizard) -> list[tuple[str, str]]:
    """Return what the draft still lacks: the page it belongs to, and what it is."""
    found: list[tuple[str, str]] = []
    try:
        wizard.read({name: wizard.draft.answers.get(name, "") for name in wizard.questions})
    except Invalid as error:
        found += [("portal.answers", problem.text) for problem in error.problems]
    present = {row.kind for row in wizard.draft.materials}
    found += [
        ("portal.materials", f"还没有上传“{label}”{wizard.later(kind)}")
        for kind, label in wizard.required.items()
        if kind not in present
    ]
    if SIGNATURE in wizard.procedure.inputs and not signed(wizard):
        found.append(("portal.commitment", "还没有签署信用承诺"))
    return found


def pages_of(procedure: Procedure) -> list[tuple[str, str]]:
    """Endpoint and label of each page after the first, as the procedure needs them."""
    pages = []
    if any(name != SIGNATURE for name in procedure.inputs):
        pages.append(("portal.answers", "填写说明"))
    if procedure.material:
        pages.append(("portal.materials", "上传材料"))
    if SIGNATURE in procedure.inputs:
        pages.append(("portal.commitment", "信用承诺"))
    return [*pages, ("portal.check", "核对并提交")]


def stepper(procedure: Procedure, endpoint: str) -> list[dict[str, str]]:
    """Return all pages for the `stepper` component, standing at `endpoint`."""
    pages = [("portal.start", "核对条件"), *pages_of(procedure)]
    here = [name for name, _ in pages].index(endpoint)
    return [
        {"label": label, "state": "done" if place < here else "now" if place == here else "next"}
        for place, (_, label) in enumerate(pages)
    ]
