"""What a filing is about (一条信息、一项行政行为、一个主体、一个办件): found within what the filer may name, and locked."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, select, true

from repairflow.casework import subject_keys
from repairflow.casework.case_state import act_objects, situation
from repairflow.casework.commands import Filing
from repairflow.casework.permissions import case_scope, record_scope
from repairflow.casework.search import own_number
from repairflow.errors import Invalid, NotFound, Problem
from repairflow.law.acts import ABOUT_ACTS
from repairflow.law.procedure.channels import WINDOW
from repairflow.law.procedure.model import Procedure
from repairflow.records import act as acts
from repairflow.records import cases, record, subject
from repairflow.records.rows import ActRow, CaseRow, RecordRow, first_row


class FiledAbout(NamedTuple):
    """What a filing is about: a record, an act, or neither; whose it is; and the earlier case it follows."""

    row: RecordRow | None
    act: ActRow | None
    holder: int
    before: CaseRow | None

    @property
    def source(self) -> RecordRow | act_objects.Source | None:
        """Whose information it is."""
        return act_objects.source_of(self.row, self.act)

    @property
    def object(self) -> RecordRow | ActRow | None:
        """The record or act that guards look at."""
        return act_objects.object_of(self.row, self.act)

    @property
    def ids(self) -> tuple[int | None, int | None, int]:
        """The ids of record, act and subject, as the row of a case has them."""
        return (self.row.id if self.row else None, self.act.id if self.act else None, self.holder)


def filed_about(tx: Connection, procedure: Procedure, filing: Filing) -> FiledAbout:
    """Return what a filing is about, locked; NotFound when absent or foreign, Invalid where the procedure is about no such thing."""
    if procedure.subject == "case":
        before = first_row(
            tx.execute(
                select(cases).where(cases.c.number == (filing.case or ""), case_scope(filing.actor)).with_for_update()
            ),
            CaseRow,
        )
        if before is None:
            raise NotFound("没有找到原办件，或者您无权就它提出申请。")
        row, act = situation.locked_record(tx, before.record_id), act_objects.by_id(tx, before.act_id, lock=True)
        return FiledAbout(row, act, before.subject_id, before)
    if filing.act:
        return _act(tx, procedure, filing)
    if filing.record:
        row = first_row(
            tx.execute(select(record).where(record.c.number == filing.record, _records(filing)).with_for_update()),
            RecordRow,
        )
        if row is None:
            raise NotFound("没有找到这条失信信息，或者您无权就它提出申请。")
        return FiledAbout(row, None, row.subject_id, None)
    if procedure.subject == "record":
        or_act = "或者行政许可等信息编号" if procedure.procedure in ABOUT_ACTS else ""
        raise Invalid(f"请写明失信信息编号{or_act}。", [Problem("record", f"请写明失信信息编号{or_act}")])
    code = (filing.subject or "").strip().upper()
    # locked, so that the same filing pressed twice at once opens one case
    holder = tx.execute(select(subject.c.id).where(subject_keys.named(code, filing.actor)).with_for_update()).scalar()
    if holder is None:
        raise NotFound("没有找到这个信用主体，请核对统一社会信用代码或者本人编号。")
    return FiledAbout(None, None, int(holder), None)


def _act(tx: Connection, procedure: Procedure, filing: Filing) -> FiledAbout:
    if procedure.procedure not in ABOUT_ACTS:
        raise Invalid(
            "这个程序不针对行政许可等信息。", [Problem("act", f"“{procedure.label}”不针对行政许可等信息，请勿填写")]
        )
    if filing.record:
        raise Invalid("一次只能针对一条信息。", [Problem("act", "失信信息编号和行政许可等信息编号只填写一个")])
    mine = true() if _speaks_for_all(filing) else acts.c.subject_id.in_(sorted(filing.actor.subjects))
    found = act_objects.named(tx, own_number(filing.act or ""), mine, lock=True)
    if found is None:
        raise NotFound("没有找到这条行政许可等信息，或者您无权就它提出申请。")
    return FiledAbout(None, found, found.subject_id, None)


def _records(filing: Filing) -> ColumnElement[bool]:
    return true() if _speaks_for_all(filing) else record_scope(filing.actor)


def _speaks_for_all(filing: Filing) -> bool:
    """Tell whether the filing comes from who speaks for any subject: a window clerk, or a platform."""
    at_window = filing.channel == WINDOW and filing.actor.has_role("registrar", "acceptor")
    return filing.actor.kind == "platform" or at_window
