"""Putting law in force from a page (规则草案): one legal reviewer proposes a checked file, another puts it in force from its day on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from repairflow.casework import law_files
from repairflow.casework.actor import Actor
from repairflow.casework.admin import events
from repairflow.casework.admin.form_errors import alone
from repairflow.casework.admin.offices import DOMAINS
from repairflow.casework.admin.own_rules import ROLE
from repairflow.casework.changes import DecideLaw, ProposeLaw
from repairflow.casework.context import Services
from repairflow.casework.event_names import EventName
from repairflow.errors import Conflict, DefinitionError, Forbidden, Invalid, NotFound, Problem
from repairflow.law.checks.checked_files import Around
from repairflow.law.checks.folder import Source, check
from repairflow.law.checks.report import Diagnostic
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.overlay import Overlay
from repairflow.law.procedure.own_law import Kept, digest
from repairflow.law.procedure.packs import RulePack
from repairflow.letters.issue.kept_files import keep
from repairflow.letters.text.templates import kinds, needed_fields, printed_fields
from repairflow.records import law_draft, office
from repairflow.records.rows import LawDraftRow, first_row
from repairflow.settings import asset
from repairflow.times import local_day

WHERE = "规则草案.toml"
LONGEST = 256 * 1024
Definition = Procedure | Overlay | RulePack


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What a file holds and what the checks say of it; `procedure` is what an overlay makes of its base."""

    definition: Definition | None
    procedure: Procedure | None
    findings: tuple[Diagnostic, ...]

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """What keeps it from use."""
        return tuple(one for one in self.findings if one.severity == "error")


def examine(tx: Connection, law: Library, content: str) -> Reviewed:
    """Read a file and check it against the law in use; nothing is written. A calendar, a statute or a vocabulary is no draft."""
    offices = {overlay.office for overlay in law.overlays.values() if overlay.office is not None}
    offices |= set(tx.execute(select(office.c.code)).scalars())
    domains = {*DOMAINS, *(pack.domain for pack in law.packs.values())}
    checked = check(
        [Source(WHERE, content)], Around(law, kinds(), needed_fields(), offices, domains, prints=printed_fields())
    )
    found: Definition | None = next(
        (one for part in (checked.procedures, checked.overlays, checked.packs) for one in part.values()), None
    )
    procedure = next((one for part in (checked.results, checked.procedures) for one in part.values()), None)
    findings = list(checked.findings)
    if found is None and not findings:
        findings.append(
            Diagnostic("file_unknown", f"{WHERE}:1", "请交办理程序、本地细化或者规则包；日历在“工作日历”载入")
        )
    return Reviewed(found, procedure, tuple(findings))


def propose(tx: Connection, services: Services, given: ProposeLaw, now: datetime) -> int:
    """Ensure that the file waits for a second legal reviewer; its id, that of the same file again where it waits already.

    Forbidden for others than legal reviewers; Invalid with every error of the file, for a day that has come, or for a
    version there is.
    """
    _reviewer(given.actor)
    definition = _fitting(tx, services.law, given.content, now)
    alone(tx, law_draft)
    waiting = select(law_draft.c.id).where(law_draft.c.digest == digest(given.content), law_draft.c.state == "proposed")
    if (known := tx.execute(waiting).scalar()) is not None:
        return int(known)
    values = {
        "path": path_of(definition), "label": title_of(definition), "content": given.content,
        "digest": digest(given.content), "effective": definition.effective, "state": "proposed",
        "proposed_by": given.actor.id, "proposed_at": now,
    }  # fmt: skip
    key = int(tx.execute(insert(law_draft).values(values).returning(law_draft.c.id)).scalar_one())
    _note(tx, given.actor, EventName.PROPOSE_LAW, values, now)
    return key


def decide(tx: Connection, services: Services, given: DecideLaw, now: datetime) -> None:
    """Ensure that the file is law from its day on, on every node, or is dropped, or will not be law after all.

    NotFound, Conflict where it was decided already, or its day has come before it is taken back; Forbidden for others than legal
    reviewers, and for who proposed it to put it in force; Invalid where it no longer fits the law in use, its day has come, or other
    law rests on what is taken back.
    """
    _reviewer(given.actor)
    row = first_row(
        tx.execute(select(law_draft).where(law_draft.c.id == given.draft_id).with_for_update()), LawDraftRow
    )
    if row is None:
        raise NotFound("没有这个规则草案。")
    if given.withdrawn:
        _take_back(tx, services, row, now)
        _settle(tx, given.actor, row, "withdrawn", now)
        return
    if row.state != "proposed":
        raise Conflict("这个规则草案已经由他人处理，请刷新页面。")
    if given.in_force:
        if row.proposed_by == given.actor.id:
            raise Forbidden("草案由您提请，须由另一位法制审核人员决定施行。")
        _fitting(tx, services.law, row.content, now)
        keep(tx, {row.path: row.content}, now)
    _settle(tx, given.actor, row, "in_force" if given.in_force else "dropped", now)


DECIDED = {"in_force": EventName.ENFORCE_LAW, "dropped": EventName.DROP_LAW, "withdrawn": EventName.WITHDRAW_LAW}


def _settle(tx: Connection, by: Actor, row: LawDraftRow, state: str, now: datetime) -> None:
    """Ensure that the draft stands so, and the trail says who decided that."""
    tx.execute(update(law_draft).where(law_draft.c.id == row.id).values(state=state, decided_by=by.id, decided_at=now))
    _note(tx, by, DECIDED[state], row._asdict(), now)


def _take_back(tx: Connection, services: Services, row: LawDraftRow, now: datetime) -> None:
    """Conflict or Invalid where a file that was put in force can no longer be taken back."""
    if row.state != "in_force":
        raise Conflict("这个规则没有决定施行，或者已经撤回，请刷新页面。")
    if row.effective <= local_day(now):
        raise Conflict(f"这个规则已自 {row.effective} 起施行，不能撤回；请另提请一个新的版本。")
    kept = [one for one in law_files.kept(tx) if (one.path, digest(one.text)) != (row.path, row.digest)]
    try:
        Library.read(asset("workflows"), own=services.law.own.without_kept().with_kept(kept))
    except DefinitionError as error:
        raise Invalid("另有规则依附于它，不能撤回；请先撤回那些规则。", error.problems) from error


def content_of(tx: Connection, draft_id: int) -> str:
    """Return the file of a draft, for whoever is to decide it; NotFound when there is none."""
    found = tx.execute(select(law_draft.c.content).where(law_draft.c.id == draft_id)).scalar()
    if found is None:
        raise NotFound("没有这个规则草案。")
    return str(found)


def paths_in_force(tx: Connection) -> set[str]:
    """Files that were put in force from a page: the database is where they live."""
    return set(tx.execute(select(law_draft.c.path).where(law_draft.c.state == "in_force")).scalars())


def path_of(definition: Definition) -> str:
    """Return where the file would lie in a folder of own law."""
    if isinstance(definition, Procedure):
        return f"procedures/{definition.procedure}-{definition.version}.toml"
    if isinstance(definition, Overlay):
        return f"overlays/{definition.base}-{definition.version}.toml"
    return f"packs/{definition.pack}.toml"


def title_of(definition: Definition) -> str:
    """Return what the file is called on pages and in the trail."""
    if isinstance(definition, RulePack):
        return f"规则包 {definition.pack}（{definition.label}）"[:200]
    return f"{definition.label} {definition.version}"[:200]


def _fitting(tx: Connection, law: Library, content: str, now: datetime) -> Definition:
    if len(content.encode()) > LONGEST:
        raise Invalid("文件太大，规则文件不会超过 256 KB。")
    reviewed = examine(tx, law, content)
    found = reviewed.definition
    if reviewed.errors or found is None:
        raise Invalid("检查有错误，不能提请施行。", [Problem(one.where, one.text) for one in reviewed.errors])
    if found.effective <= local_day(now):
        text = f"施行日期 {found.effective} 已到；请把 effective 写为明天或者更晚的日期"
        raise Invalid("没有提请，请按提示修改。", [Problem("effective", text)])
    try:
        own = law.own.with_kept([Kept(path_of(found), content)])
        if own == law.own:
            raise Conflict("内容相同的文件已经采用，没有改动。")
        read = Library.read(asset("workflows"), own=own)
    except DefinitionError as error:
        raise Invalid("与现行规则不能并存，不能施行。", error.problems) from error
    if _digests(read) == _digests(law):
        raise Invalid("没有提请，请按提示修改。", [Problem("version", "这个版本已由另一个文件定义；请换一个版本号")])
    return found


def _digests(law: Library) -> set[str]:
    return {p.digest for p in law.procedures.values()} | {pack.digest for pack in law.packs.values()}


def _reviewer(actor: Actor) -> None:
    if not actor.has_role(ROLE):
        raise Forbidden("规则草案由法制审核人员办理。")


def _note(tx: Connection, by: Actor, action: EventName, draft: dict[str, object], now: datetime) -> None:
    content = {name: draft[name] for name in ("path", "label", "digest", "effective")}
    name = str(draft["path"]).rpartition("/")[2].removesuffix(".toml")
    events.note(tx, f"law/{name[:50]}", action, by, ROLE, now, content)
