"""页面固定: what a platform still shows of a record is kept as evidence, with its digest in the trail; foreign bytes are never run."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import httpx2
import pytest
from sqlalchemy import Connection, insert, select, update

from repairflow import vault
from repairflow.auditing import chain
from repairflow.casework.actor import SYSTEM
from repairflow.casework.changes.system import NotePageLooks
from repairflow.casework.dispatch import dispatch
from repairflow.casework.outbound import discrepancies, page_captures
from repairflow.gateway import page_picture
from repairflow.gateway.destinations import Destinations
from repairflow.gateway.page_capture import MOST_BYTES, Looked, NoPage, PageReader, address, fault_of
from repairflow.gateway.reconcile import Difference
from repairflow.records import event, notice, outbox, page_capture, page_look, record, subject, sync_finding, target
from repairflow.worker import chores, page_looks
from repairflow.worker.capture_job import Capturing
from repairflow.worker.jobs import JobRunner
from tests.conftest import Clock
from tests.support.building import COMPANIES, Town
from tests.web.desk_visit import Officer, make

pytestmark = pytest.mark.either_database

PAGE, NAME = "/oversight/sync", COMPANIES[0][1]
WHERE = "https://credit.example/show?no={number}&doc={document}"
Answer = Callable[[httpx2.Request], httpx2.Response]


def found(town: Town, clock: Clock, *numbers: str) -> None:
    """What the look of a night finds of the first target."""
    clock.travel(timedelta(days=1))
    with town.db.begin() as tx:
        told = [Difference(one, "still_shown", "ended", "public") for one in numbers]
        discrepancies.report_differences(tx, 1, told, clock())


def works(town: Town, clock: Clock, answer: Answer, picture: bytes | None = None) -> list[str]:
    """The worker fetches what waits; the addresses it asked."""
    asked: list[str] = []

    def handler(request: httpx2.Request) -> httpx2.Response:
        asked.append(str(request.url))
        return answer(request)

    job = Capturing(town.db, town.services, PageReader(transport=httpx2.MockTransport(handler)), lambda *_: picture)
    JobRunner(town.db, {page_captures.KIND: job}, "a").run_once(clock())
    return asked


def page_of(town: Town, number: str) -> bytes:
    document = town.of_record(number).document_number
    head = "<html><head><meta charset='gbk'><title>公示</title><script>var secret='x';</script></head>"
    return f"{head}<body><h1>{NAME}</h1><p>{document[:4]}<b>{document[4:]}</b></p></body></html>".encode("gbk")


def html(content: bytes) -> Answer:
    return lambda _: httpx2.Response(200, content=content, headers={"content-type": "text/html"})


def kept(town: Town, action: str = "page_captured") -> list[Any]:
    rows = town.all(select(event).where(event.c.action == action).order_by(event.c.id))
    return [chain.content(row.body) for row in rows]


@pytest.fixture
def shown(town: Town, clock: Clock) -> str:
    """The number of a record that the first target still shows, and the address of its pages is known."""
    number = town.record()
    town.turn(update(outbox).values(state="done", ended_at=town.now, next_at=None))
    town.turn(update(target).where(target.c.id == 1).values(page_url=WHERE))
    return number


def test_the_nightly_look_keeps_what_is_still_shown(town: Town, clock: Clock, shown: str) -> None:
    found(town, clock, shown, "XX-1")  # one that is not ours has no page of ours
    content = page_of(town, shown)
    (asked,) = works(town, clock, html(content), b"\x89PNG picture")
    assert f"no={shown}" in asked
    (row,) = town.all(select(page_capture))
    assert (row.state, row.content, row.digest, row.status) == ("done", content, vault.digest(content), 200)
    assert "secret" not in row.text
    assert row.named == ["名称", "决定书文号"]
    (said,) = kept(town)
    assert (said["number"], said["digest"], said["final_url"]) == (shown, row.digest, row.final_url)
    assert said["picture"] == vault.digest(b"\x89PNG picture")
    assert works(town, clock, html(b"another")) == []  # once
    found(town, clock, shown)
    assert works(town, clock, html(b"another")) == []  # nor anew while the finding stands
    officer = Officer(make(town), town, "supervisor@CREDIT")
    officer.get(PAGE)
    text = officer.get(f"/oversight/captures/{row.token}")
    for words in (row.digest, "名称、决定书文号", NAME, "picture.png", "夜间对账"):
        assert words in text
    with zipfile.ZipFile(io.BytesIO(officer.client.get(f"/oversight/captures/{row.token}/file.zip").data)) as packed:
        assert packed.read("page.bin") == content
        assert packed.read("picture.png") == b"\x89PNG picture"
        assert json.loads(packed.read("capture.json"))["digest"] == row.digest
    picture = officer.client.get(f"/oversight/captures/{row.token}/picture.png")
    assert (picture.data, picture.mimetype) == (b"\x89PNG picture", "image/png")
    town.sound()


def test_one_press_keeps_the_page_and_the_chase_names_it(town: Town, clock: Clock, shown: str) -> None:
    town.turn(update(target).where(target.c.id == 1).values(page_url=None))
    found(town, clock, shown)
    app = make(town)
    officer = Officer(app, town, "supervisor@CREDIT")
    officer.get(PAGE)
    officer.post(f"{PAGE}/1/capture")
    assert "没有登记信息页面地址" in officer.get(PAGE)
    town.turn(update(target).where(target.c.id == 1).values(page_url=WHERE))
    answer = officer.post(f"{PAGE}/1/capture")
    where = answer.location
    assert "正在打开对方页面" in officer.get(where)
    stranger = Officer(app, town, "examiner@MARKET")
    stranger.get(PAGE, status=403)
    stranger.get(where, status=403)
    head = Officer(app, town, "head@MARKET")  # of another authority: sees no finding about this record
    head.get(PAGE)
    head.get(where, status=404)
    for path in ("file.zip", "picture.png"):
        assert head.client.get(f"{where}/{path}").status_code == 404
        assert officer.client.get(f"{where}/{path}").status_code == 404  # nothing is kept yet
    assert head.post(f"{PAGE}/1/capture").status_code == 404
    works(town, clock, html(page_of(town, shown)))
    assert "下载证据包" in officer.get(where)
    officer.get(PAGE)
    assert officer.post(f"{PAGE}/1/chase").status_code == 303
    (chased,) = town.all(select(event).where(event.c.action == "chase_platform"))
    (row,) = town.all(select(page_capture))
    (asked,) = town.all(select(event).where(event.c.action == "ask_page"))  # what was refused before left none
    assert (asked.actor_id, asked.stream) == (
        town.people["supervisor@CREDIT"],
        "exchange/site",
    )
    assert [(one["number"], one["capture"], one["url"]) for one in kept(town, "ask_page")] == [
        (shown, row.token, row.url)
    ]
    assert chain.content(chased.body)["page"] == row.digest


def _timeout(request: httpx2.Request) -> httpx2.Response:
    raise httpx2.ReadTimeout("slow", request=request)


def _away(request: httpx2.Request) -> httpx2.Response:
    raise httpx2.ConnectError("away", request=request)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (_timeout, "没有在 20 秒内"), (_away, "连接不上"),
        (html(b"x" * (MOST_BYTES + 1)), "超过 2 MiB"),
        (lambda _: httpx2.Response(302, headers={"location": "/again"}), "转向超过 5 次"),
        (lambda _: httpx2.Response(302, headers={"location": "http://10.0.0.1/"}), "须为 https"),
        (lambda _: httpx2.Response(302, headers={"location": "file:///etc/passwd"}), "须为 https"),
    ],
)  # fmt: skip
def test_what_cannot_be_had_is_said_and_nothing_is_kept(
    town: Town, clock: Clock, shown: str, answer: Answer, says: str
) -> None:
    found(town, clock, shown)
    works(town, clock, answer)
    (row,) = town.all(select(page_capture))
    assert (row.state, row.content, kept(town)) == ("failed", None, [])
    assert says in row.message
    assert [(one["capture"], one["message"]) for one in kept(town, "page_not_captured")] == [(row.token, row.message)]


def test_an_error_page_is_kept_as_what_it_is(town: Town, clock: Clock, shown: str) -> None:
    found(town, clock, shown)
    works(town, clock, lambda _: httpx2.Response(503, content=b"\x00\xff", headers={"content-type": "a\tb"}))
    (row,) = town.all(select(page_capture))
    assert (row.state, row.status, row.content, row.text, list(row.named)) == ("done", 503, b"\x00\xff", "", [])
    officer = Officer(make(town), town, "supervisor@CREDIT")
    assert "HTTP 503" in officer.get(f"/oversight/captures/{row.token}")


def test_only_listed_addresses_are_reached() -> None:
    reader = PageReader(Destinations.parse("credit.example:443"))
    for url in ("https://127.0.0.1:9/x", "https://[::1]/x"):
        with pytest.raises(NoPage, match="不在准许的范围内"):
            reader.read(url)
    with pytest.raises(NoPage, match="须为 https"):
        reader.read("http://credit.example/x")
    reader.close()


@pytest.mark.parametrize(
    ("template", "sound"),
    [
        ("https://a.cn/{number}", True), ("https://a.cn/x?d={document}&c={code}", True), ("https://a.cn/x", False),
        ("https://a.cn/{name}", False), ("http://a.cn/{number}", False), ("https://{number}.a.cn/", False),
        ("https://a.cn@{code}/", False), ("{number}", False), ("javascript:{number}", False), ("https://a.cn/{}", False),
    ],
)  # fmt: skip
def test_what_an_address_of_pages_may_be(template: str, sound: bool) -> None:
    assert (fault_of(template) == "") is sound


def test_a_value_stays_a_value_within_the_address() -> None:
    values = {"number": "a/../b?x#y", "document": "〔2026〕1号", "code": ""}
    assert address("https://a.cn/{number}/{document}", values) == (
        "https://a.cn/a%2F..%2Fb%3Fx%23y/%E3%80%942026%E3%80%951%E5%8F%B7"
    )


@pytest.mark.parametrize("place", ["127.0.0.1:8000/admin", "localhost.:8000/", "[::1]/"])
def test_nobody_outside_leads_the_reader_to_this_machine(place: str) -> None:
    asked: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.url.host)
        return httpx2.Response(302, headers={"location": f"http://{place}"})

    reader = PageReader(transport=httpx2.MockTransport(answer))
    with pytest.raises(NoPage, match=r"转向本机地址|须为 https"):
        reader.read("https://credit.example/x")
    reader.close()
    assert asked == ["credit.example"]


def test_a_picture_that_fails_loses_no_page(town: Town, clock: Clock, shown: str) -> None:
    def broken(*_: object) -> bytes | None:
        raise RuntimeError("the browser")

    found(town, clock, shown)
    reader = PageReader(transport=httpx2.MockTransport(html(b"<p>a</p>")))
    job = Capturing(town.db, town.services, reader, broken)
    JobRunner(town.db, {page_captures.KIND: job}, "a").run_once(clock())
    (row,) = town.all(select(page_capture))
    assert (row.state, row.content, row.picture) == ("done", b"<p>a</p>", None)


def test_a_second_press_waits_for_the_same_page(town: Town, clock: Clock, shown: str) -> None:
    town.turn(update(target).where(target.c.id == 1).values(page_url=None))
    found(town, clock, shown)
    town.turn(update(target).where(target.c.id == 1).values(page_url=WHERE))
    officer = Officer(make(town), town, "supervisor@CREDIT")
    officer.get(PAGE)
    first, second = (officer.post(f"{PAGE}/1/capture").location for _ in range(2))
    assert first == second
    assert len(town.all(select(page_capture))) == 1


def test_a_page_that_is_found_by_a_code_the_subject_has_not_is_not_fetched(town: Town, clock: Clock) -> None:
    number = town.record()
    whose = subject.c.id == town.of_record(number).subject_id
    town.turn(update(subject).where(whose).values(kind="natural_person", uscc=None, id_index="x" * 64))
    town.turn(update(target).where(target.c.id == 1).values(page_url="https://credit.example/show?c={code}"))
    found(town, clock, number)
    assert town.all(select(page_capture)) == []
    officer = Officer(make(town), town, "supervisor@CREDIT")
    officer.get(PAGE)
    officer.post(f"{PAGE}/1/capture")
    assert "按统一社会信用代码查看" in officer.get(PAGE)
    assert town.all(select(page_capture)) == []


def night(town: Town, clock: Clock, days: int, *open_still: str) -> int:
    """How many pages are cleared after so many days, in which the platform still shows `open_still`."""
    town.now = clock.travel(timedelta(days=days))
    with town.db.begin() as tx:
        told = [Difference(one, "still_shown", "ended", "public") for one in open_still]
        discrepancies.report_differences(tx, 1, told, town.now)
    return chores.clear_pages(town.db, town.services, town.now, 365)


def test_a_page_is_cleared_long_after_it_was_mended_and_its_digest_stays(town: Town, clock: Clock, shown: str) -> None:
    found(town, clock, shown)
    content = page_of(town, shown)
    works(town, clock, html(content), b"\x89PNG picture")
    (whole,) = town.all(select(page_capture))
    assert night(town, clock, 400, shown) == 0  # old, and the platform has still not mended it
    assert night(town, clock, 1) == 0  # mended today
    assert night(town, clock, 365) == 0  # to the day
    assert night(town, clock, 1) == 1
    assert night(town, clock, 1) == 0  # once
    (row,) = town.all(select(page_capture))
    assert row._asdict() == {**whole._asdict(), "content": None, "text": None, "picture": None}
    (said,) = kept(town, "page_cleared")
    assert (said["capture"], said["digest"], said["picture"]) == (
        row.token,
        vault.digest(content),
        whole.picture_digest,
    )
    officer = Officer(make(town), town, "supervisor@CREDIT")
    text = officer.get(f"/oversight/captures/{row.token}")
    assert "已按保存期限清理" in text
    assert row.digest in text
    assert "下载证据包" not in text
    assert NAME not in text.partition("<main")[2]
    for path in ("file.zip", "picture.png"):
        assert officer.client.get(f"/oversight/captures/{row.token}/{path}").status_code == 404
    town.sound()


@pytest.mark.browser
def test_a_picture_is_drawn_without_running_anything() -> None:
    quiet, loud = (
        page_picture.take(f"<meta charset=utf-8><h1>公示</h1>{more}".encode(), "text/html")
        for more in ("", "<script>document.body.textContent='x'</script>")
    )
    assert quiet is not None
    assert quiet.startswith(b"\x89PNG")
    assert quiet == loud
    assert page_picture.take(b"x", "image/png") is None


THIRD = "https://copies.example/{number}"


@pytest.fixture
def copied(town: Town) -> list[str]:
    """Numbers of three records that have ended, and one that is public; a third party copies what is public."""
    numbers = [town.record() for _ in range(4)]
    town.turn(update(outbox).values(state="done", ended_at=town.now, next_at=None))
    town.turn(update(record).where(record.c.number.in_(numbers[:3])).values(state="ceased"))
    values = {"code": "copies", "name": "企业通", "kind": "third_party", "url": "", "secret": b"", "page_url": THIRD}
    town.turn(insert(target).values(**values))
    return numbers


def looks(town: Town, clock: Clock, answer: Answer) -> list[str]:
    """The next night the worker looks at pages of third parties; the numbers it asked for."""
    asked: list[str] = []

    def handler(request: httpx2.Request) -> httpx2.Response:
        asked.append(str(request.url).rpartition("/")[2])
        return answer(request)

    def report(tx: Connection, place: int, seen: Sequence[Looked], now: datetime) -> None:
        dispatch(tx, town.services, NotePageLooks(SYSTEM, place, seen), now)

    reader = PageReader(transport=httpx2.MockTransport(handler))
    town.now = clock.travel(timedelta(days=1))
    paused: list[float] = []
    assert page_looks.look(town.db, reader, report, paused.append, clock()) == len(asked)
    assert len(paused) == max(0, len(asked) - 1)  # between two pages
    return asked


def test_a_third_party_that_still_shows_what_ended_is_found_at_night(
    town: Town, clock: Clock, copied: list[str]
) -> None:
    pages = {copied[0]: page_of(town, copied[0]), copied[1]: f"没有找到 {copied[1]}".encode()}

    def site(request: httpx2.Request) -> httpx2.Response:
        page = pages.get(request.url.path[1:])
        return httpx2.Response(200 if page else 404, content=page or b"", headers={"content-type": "text/html"})

    assert looks(town, clock, site) == [copied[2], copied[1], copied[0]]  # the public one is nobody's business
    (one,) = town.all(select(sync_finding))
    assert (one.number, one.kind, one.decided, one.shown, one.ended_at) == (
        copied[0],
        "still_shown",
        "ended",
        "public",
        None,
    )
    assert "仍在公示 1 条" in town.one(select(notice).where(notice.c.kind == "reconciliation").limit(1)).title
    assert len(works(town, clock, site)) == 1  # its page is kept
    (row,) = town.all(select(page_capture))
    assert row.named == ["名称", "决定书文号"]
    assert looks(town, clock, site) == [copied[0]]  # every night, until it is gone; the others rest for a month
    assert len(town.all(select(sync_finding))) == 1
    del pages[copied[0]]
    login = "<h1>请登录后查看</h1><script src=app.js></script>".encode()
    for no_page in (lambda _: httpx2.Response(503), html(login), html(b"")):
        assert looks(town, clock, no_page) == [copied[0]]  # the next night again
        assert town.one(select(sync_finding)).ended_at is None  # no page to judge by
    assert "请登录" not in town.one(select(page_look).where(page_look.c.finding_id.is_not(None))).said
    board = Officer(make(town), town, "supervisor@CREDIT").get(PAGE)
    assert "夜间查看不能判断的页面" in board
    assert "对方页面没有写明该主体，也没有写明没有查到" in board
    assert "夜间查看不能判断的页面" not in Officer(make(town), town, "head@MARKET").get(PAGE)  # sees no such record
    clock.travel(timedelta(days=31))
    assert set(looks(town, clock, site)) == set(copied[:3])
    assert town.one(select(sync_finding)).ended_at is not None
    assert [kept(town, action)[0]["number"] for action in ("find_copy", "copy_gone")] == [copied[0]] * 2
    town.sound()


@pytest.mark.parametrize(
    ("page", "words", "gone"),
    [
        (f"{NAME}：没有失信信息", None, True),
        ("没有 找到相关信息", None, False),
        ("没有 找到相关信息", "查无结果|没有找到", True),
        ("请登录后查看", "查无结果|没有找到|", False),
    ],
)
def test_a_page_says_in_words_that_it_shows_nothing(
    town: Town, clock: Clock, copied: list[str], page: str, words: str | None, gone: bool
) -> None:
    town.turn(update(target).where(target.c.code == "copies").values(absent_words=words))
    looks(town, clock, html(page_of(town, copied[0])))
    looks(town, clock, html(page.encode()))
    assert (town.one(select(sync_finding)).ended_at is not None) is gone
    assert len(kept(town, "copy_gone")) == gone


def test_what_is_masked_is_called_so_and_what_is_public_again_is_shown_rightly(
    town: Town, clock: Clock, copied: list[str]
) -> None:
    town.turn(update(record).where(record.c.number == copied[0]).values(state="masked"))
    looks(town, clock, html(page_of(town, copied[0])))
    said = town.one(select(notice).where(notice.c.kind == "reconciliation").limit(1))
    assert ("1 条暂时屏蔽的信息" in said.title, f"{copied[0]}（暂时屏蔽）" in said.body) == (True, True)
    town.turn(update(record).where(record.c.number.in_(copied)).values(state="published"))
    assert looks(town, clock, html(b"")) == []  # it is nobody's business any more
    assert town.one(select(sync_finding)).ended_at is not None
    assert [one["number"] for one in kept(town, "copy_rightful")] == [copied[0]]
    assert kept(town, "copy_gone") == []
    looks(town, clock, html(b""))
    assert len(kept(town, "copy_rightful")) == 1
    town.sound()


@pytest.mark.parametrize("state", ["unpublished", "published", "disputed"])
def test_what_became_of_a_record_while_its_page_was_asked_for_is_minded(
    town: Town, clock: Clock, copied: list[str], state: str
) -> None:
    def site(_: httpx2.Request) -> httpx2.Response:
        town.turn(update(record).where(record.c.number.in_(copied)).values(state=state))
        return httpx2.Response(200, content=page_of(town, copied[0]), headers={"content-type": "text/html"})

    assert looks(town, clock, site)
    assert not town.all(select(sync_finding))
    assert town.all(select(page_look))  # the night's work is kept


@pytest.mark.parametrize(
    ("status", "asked"),
    [(500, 3), (403, 1), (429, 1), (404, 3)],
)
def test_a_site_that_does_not_answer_has_peace(
    town: Town, clock: Clock, copied: list[str], monkeypatch: pytest.MonkeyPatch, status: int, asked: int
) -> None:
    monkeypatch.setattr(page_looks, "ENOUGH", 3)
    assert len(looks(town, clock, lambda _: httpx2.Response(status))) == asked
    monkeypatch.setattr(page_looks, "ENOUGH", 2)
    clock.travel(timedelta(days=31))
    assert len(looks(town, clock, lambda _: httpx2.Response(status))) == {500: 2}.get(status, asked)
    assert not town.all(select(sync_finding))


def test_what_a_person_reported_no_look_ends(town: Town, clock: Clock, copied: list[str]) -> None:
    place = town.one(select(target.c.id).where(target.c.code == "copies")).id
    said = {"target_id": place, "number": copied[0], "kind": "still_shown", "found_at": town.now, "seen_at": town.now}
    town.turn(insert(sync_finding).values(**said))
    looks(town, clock, html(page_of(town, copied[0])))
    clock.travel(timedelta(days=31))
    looks(town, clock, lambda _: httpx2.Response(404))
    assert town.one(select(sync_finding).where(sync_finding.c.number == copied[0])).ended_at is None
