"""批量查询: a file of codes in, answers part by part by the worker, a file out; stopped and gone on; who sees what; limits."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from repairflow.auditing import chain
from repairflow.casework import jobs
from repairflow.casework.cases import inquiry_runs
from repairflow.casework.handlers import inquiry_runs as handlers
from repairflow.law.identifiers import make_uscc
from repairflow.records import event, inquiry_part, inquiry_run
from repairflow.web.api.schemas.credit_inquiry import StandingAnswer
from repairflow.worker import chores
from tests.stories.people import Officer
from tests.stories.town_life import TownLife
from tests.support.calling import Caller
from tests.support.every_kind import USCC

ID_NUMBER = "11010519491231002X"
PURPOSE = "政府采购资格审查"


def codes(count: int) -> list[str]:
    return [make_uscc("320830", f"MQ{n:06d}") for n in range(count)]


def table(*rows: str) -> bytes:
    return "\n".join(("统一社会信用代码", *rows)).encode("utf-8-sig")


def asks(who: Officer, content: bytes, name: str = "代码.csv") -> str:
    """A file sent for the background; the address of its page."""
    who.opens("/desk/screening")
    who.sends("后台查询", {"查询目的": PURPOSE}, {"或者上传文件": (name, content)})
    return who.where


def kept(life: TownLife, action: str) -> list[Any]:
    rows = life.town.all(
        select(event).where(event.c.stream == "inquiries", event.c.action == action).order_by(event.c.id)
    )
    return [chain.content(row.body) for row in rows]


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.fixture
def admin(life: TownLife) -> Officer:
    """Whoever sets the installation up, and has no post in business."""
    return life.officer("system_admin", "CREDIT")


def test_a_file_in_is_answered_row_by_row_and_given_out(life: TownLife, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handlers, "SIZE", 3)
    number = life.record()
    clerk = life.market.partner
    others = codes(4)
    where = asks(clerk, table(others[0], ID_NUMBER, USCC.lower(), *others[1:], "", "云溪"))
    clerk.reads("正在逐段答复：0 / 7 个代码")
    life.does_jobs()
    clerk.opens(where)
    clerk.reads("查询完毕", "已答复 7 个", "有公示中的信息 1 个", "代码有误 2 个")
    lines = rows_of(clerk.downloads(clerk.page.links["下载 CSV"]))
    assert [line["行"] for line in lines] == [str(n) for n in range(1, 8)]
    assert [bool(line["说明"]) for line in lines] == [False, True, False, False, False, False, True]
    assert [line["是否有公示中的信息"] for line in lines] == ["否", "否", "是", *["否"] * 4]
    assert life.town.of_record(number).document_number in lines[2]["公示中的信息"]
    assert all(line["查询时间"] for line in lines)
    told = json.loads(clerk.downloads(clerk.page.links["下载 JSON"]))
    assert (told["purpose"], told["state"], told["total"]) == (PURPOSE, "done", 7)
    items = [StandingAnswer.model_validate(one) for one in told["items"]]  # as a call is answered
    assert [one.records[0].number for one in items if one.listed] == [number]
    asked, answered = kept(life, "ask_standing"), kept(life, "answer_standing")
    assert [(one["purpose"], one["count"]) for one in asked] == [(PURPOSE, 7)]
    assert [(one["listed"], one["faulty"]) for one in answered] == [(1, 2)]
    stored = life.town.all(select(inquiry_part.c.asked))
    assert ID_NUMBER not in str([tuple(row) for row in stored])  # what is no code may be anybody's number
    assert ID_NUMBER not in str((asked, answered))
    assert PURPOSE in clerk.opens("/desk/screening/runs")
    life.sound()


def test_stopped_it_goes_on_where_it_was(life: TownLife, admin: Officer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handlers, "SIZE", 2)
    clerk = life.env.examiner
    where = asks(clerk, table(*codes(5)))
    token = where.rsplit("/", 1)[1]
    written: list[str] = []
    answer = handlers.answer_part

    def stopped_after_one(*given: Any) -> bool:
        more = answer(*given)
        written.append(given[2])
        if len(written) == 1:
            jobs.cancel(given[0], inquiry_runs.RUNS.key(token, inquiry_runs.ANSWER), life.clock())
        return more

    monkeypatch.setattr(handlers, "answer_part", stopped_after_one)
    life.does_jobs()
    clerk.opens(where)
    clerk.reads("已按要求停止", "已答复 2 个")
    assert len(rows_of(clerk.downloads(clerk.page.links["下载 CSV"]))) == 2
    other = life.market.partner
    other.opens(where, status=404)  # another account's
    for path in ("/answers.csv", "/answers.json", "/progress"):
        assert other.client.get(where + path).status_code == 404
    other.opens("/desk/screening")
    for path in ("/stop", "/resume"):
        other.posts(where + path, {"csrf_token": other._token()})
        assert other.status == 404
    admin.opens("/admin/inquiries")
    admin.reads(PURPOSE, "2 / 5 个", "已停止")
    assert USCC not in admin.page.text
    admin.opens(where, status=403)  # whoever sets the installation up sees no answers
    admin.opens("/admin/inquiries")
    admin.sends("继续")
    admin.reads("已继续", "正在答复")
    life.does_jobs()
    clerk.opens(where)
    clerk.reads("查询完毕", "已答复 5 个")
    assert len(written) == 4  # three parts and the look that finds none: nothing twice
    assert [row["行"] for row in rows_of(clerk.downloads(clerk.page.links["下载 CSV"]))] == list("12345")
    clerk.opens("/admin/inquiries", status=403)


def test_before_it_began_a_run_is_stopped_at_once(life: TownLife) -> None:
    clerk = life.env.examiner
    where = asks(clerk, table(*codes(2)))
    clerk.sends("停止")
    clerk.reads("已按要求停止")
    assert "下载 CSV" not in clerk.page.links
    clerk.sends("继续查询")
    life.does_jobs()
    clerk.opens(where)
    clerk.reads("查询完毕")


def test_what_breaks_is_told_to_the_supervisor_and_tried_again(life: TownLife, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk = life.env.examiner
    where = asks(clerk, table(USCC))
    with monkeypatch.context() as patch:
        patch.setattr(handlers, "answer_part", lambda *_: 1 / 0)
        for _ in range(jobs.MOST_FAILURES):
            life.does_jobs()
            life.minutes_pass(5)
    clerk.opens(where)
    clerk.reads("系统出现故障")
    chief = life.env.head
    chief.opens("/oversight/pushes")
    chief.reads("批量查询")
    life.market.head.opens("/oversight/pushes")
    assert "批量查询" not in life.market.head.page.text
    clerk.opens(where)
    clerk.sends("继续查询")
    life.does_jobs()
    clerk.opens(where)
    clerk.reads("查询完毕")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xff\xfe\x00", "文件须为 UTF-8"), (b"[1, NaN]", "文件须为 UTF-8"), (b'{"x": 1}', "文件须为 UTF-8"),
        (b'["\\ud800"]', "文件须为 UTF-8"), (b"a\0b\n", "文件须为 UTF-8"),
        (b"x" * (400 << 10) + b"xx", "文件超过 400 KiB"), (b"\n\n", "请给出 1 到 10000 个"),
        (b"x\n" * 10_001, "请给出 1 到 10000 个"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_begins_nothing(life: TownLife, content: bytes, says: str) -> None:
    clerk = life.env.examiner
    clerk.opens("/desk/screening")
    files = {"或者上传文件": ("代码.csv", content)}
    assert says in clerk.sends("后台查询", {"查询目的": PURPOSE}, files, status=422)
    assert not life.town.all(select(inquiry_run))
    assert not kept(life, "ask_standing")


def test_another_system_sends_a_file_and_fetches_one(life: TownLife) -> None:
    life.record()
    caller = Caller(life.app, life.town, "partner@MARKET")

    def send(content: bytes, key: str, purpose: str = PURPOSE) -> Any:
        data = {"purpose": purpose, "file": (io.BytesIO(content), "codes.json")}
        return caller.post("/standing/runs", key=key, data=data)

    given = json.dumps({"codes": [USCC, 7, *codes(2)]}).encode()
    made = send(given, "k-1")
    assert made.status_code == 201, made.json
    assert send(given, "k-1").json == {**made.json, "replayed": True}
    assert send(given, "k-1", "另一个目的").status_code == 409
    path = f"/standing/runs/{made.json['token']}"
    assert (caller.get(path).json["state"], caller.get(path).json["total"]) == ("running", 4)
    life.does_jobs()
    progress = caller.get(path).json
    assert [progress[name] for name in ("state", "done", "faulty", "listed")] == ["done", 4, 1, 1]
    items = caller.get(f"{path}/answers.json").json["items"]
    assert [(one["row"], one["listed"], bool(one["problem"])) for one in items] == [
        (1, True, False), (2, False, True), (3, False, False), (4, False, False),
    ]  # fmt: skip
    assert len(rows_of(caller.get(f"{path}/answers.csv").data)) == 4
    assert caller.post(f"{path}/stop", {}).json["changed"] is False
    stranger = Caller(life.app, life.town, "examiner@ENV")
    for asked in (path, f"{path}/answers.csv", f"{path}/answers.json"):
        assert stranger.get(asked).status_code == 404
    assert Caller(life.app, life.town, "yunxi").get(path).status_code == 403


def test_one_account_asks_for_no_more_than_its_share(life: TownLife, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk = life.env.examiner
    for _ in range(inquiry_runs.AT_ONCE):
        asks(clerk, table(USCC))
    clerk.opens("/desk/screening")
    files = {"或者上传文件": ("代码.csv", table(USCC))}
    assert "请等前面的完成后再提交" in clerk.sends("后台查询", {"查询目的": PURPOSE}, files, status=429)
    asks(life.market.partner, table(USCC))  # another account's share is its own
    life.does_jobs()
    monkeypatch.setattr(handlers, "A_DAY", inquiry_runs.AT_ONCE)
    clerk.opens("/desk/screening")
    assert "请明天再提交" in clerk.sends("后台查询", {"查询目的": PURPOSE}, files, status=429)
    assert len(life.town.all(select(inquiry_run))) == inquiry_runs.AT_ONCE + 1
    life.days_pass(1)
    life.minutes_pass(1)
    data = {"purpose": PURPOSE, "file": (io.BytesIO(table(USCC)), "codes.csv")}
    assert Caller(life.app, life.town, "examiner@ENV").post("/standing/runs", data=data).status_code == 201


def test_who_stops_one_and_begins_another_has_no_more_than_its_share(life: TownLife) -> None:
    clerk = life.env.examiner
    where = asks(clerk, table(USCC))
    clerk.sends("停止")
    for _ in range(inquiry_runs.AT_ONCE):
        asks(clerk, table(USCC))
    clerk.opens(where)
    assert "请等前面的完成" in clerk.sends("继续查询", status=429)
    life.does_jobs()
    clerk.opens(where)
    clerk.sends("继续查询")
    life.does_jobs()
    clerk.opens(where)
    clerk.reads("查询完毕")


def test_answers_are_deleted_after_their_time(life: TownLife) -> None:
    clerk = life.env.examiner
    where = asks(clerk, table(USCC))
    life.does_jobs()
    asks(clerk, table(USCC))
    now = life.clock()
    assert chores.forget_jobs(life.town.db, now + inquiry_runs.KEEP) == 0
    assert chores.forget_jobs(life.town.db, now + inquiry_runs.KEEP + timedelta(minutes=1)) == 1
    clerk.opens(where, status=404)
    clerk.reads("结果已过保留期")
    assert len(life.town.all(select(inquiry_part))) == 1  # of the run that is not done
