"""同步情况: what platforms still show is listed until it is mended, and one press tells a platform again."""

from __future__ import annotations

from collections.abc import Sized
from datetime import timedelta

from sqlalchemy import event as on
from sqlalchemy import select, update

from repairflow.casework.outbound import discrepancies
from repairflow.gateway.reconcile import Difference
from repairflow.records import event, notice, outbox, sync_finding, target
from tests.conftest import Clock
from tests.support.building import Town
from tests.web.desk_visit import Officer, make

PAGE = "/oversight/sync"


def found(town: Town, clock: Clock, *differences: Difference) -> None:
    """What the look of a night finds of the first target; it is the next day."""
    clock.travel(timedelta(days=1))
    with town.db.begin() as tx:
        discrepancies.report_differences(tx, 1, differences, clock())


def still(number: str) -> Difference:
    return Difference(number, "still_shown", "ended", "public")


def test_a_finding_stands_until_it_is_mended_and_says_since_when(town: Town, clock: Clock) -> None:
    number, app = town.record(), make(town)
    town.turn(update(outbox).values(state="done", ended_at=town.now, next_at=None))

    def page() -> str:
        return Officer(app, town, "supervisor@CREDIT").get(PAGE)  # a session does not last for days

    assert "没有不一致的信息" in page()
    found(town, clock, still(number), Difference("XX-1", "unknown", None, "public"))
    found(town, clock, still(number))
    shown = page()
    assert all(said in shown for said in ("不一致 1 条", "仍在公示", "1 日"))
    rows = town.all(select(sync_finding).order_by(sync_finding.c.id))
    assert [(row.number, row.ended_at is None) for row in rows] == [(number, True), ("XX-1", False)]
    told = len(town.all(select(notice).where(notice.c.kind == "reconciliation")))
    found(town, clock)
    assert "没有不一致的信息" in page()
    assert len(town.all(select(notice).where(notice.c.kind == "reconciliation"))) == told
    found(town, clock, still(number))
    assert "0 日" in page()  # found anew


def test_one_press_tells_the_platform_again_and_what_is_under_way_is_not_mended(town: Town, clock: Clock) -> None:
    number = town.record()
    town.turn(update(outbox).values(state="done", ended_at=town.now, next_at=None))
    found(town, clock, still(number))
    supervisor = Officer(make(town), town, "supervisor@CREDIT")
    supervisor.get(PAGE)
    before = len(town.all(select(outbox)))
    assert supervisor.post(f"{PAGE}/1/chase").status_code == 303
    assert "次日对账" in supervisor.get(PAGE)
    assert "再次催办" in supervisor.text
    (sent,) = town.all(select(outbox).order_by(outbox.c.id))[before:]
    assert (sent.kind, sent.target_id, sent.payload["state"], sent.state) == (
        "record_changed",
        1,
        "published",
        "waiting",
    )
    (kept,) = town.all(select(event).where(event.c.action == "chase_platform"))
    assert (kept.actor_role, kept.stream) == ("supervisor", f"record/{number}")
    supervisor.post(f"{PAGE}/1/chase")
    assert "还有推送没有送达" in supervisor.get(PAGE)
    assert len(town.all(select(outbox))) == before + 1
    found(town, clock)  # the look leaves out what is under way
    assert [row.ended_at for row in town.all(select(sync_finding))] == [None]
    town.sound()


def test_a_platform_that_lost_all_it_had(town: Town, clock: Clock) -> None:
    """As many findings as there are records are kept and mended: no statement names them one by one, for databases bound that
    (SQLite 32,766 values, PostgreSQL 65,535)."""
    most = 300
    named: list[int] = []

    @on.listens_for(town.db.engine, "before_cursor_execute")
    def count(_c: object, _u: object, _s: str, values: Sized, _x: object, executemany: bool) -> None:
        named.append(0 if executemany else len(values))

    def unmended() -> list[tuple[str, bool]]:
        rows = town.all(select(sync_finding).where(sync_finding.c.ended_at.is_(None)).order_by(sync_finding.c.id))
        return [(row.number, row.found_at < row.seen_at) for row in rows]

    found(town, clock, *(still(f"XX-{n}") for n in range(most)))
    found(town, clock, *(still(f"XX-{n}") for n in range(1, most + 1)))
    assert unmended() == [*((f"XX-{n}", True) for n in range(1, most)), (f"XX-{most}", False)]
    found(town, clock)
    assert unmended() == []
    assert max(named) < 100


def test_what_cannot_be_chased_is_said(town: Town, clock: Clock) -> None:
    number = town.record()
    town.turn(update(outbox).values(state="done", ended_at=town.now, next_at=None))
    found(town, clock, still(number), Difference("XX-1", "unknown", None, "public"))
    town.turn(update(target).where(target.c.id == 1).values(active=False))
    supervisor = Officer(make(town), town, "supervisor@CREDIT")
    page = supervisor.get(PAGE)
    assert "请与对方核对" in page
    for finding, said in ((1, "已停用"), (2, "不是本系统的")):
        supervisor.post(f"{PAGE}/{finding}/chase")
        assert said in supervisor.get(PAGE)
    assert supervisor.post(f"{PAGE}/9/chase").status_code == 404
    head = Officer(make(town), town, "head@MARKET")
    assert "没有不一致的信息" in head.get(PAGE)  # another office's
    assert head.post(f"{PAGE}/1/chase").status_code == 404
