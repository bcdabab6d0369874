"""登记履行: what it changes, who may register, what is refused; and the page it is done on."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from repairflow.casework.changes import RegisterPayment, RegisterPerformance, TakeBackPayment
from repairflow.casework.credit_records import duty_performance, payments
from repairflow.casework.dispatch import dispatch
from repairflow.errors import Conflict, Forbidden, Invalid, NotFound
from repairflow.records import event, notice, record
from tests.support.building import Town
from tests.web.desk_visit import Officer, make

pytestmark = pytest.mark.either_database

EVIDENCE = "缴款凭证 20260610-01"


def register(town: Town, number: str, who: str = "acceptor@ENV", **given: str) -> None:
    words = {"performed": town.today.isoformat(), "corrected": town.today.isoformat(), "evidence": EVIDENCE} | given
    with town.db.begin() as tx:
        given = RegisterPerformance(town.actor(who), number, **words)
        duty_performance.register(tx, town.services, given, town.now)


def row_of(town: Town, number: str) -> tuple[str, date | None]:
    with town.db.read() as tx:
        row = tx.execute(select(record).where(record.c.number == number)).one()
    return row.state, row.duty_performed_on


def test_what_is_registered_stands_in_the_record_the_trail_and_the_inbox(town: Town) -> None:
    number = town.record(performed=False)
    register(town, number)
    assert row_of(town, number) == ("published", town.today)
    with town.db.read() as tx:
        reason = tx.execute(select(event.c.reason).where(event.c.action == "register_performance")).scalar_one()
        told = tx.execute(select(notice.c.title).where(notice.c.kind == "performed")).scalars().all()
    assert reason == EVIDENCE
    assert ["登记义务履行" in title for title in told] == [True] * max(1, len(told))


@pytest.mark.parametrize("registered", [True, False], ids=["performed in time", "not performed"])
def test_the_maximum_period_ends_publicity_whether_or_not_performance_is_registered(
    town: Town, registered: bool
) -> None:
    number = town.record(performed=False)
    if registered:
        register(town, number)
    town.at(timedelta(days=400))
    town.sweep()
    assert row_of(town, number)[0] == "ceased"
    assert "无论是否登记都终止公示" in Officer(make(town), town, "acceptor@ENV").get("/desk/performance")


@pytest.mark.parametrize(
    ("who", "error"),
    [("acceptor@MARKET", NotFound), ("yunxi", Forbidden)],
    ids=["another authority", "the subject itself"],
)
def test_only_the_finding_authority_registers(town: Town, who: str, error: type[Exception]) -> None:
    number = town.record(performed=False)
    with pytest.raises(error):
        register(town, number, who)
    assert row_of(town, number)[1] is None


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"performed": ""}, "performed"),
        ({"corrected": "2999-01-01"}, "corrected"),
        ({"performed": "2001-01-01"}, "performed"),
        ({"evidence": " "}, "evidence"),
        ({"evidence": "长" * 501}, "evidence"),
    ],
    ids=["no day", "in the future", "before the decision", "no evidence", "too long"],
)
def test_a_faulty_form_changes_nothing(town: Town, given: dict[str, str], field: str) -> None:
    number = town.record(performed=False)
    with pytest.raises(Invalid) as refused:
        register(town, number, **given)
    assert [problem.where for problem in refused.value.problems] == [field]
    assert row_of(town, number)[1] is None


def test_what_is_registered_is_not_registered_again(town: Town) -> None:
    number = town.record(performed=False)
    register(town, number)
    with pytest.raises(Conflict):
        register(town, number)


def test_the_list_shows_the_offices_own_unregistered_records(town: Town) -> None:
    open_, done, foreign = (
        town.record(performed=False),
        town.record(),
        town.record(performed=False, office_code="MARKET"),
    )
    with town.db.read() as tx:
        shown = [row.number for row in duty_performance.awaiting(tx, town.law, town.actor("acceptor@ENV")).rows]
    assert open_ in shown
    assert not {done, foreign} & set(shown)


def test_a_long_list_is_paged_and_says_how_many_there_are(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duty_performance, "PAGE_SIZE", 2)
    made = {town.record(performed=False) for _ in range(3)}
    actor = town.actor("acceptor@ENV")
    with town.db.read() as tx:
        pages = [duty_performance.awaiting(tx, town.law, actor, page=page) for page in (1, 2, 3)]
    assert [(found.page, len(found.rows), found.total, found.pages) for found in pages] == [
        (1, 2, 3, 2),
        (2, 1, 3, 2),
        (2, 1, 3, 2),  # one beyond the last shows the last
    ]
    assert {row.number for found in pages for row in found.rows} == made
    officer = Officer(make(town), town, "acceptor@ENV")
    first, second = officer.get("/desk/performance"), officer.get("/desk/performance?page=2")
    assert ("待登记 3 条" in first, "第 1 页，共 2 页" in first, "下一页" in first, "上一页" in first) == (
        True,
        True,
        True,
        False,
    )
    assert ("下一页" in second, "上一页" in second) == (False, True)


def pay(town: Town, number: str, who: str = "acceptor@ENV", **given: str) -> None:
    words = {"kind": "fine", "wan": "0.5", "day": town.today.isoformat(), "evidence": EVIDENCE} | given
    with town.db.begin() as tx:
        dispatch(tx, town.services, RegisterPayment(town.actor(who), number, **words), town.now)


def test_a_fine_paid_in_parts_is_performed_when_all_of_it_is_paid(town: Town) -> None:
    number = town.record(performed=False)
    owed = town.of_record(number).fine_wan
    pay(town, number, wan="0.5万元")
    pay(town, number, kind="late", wan="0.03")
    told = town.all(select(notice.c.body).where(notice.c.kind == "performed"))
    assert any("还差" in row.body for row in told)
    with pytest.raises(Invalid, match="还不能登记") as refused:
        register(town, number)
    assert f"还差 {owed - Decimal('0.5'):f}".rstrip("0") in refused.value.problems[0].text
    pay(town, number, wan=str(owed - Decimal("0.5")))
    register(town, number)
    assert row_of(town, number) == ("published", town.today)
    with pytest.raises(Conflict):
        pay(town, number, kind="late")
    town.sound()


@pytest.mark.parametrize(("given", "where"), [
    ({"kind": "other"}, "kind"), ({"wan": "0"}, "wan"), ({"wan": "-1"}, "wan"), ({"wan": "5000元"}, "wan"), ({"wan": "999"}, "wan"),
    ({"kind": "confiscated", "wan": "1"}, "wan"), ({"day": "2199-01-01"}, "day"), ({"day": "2001-01-01"}, "day"), ({"day": "昨天"}, "day"),
    ({"evidence": " "}, "evidence"),
])  # fmt: skip
def test_a_payment_that_cannot_be_is_refused(town: Town, given: dict[str, str], where: str) -> None:
    number = town.record(performed=False)
    before = town.counts()
    with pytest.raises(Invalid) as refused:
        pay(town, number, **given)
    assert [problem.where for problem in refused.value.problems] == [where]
    assert town.counts() == before


@pytest.mark.parametrize(
    ("who", "refusal"), [("acceptor@MARKET", NotFound), ("registrar@CREDIT", NotFound), ("yunxi", Forbidden)]
)
def test_only_the_authority_registers_payments(town: Town, who: str, refusal: type[Exception]) -> None:
    number = town.record(performed=False)
    with pytest.raises(refusal):
        pay(town, number, who)


def test_payments_are_registered_on_the_page(town: Town) -> None:
    number = town.record(performed=False)
    officer = Officer(make(town), town, "acceptor@ENV")
    officer.get("/desk/performance")
    path, words = (
        f"/desk/performance/{number}/payments",
        {"kind": "fine", "wan": "0.5", "day": town.today.isoformat(), "evidence": EVIDENCE},
    )
    assert officer.post(path, words | {"wan": "x"}).status_code == 422
    assert officer.post(path, words).status_code == 303
    assert "罚款已缴 0.5 万元，还差" in officer.get("/desk/performance")


def payments_of(town: Town, number: str) -> list[payments.Payment]:
    with town.db.read() as tx:
        row = town.of_record(number)
        return list(payments.standing(tx, [row.id]).get(row.id, ()))


def take_back(town: Town, number: str, seq: int, who: str = "acceptor@ENV", reason: str = "金额录入有误") -> None:
    with town.db.begin() as tx:
        dispatch(tx, town.services, TakeBackPayment(town.actor(who), number, seq, reason), town.now)


def test_a_payment_typed_wrongly_is_taken_back_and_the_right_one_registered(town: Town) -> None:
    number = town.record(performed=False)
    owed = town.of_record(number).fine_wan
    assert owed is not None
    half = owed / 2
    pay(town, number, kind="late", wan="0.03")
    pay(town, number, wan=str(owed - Decimal("0.1")), evidence="误录凭证")
    with pytest.raises(Invalid, match="填写的内容有误"):
        pay(town, number, wan=str(half))
    wrong = payments_of(town, number)[1]
    take_back(town, number, wrong.seq)
    assert [one.kind for one in payments_of(town, number)] == ["late"]
    (entry,) = town.all(select(event).where(event.c.action == "take_back_payment"))
    assert (entry.reason, entry.record_id) == ("金额录入有误", town.of_record(number).id)
    assert entry.actor_id == town.actor("acceptor@ENV").id
    told = [row.body for row in town.all(select(notice.c.body).where(notice.c.title.contains("撤回一笔缴纳登记")))]
    assert told
    assert all("误录凭证" in body and "理由：金额录入有误" in body for body in told)
    assert all("加处罚款（滞纳金）已缴 0.03 万元" in body for body in told)
    with pytest.raises(Conflict, match="已经撤回"):
        take_back(town, number, wrong.seq)
    pay(town, number, wan=str(half))
    pay(town, number, wan=str(owed - half))
    register(town, number)
    with pytest.raises(Conflict, match="登记履行完毕"):
        take_back(town, number, payments_of(town, number)[0].seq)
    town.sound()


@pytest.mark.parametrize(
    ("who", "shift", "reason", "refusal"),
    [
        ("acceptor@ENV", 0, " ", Invalid), ("acceptor@ENV", 0, "长" * 501, Invalid), ("acceptor@ENV", -1, "误录", NotFound),
        ("acceptor@ENV", 10**30, "误录", NotFound), ("acceptor@MARKET", 0, "误录", NotFound),
        ("registrar@CREDIT", 0, "误录", NotFound), ("yunxi", 0, "误录", Forbidden),
    ],
    ids=["no reason", "too long", "no payment", "no number", "another authority", "the centre", "the subject"],
)  # fmt: skip
def test_a_payment_is_not_taken_back_without_cause_and_right(
    town: Town, who: str, shift: int, reason: str, refusal: type[Exception]
) -> None:
    number = town.record(performed=False)
    pay(town, number)
    (paid,) = payments_of(town, number)
    before = town.counts()
    with pytest.raises(refusal):
        take_back(town, number, paid.seq + shift, who, reason)
    assert (payments_of(town, number), town.counts()) == ([paid], before)


def test_a_payment_is_taken_back_on_the_page(town: Town) -> None:
    number = town.record(performed=False)
    pay(town, number)
    (paid,) = payments_of(town, number)
    officer = Officer(make(town), town, "acceptor@ENV")
    shown = officer.get("/desk/performance")
    assert "已登记的缴纳 1 笔，登记有误的可以撤回" in shown
    assert f"缴纳罚款 0.5 万元（{EVIDENCE}）" in shown
    path = f"/desk/performance/{number}/payments/{paid.seq}/take-back"
    assert officer.post(path, {"reason": " "}).status_code == 422
    assert officer.post(path, {"reason": "登记到了另一份决定书"}).status_code == 303
    assert "已登记的缴纳" not in officer.get("/desk/performance")
