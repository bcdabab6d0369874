"""Importing (导入) 双公示 penalty files: each sound row becomes a record in its subject's credit file.

Reading and judging rows is gateway's; this room alone writes them, in batches of one short transaction each, so that nobody
else waits long. An import that broke off is begun again: what stands already is left as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import chain
from pathlib import Path
from time import monotonic, thread_time

from sqlalchemy import Connection, func, select

from repairflow.casework import record_class, record_identity, record_spellings
from repairflow.casework.actor import Actor
from repairflow.casework.case_state import record_events
from repairflow.casework.cases import imported_subjects, office_headings, past_rows, row_authorities
from repairflow.casework.context import Services
from repairflow.casework.credit_records import held_rows, lifecycle
from repairflow.casework.credit_records.held_rows import Waits
from repairflow.casework.credit_records.lifecycle import RecordStep
from repairflow.casework.documents import publication_notice
from repairflow.casework.documents.publication_notice import Fresh
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.offices_lookup import office_by_code
from repairflow.casework.record_class import ClassOfRecord, Decided
from repairflow.db import Database
from repairflow.gateway import limited_parser
from repairflow.gateway.penalties.file import open_table, read_table
from repairflow.gateway.penalties.grid import Grid, Limits, Source
from repairflow.gateway.penalties.packed import Packed
from repairflow.gateway.penalties.row import PenaltyRow, RowProblem
from repairflow.gateway.penalties.verdicts import Suspect, Unchanged
from repairflow.law.document_keys import document_key
from repairflow.law.publicity import Publicity
from repairflow.letters.issue.compose import next_number
from repairflow.prepared import Prepared, inserting
from repairflow.read_once import standing_still
from repairflow.records import record
from repairflow.records.rows import RecordRow
from repairflow.times import local_day

Progress = Callable[[int, int], None]
Found = Unchanged | Suspect | PenaltyRow
"""What is written of a row: a new one, another spelling of a known one, or a question about one."""
BATCH_SECONDS = 0.1
"""After so long a batch ends with the row at hand: others wait for it. Where the machine gave it less than WORKED of that time
it goes on, at most LONGEST times as long: a transaction costs as much as several rows."""
WORKED, LONGEST = 0.3, 3
IMPORT_LOCK = 7_314_003
"""Any number no other advisory lock uses: of all imports one writes a batch at a time, so that each row is entered once."""


@dataclass(slots=True)
class Outcome:
    """What an import did or, on a dry run, would do. Rows are counted as the file has them."""

    total: int
    new: int
    unchanged: int
    refused: int
    problems: list[RowProblem] = field(default_factory=list)
    warnings: list[RowProblem] = field(default_factory=list)
    notes: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()  # headings that nobody knows, and the office has not matched
    held: int = 0  # of the refused: rows that wait for a person, as do records a delivery speaks against

    def hold(self, row: PenaltyRow) -> None:
        """Count a row as held, not new; its doubts are told as problems."""
        self.new, self.refused, self.held = self.new - 1, self.refused + 1, self.held + 1
        self.problems += [replace(doubt, reason=f"存疑，转待核对：{doubt.reason}") for doubt in row.doubts]


@dataclass(frozen=True, slots=True)
class Batch:
    """What one transaction brought: rows that were new, rows of the file that are through by now, and all its rows."""

    new: int
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Delivered:
    """A file as it was delivered: by whom, for which office, and where penalties of the past come from (资料来源)."""

    source: Path | bytes
    name: str
    office_code: str
    actor: Actor
    provenance: str = ""


def import_file(
    db: Database,
    services: Services,
    file: Delivered,
    now: datetime,
    *,
    dry_run: bool = False,
    progress: Progress = lambda _done, _total: None,
    wrote: Callable[[Connection, Batch], None] = lambda _tx, _batch: None,
) -> Outcome:
    """Read a penalty file and take its new rows into the credit files of their subjects.

    Sound rows come in by batches, refused rows are named, rows already here are left as they are. `progress` tells of rows
    checked and is a sign of life; `wrote` is called in the transaction of each batch, which falls with what it raises.
    Raises UnreadableFile when it is no penalty file, NotFound for an unknown office.
    """
    day, vault = local_day(now), services.vault
    pack = services.law.pack_on(day)
    labels = {code: kind.label for code, kind in pack.penalty.items()}

    def opens(source: Source, limits: Limits) -> Grid:
        return limited_parser.open_grid(source, limits, services.reading, lambda: progress(0, 0))

    with db.read() as tx:
        provider = office_by_code(tx, file.office_code)
        named = office_headings.reading(tx, provider.id)
    # The file is taken apart before any transaction: that may take minutes.
    with open_table(file.source, file.name, opens=opens, named=named) as table, db.read() as tx:
        report = read_table(table, pack, day, lambda key: record_identity.standing(tx, vault, key, labels), progress)
        if file.provenance:
            past_rows.keep(services, report, day)
        authorities = row_authorities.authorities_of_rows(tx, report, provider)
        before = record_identity.predecessors(tx)
        # Rows that are to be written are asked about when their turn comes: a row before may have named their subject.
        rows = (
            Packed(record_identity.doubted(tx, vault, row, before) for row in report.rows) if dry_run else report.rows
        )
    outcome = Outcome(
        report.total, len(rows), report.unchanged, report.refused, report.problems, report.warnings, report.notes,
        held=len(report.suspects), unread=table.unread,
    )  # fmt: skip
    if dry_run:
        for row in rows:
            if row.doubts:
                outcome.hold(row)
    if dry_run or not (report.rows or report.suspects or report.same):
        return outcome

    into = Delivery(services, file, authorities, provider.id, now, outcome, before)
    found = chain[Found](report.same, report.suspects, rows)
    left = len(report.same) + len(report.suspects) + len(rows)
    _write(db, found, into.take, wrote, _Rows(left, report.total))
    return outcome


@dataclass(frozen=True, slots=True)
class Delivery:
    """One file on its way in: who delivers it, whose each row is, and what has come of it so far."""

    services: Services
    file: Delivered
    authorities: dict[int, int]  # by row number
    provider_id: int
    now: datetime
    outcome: Outcome
    predecessors: Mapping[int, Sequence[int]]

    def take(self, tx: Connection, found: Found) -> bool:
        """Write what was found; whether the row was new. What becomes of it stands or falls with the batch."""
        vault, name, provenance = self.services.vault, self.file.name, self.file.provenance
        if not isinstance(found, PenaltyRow):
            held_rows.follow(tx, vault, found, name=name, now=self.now)
            return False
        doubted = record_identity.doubted(tx, vault, found, self.predecessors)
        if doubted.doubts:
            self.outcome.hold(doubted)
            held_rows.hold(
                tx,
                vault,
                doubted,
                Waits(self.provider_id, self.authorities[found.row], name, self.now, provenance=provenance),
            )
            return False
        stands = record_identity.standing(tx, vault, found.key)
        if stands is not None and not stands.annulled:  # a rival import was quicker
            self.outcome.new, self.outcome.unchanged = self.outcome.new - 1, self.outcome.unchanged + 1
            return False
        authority_id = self.authorities[found.row]
        by = Entered(authority_id, self.provider_id, self.file.actor, self.now, provenance=provenance)
        enter(tx, self.services, found, by)
        return True


@dataclass(slots=True)
class _Rows:
    """Rows that are left to write, of all rows of the file."""

    left: int
    total: int


def _write(
    db: Database,
    found: Iterator[Found],
    one: Callable[[Connection, Found], bool],
    wrote: Callable[[Connection, Batch], None],
    rows: _Rows,
) -> None:
    """Everything that is left is written, in batches that keep nobody waiting long."""
    while rows.left:
        with db.begin() as tx, standing_still(tx):
            alone(tx)
            entered, began, work = 0, monotonic(), thread_time()
            while rows.left:
                entered += one(tx, next(found))
                rows.left -= 1
                if (spent := monotonic() - began) >= BATCH_SECONDS and (
                    thread_time() - work >= WORKED * BATCH_SECONDS or spent >= LONGEST * BATCH_SECONDS
                ):
                    break
            wrote(tx, Batch(entered, rows.total - rows.left, rows.total))
        if rows.left:
            db.make_way()


def alone(tx: Connection) -> None:
    """Until the transaction ends no other import writes; on SQLite nobody does anyway."""
    if tx.dialect.name == "postgresql":
        tx.execute(select(func.pg_advisory_xact_lock(IMPORT_LOCK)))


@dataclass(frozen=True, slots=True)
class Entered:
    """Who enters a penalty as a record: whose decision it is, and who delivered it."""

    authority_id: int
    provider_id: int
    actor: Actor
    now: datetime
    law_of: date | None = None  # the day by whose law it is classed, where that is not the day it is entered
    provenance: str = ""  # 补报历史数据：where it comes from


def enter(tx: Connection, services: Services, row: PenaltyRow, by: Entered) -> int:
    """Ensure that the penalty is a record in its subject's credit file, published where the law says so; gives its id."""
    vault, now, actor = services.vault, by.now, by.actor
    subject_id = imported_subjects.of_row(tx, vault, row)
    decided = Decided(row.decision_date, row.decision_date, row.offence)
    found = record_class.by_law(
        services, record_class.rules_of(tx, by.authority_id), decided, by.law_of or local_day(now)
    )
    pack, severity, days = found.pack, found.classed.severity, found.days
    made = _insert(tx, imported_subjects.aged(tx, vault, row, subject_id), subject_id, by, found)
    record_spellings.spell(tx, made.id, row.decision_number, now, first=True)
    entered = record_events.append(
        tx,
        made,
        NewEvent(
            action=EventName.ENTER,
            at=now,
            by=actor,
            role="importer",
            content={
                "source": row.canonical(),
                "digest": row.digest(),
                "severity": severity,
                "pack": pack.pack,
                "class_waits_for": found.classed.waits_for,
                **({"provenance": by.provenance} if by.provenance else {}),
            },
        ),
    )
    if row.withheld and days.published and row.kind != "natural_person":
        held_rows.ask_to_publish(tx, made.id, by.authority_id, row, now)
    if may_publish(row, days, local_day(now)):
        made = made._replace(chain_seq=entered.seq, chain_head=entered.digest)
        # of the events of this transaction none is later than now
        step = RecordStep(names=("publish",), at=now, by=actor, role="importer", reason="入库公示", after=now)
        done, shown = lifecycle.changed(tx, services, made, step)
        publication_notice.accompany(tx, services, Fresh(shown, now), done, actor, "importer", now)
    return made.id


_ENTER = Prepared(
    inserting(
        record, "number", "subject_id", "kind", "authority_id", "provider_id", "document_number", "document_key",
        "decision_date", "behaviour", "facts", "penalty_basis", "penalty_kinds", "penalty_content", "fine_wan",
        "confiscated_wan", "severity", "pack", "simple_procedure", "class_waits_for", "minor", "of_person",
        "publish_from", "min_until", "apply_from", "max_until", "state", "source", "provenance",
        "created_at", "version", "chain_seq", "chain_head",
    ).returning(*record.c),
    RecordRow,
)  # fmt: skip


def _insert(tx: Connection, row: PenaltyRow, subject_id: int, by: Entered, found: ClassOfRecord) -> RecordRow:
    """Return the new record, not yet published."""
    number = f"SX-{local_day(by.now).year}-{next_number(tx, 'record', local_day(by.now).year):06d}"
    made = _ENTER.run(
        tx,
        number=number,
        subject_id=subject_id,
        kind="penalty",
        authority_id=by.authority_id,
        provider_id=by.provider_id,
        document_number=row.decision_number,
        document_key=document_key(row.decision_number),
        decision_date=row.decision_date,
        behaviour=row.behaviour[:500],
        facts=row.facts,
        penalty_basis=row.basis,
        penalty_kinds=list(row.penalty_kinds),
        penalty_content=row.content,
        fine_wan=row.fine_wan,
        confiscated_wan=row.confiscated_wan,
        severity=found.classed.severity,
        pack=found.pack.pack,
        simple_procedure=row.simple,
        class_waits_for=found.classed.waits_for,
        minor=row.minor and row.kind == "natural_person",
        of_person=row.kind == "natural_person",
        publish_from=found.days.start if found.days.published else None,
        min_until=found.days.min_until,
        apply_from=found.days.apply_from if found.days.published else None,
        max_until=found.days.max_until,
        state="unpublished",
        source=row.canonical(),
        provenance=by.provenance,
        created_at=by.now,
        version=1,
        chain_seq=0,
        chain_head="",
    ).first
    assert made is not None  # an insert that returns its row
    return made


def may_publish(row: PenaltyRow, days: Publicity, today: date) -> bool:
    """Tell whether a new record goes public: not a natural person's or minor's, not of a class that stays unpublished, not one
    whose delivery says that it is disputed or internal, and not one whose maximum period is over already."""
    return (
        days.published
        and not row.withheld
        and row.kind != "natural_person"
        and not row.minor
        and today <= days.max_until
    )
