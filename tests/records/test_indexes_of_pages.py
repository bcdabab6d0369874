"""What pages ask of the whole archive is answered by an index made for it: the time must not grow with what is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection
from sqlalchemy import event as on

from repairflow.auditing import press_events
from repairflow.casework.actor import SYSTEM, Actor
from repairflow.casework.admin import events
from repairflow.casework.credit_records import duty_performance
from repairflow.casework.documents import certificates
from repairflow.casework.documents.service import unserved
from repairflow.casework.queries import inbox
from repairflow.casework.queries.audit import log_status
from repairflow.casework.queries.cases.view import Wanted, listing
from repairflow.casework.queries.oversight import banners, failed_jobs, monthly_results, pushes, statistics, timeliness
from repairflow.casework.queries.records import barred, commitments, means, public_lookup
from repairflow.casework.queries.records import listing as records
from repairflow.db import Database
from tests.support.building import law

OFFICER = Actor(id=5, name="", kind="staff", roles=frozenset({("acceptor", 2), ("decider", 2)}))
NOW = datetime(2026, 6, 10, 2, tzinfo=UTC)
TODAY = NOW.date()
REMADE = press_events.EventLeaf(
    "press", 9, "", b'{"content":{"letter":"1","pdf":"b","replaces":{"pdf":"a","seq":1},"asked":8}}', "", None
)

ASKED: dict[str, tuple[str, Callable[[Connection], object]]] = {
    "letters that are stuck": ("ix_outbox_stuck", lambda tx: banners.warnings(tx, law().calendar, NOW)),
    "pushes by target": ("ix_outbox_target", pushes.targets),
    "what waits to be pushed": ("ix_outbox_state (state=? AND id>?)", lambda tx: pushes.waiting(tx, SYSTEM)),
    "limits that are over": ("ix_cases_closed", lambda tx: statistics.late(tx, law(), SYSTEM, TODAY, 100)),
    "limits that are over, counted": ("ix_cases_closed", lambda tx: statistics.late_by_owner(tx, law(), SYSTEM, TODAY)),
    "cases closed lately": ("ix_cases_closed", lambda tx: statistics.closed(tx, law(), SYSTEM, TODAY)),
    "cases filed in a month": ("ix_cases_filed", lambda tx: statistics.month(tx, SYSTEM, TODAY.replace(day=1))),
    "what was fed back": ("ix_event_fed_back", lambda tx: monthly_results.monthly_results(tx, law(), SYSTEM, 2026, 6)),
    "days of publication": ("ix_event_published", lambda tx: timeliness.timeliness(tx, law(), SYSTEM, TODAY)),
    "letters by a part of their number": (
        "SEARCH letter USING INTEGER PRIMARY KEY (rowid=?)",
        lambda tx: listing(tx, law(), SYSTEM, TODAY, Wanted(search="信收〔2026〕7号")),
    ),
    "public entries of an organisation": (
        "list_entry USING INDEX ix_list_entry_subject", lambda tx: public_lookup.look_up(tx, law(), "查无此单位有限公司", TODAY),
    ),
    "changes by administrators of one area": ("ix_event_of_no_case", lambda tx: events.changes(tx, "target")),
    "jobs that failed": ("ix_job_failed", lambda tx: failed_jobs.failed(tx, SYSTEM)),
    "means that wait for an office": ("ix_repair_means_waiting", lambda tx: means.waiting(tx, law(), OFFICER)),
    "what is barred from repair": ("ix_record_not_repairable", lambda tx: barred.barred(tx, OFFICER)),
    "commitments": (
        "ix_cases_commitment", lambda tx: commitments.public(tx, law(), TODAY),
    ),
    "repairs with their commitments": (
        "ix_cases_closed", lambda tx: commitments.public(tx, law(), TODAY),
    ),
    "duties to register": (
        "ix_record_unregistered", lambda tx: duty_performance.awaiting(tx, law(), OFFICER),
    ),
    "an inbox, newest first": ("ix_notice_newest", lambda tx: inbox.inbox(tx, OFFICER)),
    "personal values erased": ("ix_event_personal_erased", log_status.trail_state),
    "certificates that letters were signed with": (
        "SEARCH event USING INDEX sqlite_autoindex_event_3 (stream>? AND stream<?)", certificates.known,
    ),
    "files of a letter that were made before": (
        "SEARCH event USING INDEX sqlite_autoindex_event_3 (stream=? AND seq=?)", lambda tx: press_events.before(tx, [REMADE]),
    ),
    "letters not served": ("ix_letter_issued", lambda tx: unserved.late(tx, law(), 5, TODAY)),
    "letters of an office not served": (
        "ix_letter_office", lambda tx: unserved.late(tx, law(), 5, TODAY, frozenset({1})),
    ),
}  # fmt: skip


def plans_of(database: Database, ask: Callable[[Connection], object]) -> list[str]:
    """The steps by which SQLite answers each question."""
    plans: list[str] = []

    def explain(tx: Connection, _cursor: object, statement: str, given: tuple[object, ...], *_: object) -> None:
        if statement.startswith(("SELECT", "WITH")):
            raw = tx.connection.cursor()
            plans.extend(str(row[3]) for row in raw.execute(f"EXPLAIN QUERY PLAN {statement}", given))
            raw.close()

    with database.read() as tx:
        on.listen(tx, "before_cursor_execute", explain)
        ask(tx)
    return plans


@pytest.mark.either_database
@pytest.mark.parametrize("asked", ASKED)
def test_a_page_asks_an_index(database: Database, asked: str) -> None:
    index, ask = ASKED[asked]
    plans = plans_of(database, ask)
    assert [plan for plan in plans if index in plan], plans


@pytest.mark.either_database
@pytest.mark.parametrize("wanted", [Wanted(), Wanted(after="1000"), Wanted(procedure="repair")])
def test_the_list_of_an_office_is_sorted_by_no_page(database: Database, wanted: Wanted) -> None:
    officer = Actor(id=5, name="", kind="staff", roles=frozenset({("acceptor", 2), ("registrar", 3)}))
    plans = plans_of(database, lambda tx: listing(tx, law(), officer, TODAY, wanted))
    for role in ("deciding", "receiving", "provider"):
        assert [plan for plan in plans if f"ix_cases_of_{role} ({role}_id=?" in plan], plans


TYPED = (
    "云溪环保", "云", "yxhb", "9133000", "溪环罚〔2026〕21号", "环罚〔2026〕21号", "信收〔2026〕7号", "LR-2026-000004",
)  # fmt: skip


@pytest.mark.either_database
@pytest.mark.parametrize("typed", TYPED)
def test_a_search_reads_no_table_whole(database: Database, typed: str) -> None:
    plans = plans_of(database, lambda tx: listing(tx, law(), SYSTEM, TODAY, Wanted(search=typed)))
    plans += plans_of(database, lambda tx: records.listing(tx, law(), SYSTEM, search=typed))
    tables = ("cases", "subject", "subject_name", "record", "record_spelling", "letter", "search_part")
    assert not [plan for plan in plans if plan.startswith(tuple(f"SCAN {table}" for table in tables))], plans
    assert [plan for plan in plans if plan.startswith("SEARCH search_part")]
