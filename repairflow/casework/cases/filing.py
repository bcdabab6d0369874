"""Filing (提出申请): somebody asks for a case to be opened; whether it may be is settled here, opening is opening.py's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from repairflow.casework import own_signature, plausible_days
from repairflow.casework.actor import Actor
from repairflow.casework.applicable_law import rules_for
from repairflow.casework.case_state import act_objects, guard_facts, kept_facts
from repairflow.casework.case_state.materials import Claimed, claim, forget_sender
from repairflow.casework.case_state.subject_facts import of_subject
from repairflow.casework.cases.filed_about import filed_about
from repairflow.casework.cases.opening import FILE, Opening, division_of, offices, open_case
from repairflow.casework.cases.transition import again, try_system
from repairflow.casework.command_ids import UNCLAIMED, following
from repairflow.casework.commands import Event, Filing
from repairflow.casework.context import Services
from repairflow.casework.inputs import read
from repairflow.casework.own_signature import SIGNATURE
from repairflow.casework.permissions import OFFICE_OF_ROLE
from repairflow.errors import Conflict, Forbidden, Invalid, Problem, Refusal, Refused
from repairflow.law import only_bad_lists
from repairflow.law.guards import Answer, Facts
from repairflow.law.guards.apart import stands_apart
from repairflow.law.procedure.channels import SINGLE_WINDOW, WINDOW
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.packs import RulePack
from repairflow.law.procedure.roles import CITIZEN_ROLES, SUBJECT_ROLES
from repairflow.records import cases, event, office
from repairflow.records.rows import CaseRow, RecordRow
from repairflow.times import local_day

__all__ = ["FILE", "file"]


def file(tx: Connection, services: Services, filing: Filing, now: datetime) -> Event:
    """Open a case on a record, a subject, or after another case; it then stands in its initial state, clocks running.

    The same `command_id` or `external_serial` again gives the case opened before. Raises NotFound, Forbidden, Invalid,
    or Refused with every refusal; then nothing is written.
    """
    day, law = local_day(now), services.law
    about = filed_about(tx, law.in_force(filing.procedure, day), filing)
    row, act, holder, before = about
    place = _place(tx, filing, about.source, before)
    procedure, pack = rules_for(tx, law, filing.procedure, day, place, _first(before))
    _demand_serial(filing)
    if (again := _filed_before(tx, procedure, filing, about.ids)) is not None:
        return again
    role = _role(procedure, filing, holder)
    values, secrets = _filled_in(procedure, filing, pack)
    plausible_days.demand(procedure.inputs, values, row, day)
    taken = _taken(tx, filing, procedure, pack, values, role)
    values |= _signed(tx, filing, (procedure, pack), values, (holder, taken))
    receiving, deciding, provider = offices(tx, procedure, about.source, filing.actor, before, values)
    known = replace(
        _known(tx, filing, guard_facts.of_filing(procedure, pack, now, about.object), about.ids, before),
        inputs=values,
        filing=values,
        materials=tuple((m.kind, 0) for m in taken),
        filed_by_agent=filing.actor.is_agent_of(holder),
        deciding_id=deciding,
        closes_at=_closes_at(tx, receiving) if filing.channel == WINDOW else "",
        calendar=law.calendars.of(division_of(tx, deciding)),
    )
    answers, seen = _admitted(procedure, of_subject(tx, known, procedure.filing_guards, holder, row))
    new = Opening(
        procedure=procedure,
        pack=pack,
        subject_id=holder,
        record=row,
        act=act,
        receiving_id=receiving,
        deciding_id=deciding,
        provider_id=provider,
        actor=_unnamed(filing.actor, role, procedure),
        role=role,
        command_id=filing.command_id,
        channel=filing.channel,
        inputs=values,
        secrets=secrets,
        answers=answers,
        facts=seen,
        materials=taken,
        filed_by_agent=known.filed_by_agent,
        external_serial=filing.external_serial,
        kind=filing.kind,
        parent=before,
        by_action=FILE if before is not None else "",
    )
    made = open_case(tx, services, new, now)
    try_system(tx, services, made.case, "opened", following(filing.command_id, "opened"), now)
    return made


def _role(procedure: Procedure, filing: Filing, holder: int) -> str:
    """Return the role in which the actor files; Forbidden when there is none, Invalid when the kind of case is not named rightly."""
    role = may_file(procedure, filing, holder)
    if role is None:
        who = "、".join(procedure.actor[r] for r in filers(procedure, filing.kind))
        what = procedure.kinds.get(filing.kind or "", procedure.label)
        raise Forbidden(f"“{what}”应由{who}提出。" if who else f"“{what}”由系统到期启动，不能直接提出。")
    if (filing.kind is None) != (not procedure.kinds) or (
        filing.kind is not None and filing.kind not in procedure.kinds
    ):
        raise Invalid("请选择种类。", [Problem("kind", "、".join(procedure.kinds.values()) or "此程序没有种类")])
    return role


def _demand_serial(filing: Filing) -> None:
    """Raise Invalid where a platform files without its own number of the application."""
    if filing.channel == SINGLE_WINDOW and not filing.external_serial:
        raise Invalid("平台推送的申请须写明外部流水号。", [Problem("external_serial", "请写明外部流水号")])


def _taken(
    tx: Connection, filing: Filing, procedure: Procedure, pack: RulePack, values: Mapping[str, Any], role: str
) -> tuple[Claimed, ...]:
    """Return the materials the filing brings; of a citizen who reports, no sender is kept with them."""
    taken = claim(tx, filing.actor, filing.materials, procedure, procedure.inputs, values)
    _demand_of_good_lists_alone(pack, values, taken)
    if role in CITIZEN_ROLES:
        forget_sender(tx, taken)
    return taken


def _demand_of_good_lists_alone(pack: RulePack, values: Mapping[str, Any], taken: Sequence[Claimed]) -> None:
    """Raise Invalid where a proposal for a good list (守信名单) brings what is asked of bad ones alone: no page offers it either."""
    named = (*values, *(one.kind for one in taken))
    if found := list(only_bad_lists.out_of_place(pack, values.get(only_bad_lists.CHOSEN), named)):
        raise Invalid("填写的内容有误，请按提示修改后再提交。", [Problem(one, only_bad_lists.REFUSED) for one in found])


def _admitted(procedure: Procedure, known: Facts) -> tuple[tuple[Answer, ...], dict[str, object]]:
    """Return the answers of the filing's guards, and what of the day they looked at; Refused with all that say no."""
    plausible_days.demand_something_promised(known)
    answers, seen = kept_facts.ask(procedure.filing_guards, known)
    if refusals := [Refusal(a.guard, a.text) for a in answers if not a.ok]:
        raise Refused(refusals, "申请还不能提交。")
    return answers, seen


def _filled_in(procedure: Procedure, filing: Filing, pack: RulePack) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what the form gives, read and checked, and apart from it what is kept sealed."""
    values = read(procedure.inputs, filing.inputs, pack)
    own_signature.demand(filing.actor, values)
    if filing.act:
        act_objects.demand_ground(values)
    secrets = {
        name: str(values.pop(name)) for name, spec in procedure.inputs.items() if spec.vaulted and name in values
    }
    return values, secrets


def _signed(
    tx: Connection,
    filing: Filing,
    rules: tuple[Procedure, RulePack],
    values: Mapping[str, Any],
    brought: tuple[int, tuple[Claimed, ...]],
) -> dict[str, str]:
    """Return which words were signed, by the version that tells as whom; nothing where none were."""
    (holder, taken), name = brought, str(values.get(SIGNATURE) or "")
    if not name or (commitment := own_signature.commitment_of(*rules)) is None:
        return {}
    if filing.actor.kind == "agent":
        signer = own_signature.signer_here(tx, filing.actor, holder)
    else:  # a clerk enters what was signed on paper, a platform what was signed with it
        signer = own_signature.signer_on_paper(tx, name, holder, (one.kind for one in taken))
    version = commitment.signed_by(signer).version
    return {own_signature.COMMITTED: version} if version else {}


def _known(
    tx: Connection, filing: Filing, of: Facts, about: tuple[int | None, int | None, int], before: CaseRow | None
) -> Facts:
    """Return what guards may know besides what was filled in: other cases, and who asks."""
    name = of.procedure.procedure
    return replace(
        of,
        open_same=guard_facts.other_open(
            tx,
            name,
            about[0],
            None,
            before,
            act_id=about[1],
            of_kind=filing.kind if stands_apart(of.procedure.filing_guards, filing.kind) else None,
        ),
        kind=filing.kind,
        actor_id=filing.actor.id,
        linked=(guard_facts.linked_case(tx, before, opened_this=True),) if before is not None else (),
        decided_before=guard_facts.decided_before(tx, name, before),
    )


def filers(procedure: Procedure, kind: str | None = None) -> tuple[str, ...]:
    """Roles that may file (a case of that kind): as declared, else the subject's own roles; none where only another case
    opens it."""
    if procedure.opened_only:
        return ()
    if kind is not None and kind in procedure.kind_by:
        return procedure.kind_by[kind]
    return procedure.filed_by or tuple(role for role in procedure.actor if role in SUBJECT_ROLES)


def kinds_for(procedure: Procedure, actor: Actor, subject_id: int, channel: str) -> tuple[tuple[str, str], ...]:
    """Return the kinds of a case that the actor may file about a subject, with their labels."""
    asked = Filing(procedure.procedure, None, actor, UNCLAIMED, channel=channel)
    return tuple(
        (kind, label)
        for kind, label in procedure.kinds.items()
        if may_file(procedure, replace(asked, kind=kind), subject_id) is not None
    )


def may_file(procedure: Procedure, filing: Filing, subject_id: int) -> str | None:
    """Return the role in which the actor may file, or None: the subject's own, an officer's, or a platform that forwards it."""
    held = {role for role, _ in filing.actor.roles}
    for role in filers(procedure, filing.kind):
        if role in CITIZEN_ROLES:
            if filing.actor.kind in {"agent", "public"}:
                return role
        elif role in SUBJECT_ROLES:
            if subject_id in filing.actor.subjects or filing.actor.kind == "platform":
                return role
            # 窗口代录：a clerk enters what the subject brings to the window
            if filing.channel == WINDOW and held & {"registrar", "acceptor"}:
                return role
        elif role == "system":
            if filing.actor.kind == "system":
                return role
        elif role in held and role in OFFICE_OF_ROLE:
            return role
    return None


def _place(
    tx: Connection, filing: Filing, row: RecordRow | act_objects.Source | None, before: CaseRow | None
) -> int | None:
    """Return the office whose field governs a new case: the authority of the record or act, who decided before, the office the filing
    names by code, or the filer's own; None where there is none."""
    if row is not None:
        return int(row.authority_id)
    if before is not None:
        return int(before.deciding_id)
    code = str(filing.inputs.get("office") or "").strip()
    named = tx.execute(select(office.c.id).where(office.c.code == code)).scalar() if code else None
    return int(named) if named is not None else min(filing.actor.offices, default=None)


def _first(before: CaseRow | None) -> str:
    """Return the procedure of the earlier case a filing is about; empty where it is about none."""
    return before.procedure if before is not None else ""


def _closes_at(tx: Connection, office_id: int) -> str:
    return str(tx.execute(select(office.c.closes_at).where(office.c.id == office_id)).scalar_one())


def _unnamed(actor: Actor, role: str, procedure: Procedure) -> Actor:
    """Return who stands in the trail: of a citizen who reports somebody nothing but the role (严格保密)."""
    return Actor(None, procedure.actor[role], "public") if role in CITIZEN_ROLES else actor


def _filed_before(
    tx: Connection, procedure: Procedure, filing: Filing, about: tuple[int | None, int | None, int]
) -> Event | None:
    """Return the case this very filing opened before, or None; Conflict when its id or serial stands for something else."""
    found = select(
        cases.c.id, cases.c.number, cases.c.procedure, cases.c.record_id, cases.c.act_id, cases.c.subject_id, event.c.case_id,
        event.c.seq, event.c.action, event.c.from_state, event.c.to_state, event.c.at, event.c.actor_id, event.c.digest,
    ).join(event, event.c.case_id == cases.c.id)  # fmt: skip
    row = tx.execute(found.where(event.c.command_id == filing.command_id)).first()
    if row is None and filing.external_serial is not None:
        row = tx.execute(found.where(cases.c.external_serial == filing.external_serial, event.c.seq == 1)).first()
    if row is None:
        return None
    if (row.procedure, row.record_id, row.act_id, row.subject_id) != (procedure.procedure, *about):
        raise Conflict("这个申请编号已经用于另一件申请，请换一个新的编号。")
    return again(tx, row, row, FILE, filing.actor)
