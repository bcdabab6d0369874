"""The outbox is carried out in order, at least once under one key, and nothing is lost on the way."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import httpx2
import pytest
from sqlalchemy import Connection, select, update

from repairflow import times
from repairflow.casework.actor import SYSTEM
from repairflow.casework.cases import receipts
from repairflow.db import Database
from repairflow.gateway.http import NEVER_LISTED, NOT_LISTED, HttpPlatform
from repairflow.gateway.mail import _refused
from repairflow.gateway.message_envelope import Message
from repairflow.gateway.platform import Address, Declined, Gone, Heard, Pending, Permanent, Platform, Transient
from repairflow.records import outbox, push_attempt, target
from repairflow.records.rows import OutboxRow, one_row
from repairflow.worker.push_attempts import GIVE_UP_AFTER, LEAST_TRIES, LONGEST_PENDING, OUTSIDE, run_of, wait
from repairflow.worker.relay import LEASE, Relay, Work, _lease, awaited
from tests.conftest import Clock
from tests.worker.worker_samples import (
    VAULT,
    FakePlatform,
    add_case,
    add_letter,
    add_push,
    give_up,
    ground,
    receive,
    rows,
    states,
)

MINUTE = timedelta(minutes=1)


@pytest.fixture
def db(database: Database, clock: Clock) -> Database:
    ground(database)
    return database


def relay(db: Database, platform: Platform | None = None, **more: Any) -> Relay:
    called: dict[str, Any] = {"press": lambda letter_id: None, "receive": receive, "give_up": give_up}
    work = Work(**called | {name: more.pop(name) for name in Work._fields if name in more})
    given: dict[str, Any] = {
        "db": db, "platform": platform or FakePlatform(), "work": work, "vault": VAULT, "node": "a", **more,
    }  # fmt: skip
    return Relay(**given)


def failing(error: Exception, when: Callable[[Address, Message], bool] = lambda a, m: True) -> FakePlatform:
    def trouble(address: Address, message: Message) -> None:
        if when(address, message):
            raise error

    return FakePlatform(trouble)


def test_what_is_due_goes_out_with_its_receipt(db: Database, clock: Clock) -> None:
    add_push(db, "k1")
    summary = relay(db).run_once(clock())
    row = rows(db)["k1"]
    assert summary.done == 1
    assert (row.state, row.receipt["remote_id"], row.next_at, row.lease_until) == ("done", "R-k1", None, None)


def test_what_is_not_due_waits(db: Database, clock: Clock) -> None:
    add_push(db, "k1", next_at=clock() + MINUTE)
    assert relay(db).run_once(clock()).done == 0
    clock.travel(MINUTE)
    assert relay(db).run_once(clock()).done == 1


def test_a_lane_goes_in_order(db: Database, clock: Clock) -> None:
    for n in range(1, 5):
        # The later a row was written, the sooner it says it is due: the order of the lane counts all the same.
        add_push(db, f"k{n}", next_at=clock() - MINUTE * n)
    platform = FakePlatform()
    relay(db, platform).run_once(clock())
    assert platform.sent == ["k1", "k2", "k3", "k4"]


def add_bulk(db: Database, clock: Clock) -> int:
    """Pushes of an import, due long since, and one of a case, due just now; gives the case."""
    for n in range(1, 5):
        add_push(db, f"import{n}", lane=f"province/XX-{n}", next_at=clock() - MINUTE)
    case = add_case(db, 1)
    add_push(db, "case", lane="province/JL-1", case_id=case)
    return case


def test_what_a_case_waits_for_goes_before_what_an_import_asks_for(db: Database, clock: Clock) -> None:
    case = add_bulk(db, clock)
    sent: list[str] = []

    def trouble(_: Address, message: Message) -> None:
        sent.append(message.key)
        if message.key == "import1":  # meanwhile somebody decides
            add_push(db, "case2", lane="province/JL-2", case_id=case)

    platform = FakePlatform(trouble)
    carried = relay(db, platform).run_once(clock(), limit=4)
    assert (sent[0], carried.done) == ("case", 4)
    relay(db, platform).run_once(clock(), limit=1)
    assert sent[4] == "case2"


def test_a_worker_asked_to_end_carries_no_further_row(db: Database, clock: Clock) -> None:
    add_bulk(db, clock)
    platform = FakePlatform()
    ending = relay(db, platform)
    ending.stops = lambda: len(platform.sent) == 3
    ending.run_once(clock())
    assert len(platform.sent) == 3
    assert sorted(states(db).values()).count("leased") == 0


@pytest.mark.parametrize(("most", "sent"), [(0, 0), (2, 2), (None, 4)])
def test_of_rows_of_no_case_a_run_carries_no_more_than_it_is_told(
    db: Database, clock: Clock, most: int | None, sent: int
) -> None:
    add_bulk(db, clock)
    platform = FakePlatform()
    relay(db, platform).run_once(clock(), of_no_case=most)
    assert (platform.sent[0], len(platform.sent)) == ("case", 1 + sent)


@pytest.mark.parametrize("stuck", ["waiting", "leased", "dead"])
def test_an_unfinished_row_stops_its_lane_and_no_other(db: Database, clock: Clock, stuck: str) -> None:
    add_push(db, "k1", state=stuck, next_at=clock() + MINUTE)
    add_push(db, "k2")
    add_push(db, "other", lane="province/JL-2026-000002")
    platform = FakePlatform()
    relay(db, platform).run_once(clock())
    assert platform.sent == ["other"]


@pytest.mark.parametrize("ended", ["done", "waived"])
def test_an_ended_row_lets_its_lane_go_on(db: Database, clock: Clock, ended: str) -> None:
    add_push(db, "k1", state=ended, next_at=None)
    add_push(db, "k2")
    assert relay(db).run_once(clock()).done == 1


def test_a_target_that_is_down_for_hours_gets_all_in_order_when_it_is_back(db: Database, clock: Clock) -> None:
    add_push(db, "k1")
    add_push(db, "k2")
    add_push(db, "k3", lane="province/JL-2026-000002")
    platform = failing(Transient("停机"))
    for _ in range(6 * 60):
        relay(db, platform).run_once(clock())
        clock.travel(MINUTE)
    assert states(db) == {"k1": "waiting", "k2": "waiting", "k3": "waiting"}
    assert rows(db)["k1"].last_error == "停机"
    assert rows(db)["k2"].attempts == 0
    platform.trouble = lambda a, m: None
    clock.travel(timedelta(hours=6))  # longer than the wait after six hours of failures, five hours and a tenth
    platform.sent.clear()
    relay(db, platform).run_once(clock())
    assert set(states(db).values()) == {"done"}
    assert platform.sent.index("k1") < platform.sent.index("k2")
    assert all(len(bodies) == 1 for bodies in platform.bodies.values())


def test_the_first_receipt_after_a_pause_wakes_the_others(db: Database, clock: Clock) -> None:
    add_push(db, "k1", attempts=6)
    add_push(db, "k2", lane="province/2", attempts=6, next_at=clock() + timedelta(minutes=50))
    add_push(db, "new", lane="province/3", next_at=clock() + timedelta(minutes=50))
    add_push(db, "else", lane="bureau/4", target_id=2, attempts=6, next_at=clock() + timedelta(minutes=50))
    relay(db).run_once(clock())
    assert states(db) == {"k1": "done", "k2": "done", "new": "waiting", "else": "waiting"}


def test_a_target_that_is_down_is_asked_once_a_run_and_holds_up_no_other(db: Database, clock: Clock) -> None:
    for n in range(5):
        add_push(db, f"down{n}", lane=f"province/{n}")
    add_push(db, "up", lane="bureau/1", target_id=2)
    platform = failing(Transient("停机"), lambda address, message: address.code == "province")
    relay(db, platform).run_once(clock())
    assert platform.sent == ["down0", "up"]


def test_a_poison_row_dies_alone(db: Database, clock: Clock) -> None:
    add_push(db, "poison")
    add_push(db, "behind")
    add_push(db, "other", lane="province/JL-2026-000002")
    platform = failing(Permanent("拒收"), lambda address, message: message.key == "poison")
    summary = relay(db, platform).run_once(clock())
    assert (summary.done, summary.dead) == (1, 1)
    assert states(db) == {"poison": "dead", "behind": "waiting", "other": "done"}
    assert rows(db)["poison"].last_error == "拒收"


@pytest.mark.parametrize("payload", [{}, {"surprise": 1}])
def test_a_payload_that_cannot_be_sent_is_a_dead_letter_at_once(db: Database, clock: Clock, payload: Any) -> None:
    add_push(db, "k1", payload=payload)
    platform = FakePlatform()
    relay(db, platform).run_once(clock())
    assert states(db) == {"k1": "dead"}
    assert platform.sent == []


def test_an_error_nobody_foresaw_is_tried_again_and_holds_up_no_other(db: Database, clock: Clock) -> None:
    add_push(db, "k1")
    add_push(db, "k2", lane="province/2")
    platform = failing(ZeroDivisionError("?"), lambda address, message: message.key == "k1")
    summary = relay(db, platform).run_once(clock())
    assert (summary.done, summary.retried) == (1, 1)
    assert states(db) == {"k1": "waiting", "k2": "done"}


@pytest.mark.parametrize(("error", "ended"), [
    (Transient("停机"), "停机"), (Transient("对方平台没有答复，稍后重试。"), "对方平台没有答复。"),
    (Transient(NOT_LISTED, ended=NEVER_LISTED), NEVER_LISTED),
])  # fmt: skip
def test_three_days_of_tries_end_in_a_dead_letter(db: Database, clock: Clock, error: Transient, ended: str) -> None:
    """What then stands with it promises no further try."""
    add_push(db, "k1")
    start = clock()
    platform = failing(error)
    while states(db)["k1"] == "waiting":
        assert clock() - start < timedelta(days=5)
        clock.travel(rows(db)["k1"].next_at)
        relay(db, platform).run_once(clock())
    longest = OUTSIDE[-1] * 1.1  # a try just before the three days is followed by one more, after the longest wait
    assert GIVE_UP_AFTER <= clock() - start < GIVE_UP_AFTER + longest
    assert (states(db), rows(db)["k1"].last_error) == ({"k1": "dead"}, ended)
    assert LEAST_TRIES <= rows(db)["k1"].attempts <= LEAST_TRIES + 1


def test_our_own_outage_kills_no_letter(db: Database, clock: Clock) -> None:
    add_push(db, "k1")
    clock.travel(timedelta(days=9))
    platform = failing(Transient("停机"))
    relay(db, platform).run_once(clock())
    assert states(db) == {"k1": "waiting"}
    assert LEAST_TRIES > 1


def test_a_crash_between_push_and_receipt_sends_the_same_message_again(db: Database, clock: Clock) -> None:
    add_push(db, "k1")
    platform = FakePlatform()

    class Killed(BaseException):
        """As a process that is killed: nothing of ours runs after it."""

    def die(tx: Connection, outbox_id: int, receipt: Mapping[str, Any], now: datetime) -> None:
        receive(tx, outbox_id, receipt, now)
        raise Killed

    with pytest.raises(Killed):
        relay(db, platform, receive=die).run_once(clock())
    assert states(db) == {"k1": "leased"}
    assert relay(db, platform).run_once(clock()).done == 0  # the lease still runs
    clock.travel(LEASE)
    assert relay(db, platform).run_once(clock()).done == 1
    assert platform.sent == ["k1", "k1"]
    assert len(platform.bodies["k1"]) == 1
    assert rows(db)["k1"].receipt["duplicate"] is True


def test_a_receipt_that_cannot_be_recorded_is_fetched_again(db: Database, clock: Clock) -> None:
    add_push(db, "k1")

    def stumble(tx: Connection, outbox_id: int, receipt: Mapping[str, Any], now: datetime) -> None:
        receive(tx, outbox_id, receipt, now)
        raise RuntimeError("half done")

    platform = FakePlatform()
    relay(db, platform, receive=stumble).run_once(clock())
    assert states(db) == {"k1": "waiting"}
    clock.travel(MINUTE)
    relay(db, platform).run_once(clock())
    assert states(db) == {"k1": "done"}


@pytest.mark.parametrize("error", [Transient("超时"), Permanent("拒收")], ids=["no answer", "refused"])
def test_a_late_failure_does_not_undo_what_another_node_finished(db: Database, clock: Clock, error: Exception) -> None:
    add_push(db, "k1")

    def overtaken(address: Address, message: Message) -> None:
        clock.travel(LEASE)
        relay(db).run_once(clock())
        raise error

    summary = relay(db, FakePlatform(overtaken)).run_once(clock())
    assert states(db) == {"k1": "done"}
    assert summary.dead == 0


@pytest.mark.parametrize("ended", ["waived", "dead", "done"])
@pytest.mark.parametrize("topic", ["press", "errand"])
def test_work_that_ends_late_does_not_change_what_ended_meanwhile(
    db: Database, clock: Clock, topic: str, ended: str
) -> None:
    """A person waived the row, or another node gave it up or finished it, while this node was at its work."""
    end = {"state": ended, "next_at": None, "lease_until": None, "last_error": "已有结果", "ended_at": clock()}
    key = add_push(db, "k1", topic=topic, target_id=None, letter_id=add_letter(db, 1))

    def meanwhile(*_: object) -> None:
        with db.begin() as tx:
            tx.execute(update(outbox).where(outbox.c.id == key).values(end))
        clock.travel(MINUTE)

    relay(db, press=meanwhile, errands={"errand": meanwhile}).run_once(clock(), topics=(topic,))
    row = rows(db)["k1"]
    assert {name: getattr(row, name) for name in end} == end


def test_a_receipt_for_a_waived_row_is_dropped(db: Database, clock: Clock) -> None:
    key = add_push(db, "k1")

    def waived(address: Address, message: Message) -> None:
        with db.begin() as tx:
            tx.execute(update(outbox).where(outbox.c.id == key).values(state="waived", next_at=None))

    relay(db, FakePlatform(waived)).run_once(clock())
    assert rows(db)["k1"].receipt is None


def test_receive_runs_with_the_case_locked(db: Database, clock: Clock) -> None:
    add_push(db, "k1", case_id=add_case(db, 1))
    assert relay(db).run_once(clock()).done == 1


def test_letters_are_pressed_and_tried_again(db: Database, clock: Clock) -> None:
    add_push(
        db, "p1", topic="press", kind="press", target_id=None, letter_id=add_letter(db, 1), lane="press/1", payload={}
    )
    pressed: list[int] = []

    def press(letter_id: int) -> None:
        pressed.append(letter_id)
        if len(pressed) == 1:
            raise RuntimeError("缺字")

    one = relay(db, press=press)
    one.run_once(clock())
    assert rows(db)["p1"].last_error == "文书生成失败，稍后重试：缺字"
    clock.travel(MINUTE)
    one.run_once(clock())
    assert states(db) == {"p1": "done"}
    assert pressed == [1, 1]


def test_topics_can_be_worked_off_apart(db: Database, clock: Clock) -> None:
    add_push(
        db, "p1", topic="press", kind="press", target_id=None, letter_id=add_letter(db, 1), lane="press/1", payload={}
    )
    add_push(db, "k1")
    relay(db).run_once(clock(), topics=("press",))
    assert states(db) == {"p1": "done", "k1": "waiting"}


def test_a_target_out_of_use_gets_nothing(db: Database, clock: Clock) -> None:
    add_push(db, "k1")
    with db.begin() as tx:
        tx.execute(update(target).where(target.c.id == 1).values(active=False))
    assert relay(db).run_once(clock()).done == 0
    assert states(db) == {"k1": "waiting"}


def test_a_run_takes_no_more_than_its_limit(db: Database, clock: Clock) -> None:
    for n in range(5):
        add_push(db, f"k{n}", lane=f"province/{n}")
    assert relay(db).run_once(clock(), limit=3).done == 3


def test_two_relays_never_hold_one_row(db: Database, clock: Clock) -> None:
    for n in range(60):
        add_push(db, f"k{n}", lane=f"province/{n % 20}")
    platform = FakePlatform()
    start = threading.Barrier(4)
    problems: list[BaseException] = []

    def work(node: str) -> None:
        try:
            start.wait(10)
            one = relay(db, platform, node=node)
            for _ in range(4):
                one.run_once(clock())
        except BaseException as error:  # noqa: BLE001  # a thread's failure is the test's
            problems.append(error)

    threads = [threading.Thread(target=work, args=(f"n{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    relay(db, platform).run_once(clock())
    assert not problems
    assert sorted(platform.sent) == sorted(f"k{n}" for n in range(60))
    for lane in range(20):
        assert [key for key in platform.sent if int(key[1:]) % 20 == lane] == [f"k{n}" for n in range(lane, 60, 20)]


def test_a_row_is_leased_once(db: Database, clock: Clock) -> None:
    row = add_push(db, "k1")
    with db.begin() as tx:
        assert _lease(tx, row, clock(), set()) is not None
        assert _lease(tx, row, clock(), set()) is None


def test_a_row_somebody_is_leasing_is_passed_over(db: Database, clock: Clock) -> None:
    row, other = add_push(db, "k1"), add_push(db, "k2", lane="province/2")
    if db.is_sqlite:  # one writer: the second would wait for the first to end
        return
    with db.begin() as first, db.begin() as second:
        assert _lease(first, row, clock(), set()) is not None
        assert _lease(second, row, clock(), set()) is None
        assert _lease(second, other, clock(), set()) is not None


def test_an_idle_run_writes_nothing(db: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    one = relay(db)
    monkeypatch.setattr(db, "begin", None)
    assert one.run_once(clock()).done == 0


HOUR = 3600


@pytest.mark.parametrize(
    ("attempts", "outside", "home"),
    [(0, 5, 1), (1, 5, 1), (2, 300, 5), (3, 1800, 30), (4, 2 * HOUR, 120), (5, 5 * HOUR, 600), (6, 10 * HOUR, HOUR),
     (9, 24 * HOUR, HOUR), (70, 24 * HOUR, HOUR)],
)  # fmt: skip
def test_waits_grow_with_jitter(attempts: int, outside: int, home: int) -> None:
    for seconds, away in ((outside, True), (home, False)):
        assert wait(attempts, chance=lambda: 0, outside=away) == timedelta(seconds=seconds * 0.9)
        assert wait(attempts, chance=lambda: 1, outside=away) == timedelta(seconds=seconds * 1.1)


def test_ten_tries_take_about_75_hours() -> None:
    tried = sum((wait(n, chance=lambda: 0.5) for n in range(1, LEAST_TRIES)), timedelta())
    assert timedelta(hours=75) < tried < timedelta(hours=76)


def test_a_wish_for_a_later_try_is_kept_up_to_a_day() -> None:
    assert wait(1, 90, lambda: 0) == timedelta(seconds=90)
    assert wait(1, 999_999, lambda: 0) == timedelta(days=1)


def test_a_target_that_asks_for_a_pause_gets_nothing_before(db: Database, clock: Clock) -> None:
    """No other message either; the pause is its own, and a pause beyond any is nobody's."""
    for n in range(3):
        add_push(db, f"k{n}", lane=f"province/{n}")
    add_push(db, "other", lane="bureau/1", target_id=2)
    busy = Transient("忙", 600, Heard("busy", 429, "slow down"))
    platform = failing(busy, lambda address, _: address.code == "province")
    relay(db, platform).run_once(clock())
    assert platform.sent == ["k0", "other"]
    platform.trouble = lambda address, message: None
    clock.travel(timedelta(seconds=599))
    with db.read() as tx:
        assert awaited(tx, clock()) == []
    assert relay(db, platform).run_once(clock()).done == 0
    clock.travel(timedelta(seconds=1))
    assert relay(db, platform).run_once(clock()).done == 3


def test_a_target_that_is_gone_keeps_what_is_queued_for_it(db: Database, clock: Clock) -> None:
    add_push(db, "k1")
    add_push(db, "k2", lane="province/JL-2026-000002")
    held: list[int] = []

    def hold(tx: Connection, target_id: int, why: str, now: datetime) -> None:
        held.append(target_id)
        tx.execute(update(target).where(target.c.id == target_id).values(held_at=now, held_why=why))

    platform = failing(Gone("不再接收", heard=Heard("gone", 410)))
    for _ in range(3):
        relay(db, platform, hold=hold).run_once(clock())
        clock.travel(timedelta(days=1))
    assert (platform.sent, held, states(db)) == (["k1"], [1], {"k1": "waiting", "k2": "waiting"})
    with db.begin() as tx:
        tx.execute(update(target).values(held_at=None))
    platform.trouble = lambda address, message: None
    assert relay(db, platform).run_once(clock()).done == 2


def test_every_try_is_kept_with_what_it_met(db: Database, clock: Clock) -> None:
    add_push(db, "k1")
    platform = failing(Transient("故障", heard=Heard("server_error", 502, "<html>Bad Gateway")))
    relay(db, platform).run_once(clock())
    platform.trouble = lambda address, message: None
    clock.travel(timedelta(minutes=10))
    relay(db, platform).run_once(clock())
    with db.read() as tx:
        tries = tx.execute(select(push_attempt).order_by(push_attempt.c.id)).all()
    assert [(one.number, one.why, one.status, one.said) for one in tries] == [
        (1, "server_error", 502, "<html>Bad Gateway"), (2, "taken", None, ""),
    ]  # fmt: skip
    assert tries[1].at - tries[0].at == timedelta(minutes=10)


def test_a_platform_may_decide_later_but_not_for_ever(db: Database, clock: Clock) -> None:
    """Asked again with the same bytes; after a week a person has to ask, and the trail knows why."""
    add_push(db, "k1")
    add_push(db, "k2")
    told: list[str] = []
    pending = failing(Pending("尚未处理", heard=Heard("pending", 202)))

    def undecided(tx: Connection, outbox_id: int, why: str, now: datetime) -> None:
        told.append(why)

    def ask_for_a_week() -> None:
        start = clock()
        while states(db)["k1"] == "waiting":
            assert clock() - start <= LONGEST_PENDING + timedelta(hours=2)
            relay(db, pending, undecided=undecided, declined=None).run_once(clock())
            clock.travel((rows(db)["k1"].next_at or clock()) - clock() + timedelta(seconds=1))
        assert clock() - start > LONGEST_PENDING

    ask_for_a_week()
    assert (told, states(db)) == (["尚未处理"], {"k1": "dead", "k2": "waiting"})
    assert (set(pending.sent), len(pending.bodies["k1"])) == ({"k1"}, 1)
    send_again(db, "k1")  # a person asked: the platform has its week once more
    ask_for_a_week()
    assert told == ["尚未处理"] * 2


def send_again(db: Database, key: str) -> None:
    """As a person's retry leaves the row."""
    with db.begin() as tx:
        assert receipts.retry(
            tx, SYSTEM, tx.execute(select(outbox.c.id).where(outbox.c.key == key)).scalar_one(), times.now()
        )


def test_a_push_sent_out_again_is_counted_anew_though_its_first_try_was_lost(db: Database, clock: Clock) -> None:
    """It died at its first try; sent out again, its first lease ends in a crash, and the try that is noted is its second."""
    add_push(db, "k1")
    relay(db, failing(Permanent("拒收"))).run_once(clock())
    assert states(db) == {"k1": "dead"}
    clock.travel(timedelta(days=4))
    send_again(db, "k1")

    class Killed(BaseException):
        """As a process that is killed: nothing of ours runs after it."""

    def die(address: Address, message: Message) -> None:
        raise Killed

    with pytest.raises(Killed):
        relay(db, FakePlatform(trouble=die)).run_once(clock())
    clock.travel(LEASE)
    relay(db, failing(Transient("停机"))).run_once(clock())
    row = rows(db)["k1"]
    assert (row.state, row.attempts) == ("waiting", 2)
    with db.read() as tx:
        run = run_of(tx, one_row(tx.execute(select(outbox)), OutboxRow))
    assert run.failing_since == clock()


def test_answers_that_a_platform_decides_later_are_no_failures(db: Database, clock: Clock) -> None:
    """After days of them one outage gives nothing up, and is tried again as a first one is; three days of outage still do."""
    add_push(db, "k1")
    platform = failing(Pending("尚未处理", heard=Heard("pending", 202)))
    start = clock()
    while clock() - start < timedelta(days=5):
        relay(db, platform).run_once(clock())
        clock.travel(timedelta(hours=1))
    assert rows(db)["k1"].attempts > LEAST_TRIES
    platform.trouble = failing(Transient("停机", heard=Heard("timeout"))).trouble
    relay(db, platform).run_once(clock())
    assert states(db) == {"k1": "waiting"}
    assert rows(db)["k1"].next_at - clock() < timedelta(seconds=6)
    down = clock()
    while states(db)["k1"] == "waiting":
        assert clock() - down < timedelta(days=5)
        clock.travel(rows(db)["k1"].next_at)
        relay(db, platform).run_once(clock())
    assert clock() - down >= GIVE_UP_AFTER


def test_what_a_platform_takes_its_time_over_is_not_asked_before_because_of_another_message(
    db: Database, clock: Clock
) -> None:
    add_push(db, "slow")
    add_push(db, "failed", lane="province/2")
    slow, down = Pending("尚未处理", 7200, Heard("pending", 202)), Transient("停机", heard=Heard("timeout"))

    def trouble(address: Address, message: Message) -> None:
        raise slow if message.key == "slow" else down

    platform = FakePlatform(trouble)
    relay(db, platform).run_once(clock())
    clock.travel(timedelta(minutes=5))
    add_push(db, "new", lane="province/3", attempts=2)
    platform.trouble = lambda address, message: None
    platform.sent.clear()
    for _ in range(2):
        relay(db, platform).run_once(clock())
    assert platform.sent == ["failed", "new"]
    assert states(db)["slow"] == "waiting"


def test_no_answer_of_a_platform_is_one_the_database_cannot_hold(db: Database, clock: Clock) -> None:
    """NUL and halves of characters, which JSON can spell, in a receipt, in reasons and in what a refusal says."""
    bad = "A\x00B\ud800C"
    answers = {
        "taken": (200, {"id": "taken", "receipt": bad, "at": "2026-06-10T02:00:00+00:00", "shown": bad}),
        "later": (202, {"id": "later", "result": "pending", "reason": bad}),
        "no": (200, {"id": "no", "result": "refused", "reason": bad}),
        "wrong": (422, {"detail": bad}),
        "busy": (503, {"message": [bad]}),
    }

    def answer(request: httpx2.Request) -> httpx2.Response:
        code, body = answers[json.loads(request.content)["id"]]
        return httpx2.Response(code, content=json.dumps(body).encode())

    for key in answers:
        add_push(db, key, lane=f"province/{key}")
    platform = HttpPlatform(httpx2.MockTransport(answer))
    relay(db, platform, declined=lambda tx, row, why, now: None).run_once(clock())
    assert states(db) == {"taken": "done", "later": "waiting", "no": "dead", "wrong": "dead", "busy": "waiting"}
    kept = rows(db)
    assert (kept["taken"].receipt["remote_id"], kept["taken"].receipt["shown"]) == ("A B C", "A B C")
    for key in ("later", "no", "wrong"):
        assert "A B C" in kept[key].last_error


def test_a_refusal_with_a_reason_is_told_apart(db: Database, clock: Clock) -> None:
    add_push(db, "k1")
    told: list[str] = []
    platform = failing(Declined("对方平台不予办理：无此文号", heard=Heard("declined", 200)))
    relay(db, platform, declined=lambda tx, key, why, now: told.append(why)).run_once(clock())
    assert (told, states(db)) == (["对方平台不予办理：无此文号"], {"k1": "dead"})


def test_no_error_is_one_the_database_cannot_hold(db: Database, clock: Clock) -> None:
    """What a mail server says, or an error nobody foresaw."""
    add_push(db, "m1", topic="mail", target_id=None, lane="mail/1")
    add_push(db, "m2", topic="sms", target_id=None, lane="sms/1")

    def mail(payload: Mapping[str, Any], key: str) -> None:
        raise _refused(550, b"no \x00 such \xed\xa0\x80 user")

    def sms(payload: Mapping[str, Any], key: str) -> None:
        raise ValueError("bad \x00 name \ud800")

    relay(db, errands={"mail": mail, "sms": sms}).run_once(clock(), topics=("mail", "sms"))
    assert states(db) == {"m1": "dead", "m2": "waiting"}
    assert all(row.last_error.isprintable() for row in rows(db).values())


def test_keys_are_in_the_vault(db: Database, clock: Clock) -> None:
    with db.read() as tx:
        sealed = tx.execute(select(target.c.secret)).scalars().all()
    assert all(b"whsec_" not in one for one in sealed)


@pytest.mark.parametrize("state", ["waiting", "leased"])
def test_what_a_clock_that_was_ahead_put_off_goes_out_once_it_is_right(db: Database, clock: Clock, state: str) -> None:
    """Leased or to be tried again in two years: nobody waits for that day; a lease or rest that stands is waited out."""
    add_push(db, "strayed", state=state, attempts=1, next_at=clock() + timedelta(days=700))
    add_push(db, "resting", lane="bureau/x", target_id=2, state=state, attempts=1, next_at=clock() + wait(9, 3600))
    with db.read() as tx:
        assert awaited(tx, clock()) == [1]
    assert relay(db).run_once(clock()).done == 1
    assert states(db) == {"strayed": "done", "resting": state}


def test_what_waits_for_a_target_that_just_failed_costs_nothing_more(
    db: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(40):
        add_push(db, f"k{n}", lane=f"province/{n}")
    written: list[object] = []
    begin = Database.begin
    monkeypatch.setattr(Database, "begin", lambda self: written.append(self) or begin(self))
    assert relay(db, failing(Transient("停机"))).run_once(clock()).retried == 1
    assert len(written) == 2  # the lease, and what came of it
