"""Who follows an organisation is told when what the public sees of it changes; who reads the feed on misses nothing, and learns
nothing of what is not public."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import delete, select, update

from repairflow.auditing import chain
from repairflow.casework.credit_records import lifecycle
from repairflow.casework.credit_records.lifecycle import RecordStep
from repairflow.casework.outbound import public_changes
from repairflow.casework.rows_by_id import record_of
from repairflow.records import event, notice, public_change, record, role_grant, schema, subject
from repairflow.web.api import blueprint as api
from repairflow.web.api.feed import ATOM
from tests.support.building import COMPANIES, Town
from tests.support.calling import Caller, application
from tests.support.every_kind import USCC
from tests.web.desk_visit import Officer, make

pytestmark = pytest.mark.either_database

CODE, NAME = USCC, COMPANIES[0][1]
NOT_YET = "91110000802100433B"
PAGE = "/desk/followed"


def take(town: Town, number: str, *effects: str) -> None:
    """These effects on a record, as the program brings them about."""
    with town.db.begin() as tx:
        row = record_of(tx, tx.execute(select(record.c.id).where(record.c.number == number)).scalar_one())
        lifecycle.change(tx, town.services, row, RecordStep(effects, town.now, "测试"))


def placed(town: Town) -> int:
    with town.db.begin() as tx:
        return public_changes.place(tx)


def inbox(town: Town, who: str) -> list[str]:
    own = notice.c.person_id == town.people[who]
    return [row.title for row in town.all(select(notice).where(own, notice.c.kind == "followed").order_by(notice.c.id))]


def test_followers_are_told_and_others_are_not(town: Town) -> None:
    number = town.record()
    officer = Officer(make(town), town, "acceptor@ENV")
    assert "关注的单位" in officer.get("/desk/screening")
    officer.get(PAGE)
    assert (
        officer.post(
            PAGE, {"office": town.offices["ENV"], "purpose": "信用监测", "codes": f"{CODE}\n{NOT_YET}"}
        ).status_code
        == 303
    )
    page = officer.get(PAGE)
    assert NAME in page
    assert "本系统还没有该单位的信息" in page
    take(town, number, "mark_disputed")
    take(town, number, "unmark_disputed")
    take(town, number, "cease_publicity")
    assert inbox(town, "acceptor@ENV") == [
        f"关注的单位有变动：{NAME}{what}" for what in ("标注异议", "取消异议标注", "停止公示")
    ]
    assert inbox(town, "reviewer@ENV") == []
    assert officer.post(f"{PAGE}/end", {"office": town.offices["ENV"], "code": CODE}).status_code == 303
    take(town, number, "restore_record")
    assert len(inbox(town, "acceptor@ENV")) == 3
    kept = [
        chain.content(row.body)
        for row in town.all(select(event).where(event.c.stream == "inquiries").order_by(event.c.id))
    ]
    assert [(one["codes"], one.get("purpose")) for one in kept] == [([CODE, NOT_YET], "信用监测"), ([CODE], None)]


def test_the_head_is_told_once_the_follower_has_left(town: Town) -> None:
    number = town.record()
    officer = Officer(make(town), town, "acceptor@ENV")
    officer.get(PAGE)
    officer.post(PAGE, {"office": town.offices["ENV"], "purpose": "信用监测", "codes": CODE})
    town.turn(delete(role_grant).where(role_grant.c.person_id == town.people["acceptor@ENV"]))
    take(town, number, "cease_publicity")
    assert inbox(town, "acceptor@ENV") == []
    assert inbox(town, "head@ENV") == [f"关注的单位有变动：{NAME}停止公示"]


@pytest.mark.parametrize(
    ("sent", "status", "said"),
    [
        ({"purpose": "", "codes": CODE}, 422, "请写明关注的目的"),
        ({"purpose": "监测", "codes": ""}, 422, "请填写统一社会信用代码"),
        ({"purpose": "监测", "codes": f"{CODE}\n123"}, 422, "第 2 个代码"),
        ({"purpose": "监测", "codes": CODE, "office": "9999"}, 404, ""),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_kept(town: Town, sent: dict[str, str], status: int, said: str) -> None:
    officer = Officer(make(town), town, "acceptor@ENV")
    officer.get(PAGE)
    before = town.counts()
    answer = officer.post(PAGE, {"office": town.offices["ENV"], **sent})
    assert answer.status_code == status
    assert said in answer.get_data(as_text=True)
    assert town.counts() == before


def read(caller: Caller, after: int = 0, limit: int = 200) -> Any:
    answer = caller.get(f"/feed?after={after}&limit={limit}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_json()


def test_the_feed_is_read_on_and_tells_nothing_that_is_not_public(town: Town) -> None:
    shown, ended, hidden, person = (town.record() for _ in range(4))
    town.turn(update(record).where(record.c.number == person).values(of_person=True))
    town.turn(delete(public_change))
    for number in (shown, ended, hidden, person):
        take(town, number, "mark_disputed")
    take(town, ended, "cease_publicity")
    town.turn(update(record).where(record.c.number == hidden).values(minor=True))
    caller = Caller(application(town, lambda app: app.register_blueprint(api.blueprint)), town, "partner@MARKET")
    assert read(caller) == {"items": [], "next": 0}  # what has no place yet may be overtaken
    assert placed(town) == 4
    first = read(caller, limit=1)
    (one,) = first["items"]
    assert (one["number"], one["shown"], one["record"]["uscc"], one["record"]["disputed"]) == (shown, True, CODE, True)
    rest = read(caller, first["next"])
    assert [(item["number"], item["shown"], item["record"]) for item in rest["items"]] == [(ended, False, None)] * 2
    assert read(caller, rest["next"]) == {"items": [], "next": rest["next"]}
    take(town, shown, "unmark_disputed")
    assert placed(town) == 1
    assert [item["number"] for item in read(caller, rest["next"])["items"]] == [shown]


def test_the_name_of_a_trader_stands_in_no_feed(town: Town) -> None:
    """It may be a person's; the credit code tells which it is, as in open data."""
    number = town.record()
    town.turn(update(subject).values(kind="sole_trader"))
    take(town, number, "mark_disputed")
    placed(town)
    caller = Caller(application(town, lambda app: app.register_blueprint(api.blueprint)), town, "partner@MARKET")
    told = read(caller)["items"][-1]["record"]
    assert (told["name"], told["uscc"]) == (None, CODE)
    atom = caller.get("/feed.atom").get_data(as_text=True)
    assert NAME not in atom
    assert f"<title>{CODE}：" in atom


def test_the_feed_as_atom_and_for_whom_it_is(town: Town) -> None:
    number = town.record()
    take(town, number, "mark_disputed")
    placed(town)
    app = application(town, lambda app: app.register_blueprint(api.blueprint))
    answer = Caller(app, town, "partner@MARKET").get("/feed.atom")
    assert answer.mimetype == "application/atom+xml"
    root = ET.fromstring(answer.get_data())
    titles = [one.text or "" for one in root.iter(f"{{{ATOM}}}title")]
    assert titles[0] == "公示变动清单"
    assert NAME in titles[-1]
    following = next(one for one in root.iter(f"{{{ATOM}}}link") if one.get("rel") == "next")
    assert (following.get("href") or "").endswith(f"?after={len(titles) - 1}")
    assert Caller(app, town, "yunxi").get("/feed").status_code == 403
    assert app.test_client().get("/api/v1/feed").status_code == 401


def test_a_place_once_given_stays(town: Town) -> None:
    number = town.record()
    for effect in ("mark_disputed", "unmark_disputed"):
        take(town, number, effect)
    placed(town)
    before = town.all(select(public_change).order_by(public_change.c.id))
    assert placed(town) == 0
    assert [row.position for row in before] == list(range(1, len(before) + 1))


def test_what_stood_before_an_upgrade_is_in_the_feed(town: Town) -> None:
    shown, ended = town.record(), town.record()
    take(town, ended, "cease_publicity")
    schema.downgrade(town.db, "0055")
    schema.upgrade(town.db)
    placed(town)
    caller = Caller(application(town, lambda app: app.register_blueprint(api.blueprint)), town, "partner@MARKET")
    assert [item["number"] for item in read(caller)["items"]] == [shown]
